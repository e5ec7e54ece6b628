"""Doors of the law library (法律库): list and search, a law, the comparison of two versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from flask import Blueprint, render_template, request

from lawedu import clock
from lawedu.core.comparison import Fate, marked
from lawedu.core.errors import NotFound
from lawedu.core.policy import PUBLIC
from lawedu.core.statute_citation import Citation, Stretch, label_of, link_citations, read_citation
from lawedu.core.statute_search import excerpt, highlighted, words_of
from lawedu.core.statutes import InstrumentKind
from lawedu.statutes import currency, queries, search_queries
from lawedu.statutes.models import Article, Instrument, InstrumentVersion
from lawedu.web.access import access
from lawedu.web.inputs import asked_day, asked_version
from lawedu.web.numbers import row_number
from lawedu.web.paging import Page, asked_page, paged

bp = Blueprint("laws", __name__)
LONGEST_QUERY = 80
PAIRS_A_PAGE = 50


@bp.get("/laws")
@access(PUBLIC)
def index() -> str:
    """The library: by kind and department, or what was searched."""
    asked = request.args.get("q", "").strip()[:LONGEST_QUERY]
    if asked:
        return _search(asked)
    wanted = request.args.get("kind", "")
    kind = next((one for one in InstrumentKind if one.value == wanted), None)
    departments = queries.list_departments(kind)
    department = request.args.get("department", "")
    department = department if department in departments else ""
    page = paged(queries.select_instruments(kind, department))
    today = clock.today()
    return render_template(
        "laws/index.html",
        page=page,
        standings=[queries.standing_on(one, today) for one in page.items],
        kind=kind,
        kinds=list(InstrumentKind),
        counts=queries.count_by_kind(),
        departments=departments,
        department=department,
        asked="",
    )


def _search(asked: str) -> str:
    citation, rest = read_citation(asked, queries.names())
    law = queries.get_instrument(citation.instrument) if citation else None
    article = _cited(citation) if citation and citation.number is not None else None
    words = words_of(rest if law is not None and rest else asked)
    within = law.id if law is not None and rest else None
    return render_template(
        "laws/search.html",
        asked=asked,
        citation=citation,
        law=law,
        standing=queries.standing_on(law, clock.today()) if law else None,
        article=article,
        wanted=label_of(citation.number, citation.sub) if citation and citation.number is not None else "",
        titles=[] if law else search_queries.find_instruments(asked),
        words=words,
        page=None if citation and citation.number is not None else paged(search_queries.select_matching(words, within)),
        most=search_queries.MOST_MATCHES,
        lit=lambda text: highlighted(excerpt(text, words), words),
    )


def _cited(citation: Citation) -> Article | None:
    key = (citation.instrument, citation.number or 0, citation.sub)
    return queries.current_articles([key]).get(key)


@dataclass(frozen=True)
class Chapter:
    """Articles under one heading (章节); `opened`: headings that begin here, with their depth."""

    anchor: str
    opened: Sequence[tuple[int, str]]
    articles: Sequence[Article] = field(default_factory=tuple)


def chapters_of(articles: Sequence[Article]) -> list[Chapter]:
    """Runs of articles with the same path; the same heading may come again in another book (编)."""
    found: list[Chapter] = []
    before: list[str] = []
    for number, (path, run) in enumerate(groupby(articles, key=lambda one: one.chapter), 1):
        parts = [part for part in path.split(" / ") if part]
        shared = next((at for at, part in enumerate(parts) if at >= len(before) or before[at] != part), len(parts))
        found.append(Chapter(f"c{number}", [*enumerate(parts)][shared:], list(run)))
        before = parts
    return found


def reader(own: int | None) -> Callable[[str], list[Stretch]]:
    """The function that turns citations in a text of law `own` into links."""
    names = queries.names()
    return lambda text: link_citations(text, names, own)


@bp.get("/laws/<int:instrument_id>")
@access(PUBLIC)
def show(instrument_id: int) -> str:
    """A law: contents, articles, versions; of today, of a day, or of a version."""
    instrument = queries.get_instrument(instrument_id)
    reading = queries.open_reading(instrument, clock.today(), asked_day(), asked_version())
    articles = queries.list_articles(reading.version.id) if reading.version else []
    return render_template(
        "laws/show.html",
        instrument=instrument,
        reading=reading,
        today=queries.standing_on(instrument, clock.today()),
        chapters=chapters_of(articles),
        linked=reader(instrument.id),
    )


@bp.get("/laws/<int:instrument_id>/compare")
@access(PUBLIC)
def compare(instrument_id: int) -> str:
    """Two versions article by article; the newest two unless named."""
    instrument = queries.get_instrument(instrument_id)
    held = [version for version in instrument.versions if version.article_count]
    if len(held) < 2:
        raise NotFound
    old, new = _chosen(instrument, held)
    pairs = currency.pairs_of(old.id, new.id)
    counts = Counter(pair.fate for pair in pairs)
    shown = pairs if request.args.get("all") == "1" else [pair for pair in pairs if pair.fate is not Fate.UNCHANGED]
    number = min(asked_page(), max(1, -(-len(shown) // PAIRS_A_PAGE)))
    page = Page(shown[(number - 1) * PAIRS_A_PAGE : number * PAIRS_A_PAGE], number, PAIRS_A_PAGE, len(shown))
    return render_template(
        "laws/compare.html",
        instrument=instrument,
        held=held,
        old=old,
        new=new,
        page=page,
        counts=counts,
        fates=[fate for fate in Fate if counts[fate]],
        marked=marked,
        label_of=label_of,
        with_all=request.args.get("all") == "1",
    )


def _chosen(instrument: Instrument, held: Sequence[InstrumentVersion]) -> tuple[InstrumentVersion, InstrumentVersion]:
    asked: Mapping[str, str] = request.args
    new = queries.get_version(instrument, row_number(asked["new"])) if asked.get("new") else held[-1]
    earlier = [version for version in held if version.facts.age < new.facts.age]
    old = queries.get_version(instrument, row_number(asked["old"])) if asked.get("old") else None
    if old is None:
        old = earlier[-1] if earlier else held[0]
    return (old, new) if old.facts.age <= new.facts.age else (new, old)
