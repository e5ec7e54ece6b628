"""Cancelling: a draft by one person, a published exam by two before it opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lawedu import clock
from lawedu.core.exam import ExamState
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Approval, Person
from tests.cast import browser, count, post
from tests.exams.setup_stage import get, list_people, make_draft, publish, small_bank, state_of


@pytest.fixture
def exam(app: Flask, wang: Person, zhao: Person) -> Exam:
    """A draft that could be published."""
    small_bank()
    made = make_draft()
    list_people(made, wang, zhao)
    return made


@pytest.fixture
def sun(app: Flask, exam_admin: Person) -> Any:
    """The browser of the first administrator."""
    return browser(app, exam_admin)


@pytest.fixture
def zhou(app: Flask, second_exam_admin: Person) -> Any:
    """The browser of the second."""
    return browser(app, second_exam_admin)


def ask(client: Any, exam: Exam, **fields: str) -> Any:
    return post(client, f"/bench/exams/{exam.id}/publish", {"reason": "方案已经核对", **fields})


def cancel(client: Any, exam: Exam, **fields: str) -> Any:
    return post(client, f"/bench/exams/{exam.id}/cancel", {"reason": "改由市里统一组织", **fields})


def test_a_draft_is_given_up_by_one_person(sun: Any, exam: Exam) -> None:
    assert cancel(sun, exam, reason="").status_code == 422
    assert cancel(sun, exam).status_code == 303
    assert state_of(exam.id) is ExamState.CANCELLED
    assert cancel(sun, exam).status_code == 409
    assert ask(sun, exam).status_code == 409


def test_a_published_exam_is_cancelled_by_two_before_it_opens(sun: Any, zhou: Any, exam: Exam) -> None:
    publish(exam)
    page = f"/bench/exams/{exam.id}/cancel"
    assert cancel(sun, exam).status_code == 303
    assert state_of(exam.id) is ExamState.PUBLISHED
    assert post(sun, f"{page}/decide", {"decision": "approve"}, page=page).status_code == 409
    assert post(zhou, f"{page}/decide", {"decision": "approve"}, page=page).status_code == 303
    assert state_of(exam.id) is ExamState.CANCELLED
    assert post(zhou, f"{page}/decide", {"decision": "approve"}, page="/bench/exams/new").status_code == 409


def test_once_open_an_exam_cannot_be_cancelled(sun: Any, exam: Exam) -> None:
    publish(exam)
    get(exam.id).windows[0].opens_at = clock.now() - timedelta(minutes=1)
    db.session.commit()

    assert "已经开始，不能取消" in sun.get(f"/bench/exams/{exam.id}/cancel").text
    assert cancel(sun, exam).status_code == 409
    assert count(Approval) == 0
