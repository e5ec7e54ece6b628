"""The clock of the exam on the screen: pause, deadline, too late, extra time. The server's time alone counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import expect

from lawedu import clock
from lawedu.attempts.models import LateOp
from lawedu.core.attempt import AttemptState
from lawedu.db import db
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.journeys import stage
from tests.journeys.desk import OFFLINE, SAVED, Desk, sheet_of

pytestmark = pytest.mark.browser


def test_a_pause_locks_the_paper_and_ends_by_itself(desk: Desk, official: Person) -> None:
    desk.page.clock.install()
    attempt_id = desk.start(stage.make_exam(official, duration_minutes=5))
    _set(attempt_id, paused_at=clock.now())
    desk.choose("A")
    expect(desk.banner).to_contain_text("考试已暂停")
    expect(desk.state).not_to_have_text(SAVED)
    expect(desk.now.locator(".option input").first).to_be_disabled()
    desk.page.reload()
    desk.is_ready()
    expect(desk.banner).to_contain_text("考试已暂停")

    _set(attempt_id, paused_at=None)
    desk.page.clock.fast_forward(15_000)

    desk.is_saved()
    expect(desk.banner).to_be_hidden()
    expect(desk.now.locator(".option input").first).to_be_enabled()
    assert sheet_of(attempt_id) == {"1": "A"}


def test_at_the_deadline_the_paper_locks_and_the_receipt_follows(desk: Desk, official: Person) -> None:
    desk.page.clock.install()
    attempt_id = desk.start(stage.make_exam(official, duration_minutes=5))
    desk.choose("A")
    desk.is_saved()
    desk.page.get_by_role("button", name="交卷", exact=True).click()
    deadline = exam_cast.get_attempt(attempt_id).deadline_at
    with time_machine.travel(deadline + timedelta(seconds=1), tick=True):
        desk.page.clock.fast_forward("05:01")

        expect(desk.banner).to_have_text("考试时间到，已自动交卷。您的作答全部保存。")
        expect(desk.page.get_by_role("dialog")).to_have_count(0)
        expect(desk.now.locator(".option input").first).to_be_disabled()
        expect(desk.page.get_by_role("button", name="交卷", exact=True)).to_be_disabled()
    with time_machine.travel(deadline + timedelta(seconds=35), tick=True):
        desk.page.clock.fast_forward(35_000)
        desk.page.wait_for_url("**/receipt")
        expect(desk.page.get_by_text("考试时间到，已自动交卷。")).to_be_visible()
    assert sheet_of(attempt_id) == {"1": "A"}


def test_an_answer_that_comes_too_late_is_kept_and_does_not_count(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official, duration_minutes=5))
    desk.choose("A")
    desk.is_saved()
    desk.context.set_offline(True)
    desk.to(2)
    desk.choose("B")
    expect(desk.banner).to_have_text(OFFLINE)
    with time_machine.travel(exam_cast.get_attempt(attempt_id).deadline_at + timedelta(seconds=40), tick=True):
        desk.context.set_offline(False)

        desk.page.wait_for_url("**/receipt")
        expect(desk.page.get_by_text("截止后收到 1 条作答，已留存备查，不计入成绩。")).to_be_visible()
    assert sheet_of(attempt_id) == {"1": "A"}
    assert cast.count(LateOp, attempt_id=attempt_id) == 1


def test_extra_time_reopens_the_paper(desk: Desk, official: Person) -> None:
    desk.page.clock.install()
    attempt_id = desk.start(stage.make_exam(official, duration_minutes=5))
    deadline = exam_cast.get_attempt(attempt_id).deadline_at
    with time_machine.travel(deadline + timedelta(seconds=1), tick=True):
        _set(attempt_id, deadline_at=deadline + timedelta(minutes=20))
        desk.page.clock.fast_forward("05:01")
        expect(desk.page.locator("#announce")).to_contain_text("考试时间已延长")
        desk.choose("A")
        desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A"}
    assert exam_cast.get_attempt(attempt_id).state is AttemptState.IN_PROGRESS


def _set(attempt_id: int, **values: object) -> None:
    """The row as another person's deed would leave it."""
    row = exam_cast.get_attempt(attempt_id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
