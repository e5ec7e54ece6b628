"""What the bank does when the law library announces a fact (事件处理)."""

from __future__ import annotations

from lawedu import events
from lawedu.db import db
from lawedu.questions import amendments
from lawedu.statutes.currency import LawRepealed, VersionBecameCurrent, article_texts
from lawedu.statutes.models import InstrumentVersion


@events.handles(VersionBecameCurrent)
def flag_questions(fact: VersionBecameCurrent) -> None:
    """Questions whose article moved leave use in the same transaction in which the new text becomes current."""
    old = db.session.get_one(InstrumentVersion, fact.old_version_id)
    new = db.session.get_one(InstrumentVersion, fact.new_version_id)
    amendments.flag(fact.instrument.title, old.version_on, new.version_on, fact.pairs)


@events.handles(LawRepealed)
def flag_questions_of_repealed(fact: LawRepealed) -> None:
    """Questions on a law that has ended leave use; they need another basis or an end of their own."""
    texts = article_texts(fact.version_id) if fact.version_id is not None else []
    amendments.flag_repealed(fact.instrument.title, fact.last_version_on, fact.ended_on, texts)
