"""What the bank does when the law library announces a fact (事件处理)."""

from __future__ import annotations

from lawedu import events
from lawedu.db import db
from lawedu.questions import amendments
from lawedu.statutes.currency import VersionBecameCurrent
from lawedu.statutes.models import InstrumentVersion


@events.handles(VersionBecameCurrent)
def flag_questions(fact: VersionBecameCurrent) -> None:
    """Questions whose article moved leave use in the same transaction in which the new text becomes current."""
    old = db.session.get_one(InstrumentVersion, fact.old_version_id)
    new = db.session.get_one(InstrumentVersion, fact.new_version_id)
    amendments.flag(fact.instrument.title, old.version_on, new.version_on, fact.pairs)
