"""Exams of the made-up zone (演示考试): last year's, sat and released, and this year's, open now."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import insert, select

from lawedu.attempts import candidacy, paper_queries, queries, submission
from lawedu.attempts.models import AnswerOp, Attempt
from lawedu.clock import BEIJING
from lawedu.core.attempt import RECEIPT_RANDOM_LIMIT, AttemptState, EndReason, deadline, receipt_number
from lawedu.core.exam import ExamKind, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.policy import MACHINE
from lawedu.core.questions import Value
from lawedu.core.scoring import FormItem, to_displayed
from lawedu.db import db
from lawedu.exams import audience, papers, publication, release, services
from lawedu.exams.models import AudienceEffect, Candidate, Exam, ExamKey, ExamWindow, Form
from lawedu.people.models import Person

# Papers of one's own for a zone; a few balanced forms for the crowds of load programs (drawing theirs takes minutes).
MOST_OWN_PAPERS = 1000
SHARED_PAPERS = 12
NOTICE = "考试为开卷练习性质的演示数据，题目均为真实题库试题。请独立作答。"


@dataclass(frozen=True)
class DemoExams:
    """Numbers of the demo exams."""

    annual_open: int
    annual_closed: int
    pre_appointment: int


def make_exams(now: datetime, rng: Random) -> DemoExams:
    """Two annual exams and the draft of a pre-appointment test. The bank must be loaded."""
    people = db.session.scalars(select(Person.id)).all()
    closed = _closed(now, len(people), rng)
    opened = _annual(f"{now.year}年度国家工作人员普法考试（演示）", now.year, len(people))
    _set_windows(opened, now - timedelta(days=3), now + timedelta(days=11))
    publication.publish(MACHINE, opened, papers.draw(opened))
    batch = services.create(MACHINE, f"{now.year}年第1批干部任前考法（演示草稿）", now.year, ExamKind.PRE_APPOINTMENT)
    return DemoExams(opened.id, closed, batch.id)


def _annual(title: str, year: int, people: int) -> Exam:
    exam = services.create(MACHINE, title, year)
    exam.notice = NOTICE
    if people > MOST_OWN_PAPERS:
        exam.form_mode, exam.form_count = FormMode.BALANCED, SHARED_PAPERS
    audience.add_rule(MACHINE, exam, AudienceEffect.INCLUDE)
    audience.draw_up(MACHINE, exam)
    return exam


def _set_windows(exam: Exam, opens_at: datetime, closes_at: datetime) -> None:
    """A main window of whole hours, and a resit a week later."""
    opens_at, closes_at = _at(opens_at, 8), _at(closes_at, 18)
    resit = _at(closes_at + timedelta(days=7), 8)
    resit_closes = _at(resit + timedelta(days=4), 18)
    times = {WindowKind.MAIN: (opens_at, closes_at), WindowKind.RESIT: (resit, resit_closes)}
    for window in exam.windows:
        window.opens_at, window.closes_at = times[window.kind]
    db.session.flush()


def _at(moment: datetime, hour: int) -> datetime:
    """That day at a full hour in Beijing."""
    return moment.astimezone(BEIJING).replace(hour=hour, minute=0, second=0, microsecond=0)


def _closed(now: datetime, people: int, rng: Random) -> int:
    """Last year's exam: most sat, some failed and sat again, some never came."""
    year = now.year - 1
    exam = _annual(f"{year}年度国家工作人员普法考试（演示）", year, people)
    start = now.replace(year=year, month=11, day=17)
    _set_windows(exam, start, start + timedelta(days=9))
    publication.publish(MACHINE, exam, papers.draw(exam))
    main, resit = sorted(exam.windows, key=lambda window: window.opens_at)
    listed = db.session.scalars(
        select(Candidate.person_id)
        .where(Candidate.exam_id == exam.id, Candidate.is_exam_staff.is_(False))
        .order_by(Candidate.id)
    ).all()[:MOST_OWN_PAPERS]
    simulation = _Simulation(exam, rng)
    failed = [
        person for person in listed if rng.random() < 0.94 and not simulation.sit(person, main, 1, rng.gauss(0.9, 0.07))
    ]
    for person in failed:
        if rng.random() < 0.85:
            simulation.sit(person, resit, 2, rng.gauss(0.93, 0.05))
    release.release(MACHINE, exam)
    return exam.id


