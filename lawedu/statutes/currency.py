"""Which text holds today (现行文本): kept in a row per instrument; when it moves, the fact is announced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lawedu import events
from lawedu.core.comparison import ArticleText, Pair, compare
from lawedu.core.statutes import VersionFacts, shown_version
from lawedu.db import db
from lawedu.statutes.models import Article, CurrentVersion, Instrument, InstrumentVersion


@dataclass(frozen=True)
class VersionBecameCurrent:
    """A newer text of a law holds now (新文本成为现行文本). `pairs`: every article of both, with what became of it.

    Both versions have their text; `old_version_id` is the one that readers saw until now, which may be older than the
    one just before the new.
    """

    instrument: Instrument
    old_version_id: int
    new_version_id: int
    pairs: Sequence[Pair]


@dataclass(frozen=True)
class LawRepealed:
    """A law has ended as a whole (整部废止). Told at every refresh, because questions may have come since: handlers do
    nothing twice. `version_id`: its last text, None when the library holds none; `last_version_on`, `ended_on`: days.
    """

    instrument: Instrument
    version_id: int | None
    last_version_on: date
    ended_on: date


def refresh_current(now: datetime, today: date) -> list[VersionBecameCurrent]:
    """Move every instrument to the text that holds today; announces and gives what became current.

    Runs after each load and once a day (a text adopted in spring may hold from January). A first text is no change.
    Laws that have ended are announced as well.
    """
    held = {row.instrument_id: row for row in db.session.scalars(select(CurrentVersion))}
    moved: list[tuple[Instrument, VersionFacts, VersionFacts]] = []
    ended: list[LawRepealed] = []
    for instrument, versions in _all_versions():
        facts = [version.facts for version in versions]
        shown = shown_version(facts, instrument.repeal, today)
        row = held.get(instrument.id)
        if facts and instrument.repeal.has_come(today):
            ended.append(_repealed(instrument, shown, max(one.version_on for one in facts)))
        if shown is None or (row is not None and row.version_id == shown.id):
            continue
        if row is None:
            db.session.add(CurrentVersion(instrument_id=instrument.id, version_id=shown.id, since_at=now))
            continue
        before = next(one for one in facts if one.id == row.version_id)
        row.version_id, row.since_at = shown.id, now
        if shown.age > before.age and shown.in_force_on <= today:
            moved.append((instrument, before, shown))
    db.session.flush()
    became = [_announced(instrument, before, after) for instrument, before, after in moved]
    for fact in ended:
        events.announce(fact)
    return became


def _repealed(instrument: Instrument, shown: VersionFacts | None, last: date) -> LawRepealed:
    """A source may know that a law has ended and not when: the day after its last text stands for it, always the
    same one.
    """
    ended = max(instrument.repealed_on or last, last + timedelta(days=1))
    return LawRepealed(instrument, shown.id if shown else None, shown.version_on if shown else last, ended)


def _announced(instrument: Instrument, before: VersionFacts, after: VersionFacts) -> VersionBecameCurrent:
    fact = VersionBecameCurrent(instrument, before.id, after.id, pairs_of(before.id, after.id))
    events.announce(fact)
    return fact


def _all_versions() -> list[tuple[Instrument, list[InstrumentVersion]]]:
    """Instruments are hundreds, versions hardly more: two statements for all of them."""
    by_instrument: dict[int, list[InstrumentVersion]] = defaultdict(list)
    for version in db.session.scalars(select(InstrumentVersion)):
        by_instrument[version.instrument_id].append(version)
    instruments = db.session.scalars(select(Instrument).order_by(Instrument.id))
    return [(instrument, by_instrument[instrument.id]) for instrument in instruments]


def pairs_of(old_version_id: int, new_version_id: int) -> list[Pair]:
    """The article-by-article comparison (新旧对照) of two versions."""
    return compare(article_texts(old_version_id), article_texts(new_version_id))


def article_texts(version_id: int) -> list[ArticleText]:
    """The articles of a version in order, as compared."""
    rows = db.session.execute(
        select(Article.number, Article.sub, Article.text)
        .where(Article.version_id == version_id)
        .order_by(Article.position)
    )
    return [ArticleText(number, sub, text) for number, sub, text in rows]
