"""Asking the bank (题库查询): how many there are for a cell of a plan, which may be drawn, what a version says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from lawedu.core.blueprint import Bucket
from lawedu.core.papers import Pick
from lawedu.core.question_draft import Basis, PartDraft, QuestionDraft
from lawedu.core.questions import QuestionKind
from lawedu.db import db
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion

_CURRENT = and_(QuestionVersion.question_id == Question.id, QuestionVersion.version_no == Question.version_no)
KEPT = (QuestionState.SUBMITTED, QuestionState.PUBLISHED, QuestionState.FLAGGED)
_FOR_EXAMS = and_(Question.state == QuestionState.PUBLISHED, Question.for_exam.is_(True))


def count_by_cell() -> Mapping[Bucket, int]:
    """Published exam questions by kind, domain and difficulty; one statement."""
    rows = db.session.execute(
        select(Question.kind, Question.domain, Question.difficulty, func.count())
        .where(_FOR_EXAMS)
        .group_by(Question.kind, Question.domain, Question.difficulty)
    )
    return {(kind, domain, difficulty): count for kind, domain, difficulty, count in rows}


def list_picks(kinds: Collection[QuestionKind], uses: Mapping[int, int] | None = None) -> list[Pick]:
    """What may be drawn for a paper: current versions of published exam questions of these kinds; one statement.

    `uses`: question → how many earlier papers held it, in whatever wording.
    """
    rows = db.session.execute(
        select(
            QuestionVersion.id,
            Question.id,
            Question.kind,
            Question.domain,
            Question.difficulty,
            QuestionVersion.options,
            LegalBasis.instrument,
            LegalBasis.instrument_version,
            LegalBasis.article,
        )
        .join(QuestionVersion, _CURRENT)
        .outerjoin(LegalBasis, and_(LegalBasis.version_id == QuestionVersion.id, LegalBasis.position == 1))
        .where(_FOR_EXAMS, Question.kind.in_(kinds))
        .order_by(QuestionVersion.id)
    )
    used = uses or {}
    return [
        Pick(
            version_id=version_id,
            kind=kind,
            domain=domain,
            difficulty=difficulty,
            basis_key=Basis(instrument, version, article).key if instrument else "",
            uses=used.get(question_id, 0),
            option_keys=tuple(sorted(options)),
        )
        for version_id, question_id, kind, domain, difficulty, options, instrument, version, article in rows
    ]


def get_versions(version_ids: Collection[int]) -> dict[int, QuestionVersion]:
    """Versions by id with their legal basis; two statements for every 500."""
    wanted = sorted(version_ids)
    found: dict[int, QuestionVersion] = {}
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        versions = (
            select(QuestionVersion).where(QuestionVersion.id.in_(chunk)).options(selectinload(QuestionVersion.basis))
        )
        found |= {version.id: version for version in db.session.scalars(versions)}
    return found


def get_version(question: Question, version_no: int) -> QuestionVersion:
    """One version of a question; it is there for every number that the question names."""
    query = select(QuestionVersion).where(
        QuestionVersion.question_id == question.id, QuestionVersion.version_no == version_no
    )
    return db.session.scalars(query).one()


def last_numbers(question_ids: Collection[int]) -> dict[int, int]:
    """Question → its highest version number, drafts and dropped ones included; one statement for every 500."""
    wanted = sorted(question_ids)
    found: dict[int, int] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(QuestionVersion.question_id, func.max(QuestionVersion.version_no))
            .where(QuestionVersion.question_id.in_(wanted[start : start + 500]))
            .group_by(QuestionVersion.question_id)
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def list_current_bases(question_ids: Collection[int]) -> dict[int, set[Basis]]:
    """Question → the bases of its current version; one statement for every 500."""
    wanted = sorted(question_ids)
    found: dict[int, set[Basis]] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(Question.id, LegalBasis)
            .join(QuestionVersion, _CURRENT)
            .join(LegalBasis, LegalBasis.version_id == QuestionVersion.id)
            .where(Question.id.in_(wanted[start : start + 500]))
        )
        for question_id, row in rows:
            found.setdefault(question_id, set()).add(row.place)
    return found


def list_of_kind(kind: QuestionKind, without: int) -> list[QuestionDraft]:
    """Stems and options of every question of this kind in use or waiting, one question left out; one statement.

    For finding duplicates: `id` is the code, nothing else is filled.
    """
    rows = db.session.execute(
        select(Question.code, QuestionVersion.stem, QuestionVersion.options, QuestionVersion.parts)
        .join(QuestionVersion, _CURRENT)
        .where(Question.kind == kind, Question.state.in_(KEPT), Question.id != without)
        .order_by(Question.id)
    )
    return [
        QuestionDraft(
            kind=kind,
            stem=stem,
            options=options,
            id=code,
            parts=tuple(PartDraft(QuestionKind(part["kind"]), part["stem"], part["options"]) for part in parts),
        )
        for code, stem, options, parts in rows
    ]


def each_in_use(chunk: int) -> Iterator[tuple[Question, QuestionVersion]]:
    """Questions in use with their current version, by code, a chunk at a time."""
    after = ""
    while True:
        rows = db.session.execute(
            select(Question, QuestionVersion)
            .join(QuestionVersion, _CURRENT)
            .options(selectinload(QuestionVersion.basis))
            .where(Question.code > after, Question.state.in_((QuestionState.PUBLISHED, QuestionState.FLAGGED)))
            .order_by(Question.code)
            .limit(chunk)
        ).all()
        yield from ((row[0], row[1]) for row in rows)
        if len(rows) < chunk:
            return
        after = rows[-1][0].code
