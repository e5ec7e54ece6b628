"""Laws made for tests (法律样例): a short law, changed as a test needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lawedu.core.policy import MACHINE
from lawedu.core.statute_citation import label_of
from lawedu.core.statute_text import ArticleDraft, InstrumentText, Origin
from lawedu.core.statutes import InstrumentKind
from lawedu.db import db, transaction
from lawedu.statutes import loading
from lawedu.statutes.models import Instrument, InstrumentVersion

ROOT = Path(__file__).resolve().parent.parent.parent
# The corpus lies beside the project where it was written; elsewhere there is nothing to check against.
CORPUS = ROOT.parent / "shared" / "laws"
PENALTY = "中华人民共和国样例处罚法"
TEXTS: Mapping[int, str] = {
    1: "为了规范样例处罚，保障公民权利，制定本法。",
    2: "违法行为轻微并及时改正，没有造成危害后果的，不予样例处罚。\n初次违法的，可以不予样例处罚。",
    3: "当事人要求听证的，应当在告知后五日内提出；依照本法第二条处理。",
    4: "本法自2021年7月15日起施行。",
}


def articles(texts: Mapping[int, str] = TEXTS, chapter: str = "第一章 总则") -> tuple[ArticleDraft, ...]:
    """Articles of a text, all in one chapter."""
    return tuple(ArticleDraft(number, 0, label_of(number), chapter, text) for number, text in texts.items())


def law(texts: Mapping[int, str] = TEXTS, **changes: Any) -> InstrumentText:
    """A law in force since 2021 unless told otherwise."""
    values: dict[str, Any] = {
        "title": PENALTY,
        "kind": InstrumentKind.LAW,
        "version_on": date(2021, 1, 22),
        "in_force_on": date(2021, 7, 15),
        "department": "行政法",
        **changes,
    }
    return InstrumentText(articles=articles(texts), **values)


def amended(day: date = date(2025, 9, 1), in_force_on: date = date(2026, 1, 1), **changes: str) -> InstrumentText:
    """The law as amended: `a2="…"` changes article 2."""
    texts = {**TEXTS, **{int(name[1:]): text for name, text in changes.items()}}
    return law(texts, version_on=day, in_force_on=in_force_on)


def fact(**changes: Any) -> InstrumentText:
    """What instruments.yaml says of a law."""
    values: dict[str, Any] = {"origin": Origin.FACTS, "aliases": ("样例处罚法", "样罚法"), **changes}
    return law({}, **values)


def load(*texts: InstrumentText, facts: Sequence[InstrumentText] = ()) -> loading.LawLoad:
    """Load as the command does. Committed."""
    with transaction():
        return loading.load_laws(MACHINE, texts, facts, lambda: None)


def get_law(title: str = PENALTY) -> Instrument:
    """The instrument as the database has it."""
    db.session.rollback()
    return db.session.scalars(select(Instrument).where(Instrument.title == title)).one()


def versions(title: str = PENALTY) -> list[tuple[str, int, int]]:
    """(version, edition, articles) of a law in order."""
    query = (
        select(InstrumentVersion)
        .join(Instrument)
        .where(Instrument.title == title)
        .order_by(InstrumentVersion.version_on, InstrumentVersion.edition)
    )
    return [(one.version_on.isoformat(), one.edition, one.article_count) for one in db.session.scalars(query)]
