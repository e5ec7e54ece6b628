"""Starting: the attempt in progress, else a new one, else the last receipt; never a second one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.attempts.models import Attempt, ImportState, MatchKind, OutsideImport, OutsideScore, Receipt
from lawedu.audit.models import AuditEvent, StoredFile
from lawedu.core.attempt import AttemptState
from lawedu.core.exam import ExamKind, ExamState, WindowKind
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Candidate, Decision, Exam, Exemption, ExemptionGround, ExemptionKind, Form
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.counting import count_queries


def location(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_starting_makes_one_attempt_with_its_deadline_and_an_audit_event(
    desk: Any, exam: Exam, sitting_person: Person
) -> None:
    answer = exam_cast.press_start(desk, exam.id)

    assert re.fullmatch(r"/attempts/\d+", location(answer))
    row = exam_cast.get_attempt(int(location(answer).rsplit("/", 1)[1]))
    assert (row.person_id, row.try_no, row.state, row.epoch) == (sitting_person.id, 1, AttemptState.IN_PROGRESS, 1)
    assert row.deadline_at - row.started_at == timedelta(minutes=60)
    assert re.fullmatch(r"2026-\w{5}-\w{5}-\w", row.receipt_number)
    assert cast.count(AuditEvent, action="attempt.start", subject=f"attempt:{row.id}") == 1


def test_starting_again_goes_on_with_the_same_attempt(desk: Any, exam: Exam) -> None:
    first, second = (location(exam_cast.press_start(desk, exam.id)) for _ in range(2))

    assert first == second
    assert cast.count(Attempt) == 1


def test_the_window_cuts_a_late_start_short_and_extra_minutes_lengthen_it(app: Flask, sitting_person: Person) -> None:
    closes_at = clock.now() + timedelta(minutes=10)
    exam = exam_cast.make_exam(closes_at=closes_at)
    exam_cast.add_candidate(exam, sitting_person, extra_minutes=15)
    db.session.commit()

    sitter = exam_cast.start(cast.browser(app, sitting_person), exam)

    assert exam_cast.get_attempt(sitter.id).deadline_at == closes_at + timedelta(minutes=15)


def test_with_no_try_left_starting_leads_to_the_last_receipt(desk: Any, sitter: exam_cast.Sitter, exam: Exam) -> None:
    sitter.submit(sitter.op(0, "A"), sheet={sitter.items[0]: "A"})

    address = location(exam_cast.press_start(desk, exam.id))

    assert address == f"/attempts/{sitter.id}"
    assert location(desk.get(address)) == f"/attempts/{sitter.id}/receipt"
    assert cast.count(Attempt) == 1


def test_another_try_first_writes_down_what_has_expired(app: Flask, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person, tries=2, duration_minutes=5, forms=3)
    desk = cast.browser(app, sitting_person)
    first = exam_cast.start(desk, exam)
    first.answer(0, "A")
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=31), tick=False):
        second = exam_cast.start(desk, exam)

    assert second.id != first.id
    row = exam_cast.get_attempt(first.id)
    assert (row.state, row.ended_at) == (AttemptState.EXPIRED, row.deadline_at)
    assert cast.count(Receipt, attempt_id=first.id) == 1
    assert exam_cast.get_attempt(second.id).form_id != row.form_id


def no_change(_exam: Exam, _person: Person) -> None:
    pass


def exempted(exam: Exam, person: Person) -> None:
    _apply(exam, person, ExemptionKind.EXEMPT)


def deferred(exam: Exam, person: Person) -> None:
    _apply(exam, person, ExemptionKind.DEFERRED)


def _apply(exam: Exam, person: Person, kind: ExemptionKind) -> None:
    other = cast.make_person()
    db.session.add(
        Exemption(
            exam_id=exam.id,
            person_id=person.id,
            kind=kind,
            ground=ExemptionGround.LONG_TRAINING,
            requested_by=person.id,
            requested_at=clock.now(),
            decision=Decision.APPROVED,
            decided_by=other.id,
            decided_at=clock.now(),
        )
    )


def cancelled(exam: Exam, _person: Person) -> None:
    exam.state = ExamState.CANCELLED


def not_listed(exam: Exam, person: Person) -> None:
    db.session.query(Candidate).filter_by(exam_id=exam.id, person_id=person.id).delete()


def exam_staff(exam: Exam, person: Person) -> None:
    db.session.query(Candidate).filter_by(exam_id=exam.id, person_id=person.id).one().is_exam_staff = True


def too_early(exam: Exam, _person: Person) -> None:
    exam.windows[0].opens_at = clock.now() + timedelta(hours=1)


def over(exam: Exam, _person: Person) -> None:
    exam.windows[0].closes_at = clock.now()


def draft(exam: Exam, _person: Person) -> None:
    exam.state = ExamState.DRAFT


def someone_elses_batch(exam: Exam, person: Person) -> None:
    exam.kind = ExamKind.PRE_APPOINTMENT
    not_listed(exam, person)


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        (exempted, 409, "免考"),
        (deferred, 409, "补考时段"),
        (cancelled, 410, "取消"),
        (not_listed, 403, "应考名单"),
        (exam_staff, 409, "回避"),
        (too_early, 409, "还没有到考试时间"),
        (over, 410, "已经结束"),
        (draft, 404, "没有找到"),
        (someone_elses_batch, 404, "没有找到"),
    ],
)
def test_who_may_not_start_is_told_why_and_gets_nothing(
    desk: Any, exam: Exam, sitting_person: Person, change: Callable[[Exam, Person], None], status: int, word: str
) -> None:
    change(exam, sitting_person)
    db.session.commit()

    answer = exam_cast.press_start(desk, exam.id)

    assert (answer.status_code, word in answer.text) == (status, True), answer.text
    assert cast.count(Attempt) == 0


def test_neighbours_on_the_roster_get_different_forms_and_all_are_used(app: Flask, unit: Any) -> None:
    people = [cast.official(unit, f"考生{number}", Role.OFFICIAL) for number in range(6)]
    exam = exam_cast.make_exam(*people, forms=3)

    taken = [exam_cast.get_attempt(exam_cast.start(cast.browser(app, one), exam).id).form_id for one in people]

    assert len(set(taken[:3])) == 3
    assert taken[:3] == taken[3:]


def test_a_resit_is_drawn_from_forms_of_its_own(app: Flask, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person, resit=True)
    resit = exam.windows[1].opens_at
    desk = cast.browser(app, sitting_person)
    first = exam_cast.start(desk, exam)
    first.submit(sheet={})
    with time_machine.travel(resit + timedelta(minutes=1), tick=False):
        second = exam_cast.start(cast.browser(app, sitting_person), exam)

    kinds = {row.id: row.window_kind for row in db.session.query(Form)}
    assert kinds[exam_cast.get_attempt(first.id).form_id] is WindowKind.MAIN
    assert kinds[exam_cast.get_attempt(second.id).form_id] is WindowKind.RESIT


def test_who_has_passed_elsewhere_needs_no_resit(app: Flask, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person, resit=True)
    resit, exam_id, person_id = exam.windows[1].opens_at, exam.id, sitting_person.id
    now = clock.now()
    db.session.add(
        StoredFile(id="f1", name="成绩.xlsx", media_type="x", size=1, sha256="0", uploaded_by="GX1", uploaded_at=now)
    )
    db.session.flush()
    outside = OutsideImport(
        exam_id=exam_id,
        source="市司法局",
        window_kind=WindowKind.MAIN,
        file_id="f1",
        state=ImportState.APPROVED,
        created_by=person_id,
        created_at=now,
    )
    db.session.add(outside)
    db.session.flush()
    db.session.add(
        OutsideScore(
            import_id=outside.id,
            row_no=1,
            name="王",
            points=88,
            passed=True,
            match=MatchKind.NUMBER,
            person_id=person_id,
        )
    )
    db.session.commit()
    with time_machine.travel(resit + timedelta(minutes=1), tick=False):
        answer = exam_cast.press_start(cast.browser(app, sitting_person), exam_id)

    assert (answer.status_code, "已经合格" in answer.text) == (409, True)
    assert cast.count(Attempt) == 0


def test_a_start_costs_a_fixed_handful_of_statements(desk: Any, exam: Exam) -> None:
    token = cast.token_in(desk.get("/password").text)
    exam_id = exam.id
    with count_queries() as sent:
        desk.post(f"/exams/{exam_id}/start", data={"csrf_token": token})

    assert len([sql for sql in sent if sql.startswith("INSERT")]) == 2, "the attempt and the audit event"
    assert len(sent.reads) <= 10, sent.reads


def test_a_database_filled_anew_under_a_running_server_gives_out_its_own_forms(
    app: Flask, sitting_person: Person
) -> None:
    first = exam_cast.make_exam(sitting_person, forms=3, paper_hash="same")
    exam_cast.start(cast.browser(app, sitting_person), first)
    for model in (AuditEvent, Attempt, Form):
        db.session.query(model).delete()
    db.session.commit()
    exam_cast.add_forms(first, 1)
    sitter = exam_cast.start(cast.browser(app, sitting_person), first)

    assert exam_cast.get_attempt(sitter.id).exam_id == first.id
