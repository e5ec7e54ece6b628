"""Loading laws (载入法律): from any source into the library; a second run changes nothing.

A version with a text never changes. The data package fills what is missing; a file that an administrator names and that
says something else becomes a new edition of that version.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.policy import Actor, ensure
from lawedu.core.statute_citation import tidy_name
from lawedu.core.statute_text import ArticleDraft, InstrumentText, Origin, repealed_titles, text_hash
from lawedu.core.statutes import VersionAct
from lawedu.db import db
from lawedu.statutes.currency import refresh_current
from lawedu.statutes.models import Article, Instrument, InstrumentName, InstrumentVersion, MustKnowItem
from lawedu.statutes.search_index import add_to_index

Tick = Callable[[], None]


@dataclass(frozen=True)
class LawLoad:
    """What a load changed (载入结果) and what the library holds afterwards."""

    instruments: int = 0
    versions: int = 0
    articles: int = 0
    became_current: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.instruments or self.versions or self.became_current)


class _Shelf:
    """What the library holds while a load runs: everything known by title, read once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.instruments = {one.title: one for one in db.session.scalars(select(Instrument))}
        self.names = {row.name: row.instrument_id for row in db.session.scalars(select(InstrumentName))}
        self.versions: dict[int, list[InstrumentVersion]] = defaultdict(list)
        for version in db.session.scalars(select(InstrumentVersion).order_by(InstrumentVersion.edition)):
            self.versions[version.instrument_id].append(version)
        self.done: Counter[str] = Counter()


def load_laws(actor: Actor, texts: Sequence[InstrumentText], facts: Sequence[InstrumentText], tick: Tick) -> LawLoad:
    """Take texts into the library, then the facts about them, then see which text holds today.

    `facts` (instruments.yaml) win over dates and kinds of the sources. `tick` is called once for every text. Announces
    VersionBecameCurrent for every instrument whose newer text holds now. Source: issue “The law library”.
    """
    ensure(actor, "law.load")
    shelf = _Shelf(clock.now())
    for text in sorted(texts, key=lambda one: one.version_on):
        _take(shelf, text)
        tick()
    for fact in facts:
        _take_facts(shelf, fact)
    db.session.flush()
    if shelf.done["versions"]:
        _date_repeals()
        _link_items(shelf)
    moved = refresh_current(shelf.now, clock.today())
    done = shelf.done
    load = LawLoad(done["instruments"], done["versions"], done["articles"], len(moved))
    if not load.is_nothing:
        record(
            actor,
            "law.load",
            "laws",
            instruments=load.instruments,
            versions=load.versions,
            current=load.became_current,
        )
    return load


def _take(shelf: _Shelf, text: InstrumentText) -> None:
    instrument = _instrument(shelf, text)
    if text.is_repealed:
        instrument.is_repealed = True
        instrument.repealed_on = text.repealed_on or instrument.repealed_on
    digest = text_hash(text.articles)
    same = [one for one in shelf.versions[instrument.id] if one.version_on == text.version_on]
    known = next((one for one in same if one.text_hash == digest), None)
    if known is not None:
        _correct_facts(known, text)
        return
    held = [one for one in same if one.article_count]
    if held and text.origin is Origin.PACKAGE:
        return
    version = _new_version(shelf, instrument, text, edition=held[-1].edition + 1) if held else None
    version = version or next(iter(same), None) or _new_version(shelf, instrument, text)
    version.text_hash, version.article_count = digest, len(text.articles)
    version.origin, version.is_doubtful = text.origin, text.is_doubtful
    _correct_facts(version, text)
    db.session.flush()
    _add_articles(version.id, text.articles)
    shelf.done["versions"] += 1
    shelf.done["articles"] += len(text.articles)


