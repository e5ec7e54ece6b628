"""What I may sit now, later, and have sat; the rules of one exam; the trial of three questions."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.attempts import overviews
from lawedu.attempts.models import AnswerOp, Attempt
from lawedu.attempts.overviews import When
from lawedu.core.exam import ExamKind, ExamState, StartKind
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.counting import count_queries
from tests.exam_cast import Sitter


def seen(person: Person, exam: Exam) -> overviews.ExamView:
    return overviews.get_view(person.id, exam.id, clock.now())


def test_exams_stand_where_they_belong(app: Flask, sitting_person: Person, desk: Any) -> None:
    now = clock.now()
    open_now = exam_cast.make_exam(sitting_person, title="现在的考试")
    later = exam_cast.make_exam(sitting_person, title="以后的考试", opens_at=now + timedelta(days=2))
    past = exam_cast.make_exam(sitting_person, title="过去的考试", opens_at=now - timedelta(days=9))
    exam_cast.make_exam(sitting_person, title="任前考法某批次", kind=ExamKind.PRE_APPOINTMENT)
    exam_cast.make_exam(sitting_person, title="还是草稿", state=ExamState.DRAFT)
    exam_cast.make_exam(title="别人的考试")

    page = desk.get("/exams").text

    assert seen(sitting_person, open_now).when is When.NOW
    assert seen(sitting_person, later).when is When.LATER
    assert seen(sitting_person, past).when is When.PAST
    for title in ("现在的考试", "以后的考试", "过去的考试"):
        assert title in page
    for title in ("任前考法某批次", "还是草稿", "别人的考试"):
        assert title not in page


def test_an_attempt_in_progress_can_be_gone_on_with(
    sitter: Sitter, exam: Exam, sitting_person: Person, desk: Any
) -> None:
    view = seen(sitting_person, exam)

    assert (view.when, view.decision.kind, view.decision.attempt_id) == (When.NOW, StartKind.CONTINUE, sitter.id)
    assert "继续作答" in desk.get(f"/exams/{exam.id}").text


def test_the_list_asks_as_much_for_many_exams_as_for_one(app: Flask, sitting_person: Person, desk: Any) -> None:
    first = exam_cast.make_exam(sitting_person)
    exam_cast.start(desk, first).submit(sheet={})
    with count_queries() as one:
        assert desk.get("/exams").status_code == 200
    for _ in range(6):
        again = exam_cast.make_exam(sitting_person)
        exam_cast.start(desk, again).submit(sheet={})
    with count_queries() as many:
        assert desk.get("/exams").status_code == 200

    assert len(one.reads) == len(many.reads)


def test_the_list_is_paged(sitting_person: Person, desk: Any) -> None:
    for number in range(23):
        exam_cast.make_exam(sitting_person, title=f"考试之{number:02d}")

    assert desk.get("/exams").text.count("考试之") >= 20
    assert "考试之00" in desk.get("/exams?page=2").text
    assert desk.get("/exams?page=zzz").status_code == 200


def test_the_page_of_eighty_questions_costs_a_fixed_number_of_selects(app: Flask, sitting_person: Person) -> None:
    desk = cast.browser(app, sitting_person)
    few = exam_cast.start(desk, exam_cast.make_exam(sitting_person))
    many = exam_cast.start(desk, exam_cast.make_exam(sitting_person, items=exam_cast.ITEMS * 27))
    counts = []
    for sitter in (few, many):
        with count_queries() as sent:
            desk.get(f"/attempts/{sitter.id}")
        counts.append(len(sent.reads))

    assert counts[0] == counts[1] <= 9


@pytest.mark.parametrize("page", ["/exams", "/exams/1", "/exams/trial", "/attempts/1", "/attempts/1/result"])
def test_a_guest_is_asked_to_sign_in(app: Flask, sitter: Sitter, page: str) -> None:
    answer = cast.browser(app).get(page)

    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_an_exam_that_is_not_there_is_a_404(desk: Any) -> None:
    assert desk.get("/exams/4711").status_code == 404
    assert exam_cast.press_start(desk, 4711).status_code == 404


def test_the_trial_saves_as_an_exam_does_and_gives_it_back_on_reload(desk: Any) -> None:
    block = exam_cast.block_in(desk.get("/exams/trial").text)
    assert (block["trial"], block["sheet"], block["next_seq"]) == (True, {}, 1)
    item = [one["item"] for one in block["items"]]
    ops = [
        {"seq": 1, "item": item[0], "value": "C"},
        {"seq": 2, "item": item[1], "value": ["D", "A"]},
        {"seq": 3, "item": item[2], "value": True},
        {"seq": 4, "item": item[2], "value": "maybe"},
        {"seq": 5, "item": "another", "value": "A"},
    ]
    answer = desk.post(
        "/exams/trial",
        data=json.dumps({"client": "t", "epoch": 1, "ops": ops}),
        headers={"X-CSRF-Token": block["csrf_token"], "Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json["acked"] == [1, 2, 3]
    assert answer.json["rejected"] == [{"seq": 4, "code": "bad_shape"}, {"seq": 5, "code": "unknown_item"}]
    assert set(answer.json) >= {"next_seq", "server_now", "deadline_at", "epoch", "digest"}
    again = exam_cast.block_in(desk.get("/exams/trial").text)

    assert again["sheet"] == {item[0]: "C", item[1]: ["A", "D"], item[2]: True}
    assert again["next_seq"] == 4
    assert cast.count(AnswerOp) == cast.count(Attempt) == 0


def test_the_trial_works_without_script_and_refuses_nonsense(desk: Any) -> None:
    token = exam_cast.block_in(desk.get("/exams/trial").text)["csrf_token"]
    fields = {"csrf_token": token, "was-trial-1": "null", "a-trial-1": "B", "was-trial-2": "null"}
    assert desk.post("/exams/trial", data=fields).status_code == 303
    assert exam_cast.block_in(desk.get("/exams/trial").text)["sheet"] == {"trial-1": "B"}

    headers = {"X-CSRF-Token": token, "Content-Type": "application/json"}
    assert desk.post("/exams/trial", data=b"{", headers=headers).status_code == 400
    assert desk.post("/exams/trial", data={**fields, "a-trial-1": "Z"}).status_code == 400
    assert desk.post("/exams/trial", data={"a": "b"}).status_code == 403


def test_the_year_turns_and_the_list_still_stands(app: Flask, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person)
    exam_id = exam.id
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        desk = cast.browser(app, sitting_person)
        assert desk.get("/exams").status_code == 200
        assert desk.get(f"/exams/{exam_id}").status_code == 200
    assert db.session.get(Exam, exam_id) is not None
