"""Promise P3: the deadline is the server's, the same for all, with every background job switched off."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu.attempts.models import AnswerOp, Attempt, LateOp, Receipt, Result
from lawedu.core.attempt import AttemptState
from lawedu.core.exam import ExamState
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import Sitter


@pytest.fixture
def exam(sitting_person: Person, stranger: Person) -> Exam:
    """Five minutes only: nobody's session idles out while a test waits for the deadline."""
    return exam_cast.make_exam(sitting_person, stranger, duration_minutes=5)


def deadline_of(sitter: Sitter) -> datetime:
    return exam_cast.get_attempt(sitter.id).deadline_at


def test_up_to_the_end_of_the_grace_a_save_counts(sitter: Sitter) -> None:
    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=30), tick=False):
        assert sitter.answer(0, "A").json["acked"] == [1]


def test_after_the_grace_nothing_is_taken_and_what_came_is_kept_apart(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=30, milliseconds=1), tick=False):
        late = sitter.op(0, "B")
        answers = [sitter.send(late), sitter.send(late), sitter.send(sitter.op(0, "A", seq=1))]

    assert [(one.status_code, one.json["code"]) for one in answers] == [(410, "too_late")] * 3
    assert all("acked" not in one.json and one.json["message"] for one in answers)
    assert cast.count(AnswerOp) == 1
    assert [row.value for row in db.session.query(LateOp)] == ["B"], "once, and not what the journal has already"


def test_a_heartbeat_after_the_end_is_a_410_too(sitter: Sitter) -> None:
    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=31), tick=False):
        assert sitter.send(digest=True).status_code == 410
        assert sitter.post("take-over", {}).status_code == 410


def test_a_late_submit_returns_the_receipt_of_the_expired_attempt(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    deadline = deadline_of(sitter)
    with time_machine.travel(deadline + timedelta(seconds=31), tick=False):
        answers = [sitter.submit(sitter.op(1, ["A"]), sheet={}) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    assert (answers[0].json["reason"], answers[0].json["answered"]) == ("expired", 1)
    assert datetime.fromisoformat(answers[0].json["ended_at"]) == deadline.replace(
        microsecond=deadline.microsecond // 1000 * 1000
    )
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.EXPIRED


def dump(app: Flask) -> Any:
    answer = app.test_cli_runner().invoke(args=["attempts", "dump", "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def sweep(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["attempts", "sweep"])
    assert answer.exit_code == 0, answer.output
    db.session.rollback()


def untouched(html: str) -> str:
    """A page without its token, which differs each time."""
    return exam_cast.without_token(html)


def test_every_page_and_the_dump_are_the_same_with_the_sweeper_off_and_on(
    app: Flask, desk: Any, sitter: Sitter, exam: Exam
) -> None:
    sitter.send(sitter.op(0, "A"), sitter.op(2, False))
    exam_id = exam.id

    def see() -> dict[str, Any]:
        pages = ["/exams", f"/exams/{exam_id}", f"/attempts/{sitter.id}/receipt", f"/attempts/{sitter.id}/result"]
        seen: dict[str, Any] = {page: untouched(desk.get(page).text) for page in pages}
        seen["receipt"] = desk.get(f"/attempts/{sitter.id}/receipt?download=1").data
        seen["leads to"] = [desk.get(f"/attempts/{sitter.id}{page}").location for page in ("", "/check")]
        seen["dump"] = dump(app)
        return seen

    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=31), tick=False):
        before = see()
        assert cast.count(Receipt) == cast.count(Result) == 0, "nothing was written by reading"
        sweep(app)
        after = see()

    assert cast.count(Receipt) == cast.count(Result) == 1
    assert before == after
    assert before["dump"]["attempts"][0]["state"] == "expired"
    assert before["dump"]["attempts"][0]["results"] == [{"version": 1, "total": "60.00", "passed": True}]


def test_the_sweeper_writes_down_nothing_before_the_grace_is_over_and_everything_once(
    app: Flask, sitter: Sitter
) -> None:
    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=30), tick=False):
        sweep(app)
        assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS
    with time_machine.travel(deadline_of(sitter) + timedelta(seconds=31), tick=False):
        sweep(app)
        sweep(app)
        assert exam_cast.get_attempt(sitter.id).state is AttemptState.EXPIRED
    assert cast.count(Receipt) == cast.count(Result) == 1


def test_a_poisoned_attempt_is_set_aside_and_the_rest_go_on(
    app: Flask, sitter: Sitter, stranger: Person, exam: Exam
) -> None:
    other = exam_cast.start(cast.browser(app, stranger), exam)
    deadline = exam_cast.get_attempt(other.id).deadline_at
    poisoned = exam_cast.get_attempt(sitter.id)
    poisoned.receipt_salt = "not hexadecimal"
    db.session.commit()
    with time_machine.travel(deadline + timedelta(seconds=31), tick=False):
        answer = app.test_cli_runner().invoke(args=["attempts", "sweep"])

    assert answer.exit_code == 1
    assert str(sitter.id) in answer.stderr
    assert exam_cast.get_attempt(other.id).state is AttemptState.EXPIRED
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS


def test_releasing_first_writes_down_what_has_expired(app: Flask, sitter: Sitter, exam: Exam) -> None:
    sitter.answer(0, "A")
    closes_at, exam_id = exam.windows[0].closes_at, exam.id
    with time_machine.travel(closes_at + timedelta(minutes=6), tick=False):
        answer = app.test_cli_runner().invoke(args=["exams", "release", str(exam_id)])
        assert answer.exit_code == 0, answer.output

    db.session.rollback()
    found = db.session.get(Exam, exam_id)
    assert found is not None
    assert found.state is ExamState.RELEASED
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.EXPIRED
    assert cast.count(Result, is_current=True) == 1


MOMENTS: list[Callable[[datetime], datetime]] = [
    lambda deadline: deadline - timedelta(seconds=1),
    lambda deadline: deadline,
    lambda deadline: deadline + timedelta(seconds=29),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_handing_in_around_the_deadline_counts_until_the_grace_is_over(
    sitter: Sitter, moment: Callable[[datetime], datetime]
) -> None:
    with time_machine.travel(moment(deadline_of(sitter)), tick=False):
        answer = sitter.submit(sitter.op(0, "A"), sheet={sitter.items[0]: "A"})

    assert (answer.status_code, answer.json["reason"]) == (200, "submitted")
    assert cast.count(Attempt, state=AttemptState.SUBMITTED) == 1
