"""The stage of the roster tests: an exam with an audience, drawn up, opened, locked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from lawedu import clock
from lawedu.core.exam import ExamKind, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.scoring import MultipleRule
from lawedu.db import db, transaction
from lawedu.exams import audience, rosters
from lawedu.exams.audience_queries import get_exam
from lawedu.exams.models import AudienceEffect, Candidate, Exam, ExamWindow
from lawedu.people.models import Person, Unit
from tests import cast


def make_exam(**changes: Any) -> Exam:
    """A draft of the annual exam with a main and a resit window in the future. Committed."""
    now = clock.now()
    values: dict[str, Any] = {
        "kind": ExamKind.ANNUAL,
        "title": "2026年度普法考试",
        "year": 2026,
        "duration_minutes": 60,
        "pass_mark": Decimal(80),
        "excellent_mark": Decimal(90),
        "full_points": Decimal(100),
        "multiple_rule": MultipleRule.ALL_OR_NOTHING,
        "form_mode": FormMode.INDIVIDUAL,
        "form_count": 1,
        "shuffle_items": True,
        "shuffle_options": True,
        "score_at_submit": True,
        "seed": 1,
        "created_at": now,
        **changes,
    }
    exam = Exam(**values)
    exam.windows = [
        ExamWindow(kind=WindowKind.MAIN, opens_at=now + timedelta(days=10), closes_at=now + timedelta(days=20)),
        ExamWindow(kind=WindowKind.RESIT, opens_at=now + timedelta(days=30), closes_at=now + timedelta(days=35)),
    ]
    db.session.add(exam)
    db.session.commit()
    return exam


def draw_up(exam: Exam, admin: Person, *units: Unit) -> audience.DrawnUp:
    """Include the units (or everybody) and draw the list up."""
    actor = cast.actor_of(admin)
    exam_id = exam.id
    with transaction():
        found = get_exam(exam_id, lock=True)
        for unit_id in [unit.id for unit in units] or [None]:
            unit = db.session.get(Unit, unit_id) if unit_id else None
            audience.add_rule(actor, found, AudienceEffect.INCLUDE, unit)
        return audience.draw_up(actor, found)


def draw_up_again(exam: Exam, admin: Person) -> audience.DrawnUp:
    """The same rules once more."""
    actor, exam_id = cast.actor_of(admin), exam.id
    with transaction():
        return audience.draw_up(actor, get_exam(exam_id, lock=True))


def open_lists(exam: Exam, admin: Person, days: int = 3) -> None:
    """Ask the units to confirm."""
    actor, exam_id = cast.actor_of(admin), exam.id
    with transaction():
        rosters.open_confirmation(actor, get_exam(exam_id, lock=True), clock.today() + timedelta(days=days))


def lock(exam: Exam, admin: Person) -> None:
    """Fix the roster."""
    actor, exam_id = cast.actor_of(admin), exam.id
    with transaction():
        rosters.lock(actor, get_exam(exam_id, lock=True))


def row_of(exam: Exam, person: Person) -> Candidate:
    """The person's row, on the list or taken off, as the database has it."""
    db.session.rollback()
    return db.session.query(Candidate).filter_by(exam_id=exam.id, person_id=person.id).one()


def listed(exam: Exam) -> set[str]:
    """Names on the list."""
    db.session.rollback()
    rows = db.session.query(Candidate).filter_by(exam_id=exam.id, removed_at=None)
    return {row.person.name for row in rows}


def set_windows(exam: Exam, main_closes: timedelta, resit_closes: timedelta) -> None:
    """Move the ends of the windows, counted from now."""
    now = datetime.now(UTC)
    main, resit = exam.windows
    main.opens_at, main.closes_at = now + main_closes - timedelta(days=5), now + main_closes
    resit.opens_at, resit.closes_at = now + resit_closes - timedelta(days=5), now + resit_closes
    db.session.commit()
