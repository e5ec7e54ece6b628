"""Asking the law library for a question (依据查询): how its articles stand today, and what “行政处罚法 33” names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lawedu import clock
from lawedu.core.amendment import article_key
from lawedu.core.bank_law import NOT_LOADED, BasisFacts, BasisStanding
from lawedu.core.citation import place_label
from lawedu.core.question_draft import Basis
from lawedu.core.statute_citation import Citation, read_citation, slug_of, tidy_name
from lawedu.core.statute_text import bare
from lawedu.core.statutes import Repeal, VersionFacts, shown_version, version_on_day
from lawedu.db import db
from lawedu.statutes.models import Article, Instrument, InstrumentName, InstrumentVersion

MOST_OFFERED = 8
CHUNK = 400
_ALWAYS = Repeal()

Texts = Mapping[tuple[int, int, int], str]


@dataclass(frozen=True)
class Place:
    """An article found in the library (法条): as a basis names it, with its text as it stands today."""

    instrument: str
    version: date
    article: str
    paragraph: int | None
    text: str
    standing: BasisStanding
    in_force_on: date

    @property
    def label(self) -> str:
        return f"《{self.instrument}》{place_label(self.article, self.paragraph)}"


def read_law(bases: Collection[Basis]) -> dict[Basis, BasisFacts]:
    """How every one of these bases stands today; a few statements, however many there are."""
    instruments = _instruments({basis.instrument for basis in bases})
    today = clock.today()
    wanted: set[int] = set()
    for basis in bases:
        instrument = instruments.get(basis.instrument)
        if instrument is not None:
            wanted |= {version.id for version in _texts_for(instrument, basis.version, today) if version is not None}
    texts = _articles(wanted, {article_key(basis.article) for basis in bases})
    return {
        basis: _facts(basis, instruments[basis.instrument], texts, today)
        if basis.instrument in instruments
        else NOT_LOADED
        for basis in bases
    }


def _instruments(titles: Collection[str]) -> dict[str, Instrument]:
    query = select(Instrument).where(Instrument.title.in_(titles)).options(selectinload(Instrument.versions))
    return {instrument.title: instrument for instrument in db.session.scalars(query)} if titles else {}


def _articles(version_ids: Collection[int], keys: Collection[tuple[int, int]]) -> Texts:
    numbers = sorted({number for number, _ in keys})
    ids = sorted(version_ids)
    query = select(Article.version_id, Article.number, Article.sub, Article.text)
    found: dict[tuple[int, int, int], str] = {}
    for start in range(0, len(ids), CHUNK):
        chosen = query.where(Article.version_id.in_(ids[start : start + CHUNK]))
        # One question names a few articles, a bank most of them.
        if len(numbers) <= CHUNK:
            chosen = chosen.where(Article.number.in_(numbers))
        found |= {(row.version_id, row.number, row.sub): row.text for row in db.session.execute(chosen)}
    return found


def _texts_for(
    instrument: Instrument, version_on: date, today: date
) -> tuple[VersionFacts | None, VersionFacts | None]:
    """The text that a basis names (its last edition with words), and the one that holds today."""
    versions = [version.facts for version in instrument.versions]
    own = [version for version in versions if version.version_on == version_on and version.has_text]
    return max(own, key=lambda version: version.age, default=None), version_on_day(versions, _ALWAYS, today)


def _facts(basis: Basis, instrument: Instrument, texts: Texts, today: date) -> BasisFacts:
    own, holding = _texts_for(instrument, basis.version, today)
    key = article_key(basis.article)
    text = texts.get((own.id, *key), "") if own else ""
    if instrument.repeal.has_come(today):
        return BasisFacts(BasisStanding.REPEALED, text)
    if own is None:
        is_old = holding is not None and holding.has_text and holding.version_on > basis.version
        return BasisFacts(BasisStanding.SUPERSEDED) if is_old else NOT_LOADED
    if not text:
        return BasisFacts(BasisStanding.NO_ARTICLE)
    if own.in_force_on > today:
        return BasisFacts(BasisStanding.NOT_YET, text)
    if holding is not None and holding.version_on > own.version_on:
        # A newer text that the library does not hold can be compared with nothing.
        if not holding.has_text:
            return NOT_LOADED
        is_same = bare(texts.get((holding.id, *key), "")) == bare(text)
        return BasisFacts(BasisStanding.IN_FORCE if is_same else BasisStanding.SUPERSEDED, text)
    return BasisFacts(BasisStanding.IN_FORCE, text)


def find_place(typed: str) -> Place | None:
    """What “行政处罚法 33” or “《刑法》第一百三十三条之一第二款” names; two or three statements."""
    citation = _read(typed)
    if citation is None or citation.number is None:
        return None
    instrument = db.session.get(Instrument, citation.instrument, options=[selectinload(Instrument.versions)])
    if instrument is None:
        return None
    today = clock.today()
    shown = shown_version([version.facts for version in instrument.versions], instrument.repeal, today)
    if shown is None:
        return None
    article = slug_of(citation.number, citation.sub)
    return locate(Basis(instrument.title, shown.version_on, article, citation.paragraph))


def locate(basis: Basis) -> Place | None:
    """A basis with its text; None when the library has no text for it."""
    facts = read_law([basis])[basis]
    if not facts.text:
        return None
    query = (
        select(InstrumentVersion.in_force_on)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(Instrument.title == basis.instrument, InstrumentVersion.version_on == basis.version)
        .order_by(InstrumentVersion.edition.desc())
    )
    in_force_on = db.session.scalars(query.limit(1)).one()
    return Place(
        basis.instrument, basis.version, str(basis.article), basis.paragraph, facts.text, facts.standing, in_force_on
    )


def list_titles(typed: str) -> Sequence[str]:
    """Laws whose name holds what was typed, for choosing one; at most a handful."""
    name = tidy_name(typed.split()[0] if typed.split() else "")
    if len(name) < 2:
        return []
    query = (
        select(Instrument.title)
        .join(InstrumentName, InstrumentName.instrument_id == Instrument.id)
        .where(InstrumentName.name.contains(name, autoescape=True), Instrument.is_repealed.is_(False))
        .group_by(Instrument.title)
        .order_by(Instrument.title)
    )
    return db.session.scalars(query.limit(MOST_OFFERED)).all()


def _read(typed: str) -> Citation | None:
    """Only names that the typed text begins with are fetched, not the library's hundreds."""
    plain = tidy_name(typed)[:80]
    prefixes = [plain[:length] for length in range(2, len(plain) + 1)]
    if not prefixes:
        return None
    query = select(InstrumentName.name, InstrumentName.instrument_id).where(InstrumentName.name.in_(prefixes))
    names = {row.name: row.instrument_id for row in db.session.execute(query)}
    return read_citation(typed, names)[0]
