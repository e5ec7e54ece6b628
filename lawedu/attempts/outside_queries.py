"""Reading outside scores (校外成绩查询)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lawedu.attempts.models import ImportState, MatchKind, OutsideImport, OutsideScore
from lawedu.core.errors import NotFound
from lawedu.core.exam import ExamKind, ExamState
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Candidate, Exam
from lawedu.people.models import Person, Unit

OPEN_MATCHES = (MatchKind.SEVERAL, MatchKind.NONE)
MOST_CHOICES = 30
MOST_EXAMS = 60


def counts() -> ColumnElement[bool]:
    """Whether an outside score counts, as a condition on OutsideScore and OutsideImport: approved, matched, not
    corrected since.
    """
    return and_(
        OutsideImport.state == ImportState.APPROVED,
        OutsideScore.person_id.is_not(None),
        OutsideScore.superseded_by.is_(None),
    )


def list_exams() -> Sequence[Exam]:
    """Exams that can take outside scores, the latest first."""
    return db.session.scalars(
        select(Exam).where(_takes_scores()).order_by(Exam.year.desc(), Exam.id.desc()).limit(MOST_EXAMS)
    ).all()


def get_exam(exam_id: int) -> Exam:
    """An exam that can take outside scores. Raises NotFound."""
    found = db.session.scalar(select(Exam).where(Exam.id == exam_id, _takes_scores()))
    if found is None:
        raise NotFound
    return found


def _takes_scores() -> ColumnElement[bool]:
    return and_(Exam.state.in_((ExamState.PUBLISHED, ExamState.RELEASED)), Exam.kind != ExamKind.PRE_APPOINTMENT)


def select_imports() -> Select[OutsideImport, str, int]:
    """Imports with the name of who made them and how many rows they have, the latest first."""
    rows = select(func.count()).where(OutsideScore.import_id == OutsideImport.id).scalar_subquery()
    return (
        select(OutsideImport, Person.name, rows)
        .join(Person, Person.id == OutsideImport.created_by)
        .options(joinedload(OutsideImport.exam))
        .order_by(OutsideImport.id.desc())
    )


def get_import(actor: Actor, action: str, import_id: int, *, lock: bool = False) -> OutsideImport:
    """An import. Raises NotAllowed, NotFound."""
    ensure(actor, action)
    query = select(OutsideImport).where(OutsideImport.id == import_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def count_matches(import_id: int) -> dict[MatchKind, int]:
    """How many rows were matched how."""
    query = select(OutsideScore.match, func.count()).where(OutsideScore.import_id == import_id)
    found: dict[MatchKind, int] = dict(db.session.execute(query.group_by(OutsideScore.match)).all())
    return {kind: found.get(kind, 0) for kind in MatchKind}


def select_scores(import_id: int, kinds: Sequence[MatchKind]) -> Select[OutsideScore]:
    """Rows of an import as in the sheet, with whom they belong to."""
    return (
        select(OutsideScore)
        .where(OutsideScore.import_id == import_id, OutsideScore.match.in_(kinds))
        .options(joinedload(OutsideScore.person).joinedload(Person.unit))
        .order_by(OutsideScore.row_no)
    )


def get_score(import_id: int, score_id: int) -> OutsideScore:
    """One row of an import. Raises NotFound."""
    query = select(OutsideScore).where(OutsideScore.id == score_id, OutsideScore.import_id == import_id)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def list_choices(exam_id: int, score: OutsideScore, text: str = "") -> Sequence[Any]:
    """(person id, name, number, unit, post) of people on the roster who may be meant: namesakes and whoever has the
    number; with `text` (a number or a name) whoever that finds.
    """
    wanted = or_(Person.name == score.name, Person.staff_number == score.staff_number)
    if text:
        wanted = or_(Person.name == text, Person.staff_number == text.upper())
    return db.session.execute(
        select(Person.id, Person.name, Person.staff_number, Unit.name.label("unit"), Person.post_title)
        .join(Candidate, Candidate.person_id == Person.id)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None), wanted)
        .order_by(Unit.sort_path, Person.sort_order, Person.id)
        .limit(MOST_CHOICES)
    ).all()


def is_listed(exam_id: int, person_id: int) -> bool:
    """Whether somebody is on the roster of an exam."""
    query = select(Candidate.id).where(
        Candidate.exam_id == exam_id, Candidate.person_id == person_id, Candidate.removed_at.is_(None)
    )
    return db.session.scalar(query) is not None


def find_row_of(import_id: int, person_id: int) -> OutsideScore | None:
    """The row of an import that belongs to somebody."""
    return db.session.scalar(
        select(OutsideScore)
        .where(OutsideScore.import_id == import_id, OutsideScore.person_id == person_id)
        .order_by(OutsideScore.row_no)
        .limit(1)
    )
