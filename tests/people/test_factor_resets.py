"""Resetting somebody's second factor (重置动态验证码): never by one person, never for oneself."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people.factor_models import RecoveryCode, SecondFactor
from lawedu.people.models import Approval, ApprovalState, Person, Unit, UserSession
from tests import cast
from tests.people import second_step as step


@pytest.fixture
def set_up(li: Person) -> str:
    """The liaison's factor with its recovery codes."""
    step.give_recovery_codes(li)
    return step.give_factor(li)


@pytest.fixture
def second_security_admin(office: Unit) -> Person:
    """The second person."""
    return cast.official(office, "秦守正", Role.SECURITY_ADMIN)


def ask(client: Any, person: Person, **changes: str) -> Any:
    data = {"staff_number": person.staff_number, "name": person.name, "reason": "手机丢失，已当面核实", **changes}
    return cast.post(client, "/bench/factor-resets", data, page="/password")


def decide(client: Any, decision: str = "approve", **data: str) -> Any:
    db.session.rollback()
    number = db.session.query(Approval.id).order_by(Approval.id.desc()).limit(1).scalar()
    address = f"/bench/factor-resets/{number}"
    return cast.post(client, address, {"decision": decision, **data}, page="/password")


def test_two_people_reset_it_and_the_sessions_end(
    app: Flask, li: Person, set_up: str, security_admin: Person, hr: Person
) -> None:
    signed_in = cast.browser(app, li)
    assert ask(cast.browser(app, security_admin), li).status_code == 303
    assert cast.count(SecondFactor) == 1, "asking changes nothing"
    approver = cast.browser(app, hr)
    assert li.name in approver.get("/bench/factor-resets").text
    assert decide(approver).status_code == 303

    assert cast.count(SecondFactor) == 0
    assert cast.count(RecoveryCode) == 0
    assert signed_in.get("/password").status_code == 303
    assert cast.count(UserSession, person_id=li.id, ended_reason="factor") == 1
    assert cast.count(AuditEvent, action="factor.reset", subject=f"person:{li.staff_number}") == 1


def test_afterwards_the_person_sets_it_up_anew(
    app: Flask,
    li: Person,
    set_up: str,
    security_admin: Person,
    hr: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(cast.browser(app, security_admin), li)
    decide(cast.browser(app, hr))
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)
    client = app.test_client()

    assert cast.sign_in(client, li).location == "/sign-in/set-up"


def test_the_requester_does_not_approve(app: Flask, li: Person, set_up: str, security_admin: Person) -> None:
    client = cast.browser(app, security_admin)
    ask(client, li)

    assert decide(client).status_code == 409
    assert cast.count(SecondFactor) == 1


def test_nobody_asks_or_approves_for_themselves(
    app: Flask, security_admin: Person, second_security_admin: Person
) -> None:
    step.give_factor(security_admin)
    own = cast.browser(app, security_admin)
    refused = ask(own, security_admin)
    assert refused.status_code == 409
    assert "不能为本人办理" in refused.text
    ask(cast.browser(app, second_security_admin), security_admin)

    assert decide(own).status_code == 409
    assert decide(own, "reject", note="x").status_code == 409
    assert cast.count(SecondFactor) == 1


def test_another_security_administrator_may_approve(
    app: Flask, li: Person, set_up: str, security_admin: Person, second_security_admin: Person
) -> None:
    ask(cast.browser(app, security_admin), li)

    assert decide(cast.browser(app, second_security_admin)).status_code == 303
    assert cast.count(SecondFactor) == 0


def test_a_refusal_needs_its_reason_and_changes_nothing(
    app: Flask, li: Person, set_up: str, security_admin: Person, hr: Person
) -> None:
    ask(cast.browser(app, security_admin), li)
    approver = cast.browser(app, hr)
    assert decide(approver, "reject").status_code == 422
    assert decide(approver, "reject", note="未核实身份").status_code == 303

    assert cast.count(SecondFactor) == 1
    assert cast.count(Approval, state=ApprovalState.REJECTED) == 1
    assert decide(approver).status_code == 409, "decided once"


def test_the_requester_takes_it_back_and_only_the_requester(
    app: Flask, li: Person, set_up: str, security_admin: Person, second_security_admin: Person
) -> None:
    client = cast.browser(app, security_admin)
    ask(client, li)
    assert ask(client, li).status_code == 409, "one request waits at a time"
    number = db.session.query(Approval.id).scalar()
    address = f"/bench/factor-resets/{number}/withdraw"

    assert cast.post(cast.browser(app, second_security_admin), address, page="/password").status_code == 409
    assert cast.post(client, address, page="/password").status_code == 303
    assert cast.count(Approval, state=ApprovalState.WITHDRAWN) == 1


def test_number_and_name_must_belong_together(app: Flask, li: Person, set_up: str, security_admin: Person) -> None:
    client = cast.browser(app, security_admin)

    assert ask(client, li, name="别人").status_code == 422
    assert ask(client, li, reason="").status_code == 422
    assert cast.count(Approval) == 0


def test_without_a_factor_there_is_nothing_to_reset(app: Flask, wang: Person, security_admin: Person) -> None:
    answer = ask(cast.browser(app, security_admin), wang)

    assert answer.status_code == 409
    assert "还没有设置动态验证码" in answer.text


def test_who_may_come_in(app: Flask, li: Person, wang: Person, hr: Person, exam_admin: Person, set_up: str) -> None:
    for person in (wang, li, exam_admin):
        client = cast.browser(app, person)
        assert client.get("/bench/factor-resets").status_code == 403
        assert ask(client, li).status_code == 403
    of_hr = cast.browser(app, hr)
    assert "提交申请" not in of_hr.get("/bench/factor-resets").text
    assert ask(of_hr, li).status_code == 403


def test_a_request_of_another_kind_is_not_decided_here(
    app: Flask, li: Person, set_up: str, security_admin: Person, hr: Person
) -> None:
    ask(cast.browser(app, security_admin), li)
    db.session.query(Approval).one().action = "exam.publish"
    db.session.commit()

    assert decide(cast.browser(app, hr)).status_code == 404


def test_it_does_not_stand_among_the_requests_on_exams(
    app: Flask, li: Person, set_up: str, security_admin: Person, exam_admin: Person
) -> None:
    ask(cast.browser(app, security_admin), li)

    assert li.name not in cast.browser(app, exam_admin).get("/bench/approvals").text


def test_the_command_is_the_way_back_in(app: Flask, security_admin: Person) -> None:
    step.give_factor(security_admin)
    number = security_admin.staff_number
    run = app.test_cli_runner()

    assert "已重置" in run.invoke(args=["people", "reset-factor", number]).output
    assert cast.count(SecondFactor) == 0
    assert cast.count(AuditEvent, action="factor.reset", actor_number="system") == 1
    assert run.invoke(args=["people", "reset-factor", number]).exit_code == 1
    assert run.invoke(args=["people", "reset-factor", "GX404"]).exit_code == 1
