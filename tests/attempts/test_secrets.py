"""Promise P7: no answer key or explanation is in any byte sent to an official before it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.attempts import overviews, queries, reviews
from lawedu.core.exam import ExamState
from lawedu.core.policy import MACHINE
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import CANARY, ITEMS, Sitter

# A score that stands nowhere else on a page.
ODD = (replace(ITEMS[0], points=Decimal("41.25")), replace(ITEMS[1], points=Decimal("38.75")), ITEMS[2])


class Listener:
    """Every byte that one browser receives."""

    def __init__(self, desk: Any) -> None:
        self.heard = b""
        real = desk.open

        def open_and_note(*args: Any, **kwargs: Any) -> Any:
            answer = real(*args, **kwargs)
            self.heard += answer.data + str(answer.headers).encode()
            return answer

        desk.open = open_and_note

    def holds_a_key(self) -> bool:
        heard = self.heard
        return CANARY.encode() in heard or "金丝雀".encode("unicode_escape") in heard


def look_everywhere(desk: Any, exam_id: int, attempt_id: int) -> None:
    for page in ("", "/check", "/receipt", "/result"):
        desk.get(f"/attempts/{attempt_id}{page}")
        desk.get(f"/attempts/{attempt_id}{page}", headers={"Accept": "application/json"})
    for page in ("/exams", f"/exams/{exam_id}", f"/attempts/{attempt_id}/receipt?download=1"):
        desk.get(page)


def set_state(exam_id: int, state: ExamState) -> None:
    exam = db.session.get(Exam, exam_id)
    assert exam is not None
    exam.state = state
    db.session.commit()


@pytest.mark.parametrize("score_at_submit", [True, False])
def test_a_whole_sitting_hears_no_key(app: Flask, sitting_person: Person, score_at_submit: bool) -> None:
    exam = exam_cast.make_exam(sitting_person, items=ODD, score_at_submit=score_at_submit, resit=True)
    exam_id, closes_at = exam.id, exam.windows[0].closes_at
    last = exam.windows[1].closes_at
    desk = cast.browser(app, sitting_person)
    listener = Listener(desk)
    sitter = exam_cast.start(desk, exam_id)
    look_everywhere(desk, exam_id, sitter.id)
    sitter.send(sitter.op(0, "A"), sitter.op(1, ["A"]), sitter.op(2, "wrong"), digest=True)
    sitter.post("take-over", {})
    sitter.submit()
    sitter.submit(sheet={})
    look_everywhere(desk, exam_id, sitter.id)
    assert ("41.25" in desk.get(f"/attempts/{sitter.id}/result").text) is score_at_submit
    # Released after the main window: the score is out, but the resit may still ask the same questions.
    set_state(exam_id, ExamState.RELEASED)
    with time_machine.travel(closes_at + timedelta(hours=1), tick=False):
        desk = cast.browser(app, sitting_person)
        listener_2 = Listener(desk)
        look_everywhere(desk, exam_id, sitter.id)
        assert "41.25" in desk.get(f"/attempts/{sitter.id}/result").text
    assert not listener.holds_a_key()
    assert not listener_2.holds_a_key()
    with time_machine.travel(last + timedelta(seconds=31), tick=False):
        page = cast.browser(app, sitting_person).get(f"/attempts/{sitter.id}/result").text
    assert CANARY in page, "the test would notice a key"


def test_keys_wait_for_the_last_deadline_with_its_extra_time(
    app: Flask, sitting_person: Person, stranger: Person
) -> None:
    exam = exam_cast.make_exam(sitting_person, closes_at=clock.now() + timedelta(minutes=10))
    exam_cast.add_candidate(exam, stranger, extra_minutes=30)
    db.session.commit()
    exam_id, closes_at = exam.id, exam.windows[0].closes_at
    done = exam_cast.start(cast.browser(app, sitting_person), exam)
    done.submit(sheet={})
    exam_cast.start(cast.browser(app, stranger), exam_id)
    set_state(exam_id, ExamState.RELEASED)

    def sees_keys(after: timedelta) -> bool:
        with time_machine.travel(closes_at + after, tick=False):
            return CANARY in cast.browser(app, sitting_person).get(f"/attempts/{done.id}/result").text

    assert not sees_keys(timedelta(minutes=1))
    assert not sees_keys(timedelta(minutes=30, seconds=30))
    assert sees_keys(timedelta(minutes=30, seconds=31))


def test_after_release_everything_about_each_question_is_shown_in_the_letters_that_were_seen(
    app: Flask, sitter: Sitter, exam: Exam, sitting_person: Person
) -> None:
    exam_id, closes_at = exam.id, exam.windows[0].closes_at
    sitter.submit(
        sitter.op(0, "C"), sitter.op(1, ["A", "B"]), sheet={sitter.items[0]: "C", sitter.items[1]: ["A", "B"]}
    )
    set_state(exam_id, ExamState.RELEASED)
    with time_machine.travel(closes_at + timedelta(seconds=31), tick=False):
        page = cast.browser(app, sitting_person).get(f"/attempts/{sitter.id}/result").text

    # Displayed C of the first question is the bank's D; the right one, B in the bank, was shown as A.
    assert f"{CANARY}·错在D" in page
    assert f"{CANARY}·错在A" not in page
    assert f"{CANARY}·错在C" not in page, "what was not chosen is not explained"
    assert all(f"{CANARY}·解析{place}" in page for place in (1, 2, 3))


def test_before_release_there_is_no_score_unless_the_exam_gives_it_at_hand_in(
    app: Flask, sitting_person: Person
) -> None:
    exam = exam_cast.make_exam(sitting_person, items=ODD, score_at_submit=False)
    exam_id = exam.id
    desk = cast.browser(app, sitting_person)
    sitter = exam_cast.start(desk, exam)
    sitter.submit(sitter.op(0, "A"), sheet={sitter.items[0]: "A"})

    pages = (f"/attempts/{sitter.id}/result", "/exams", f"/exams/{exam_id}", f"/attempts/{sitter.id}/receipt")
    before = [desk.get(page).text for page in pages]
    view = overviews.get_view(sitting_person.id, exam_id, clock.now())
    assert view.last is not None
    assert (view.last.is_score_shown, view.last.points, view.last.passed) == (False, None, None)
    outcome = reviews.get_outcome(queries.get_sitting(MACHINE, "attempt.sit", sitter.id), clock.now())
    assert (outcome.is_score_shown, outcome.total, outcome.passed, outcome.items) == (False, None, None, [])
    set_state(exam_id, ExamState.RELEASED)
    after = [desk.get(page).text for page in pages]

    assert "41.25" in after[0]
    assert "41.25" not in before[0] + before[1] + before[3]
    assert "41.25" not in after[3], "no score on the receipt, ever"
