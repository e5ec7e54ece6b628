"""Asking about exams (考试查询): the exam, its list, its frozen papers, what it withholds from practice."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from lawedu.core.errors import NotFound
from lawedu.core.exam import ExamState, WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Candidate, Exam, ExamItem, Form
from lawedu.questions.models import QuestionVersion


def get_exam(actor: Actor, action: str, exam_id: int, *, lock: bool = False) -> Exam:
    """The exam for one of those who run it. Raises NotAllowed, NotFound."""
    query = select(Exam).where(Exam.id == exam_id)
    exam = db.session.scalar(query.with_for_update() if lock else query)
    ensure(actor, action)
    if exam is None:
        raise NotFound
    ensure(actor, action, exam)
    return exam


def select_exams(year: int | None = None, state: ExamState | None = None) -> Select[Exam]:
    """Exams with their windows, the newest first, for a paged list."""
    query = select(Exam).options(selectinload(Exam.windows)).order_by(Exam.year.desc(), Exam.id.desc())
    if year is not None:
        query = query.where(Exam.year == year)
    return query if state is None else query.where(Exam.state == state)


def list_years() -> list[int]:
    """Years that have an exam, the latest first."""
    return list(db.session.scalars(select(Exam.year).distinct().order_by(Exam.year.desc())))


def count_candidates(exam_id: int) -> int:
    """People on the list of an exam (名单)."""
    query = select(func.count()).select_from(Candidate)
    return db.session.scalar(query.where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None))) or 0


def sits(exam_id: int, person_id: int) -> bool:
    """Whether a person stands on the list without being set apart as exam staff."""
    here = select(Candidate.id).where(
        Candidate.exam_id == exam_id,
        Candidate.person_id == person_id,
        Candidate.removed_at.is_(None),
        Candidate.is_exam_staff.is_(False),
    )
    return db.session.scalar(here.limit(1)) is not None


def count_uses(exam_id: int) -> Mapping[int, int]:
    """Question → how many other exams have held it, in whatever wording; one statement."""
    rows = db.session.execute(
        select(QuestionVersion.question_id, func.count(ExamItem.exam_id.distinct()))
        .join(ExamItem, ExamItem.version_id == QuestionVersion.id)
        .where(ExamItem.exam_id != exam_id)
        .group_by(QuestionVersion.question_id)
    )
    return {row[0]: row[1] for row in rows}


def withheld_questions() -> Select[int]:
    """Questions on papers whose results are not released: practice, quizzes and mock exams must not show them.

    Source: attempts.md, “Papers”. For use inside another statement: `Question.id.not_in(withheld_questions())`.
    """
    return (
        select(QuestionVersion.question_id)
        .join(ExamItem, ExamItem.version_id == QuestionVersion.id)
        .join(Exam, Exam.id == ExamItem.exam_id)
        .where(Exam.state == ExamState.PUBLISHED)
    )


def count_forms(exam_id: int) -> dict[WindowKind, int]:
    """Frozen papers by kind of window."""
    rows = db.session.execute(
        select(Form.window_kind, func.count()).where(Form.exam_id == exam_id).group_by(Form.window_kind)
    )
    return {row[0]: row[1] for row in rows}
