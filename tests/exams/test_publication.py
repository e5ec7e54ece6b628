"""Publishing: two persons, everything frozen, nothing afterwards; cancelling."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lawedu import clock, events
from lawedu.audit.models import AuditEvent
from lawedu.core.exam import ExamState
from lawedu.db import db
from lawedu.exams import publication
from lawedu.exams.models import Exam, ExamItem, Form
from lawedu.people.models import Approval, ApprovalState, Person
from lawedu.questions.models import Question, QuestionState
from tests.cast import PASSWORD, browser, count, post
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


def decide(client: Any, exam: Exam, decision: str = "approve", **fields: str) -> Any:
    page = f"/bench/exams/{exam.id}/publish"
    return post(client, f"{page}/decide", {"decision": decision, **fields}, page=page)


def test_one_asks_another_publishes(sun: Any, zhou: Any, exam: Exam) -> None:
    assert "已具备发布条件" in sun.get(f"/bench/exams/{exam.id}").text
    assert ask(sun, exam).status_code == 303
    assert state_of(exam.id) is ExamState.DRAFT
    assert "方案已经核对" in zhou.get(f"/bench/exams/{exam.id}/publish").text

    assert decide(zhou, exam).status_code == 303

    done = get(exam.id)
    assert done.state is ExamState.PUBLISHED
    assert done.published_at is not None
    assert len(done.paper_hash) == 64
    actions = list(db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"exam:{exam.id}")))
    assert actions[-1] == "exam.publish"
    assert "已发布" in zhou.get("/bench/exams").text


def test_the_requester_cannot_approve(sun: Any, exam: Exam) -> None:
    ask(sun, exam)
    assert "须由另一位有权限的同志审批" in sun.get(f"/bench/exams/{exam.id}/publish").text

    answer = decide(sun, exam)

    assert answer.status_code == 409
    assert "本人提出的申请" in answer.text
    assert state_of(exam.id) is ExamState.DRAFT
    assert count(Form) == 0


def test_a_security_administrator_may_be_the_second_person(
    app: Flask, sun: Any, security_admin: Person, exam: Exam
) -> None:
    ask(sun, exam)
    assert decide(browser(app, security_admin), exam).status_code == 303
    assert state_of(exam.id) is ExamState.PUBLISHED


def test_who_may_not_is_refused(
    app: Flask, sun: Any, exam: Exam, wang: Person, hr: Person, security_admin: Person
) -> None:
    ask(sun, exam)
    for person in (wang, hr):
        assert decide(browser(app, person), exam).status_code == 403
    assert ask(browser(app, security_admin), exam).status_code == 403
    assert state_of(exam.id) is ExamState.DRAFT


def test_nobody_publishes_an_exam_they_sit(
    app: Flask, sun: Any, zhou: Any, exam: Exam, exam_admin: Person, second_exam_admin: Person
) -> None:
    list_people(exam, exam_admin)
    assert ask(sun, exam).status_code == 403
    assert count(Approval) == 0
    list_people(exam, second_exam_admin, is_exam_staff=True)
    assert ask(zhou, exam).status_code == 303


def test_a_long_time_after_signing_in_the_password_is_asked_again(
    sun: Any, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: later)

    missing, wrong = ask(sun, exam), ask(sun, exam, password="Wrong-Pass-1")
    assert (missing.status_code, wrong.status_code) == (422, 422)
    assert "方案已经核对" in wrong.text
    assert count(Approval) == 0
    assert ask(sun, exam, password=PASSWORD).status_code == 303


def test_asking_twice_makes_one_request(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    assert ask(zhou, exam).status_code == 409
    assert count(Approval) == 1


def test_a_request_needs_a_reason_and_a_refusal_too(sun: Any, zhou: Any, exam: Exam) -> None:
    assert ask(sun, exam, reason="  ").status_code == 422
    ask(sun, exam)
    answer = decide(zhou, exam, "reject", note=" ")
    assert answer.status_code == 422
    assert "不同意时请填写审批意见" in answer.text
    assert decide(zhou, exam, "perhaps").status_code == 400
    assert count(Approval, state=ApprovalState.PENDING) == 1


def test_while_a_request_waits_nothing_can_be_changed_until_it_is_taken_back(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    fields = {
        "edit_no": exam.edit_no,
        "do": "save",
        "rows-0-kind": "true_false",
        "rows-0-domain": "",
        "rows-0-difficulty": "",
    }
    fields |= {"rows-0-count": "1", "rows-0-points": "100"}
    assert post(sun, f"/bench/exams/{exam.id}/plan", fields).status_code == 409

    page = f"/bench/exams/{exam.id}/publish"
    assert post(zhou, f"{page}/withdraw", page=page).status_code == 409
    assert post(sun, f"{page}/withdraw", page=page).status_code == 303
    assert decide(zhou, exam).status_code == 409
    assert post(sun, f"/bench/exams/{exam.id}/plan", fields).status_code == 303


def test_a_rejected_request_leaves_the_draft_open(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    assert decide(zhou, exam, "reject", note="补考时间太近").status_code == 303

    assert state_of(exam.id) is ExamState.DRAFT
    assert "补考时间太近" in sun.get(f"/bench/exams/{exam.id}/publish").text
    assert ask(sun, exam).status_code == 303


def test_publishing_twice_changes_nothing(sun: Any, zhou: Any, exam: Exam) -> None:
    ask(sun, exam)
    decide(zhou, exam)
    frozen = (get(exam.id).paper_hash, count(Form), count(ExamItem))

    assert decide(zhou, exam).status_code == 409
    assert ask(sun, exam).status_code == 409
    assert (get(exam.id).paper_hash, count(Form), count(ExamItem)) == frozen


@pytest.mark.parametrize("gap", ["nobody", "roster", "points", "bank"])
def test_what_is_missing_is_named_and_nothing_is_published(sun: Any, exam: Exam, wang: Person, gap: str) -> None:
    words = {
        "nobody": "名单里还没有人员",
        "roster": "名单核对还没有完成",
        "points": "总分不一致",
        "bank": "第2行（多选题",
    }
    found = get(exam.id)
    if gap == "nobody":
        found = make_draft()
    elif gap == "roster":
        found.roster_confirm_by = clock.today()
    elif gap == "points":
        found.full_points = Decimal(99)
    else:
        for question in db.session.scalars(select(Question).where(Question.kind == "multiple_choice")):
            question.state = QuestionState.RETIRED
    db.session.commit()

    assert words[gap] in sun.get(f"/bench/exams/{found.id}/publish").text
    assert ask(sun, found).status_code == 409
    assert count(Approval) == 0


def test_a_locked_roster_is_good(sun: Any, exam: Exam) -> None:
    found = get(exam.id)
    found.roster_confirm_by, found.roster_locked_at = clock.today(), clock.now()
    db.session.commit()

    assert ask(sun, exam).status_code == 303


def test_publishing_is_announced_within_the_same_transaction(exam: Exam, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []

    def hear(fact: publication.ExamPublished) -> None:
        heard.append((fact.exam_id, db.session.scalar(select(func.count()).select_from(Form))))

    monkeypatch.setitem(events._handlers, publication.ExamPublished, [hear])
    publish(exam)
    assert heard == [(exam.id, 14)]


def test_the_command_publishes_once(app: Flask, exam: Exam) -> None:
    runner = app.test_cli_runner()

    first = runner.invoke(args=["exams", "publish", str(exam.id)])
    again = runner.invoke(args=["exams", "publish", str(exam.id)])

    assert (first.exit_code, first.output) == (0, "已发布，共 14 份试卷。\n")
    assert again.exit_code == 1
    assert "不能再修改" in again.output
    assert state_of(exam.id) is ExamState.PUBLISHED


def test_the_command_says_what_is_missing(app: Flask) -> None:
    small_bank()
    empty = make_draft()
    result = app.test_cli_runner().invoke(args=["exams", "publish", str(empty.id)])

    assert result.exit_code == 1
    assert "应考范围：应考名单里还没有人员。" in result.output
    assert app.test_cli_runner().invoke(args=["exams", "publish", "777"]).exit_code == 1
