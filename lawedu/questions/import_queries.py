"""Asking for imports (导入查询): an author's own files, their questions by state, and what the library says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from lawedu import clock
from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor, ensure
from lawedu.core.question_draft import Basis
from lawedu.core.statute_citation import Citation, slug_of
from lawedu.core.statutes import shown_version
from lawedu.db import db
from lawedu.questions.import_models import ImportRow, ImportState, QuestionImport
from lawedu.statutes.models import Instrument, InstrumentName

ACTION = "question.import"
READY = (ImportState.CLEAR, ImportState.SETTLED)
RECENT = 20
CHUNK = 400


def list_imports(actor: Actor) -> list[tuple[QuestionImport, Mapping[str, int]]]:
    """The actor's latest imports, each with its questions by state; two statements."""
    ensure(actor, ACTION)
    query = select(QuestionImport).where(QuestionImport.created_by == actor.person_id)
    found = db.session.scalars(query.order_by(QuestionImport.id.desc()).limit(RECENT)).all()
    counts = (
        select(ImportRow.import_id, ImportRow.state, func.count())
        .where(ImportRow.import_id.in_([one.id for one in found]))
        .group_by(ImportRow.import_id, ImportRow.state)
    )
    by_import: dict[int, dict[str, int]] = {one.id: {} for one in found}
    for import_id, state, count in db.session.execute(counts) if found else ():
        by_import[import_id][state.value] = count
    return [(one, by_import[one.id]) for one in found]


def get_import(actor: Actor, import_id: int, *, lock: bool = False) -> QuestionImport:
    """An import of the actor's own. Raises NotFound for somebody else's."""
    query = select(QuestionImport).where(QuestionImport.id == import_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    ensure(actor, ACTION, found)
    return found


def get_row(actor: Actor, import_id: int, row_id: int, *, lock: bool = False) -> ImportRow:
    """A question of the actor's own import. Raises NotFound."""
    found = get_import(actor, import_id, lock=lock)
    row = db.session.scalar(select(ImportRow).where(ImportRow.id == row_id, ImportRow.import_id == found.id))
    if row is None:
        raise NotFound
    return row


def select_rows(found: QuestionImport, states: Collection[ImportState]) -> Select[Any]:
    """Questions of an import in these states, in the order of the file."""
    query = select(ImportRow).where(ImportRow.import_id == found.id, ImportRow.state.in_(states))
    return query.options(selectinload(ImportRow.question)).order_by(ImportRow.position)


def list_rows(found: QuestionImport, states: Collection[ImportState]) -> Sequence[ImportRow]:
    """All of them, for the deed: an import is limited in size."""
    return db.session.scalars(select_rows(found, states)).all()


def next_doubtful(found: QuestionImport, after: int) -> int | None:
    """The next question with a doubt, from a place in the file on; else the first; None when all are settled."""
    query = (
        select(ImportRow.id)
        .where(ImportRow.import_id == found.id, ImportRow.state == ImportState.DOUBTFUL)
        .order_by((ImportRow.position <= after), ImportRow.position)
    )
    return db.session.scalar(query.limit(1))


def count_states(found: QuestionImport) -> Mapping[ImportState, int]:
    """Questions of an import by state."""
    query = select(ImportRow.state, func.count()).where(ImportRow.import_id == found.id).group_by(ImportRow.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_doubts(found: QuestionImport) -> list[tuple[str, str, int]]:
    """(code, an example, how many questions) of the open doubts, most frequent first."""
    query = select(ImportRow.doubts).where(ImportRow.import_id == found.id, ImportRow.state == ImportState.DOUBTFUL)
    times: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for doubts in db.session.scalars(query.order_by(ImportRow.position)):
        times.update({code for code, _ in doubts})
        for code, sentence in doubts:
            examples.setdefault(code, sentence)
    return [(code, examples[code], count) for code, count in times.most_common()]


def law_names() -> dict[str, int]:
    """Every tidy title and alias of the library → instrument; one statement, some hundreds of names."""
    query = select(InstrumentName.name, InstrumentName.instrument_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def propose_bases(citations: Collection[Citation]) -> dict[Citation, Basis]:
    """What citations mean today: full title and the text now shown; a law without any text is left out."""
    wanted = sorted({citation.instrument for citation in citations})
    today = clock.today()
    shown: dict[int, tuple[str, Any]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(Instrument).where(Instrument.id.in_(wanted[start : start + CHUNK]))
        for instrument in db.session.scalars(query.options(selectinload(Instrument.versions))):
            version = shown_version([one.facts for one in instrument.versions], instrument.repeal, today)
            if version is not None:
                shown[instrument.id] = (instrument.title, version.version_on)
    return {
        citation: Basis(*shown[citation.instrument], slug_of(citation.number, citation.sub), citation.paragraph)
        for citation in citations
        if citation.instrument in shown and citation.number is not None
    }
