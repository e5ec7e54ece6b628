"""The stage for setting up exams (搭台): a bank in the database, a draft, a list, papers."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from lawedu import clock
from lawedu.core.blueprint import Cell
from lawedu.core.exam import ExamState, Window, WindowKind
from lawedu.core.policy import MACHINE
from lawedu.core.questions import QuestionKind
from lawedu.db import db, transaction
from lawedu.exams import papers, plan, publication, queries, services, windows
from lawedu.exams.models import Candidate, Exam
from lawedu.people.models import Person
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion

CANARY = "只有阅卷程序知道"
SINGLE, MULTIPLE, JUDGEMENT = QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.TRUE_FALSE
_codes = itertools.count(1)


def make_questions(count: int, kind: QuestionKind = SINGLE, domain: str = "行政处罚", difficulty: int = 2) -> None:
    """Published exam questions; keys and explanations carry the canary. Committed."""
    for _ in range(count):
        number = next(_codes)
        question = Question(
            code=f"q-{number:05d}",
            state=QuestionState.PUBLISHED,
            kind=kind,
            domain=domain,
            difficulty=difficulty,
            for_practice=True,
            for_exam=True,
            version_no=1,
            content_hash=f"{number}",
        )
        options = {} if kind is JUDGEMENT else {key: f"题{number}选项{key}" for key in "ABCD"}
        db.session.add(
            QuestionVersion(
                question=question,
                version_no=1,
                kind=kind,
                stem=f"第{number}号题干",
                options=options,
                answer={SINGLE: "B", MULTIPLE: ["A", "C"]}.get(kind, True),
                why_not={"A": f"{CANARY}错因{number}"},
                parts=[],
                explanation=f"{CANARY}解析{number}",
                domain=domain,
                difficulty=difficulty,
                audience=["all"],
                checked_on=date(2026, 11, 22),
                created_at=clock.now(),
                basis=[
                    LegalBasis(
                        position=1,
                        instrument="中华人民共和国行政处罚法",
                        instrument_version=date(2021, 1, 22),
                        article=str(number % 80 + 1),
                        paragraph=1,
                    )
                ],
            )
        )
    db.session.commit()


def small_bank() -> None:
    """Twelve single choices in two domains, six multiple ones, six judgements."""
    make_questions(8)
    make_questions(4, domain="行政许可与强制", difficulty=4)
    make_questions(6, MULTIPLE, difficulty=3)
    make_questions(6, JUDGEMENT)


SMALL_PLAN = (
    Cell(1, SINGLE, "行政处罚", None, 3, plan.Decimal(20)),
    Cell(2, MULTIPLE, None, None, 1, plan.Decimal(20)),
    Cell(3, JUDGEMENT, None, 2, 2, plan.Decimal(10)),
)


def make_draft(cells: tuple[Cell, ...] = SMALL_PLAN, resit: bool = True, **changes: Any) -> Exam:
    """A draft of 100 points that opens tomorrow. Committed."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    spans = [Window(WindowKind.MAIN, start, start + timedelta(days=5))]
    if resit:
        spans.append(Window(WindowKind.RESIT, start + timedelta(days=10), start + timedelta(days=12)))
    title = changes.pop("title", f"第{next(_codes)}次考试")
    with transaction():
        exam = services.create(MACHINE, title, 2026)
        windows.replace(MACHINE, exam, exam.edit_no, spans)
        plan.replace(MACHINE, exam, exam.edit_no, cells)
        for name, value in changes.items():
            setattr(exam, name, value)
        exam_id = exam.id
    return get(exam_id)


def list_people(exam: Exam, *people: Person, **changes: Any) -> None:
    """Put people on the list. Committed."""
    with transaction():
        for person in people:
            values = {"unit_id": person.unit_id, "added_at": clock.now(), **changes}
            db.session.add(Candidate(exam_id=exam.id, person_id=person.id, **values))


def publish(exam: Exam) -> Exam:
    """As the command does it."""
    drawn = papers.draw(get(exam.id))
    with transaction():
        publication.publish(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam.id, lock=True), drawn)
    return get(exam.id)


def get(exam_id: int) -> Exam:
    """The exam as the database has it now."""
    db.session.rollback()
    return db.session.scalars(select(Exam).where(Exam.id == exam_id)).one()


def state_of(exam_id: int) -> ExamState:
    """Where it stands in the database."""
    return get(exam_id).state
