"""Searching articles (条文检索): by words over the texts that readers see first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, column, false, func, literal, select, text
from sqlalchemy.orm import contains_eager

from lawedu.core.statute_citation import tidy_name
from lawedu.core.statute_search import fts5_query, tsquery
from lawedu.db import db
from lawedu.statutes.models import SEARCH_TABLE as TABLE
from lawedu.statutes.models import Article, CurrentVersion, Instrument, InstrumentName, InstrumentVersion

_MATCHES = {
    "sqlite": f"SELECT rowid AS id FROM {TABLE} WHERE {TABLE} MATCH :asked ORDER BY rowid LIMIT :most",  # noqa: S608
    "postgresql": f"SELECT article_id AS id FROM {TABLE} WHERE words @@ to_tsquery('simple', :asked)"  # noqa: S608
    " ORDER BY article_id LIMIT :most",
}
_QUERIES = {"sqlite": fts5_query, "postgresql": tsquery}
MOST_TITLES = 6
# A word that stands in thousands of articles is not looked for but read: ranking them all would take seconds.
MOST_MATCHES = 1000


def select_matching(words: Sequence[str], instrument_id: int | None = None) -> Select[Article]:
    """Articles in which all words occur, those that speak most of them first; with version and instrument.

    Of more than MOST_MATCHES only so many are looked at, in the order of the library.
    """
    if not words:
        return select(Article).where(false()).order_by(Article.id)
    dialect = db.engine.dialect.name
    asked = text(_MATCHES[dialect]).bindparams(asked=_QUERIES[dialect](words), most=_most(instrument_id))
    matches = asked.columns(column("id", Integer)).subquery()
    query = (
        select(Article)
        .join(CurrentVersion, CurrentVersion.version_id == Article.version_id)
        .join(Article.version)
        .join(InstrumentVersion.instrument)
        .options(contains_eager(Article.version).contains_eager(InstrumentVersion.instrument))
        .where(Article.id.in_(select(matches.c.id)))
    )
    if instrument_id is not None:
        return query.where(CurrentVersion.instrument_id == instrument_id).order_by(Article.position)
    return query.order_by(_density(words).desc(), Article.id)


def _most(instrument_id: int | None) -> int:
    """Within one law everything is shown."""
    return MOST_MATCHES if instrument_id is None else 10**9


def _density(words: Sequence[str]) -> ColumnElement[Any]:
    """How often the words occur for the length of the article; both engines count alike."""
    shortened = [func.length(func.replace(Article.text, word, "")) for word in words]
    left = sum(((func.length(Article.text) - one) for one in shortened), literal(0))
    return left * 1.0 / (func.length(Article.text) + 80)


def find_instruments(text_typed: str) -> Sequence[Instrument]:
    """Instruments whose title or alias holds what was typed; the shortest names first, a few only."""
    wanted = tidy_name(text_typed)
    if len(wanted) < 2:
        return []
    ranked = (
        select(InstrumentName.instrument_id, func.min(func.length(InstrumentName.name)).label("size"))
        .where(InstrumentName.name.contains(wanted, autoescape=True))
        .group_by(InstrumentName.instrument_id)
        .order_by("size", InstrumentName.instrument_id)
        .limit(MOST_TITLES)
        .subquery()
    )
    query = select(Instrument).join(ranked, ranked.c.instrument_id == Instrument.id)
    return db.session.scalars(query.order_by(ranked.c.size, Instrument.id)).all()