class _Simulation:
    """Sits people through the real tables and the real closing of an attempt, at times in the past."""

    def __init__(self, exam: Exam, rng: Random) -> None:
        self.exam = exam
        self.rng = rng
        keys = db.session.execute(select(ExamKey.item_id, ExamKey.answer).where(ExamKey.exam_id == exam.id))
        self.answers: Mapping[int, Value] = {row.item_id: row.answer for row in keys}
        self.forms: dict[int, Sequence[FormItem]] = {}

    def sit(self, person_id: int, window: ExamWindow, try_no: int, ability: float) -> bool:
        """One sitting; says whether it was passed."""
        # Some day of the window, within office hours.
        day = window.opens_at + timedelta(days=self.rng.randrange((window.closes_at - window.opens_at).days))
        started = day + timedelta(minutes=self.rng.uniform(30, 540))
        place = candidacy.get_place(self.exam.id, person_id)
        form_id = candidacy.pick_form(place, window.kind, try_no)
        attempt_id = self._begin(person_id, window, form_id, try_no, started)
        sheet, ops = self._answer(attempt_id, form_id, ability, started)
        db.session.execute(insert(AnswerOp), ops)
        sitting = queries.get_sitting(MACHINE, "attempt.sit", attempt_id)
        ended = min(started + timedelta(minutes=self.rng.uniform(18, 58)), sitting.deadline_at)
        submission.record(MACHINE, submission.close(sitting, sheet, ended, EndReason.SUBMITTED))
        total = sum((i.points for i in self._form(form_id) if sheet.get(i.item) == self._right(i)), Decimal(0))
        return total >= self.exam.pass_mark

    def _begin(self, person_id: int, window: ExamWindow, form_id: int, try_no: int, started: datetime) -> int:
        attempt = Attempt(
            exam_id=self.exam.id,
            person_id=person_id,
            window_id=window.id,
            form_id=form_id,
            try_no=try_no,
            state=AttemptState.IN_PROGRESS,
            started_at=started,
            deadline_at=deadline(
                started, timedelta(minutes=self.exam.duration_minutes), timedelta(0), window.closes_at
            ),
            receipt_number=receipt_number(self.exam.year, secrets.randbelow(RECEIPT_RANDOM_LIMIT)),
            receipt_salt=secrets.token_hex(16),
        )
        db.session.add(attempt)
        db.session.flush()
        return attempt.id

    def _form(self, form_id: int) -> Sequence[FormItem]:
        if form_id not in self.forms:
            layout = db.session.scalars(select(Form.layout).where(Form.id == form_id)).one()
            self.forms[form_id] = paper_queries.list_form_items(layout)
        return self.forms[form_id]

    def _right(self, item: FormItem) -> Value:
        right = to_displayed(item, self.answers[int(item.item)])
        return sorted(right) if isinstance(right, list) else right

    def _answer(
        self, attempt_id: int, form_id: int, ability: float, started: datetime
    ) -> tuple[dict[str, Value], list[dict[str, Any]]]:
        sheet: dict[str, Value] = {}
        ops = []
        for seq, item in enumerate(self._form(form_id), 1):
            right = self._right(item)
            sheet[item.item] = value = right if self.rng.random() < ability else self._wrong(right, len(item.order))
            moment = started + timedelta(seconds=12 * seq)
            ops.append(
                {
                    "attempt_id": attempt_id,
                    "client": "demo",
                    "seq": seq,
                    "epoch": 1,
                    "item": item.item,
                    "value": value,
                    "received_at": moment,
                }
            )
        return sheet, ops

    def _wrong(self, right: Value, options: int) -> Value:
        letters = "ABCDEFGH"[:options]
        if isinstance(right, bool):
            return not right
        if isinstance(right, list):
            return (
                right[:-1] if len(right) > 2 else sorted(self.rng.sample(letters, 3)) if options > 3 else [letters[0]]
            )
        return self.rng.choice([letter for letter in letters if letter != right])
