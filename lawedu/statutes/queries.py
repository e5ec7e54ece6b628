"""Asking the library (法律库查询): instruments, versions, articles, and the names by which people cite them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import selectinload

from lawedu.core.errors import NotFound
from lawedu.core.statutes import (
    InstrumentKind,
    InstrumentState,
    VersionFacts,
    shown_version,
    state_of_version,
    state_on,
    version_on_day,
)
from lawedu.db import db
from lawedu.statutes.models import Article, CurrentVersion, Instrument, InstrumentName, InstrumentVersion


@dataclass(frozen=True)
class Holdings:
    """What the library holds (馆藏数)."""

    instruments: int
    versions: int
    articles: int
    without_text: int


def count_all() -> Holdings:
    """Instruments, versions with a text, articles, and instruments known without any text; four counts."""

    def count(query: Select[int]) -> int:
        return db.session.scalar(query) or 0

    with_text = select(InstrumentVersion.instrument_id).where(InstrumentVersion.article_count > 0)
    return Holdings(
        count(select(func.count()).select_from(Instrument)),
        count(select(func.count()).select_from(InstrumentVersion).where(InstrumentVersion.article_count > 0)),
        count(select(func.count()).select_from(Article)),
        count(select(func.count()).select_from(Instrument).where(Instrument.id.not_in(with_text))),
    )


def names() -> Mapping[str, int]:
    """Every tidy title, short title and alias → instrument; hundreds of instruments, one statement."""
    rows = db.session.execute(select(InstrumentName.name, InstrumentName.instrument_id))
    return {name: instrument_id for name, instrument_id in rows}  # noqa: C416 (rows are no pairs for dict)


def get_instrument(instrument_id: int) -> Instrument:
    """The instrument with its versions. Raises NotFound."""
    query = select(Instrument).where(Instrument.id == instrument_id).options(selectinload(Instrument.versions))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def select_instruments(kind: InstrumentKind | None, department: str) -> Select[Instrument]:
    """Instruments of a kind and department in the order of the list."""
    query = select(Instrument).options(selectinload(Instrument.versions))
    if kind is not None:
        query = query.where(Instrument.kind == kind)
    if department:
        query = query.where(Instrument.department == department)
    # The order of legal force, not of the words that the kinds are kept as.
    rank = case({kind: place for place, kind in enumerate(InstrumentKind)}, value=Instrument.kind)
    return query.order_by(rank, Instrument.department, Instrument.short_title)


def count_by_kind() -> Mapping[InstrumentKind, int]:
    """Instruments of each kind."""
    rows = db.session.execute(select(Instrument.kind, func.count()).group_by(Instrument.kind))
    return {kind: count for kind, count in rows}  # noqa: C416


def list_departments(kind: InstrumentKind | None) -> Sequence[str]:
    """Departments of law (法律部门) of a kind, in order."""
    query = select(Instrument.department).where(Instrument.department != "").distinct()
    if kind is not None:
        query = query.where(Instrument.kind == kind)
    return db.session.scalars(query.order_by(Instrument.department)).all()


@dataclass(frozen=True)
class Standing:
    """An instrument on a day (某日时效): its state, the version that holds, the version whose text is shown."""

    day: date
    state: InstrumentState
    holding: InstrumentVersion | None
    shown: InstrumentVersion | None
    states: Mapping[int, InstrumentState]

    @property
    def is_text_missing(self) -> bool:
        """The version that holds on the day is known, its text is not in the library."""
        return self.holding is not None and not self.holding.article_count


def standing_on(instrument: Instrument, day: date) -> Standing:
    """How the instrument stands on a day, from its loaded versions; no statement."""
    by_id = {version.id: version for version in instrument.versions}
    facts = [version.facts for version in instrument.versions]

    def version_of(found: VersionFacts | None) -> InstrumentVersion | None:
        return by_id[found.id] if found else None

    return Standing(
        day,
        state_on(facts, instrument.repeal, day),
        version_of(version_on_day(facts, instrument.repeal, day)),
        version_of(shown_version(facts, instrument.repeal, day)),
        {one.id: state_of_version(one, facts, instrument.repeal, day) for one in facts},
    )


def get_version(instrument: Instrument, version_id: int) -> InstrumentVersion:
    """A version of this instrument that has a text. Raises NotFound."""
    found = next((one for one in instrument.versions if one.id == version_id and one.article_count), None)
    if found is None:
        raise NotFound
    return found


def list_articles(version_id: int) -> Sequence[Article]:
    """All articles of a version in order."""
    query = select(Article).where(Article.version_id == version_id).order_by(Article.position)
    return db.session.scalars(query).all()


def find_article(version_id: int, number: int, sub: int) -> Article | None:
    """One article of a version."""
    return db.session.scalar(
        select(Article).where(Article.version_id == version_id, Article.number == number, Article.sub == sub)
    )


def neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The articles before and after, in one statement."""
    places = (article.position - 1, article.position + 1)
    rows = db.session.scalars(
        select(Article).where(Article.version_id == article.version_id, Article.position.in_(places))
    ).all()
    found = {one.position: one for one in rows}
    return found.get(places[0]), found.get(places[1])


def current_articles(keys: Collection[tuple[int, int, int]]) -> Mapping[tuple[int, int, int], Article]:
    """(instrument, number, sub) → article of the text that readers see first; one statement."""
    instruments = {key[0] for key in keys}
    rows = db.session.execute(
        select(CurrentVersion.instrument_id, Article)
        .join(Article, Article.version_id == CurrentVersion.version_id)
        .where(CurrentVersion.instrument_id.in_(instruments), Article.number.in_({key[1] for key in keys}))
    )
    found: dict[tuple[int, int, int], Article] = defaultdict()
    for instrument_id, article in rows:
        found[instrument_id, article.number, article.sub] = article
    return found


@dataclass(frozen=True)
class Reading:
    """What a reader asked for (阅读): a version, or none with the reason in `standing`; `on` when a day was named."""

    version: InstrumentVersion | None
    standing: Standing
    on: date | None = None

    @property
    def is_earlier_text(self) -> bool:
        """The text of the day itself is not in the library: an earlier one is shown instead."""
        return self.standing.is_text_missing and self.version is not None and self.version != self.standing.holding


def open_reading(instrument: Instrument, today: date, on: date | None, version_id: int | None) -> Reading:
    """The version named, else the one that held on the day named, else the one that readers see first.

    Raises NotFound for a version of another law.
    """
    if version_id is not None:
        return Reading(get_version(instrument, version_id), standing_on(instrument, today))
    standing = standing_on(instrument, on or today)
    if on is None:
        return Reading(standing.shown, standing)
    if standing.holding is None:
        return Reading(None, standing, on)
    return Reading(standing.shown if standing.is_text_missing else standing.holding, standing, on)


def titles() -> Mapping[int, str]:
    """Full titles by instrument; hundreds, one statement."""
    rows = db.session.execute(select(Instrument.id, Instrument.title))
    return {instrument_id: title for instrument_id, title in rows}  # noqa: C416 (rows are no pairs for dict)
