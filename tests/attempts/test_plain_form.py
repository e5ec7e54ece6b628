"""Without script: the same doors take form fields, count only what differs from what was shown, and answer 303."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lawedu import clock
from lawedu.attempts.models import AnswerOp, LateOp
from lawedu.core.attempt import AttemptState
from lawedu.core.exam import ExamKind
from lawedu.core.questions import QuestionKind, sheet_digest
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import Item, Sitter


class Plain:
    """The page without script: posts what it was rendered with, and what the person changed."""

    def __init__(self, sitter: Sitter) -> None:
        self.sitter, self.client = sitter, sitter.client
        self.shown: dict[str, Any] = sitter.sheet()

    def fields(self, *places: int, **answers: Any) -> dict[str, Any]:
        """The fields of the questions at `places`; `p0=…` is what the person chose at place 0."""
        fields: dict[str, Any] = {"csrf_token": self.sitter.token}
        for place in places or range(len(self.sitter.items)):
            item = self.sitter.items[place]
            value = self.shown.get(item)
            fields[f"was-{item}"] = json.dumps(value)
            chosen = answers.get(f"p{place}", value)
            if chosen is not None:
                fields[f"a-{item}"] = {True: "true", False: "false"}[chosen] if isinstance(chosen, bool) else chosen
        return fields

    def save(self, *places: int, button: dict[str, str] | None = None, **answers: Any) -> Any:
        fields = {**self.fields(*places, **answers), **(button or {})}
        return self.client.post(f"/attempts/{self.sitter.id}/ops", data=fields)

    def submit(self, digest: str | None = None, **answers: Any) -> Any:
        fields = {**self.fields(**answers), "digest": digest or sheet_digest(self.shown)}
        return self.client.post(f"/attempts/{self.sitter.id}/submit", data=fields)


def leads_to(answer: Any, place: str) -> bool:
    assert answer.status_code == 303, answer.text
    return bool(answer.location.startswith(place))


def test_what_was_chosen_is_saved_and_the_button_says_where_to_go(sitter: Sitter) -> None:
    plain = Plain(sitter)
    answer = plain.save(p0="A", p1=["C", "B"], p2=False, button={"goto": "3"})

    assert answer.location == f"/attempts/{sitter.id}?q=3#question"
    assert sitter.sheet() == {sitter.items[0]: "A", sitter.items[1]: ["B", "C"], sitter.items[2]: False}
    assert leads_to(plain.save(button={"check": "1"}), f"/attempts/{sitter.id}/check")
    assert leads_to(plain.save(button={"goto": "https://example.org"}), f"/attempts/{sitter.id}?q=1")


def test_a_stale_page_blanks_nothing_that_it_did_not_touch(sitter: Sitter) -> None:
    stale = Plain(sitter)
    sitter.answer(0, "A")
    sitter.answer(1, ["B"])
    stale.save(p2=True)

    assert sitter.sheet() == {sitter.items[0]: "A", sitter.items[1]: ["B"], sitter.items[2]: True}
    assert cast.count(AnswerOp) == 3


def test_a_page_of_one_question_touches_one_question(sitter: Sitter) -> None:
    sitter.answer(1, ["B"])
    Plain(sitter).save(0, p0="D")

    assert sitter.sheet() == {sitter.items[0]: "D", sitter.items[1]: ["B"]}


def test_boxes_can_be_cleared_but_a_missing_radio_button_means_nothing(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    sitter.answer(1, ["B"])
    plain = Plain(sitter)
    fields = {name: value for name, value in plain.fields().items() if not name.startswith("a-")}
    sitter.client.post(f"/attempts/{sitter.id}/ops", data=fields)

    assert sitter.sheet() == {sitter.items[0]: "A"}


def test_the_same_form_twice_changes_nothing_more(sitter: Sitter) -> None:
    plain = Plain(sitter)
    plain.save(p0="A")
    plain.save(p0="A")

    assert sitter.sheet() == {sitter.items[0]: "A"}


def test_a_value_that_is_no_answer_is_told_and_the_others_are_saved(sitter: Sitter) -> None:
    answer = Plain(sitter).save(p0="Z", p2=True)

    assert answer.status_code == 303
    assert sitter.sheet() == {sitter.items[2]: True}


def test_text_keeps_its_lines_and_an_empty_one_clears(app: Any, sitting_person: Person) -> None:
    essay = Item(QuestionKind.SHORT_ANSWER, [{"points": "1", "text": "x"}])
    exam = exam_cast.make_exam(sitting_person, items=[essay], kind=ExamKind.ANNUAL)
    sitter = exam_cast.start(cast.browser(app, sitting_person), exam)
    Plain(sitter).save(p0="第一行\r\n 第二行 ")
    assert sitter.sheet() == {sitter.items[0]: "第一行\n 第二行 "}
    Plain(sitter).save(p0="")

    assert sitter.sheet() == {}


def test_after_the_end_the_form_leads_to_the_receipt_and_is_kept_as_late(app: Any, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person, duration_minutes=5)
    sitter = exam_cast.start(cast.browser(app, sitting_person), exam)
    plain = Plain(sitter)
    deadline = exam_cast.get_attempt(sitter.id).deadline_at
    with time_machine.travel(deadline + timedelta(seconds=31), tick=False):
        assert leads_to(plain.save(p0="A"), f"/attempts/{sitter.id}/receipt")
        assert leads_to(plain.submit(p0="A"), f"/attempts/{sitter.id}/receipt")

    assert cast.count(AnswerOp) == 0
    assert db.session.query(LateOp).first() is not None
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.EXPIRED


def test_handing_in_by_form_takes_the_last_changes_along(sitter: Sitter, desk: Any) -> None:
    sitter.answer(0, "A")
    answer = Plain(sitter).submit(p2=True)

    assert leads_to(answer, f"/attempts/{sitter.id}/receipt")
    assert desk.get(f"/attempts/{sitter.id}/receipt?download=1").json["answered"] == 2


def test_handing_in_by_form_what_was_not_seen_leads_back_to_the_check(sitter: Sitter) -> None:
    plain = Plain(sitter)
    sitter.answer(0, "A")

    assert leads_to(plain.submit(), f"/attempts/{sitter.id}/check")
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS


def test_a_bad_value_on_the_way_to_handing_in_is_refused_and_nothing_is_closed(sitter: Sitter) -> None:
    answer = Plain(sitter).submit(p0="Z")

    assert answer.status_code == 400
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS


@pytest.mark.parametrize("was", ["", "{", "{}", "5", "[" * 5000])
def test_a_broken_hidden_field_is_a_400(sitter: Sitter, was: str) -> None:
    fields = {**Plain(sitter).fields(0), f"was-{sitter.items[0]}": was}

    assert sitter.client.post(f"/attempts/{sitter.id}/ops", data=fields).status_code == 400


def test_the_rendered_page_can_be_posted_as_it_is(sitter: Sitter, exam: Exam) -> None:
    """The real page's own form: what it renders is what it posts, so nothing changes."""
    sitter.send(sitter.op(0, "B"), sitter.op(1, ["A", "D"]), sitter.op(2, True))
    page = sitter.client.get(f"/attempts/{sitter.id}").text
    fields = exam_cast.fields_of(page)
    assert f"was-{sitter.items[0]}" in fields
    before = cast.count(AnswerOp)
    answer = sitter.client.post(f"/attempts/{sitter.id}/ops", data=fields)

    assert answer.status_code == 303
    assert cast.count(AnswerOp) == before
    assert clock.now() > exam.windows[0].opens_at