def _take_facts(shelf: _Shelf, fact: InstrumentText) -> None:
    """Facts correct days; a version that only they know stands in the library without its text."""
    instrument = _instrument(shelf, fact)
    instrument.kind, instrument.adopted_on = fact.kind, fact.adopted_on or instrument.adopted_on
    # The bank's own list holds living law only: it is kept by people and newer than any package.
    instrument.is_repealed, instrument.repealed_on = False, None
    same = [one for one in shelf.versions[instrument.id] if one.version_on == fact.version_on]
    for version in same or [_new_version(shelf, instrument, fact)]:
        _correct_facts(version, fact)


def _instrument(shelf: _Shelf, text: InstrumentText) -> Instrument:
    instrument = shelf.instruments.get(text.title)
    if instrument is None:
        instrument = Instrument(title=text.title, short_title=text.short_title, kind=text.kind)
        db.session.add(instrument)
        db.session.flush()
        shelf.instruments[text.title] = instrument
        shelf.done["instruments"] += 1
    instrument.department = instrument.department or text.department
    instrument.issuing_body = instrument.issuing_body or text.issuing_body
    instrument.adopted_on = instrument.adopted_on or text.adopted_on
    for name in map(tidy_name, (text.title, text.short_title, *text.aliases)):
        if name and name not in shelf.names:
            shelf.names[name] = instrument.id
            db.session.add(InstrumentName(instrument_id=instrument.id, name=name))
    return instrument


def _new_version(shelf: _Shelf, instrument: Instrument, text: InstrumentText, edition: int = 1) -> InstrumentVersion:
    version = InstrumentVersion(
        instrument_id=instrument.id,
        version_on=text.version_on,
        edition=edition,
        in_force_on=text.in_force_on or text.version_on,
        is_in_force_known=text.in_force_on is not None,
        act=text.act,
        origin=text.origin,
        loaded_at=shelf.now,
    )
    db.session.add(version)
    shelf.versions[instrument.id].append(version)
    return version


def _correct_facts(version: InstrumentVersion, text: InstrumentText) -> None:
    """The act and the first day in force are facts about the text, not the text: a better source corrects them."""
    if version.act is VersionAct.PUBLISHED:
        version.act = text.act
    if text.in_force_on is None or text.in_force_on == version.in_force_on:
        version.is_in_force_known = version.is_in_force_known or text.in_force_on is not None
    elif text.origin is not Origin.PACKAGE or not version.is_in_force_known:
        version.in_force_on, version.is_in_force_known = text.in_force_on, True


def _add_articles(version_id: int, articles: Sequence[ArticleDraft]) -> None:
    rows = [
        {
            "version_id": version_id,
            "number": one.number,
            "sub": one.sub,
            "label": one.label,
            "chapter": one.chapter,
            "position": position,
            "text": one.text,
        }
        for position, one in enumerate(articles, 1)
    ]
    if not rows:
        return
    statement = insert(Article).returning(Article.id, Article.text)
    found = [(row.id, row.text) for row in db.session.execute(statement, rows)]
    add_to_index(db.session.connection(), found)


def _date_repeals() -> None:
    """A repealed law's last day stands in the law that repealed it (“……同时废止”); the source does not say it."""
    undated = select(Instrument).where(Instrument.is_repealed.is_(True), Instrument.repealed_on.is_(None))
    waiting = {tidy_name(one.title): one for one in db.session.scalars(undated)}
    if not waiting:
        return
    rows = db.session.execute(
        select(Article.text, InstrumentVersion.in_force_on, InstrumentVersion.instrument_id)
        .join(InstrumentVersion, InstrumentVersion.id == Article.version_id)
        .where(Article.text.contains("废止"), Article.text.contains("《"))
        .order_by(InstrumentVersion.in_force_on)
    )
    for text, day, instrument_id in rows:
        for title in map(tidy_name, repealed_titles(text)):
            if title in waiting and waiting[title].id != instrument_id:
                waiting[title].repealed_on = day


def _link_items(shelf: _Shelf) -> None:
    """Entries of must-know lists that waited for their law find it."""
    for item in db.session.scalars(select(MustKnowItem).where(MustKnowItem.instrument_id.is_(None))):
        item.instrument_id = shelf.names.get(tidy_name(item.title))
