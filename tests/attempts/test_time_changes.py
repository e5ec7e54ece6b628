"""Extra time before, during and after expiry, pauses, voiding: named deeds with a reason, each in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.attempts import refusals, time_changes
from lawedu.attempts.models import Attempt, Receipt, Result, TimeChange
from lawedu.audit.models import AuditEvent
from lawedu.core.attempt import AttemptState
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.exam import ExamState
from lawedu.core.policy import Actor
from lawedu.db import db, transaction
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import Sitter


@pytest.fixture
def exam(sitting_person: Person, stranger: Person) -> Exam:
    return exam_cast.make_exam(sitting_person, stranger, duration_minutes=5)


@pytest.fixture
def office_actor(exam_admin: Person) -> Actor:
    return cast.actor_of(exam_admin)


@pytest.fixture
def second_actor(second_exam_admin: Person) -> Actor:
    return cast.actor_of(second_exam_admin)


def do(deed: Callable[..., Any], *args: Any) -> Any:
    with transaction():
        return deed(*args)


def deadline_of(sitter: Sitter) -> datetime:
    return exam_cast.get_attempt(sitter.id).deadline_at


def test_extra_time_moves_the_deadline_and_stands_on_record(sitter: Sitter, office_actor: Actor) -> None:
    before = deadline_of(sitter)
    assert do(time_changes.extend, office_actor, sitter.id, 10, "电脑故障") == before + timedelta(minutes=10)
    do(time_changes.extend, office_actor, sitter.id, 5, "电脑故障")

    assert deadline_of(sitter) == before + timedelta(minutes=15)
    assert [row.seconds for row in db.session.query(TimeChange)] == [600, 300]
    assert cast.count(AuditEvent, action="attempt.extend", subject=f"attempt:{sitter.id}") == 2
    assert sitter.send().json["deadline_at"] == exam_cast.instant(before + timedelta(minutes=15))


@pytest.mark.parametrize("swept", [False, True])
def test_extra_time_reopens_an_attempt_that_expired_and_supersedes_its_receipt(
    app: Flask, sitter: Sitter, office_actor: Actor, swept: bool
) -> None:
    sitter.answer(0, "A")
    with time_machine.travel(deadline_of(sitter) + timedelta(minutes=1), tick=False):
        if swept:
            app.test_cli_runner().invoke(args=["attempts", "sweep"])
        first = sitter.submit(sheet={}).data if swept else b""
        do(time_changes.extend, office_actor, sitter.id, 10, "断电")
        row = exam_cast.get_attempt(sitter.id)
        assert (row.state, row.ended_at) == (AttemptState.IN_PROGRESS, None)
        assert (cast.count(Receipt), cast.count(Result, is_current=True)) == (0, 0)
        second = sitter.submit(sitter.op(2, False), sheet={sitter.items[0]: "A", sitter.items[2]: False})

    assert second.json["reason"] == "submitted"
    assert second.data != first
    versions = db.session.query(Result).order_by(Result.version).all()
    assert [(one.version, one.is_current, str(one.total)) for one in versions] == [
        (1, False, "40.00"),
        (2, True, "60.00"),
    ]
    assert app.test_cli_runner().invoke(args=["scores", "recompute", "--check"]).exit_code == 0
    assert cast.count(AuditEvent, action="attempt.expired") == 1, "what was superseded stands on record"


def test_what_was_handed_in_is_never_reopened(sitter: Sitter, office_actor: Actor) -> None:
    sitter.submit(sheet={})

    with pytest.raises(refusals.NotExtendable):
        do(time_changes.extend, office_actor, sitter.id, 10, "申请")


def release(exam_id: int) -> None:
    exam = db.session.get(Exam, exam_id)
    assert exam is not None
    exam.state = ExamState.RELEASED
    db.session.commit()


def test_after_release_an_expired_attempt_stays_closed_but_a_resit_that_runs_can_be_extended(
    app: Flask, sitting_person: Person, office_actor: Actor
) -> None:
    exam = exam_cast.make_exam(sitting_person, duration_minutes=5, resit=True)
    exam_id, resit = exam.id, exam.windows[1].opens_at
    first = exam_cast.start(cast.browser(app, sitting_person), exam_id)
    with time_machine.travel(resit + timedelta(minutes=1), tick=False):
        release(exam_id)
        with pytest.raises(refusals.AlreadyReleased):
            do(time_changes.extend, office_actor, first.id, 10, "申请")
        second = exam_cast.start(cast.browser(app, sitting_person), exam_id)
        do(time_changes.extend, office_actor, second.id, 10, "断电")
        assert second.answer(0, "A").status_code == 200

    assert cast.count(TimeChange) == 1


def test_a_pause_refuses_saves_and_submits_and_resuming_adds_its_length(
    app: Flask, sitter: Sitter, office_actor: Actor, desk: Any
) -> None:
    before = deadline_of(sitter)
    start = clock.now()
    with time_machine.travel(start + timedelta(minutes=1), tick=False):
        do(time_changes.pause, office_actor, sitter.id, "火警")
        refused = [
            sitter.answer(0, "A"),
            sitter.submit(sheet={}),
            sitter.send(digest=True),
            sitter.post("take-over", {}),
        ]
        assert [(one.status_code, one.json["code"]) for one in refused] == [(503, "paused")] * 4
        with pytest.raises(refusals.AlreadyPaused):
            do(time_changes.pause, office_actor, sitter.id, "火警")
    with time_machine.travel(start + timedelta(minutes=21), tick=False):
        # The deadline passed while the clock stood still: nothing ends meanwhile.
        app.test_cli_runner().invoke(args=["attempts", "sweep"])
        assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS
        assert desk.get(f"/attempts/{sitter.id}").status_code == 200
        assert sitter.answer(1, ["A"]).json["code"] == "paused"
        until = do(time_changes.resume, office_actor, sitter.id, "恢复")
        assert until == before + timedelta(minutes=20)
        assert sitter.answer(0, "A").status_code == 200

    assert [row.kind.value for row in db.session.query(TimeChange).order_by(TimeChange.id)] == ["pause", "resume"]
    with pytest.raises(refusals.NotPaused):
        do(time_changes.resume, office_actor, sitter.id, "恢复")


def test_voiding_takes_two_persons_and_a_reason_and_ends_everything(
    sitter: Sitter, office_actor: Actor, second_actor: Actor, desk: Any
) -> None:
    with pytest.raises(refusals.SamePerson):
        do(time_changes.void, office_actor, sitter.id, "替考", office_actor)
    with pytest.raises(refusals.ReasonMissing):
        do(time_changes.void, second_actor, sitter.id, "  ", office_actor)
    do(time_changes.void, second_actor, sitter.id, "替考", office_actor)

    row = exam_cast.get_attempt(sitter.id)
    assert (row.state, row.void_reason) == (AttemptState.VOIDED, "替考")
    assert sitter.answer(0, "A").status_code == 410
    assert sitter.submit(sheet={}).status_code == 410
    assert "替考" in desk.get(f"/attempts/{sitter.id}/receipt").text
    with pytest.raises(refusals.AlreadyVoided):
        do(time_changes.void, second_actor, sitter.id, "替考", office_actor)


def test_a_voided_score_counts_as_not_passed(
    sitter: Sitter, office_actor: Actor, second_actor: Actor, desk: Any
) -> None:
    sitter.submit(
        sitter.op(0, "A"), sitter.op(1, ["B", "D"]), sheet={sitter.items[0]: "A", sitter.items[1]: ["B", "D"]}
    )
    do(time_changes.void, second_actor, sitter.id, "替考", office_actor)

    text = desk.get(f"/attempts/{sitter.id}/result").text
    assert "已作废" in text
    assert desk.get(f"/attempts/{sitter.id}/receipt?download=1").status_code == 200, (
        "the receipt of what was handed in stays"
    )


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_unreasonable_extra_time_is_refused(sitter: Sitter, office_actor: Actor, minutes: int) -> None:
    with pytest.raises(refusals.BadMinutes):
        do(time_changes.extend, office_actor, sitter.id, minutes, "申请")


def test_candidates_cannot_give_themselves_time(sitter: Sitter, sitting_person: Person, office_actor: Actor) -> None:
    mine = cast.actor_of(sitting_person)
    with pytest.raises(NotAllowed):
        do(time_changes.extend, mine, sitter.id, 10, "申请")
    with pytest.raises(NotFound):
        do(time_changes.extend, office_actor, sitter.id + 1, 10, "申请")
    assert cast.count(TimeChange) == 0
    assert cast.count(Attempt) == 1
