"""Releasing results: after the main window, by two persons, what has expired written down first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lawedu import clock, events
from lawedu.core.errors import RuleBroken
from lawedu.core.exam import ExamState
from lawedu.core.policy import MACHINE
from lawedu.db import db, transaction
from lawedu.exams import queries, release
from lawedu.exams.models import Exam
from lawedu.people.models import Approval, Person
from tests.cast import browser, count, post
from tests.exams.setup_stage import get, list_people, make_draft, publish, small_bank, state_of


@pytest.fixture
def exam(app: Flask, wang: Person) -> Exam:
    """Published, its main window over, its resit to come."""
    small_bank()
    made = make_draft()
    list_people(made, wang)
    publish(made)
    for window in get(made.id).windows:
        window.opens_at, window.closes_at = window.opens_at - timedelta(days=8), window.closes_at - timedelta(days=8)
    db.session.commit()
    return get(made.id)


@pytest.fixture
def sun(app: Flask, exam_admin: Person) -> Any:
    """The browser of the first administrator."""
    return browser(app, exam_admin)


@pytest.fixture
def zhou(app: Flask, second_exam_admin: Person) -> Any:
    """The browser of the second."""
    return browser(app, second_exam_admin)


def ask(client: Any, exam: Exam, **fields: str) -> Any:
    return post(client, f"/bench/exams/{exam.id}/release", {"reason": "首考已经结束", **fields})


def decide(client: Any, exam: Exam, decision: str = "approve", **fields: str) -> Any:
    page = f"/bench/exams/{exam.id}/release"
    return post(client, f"{page}/decide", {"decision": decision, **fields}, page=page)


def test_one_asks_another_releases(sun: Any, zhou: Any, exam: Exam) -> None:
    assert ask(sun, exam).status_code == 303
    assert state_of(exam.id) is ExamState.PUBLISHED
    assert decide(zhou, exam).status_code == 303

    done = get(exam.id)
    assert done.state is ExamState.RELEASED
    assert done.released_at is not None
    assert "公布时间" in sun.get(f"/bench/exams/{exam.id}/release").text


def test_the_requester_cannot_approve(sun: Any, exam: Exam) -> None:
    ask(sun, exam)
    assert decide(sun, exam).status_code == 409
    assert state_of(exam.id) is ExamState.PUBLISHED


def test_who_may_not_is_refused(app: Flask, sun: Any, exam: Exam, wang: Person, hr: Person) -> None:
    ask(sun, exam)
    for person in (wang, hr):
        client = browser(app, person)
        assert ask(client, exam).status_code == 403
        assert decide(client, exam).status_code == 403
    assert state_of(exam.id) is ExamState.PUBLISHED


def test_a_second_release_is_refused(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    decide(zhou, exam)
    released_at = get(exam.id).released_at

    assert decide(zhou, exam).status_code == 409
    assert ask(sun, exam).status_code == 409
    assert get(exam.id).released_at == released_at


def test_before_the_main_window_closes_it_is_too_early(sun: Any, exam: Exam) -> None:
    get(exam.id).windows[0].closes_at = clock.now() + timedelta(minutes=1)
    db.session.commit()

    assert "还不能公布" in sun.get(f"/bench/exams/{exam.id}/release").text
    assert ask(sun, exam).status_code == 409
    assert count(Approval) == 0


def test_a_draft_cannot_be_released(sun: Any) -> None:
    small_bank()
    draft = make_draft()
    assert "还不能公布" in sun.get(f"/bench/exams/{draft.id}/release").text
    assert ask(sun, draft).status_code == 409


def test_a_refused_request_says_why_and_can_be_made_again(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    assert decide(zhou, exam, "reject").status_code == 422
    assert decide(zhou, exam, "reject", note="等缓考人员").status_code == 303
    assert "等缓考人员" in sun.get(f"/bench/exams/{exam.id}/release").text
    page = f"/bench/exams/{exam.id}/release"
    assert ask(sun, exam).status_code == 303
    assert post(sun, f"{page}/withdraw", page=page).status_code == 303
    assert decide(zhou, exam).status_code == 409


def test_what_has_expired_is_written_down_before_the_exam_is_released(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def hear(fact: release.ExamReleased) -> None:
        seen.append((fact.exam_id, db.session.get(Exam, fact.exam_id).state))

    monkeypatch.setitem(events._handlers, release.ExamReleased, [hear])
    with transaction():
        release.release(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam.id, lock=True))

    assert seen == [(exam.id, ExamState.PUBLISHED)]
    assert state_of(exam.id) is ExamState.RELEASED


def test_a_handler_that_fails_stops_the_release(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_fact: object) -> None:
        raise RuleBroken

    monkeypatch.setitem(events._handlers, release.ExamReleased, [fail])
    with pytest.raises(RuleBroken), transaction():
        release.release(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam.id, lock=True))
    assert state_of(exam.id) is ExamState.PUBLISHED


def test_the_command_releases_once(app: Flask, exam: Exam) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["exams", "release", str(exam.id)]).exit_code == 0
    again = runner.invoke(args=["exams", "release", str(exam.id)])
    assert again.exit_code == 1
    assert "已经公布" in again.output
