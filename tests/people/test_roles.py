"""Granting roles (授权): two persons, no clashes, and a first crew that says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lawedu import clock
from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role, RolesClash
from lawedu.db import db, transaction
from lawedu.people import accounts, role_queries, roles
from lawedu.people.approvals import AlreadyDecided, NotTheRequester, OwnRequest
from lawedu.people.models import Account, AccountState, Person, RoleGrant, Unit, UserSession
from tests import cast
from tests.counting import count_queries


@pytest.fixture
def first(office: Unit) -> Person:
    """The administrator made by the command, alone in the house."""
    person = cast.make_person(unit=office, name="首任")
    cast.make_account(person)
    with transaction():
        roles.make_administrator(person)
    return person


def row(number: int, person: Person, *given: Role, **fields: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "staff_number": person.staff_number,
        "name": person.name,
        "roles": [one.value for one in given],
    }
    return {f"rows-{number}-{name}": value for name, value in {**data, **fields}.items()}


def ask(client: Any, *rows: dict[str, Any], reason: str = "工作需要", **fields: Any) -> Any:
    data: dict[str, Any] = {"reason": reason, **fields}
    for one in rows:
        data.update(one)
    return cast.post(client, "/bench/roles/grant", data)


def held(person: Person) -> set[Role]:
    db.session.rollback()
    return {grant.role for grant, _until in role_queries.list_held(person.id)} - {Role.OFFICIAL}


def test_the_first_administrator_sets_up_the_first_crew_alone(app: Flask, first: Person, unit: Unit) -> None:
    people = [cast.make_person(unit=unit) for _ in range(3)]
    client = cast.browser(app, first)
    answer = ask(
        client,
        row(0, people[0], Role.EXAM_ADMIN, Role.REVIEWER),
        row(1, people[1], Role.HR),
        row(2, people[2], Role.UNIT_ADMIN, unit_name=unit.name),
    )

    assert answer.status_code == 303
    assert held(people[0]) == {Role.EXAM_ADMIN, Role.REVIEWER}
    sheet = client.get("/bench/roles/sheet").text
    assert "首次授权" in sheet
    assert "由命令建立" in sheet
    assert cast.count(AuditEvent, action="role.grant_first") == 4


def test_the_first_crew_is_six_people_at_most(app: Flask, first: Person, unit: Unit) -> None:
    client = cast.browser(app, first)
    answer = ask(client, *(row(number, cast.make_person(unit=unit), Role.AUTHOR) for number in range(6)))

    assert answer.status_code == 409
    assert "最多六人" in answer.text
    assert cast.count(RoleGrant) == 1


def test_once_another_approver_has_an_account_it_takes_two(app: Flask, first: Person, hr: Person, wang: Person) -> None:
    client = cast.browser(app, first)
    answer = ask(client, row(0, wang, Role.EXAM_ADMIN))

    assert answer.location.endswith("state=pending")
    assert held(wang) == set()


def test_a_second_administrator_cannot_open_a_first_crew(app: Flask, office: Unit, wang: Person) -> None:
    lone = cast.official(office, "另一", Role.SECURITY_ADMIN)
    grant = db.session.query(RoleGrant).one()
    grant.requested_by = wang.id
    db.session.commit()
    ask(cast.browser(app, lone), row(0, wang, Role.EXAM_ADMIN))

    assert held(wang) == set()


@pytest.fixture
def pending(security_admin: Person, hr: Person, wang: Person) -> RoleGrant:
    """A request for wang as exam administrator."""
    actor = cast.actor_of(security_admin)
    with transaction():
        (grant,) = roles.request(actor, [roles.Wanted(wang, Role.EXAM_ADMIN)], "工作需要")
    return grant


def test_a_second_person_approves_and_the_role_is_in_force(
    app: Flask, pending: RoleGrant, hr: Person, wang: Person
) -> None:
    signed_in_before = cast.browser(app, wang)
    client = cast.browser(app, hr)
    assert wang.name in client.get("/bench/role-requests").text
    answer = cast.post(client, f"/bench/role-requests/{pending.id}", {"decision": "approve"})

    assert answer.status_code == 303
    assert held(wang) == {Role.EXAM_ADMIN}
    assert signed_in_before.get("/password").status_code == 303, "the session from before the change is over"
    again = cast.post(
        client, f"/bench/role-requests/{pending.id}", {"decision": "approve"}, page="/bench/role-requests"
    )
    assert again.status_code == 409


def test_who_asked_does_not_approve(app: Flask, pending: RoleGrant, security_admin: Person) -> None:
    client = cast.browser(app, security_admin)
    answer = cast.post(client, f"/bench/role-requests/{pending.id}", {"decision": "approve"}, page="/bench/roles/grant")

    assert answer.status_code == 409
    assert cast.count(RoleGrant, id=pending.id, approved_at=None) == 1


def test_who_gets_the_role_does_not_approve_it(pending: RoleGrant, hr: Person, security_admin: Person) -> None:
    asker, approver = cast.actor_of(security_admin), cast.actor_of(hr)
    with transaction():
        (own,) = roles.request(asker, [roles.Wanted(hr, Role.EXAM_ADMIN)], "x")
    with pytest.raises(OwnRequest), transaction():
        roles.approve(approver, own)


def test_nobody_grants_themselves(security_admin: Person, hr: Person) -> None:
    actor = cast.actor_of(security_admin)
    with pytest.raises(roles.OwnRole), transaction():
        roles.request(actor, [roles.Wanted(security_admin, Role.LEADER)], "x")


def test_a_refusal_needs_a_reason_and_ends_the_request(
    app: Flask, pending: RoleGrant, hr: Person, wang: Person
) -> None:
    client = cast.browser(app, hr)
    address = f"/bench/role-requests/{pending.id}"
    assert cast.post(client, address, {"decision": "reject", "note": ""}).status_code == 422
    assert cast.post(client, address, {"decision": "reject", "note": "先轮岗"}).status_code == 303

    assert held(wang) == set()
    assert db.session.get_one(RoleGrant, pending.id).ended_reason == "未同意：先轮岗"


def test_only_who_asked_withdraws(app: Flask, pending: RoleGrant, office: Unit, security_admin: Person) -> None:
    other = cast.official(office, "第二安全", Role.SECURITY_ADMIN)
    stranger, owner = cast.actor_of(other), cast.actor_of(security_admin)
    with pytest.raises(NotTheRequester), transaction():
        roles.withdraw(stranger, pending)
    with transaction():
        roles.withdraw(owner, pending)
    with pytest.raises(AlreadyDecided), transaction():
        roles.withdraw(owner, pending)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Role.SECURITY_ADMIN, Role.AUDITOR),
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        (Role.AUDITOR, Role.EXAM_ADMIN),
        (Role.SYSTEM_ADMIN, Role.UNIT_ADMIN),
    ],
)
def test_the_three_officers_exclude_one_another_and_every_business_role(
    security_admin: Person, hr: Person, wang: Person, unit: Unit, one: Role, other: Role
) -> None:
    cast.grant(wang, one)
    actor = cast.actor_of(security_admin)
    with pytest.raises(RolesClash), transaction():
        roles.request(actor, [roles.Wanted(wang, other, unit)], "x")
    assert cast.count(RoleGrant, person_id=wang.id) == 1


def test_two_clashing_roles_in_one_request_are_refused_by_name_and_kept(
    app: Flask, security_admin: Person, hr: Person, wang: Person
) -> None:
    client = cast.browser(app, security_admin)
    answer = ask(client, row(0, wang, Role.AUDITOR, Role.EXAM_ADMIN), reason="一人两岗")

    assert answer.status_code == 409
    assert "不能由同一人担任" in answer.text
    assert "审计管理员" in answer.text
    assert wang.staff_number in answer.text
    assert "一人两岗" in answer.text
    assert cast.count(RoleGrant, person_id=wang.id) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"staff_number": "GX99999"}, "没有找到这个工号和姓名对应的人员"),
        ({"name": "别人"}, "没有找到这个工号和姓名对应的人员"),
        ({"name": ""}, "请填写姓名"),
        ({"roles": []}, "请至少选择一个角色"),
        ({"unit_name": "没有这个局"}, "没有找到这个单位"),
        ({"expires_on": "明天"}, ""),
        ({"roles": ["emperor"]}, ""),
        ({"roles": ["unit_admin"]}, "单位联络员须指定所管的单位"),
        ({"roles": ["inspector"]}, "截止日期"),
    ],
)
def test_a_faulty_row_is_refused_and_kept(
    app: Flask, security_admin: Person, hr: Person, wang: Person, fields: dict[str, Any], sentence: str
) -> None:
    client = cast.browser(app, security_admin)
    answer = ask(client, row(0, wang, Role.EXAM_ADMIN, **fields), reason="年底考试")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "年底考试" in answer.text
    assert cast.count(RoleGrant, person_id=wang.id) == 0


def test_an_empty_form_is_refused(app: Flask, security_admin: Person) -> None:
    assert ask(cast.browser(app, security_admin), reason="").status_code == 422


def test_the_same_role_is_not_asked_for_twice(
    app: Flask, pending: RoleGrant, security_admin: Person, wang: Person
) -> None:
    answer = ask(cast.browser(app, security_admin), row(0, wang, Role.EXAM_ADMIN))

    assert answer.status_code == 409
    assert "已有同样的授权" in answer.text


def test_an_old_sign_in_gives_the_password_again(app: Flask, security_admin: Person, hr: Person, wang: Person) -> None:
    client = cast.browser(app, security_admin)
    for one in db.session.query(UserSession):
        one.confirmed_at = clock.now() - timedelta(minutes=11)
    db.session.commit()

    assert "请输入当前密码" in ask(client, row(0, wang, Role.EXAM_ADMIN)).text
    assert "当前密码不正确" in ask(client, row(0, wang, Role.EXAM_ADMIN), password="wrong").text
    assert ask(client, row(0, wang, Role.EXAM_ADMIN), password=cast.PASSWORD).status_code == 303


def test_a_role_ends_with_a_reason(app: Flask, security_admin: Person, li: Person) -> None:
    client = cast.browser(app, security_admin)
    grant = db.session.query(RoleGrant).filter_by(person_id=li.id).one()
    address = f"/bench/roles/{grant.id}/end"
    assert cast.post(client, address, {"reason": ""}).status_code == 422
    assert cast.post(client, address, {"reason": "调离"}).status_code == 303

    assert held(li) == set()
    assert cast.post(client, address, {"reason": "调离"}).status_code == 409


def test_the_last_security_administrator_stays(security_admin: Person) -> None:
    actor = cast.actor_of(security_admin)
    grant = db.session.query(RoleGrant).one()
    with pytest.raises(roles.LastSecurityAdmin), transaction():
        roles.end(actor, grant, "x")


@pytest.mark.parametrize("who", ["wang", "li", "exam_admin"])
@pytest.mark.parametrize(
    "address", ["/bench/roles", "/bench/roles/grant", "/bench/role-requests", "/bench/roles/sheet"]
)
def test_others_do_not_come_in(app: Flask, request: pytest.FixtureRequest, who: str, address: str) -> None:
    assert cast.browser(app, request.getfixturevalue(who)).get(address).status_code == 403


def test_an_auditor_reads_and_changes_nothing(app: Flask, office: Unit, li: Person) -> None:
    auditor = cast.official(office, "审计员", Role.AUDITOR)
    client = cast.browser(app, auditor)
    grant = db.session.query(RoleGrant).filter_by(person_id=li.id).one()

    text = client.get("/bench/roles").text
    assert li.name in text
    assert "结束授权" not in text
    assert cast.post(client, f"/bench/roles/{grant.id}/end", {"reason": "x"}).status_code == 403


def test_the_page_says_which_act_lacks_a_second_person(app: Flask, security_admin: Person, exam_admin: Person) -> None:
    text = cast.browser(app, security_admin).get("/bench/roles").text

    assert "凑不齐两个人" in text
    assert "角色授权：须由一名安全管理员提出" in text
    assert "考试发布、成绩公布：" not in text, "the exam administrator and the security administrator are two"


def test_every_page_of_roles_opens(app: Flask, pending: RoleGrant, security_admin: Person, hr: Person) -> None:
    client = cast.browser(app, security_admin)
    for address in (
        "/bench/roles",
        "/bench/roles?state=pending",
        "/bench/roles?state=ended&page=x",
        "/bench/roles/grant?people=6",
    ):
        assert client.get(address).status_code == 200
    assert client.get("/bench/roles/sheet?role=hr").status_code == 200
    assert cast.browser(app, hr).get(f"/bench/role-requests/{pending.id}").status_code == 200
    assert client.get("/bench/roles/99999/end").status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_grants(
    app: Flask, security_admin: Person, unit: Unit
) -> None:
    client = cast.browser(app, security_admin)

    def questions() -> int:
        with count_queries() as sent:
            assert client.get("/bench/roles").status_code == 200
        return len(sent.reads)

    few = questions()
    for _ in range(12):
        cast.grant(cast.make_person(), Role.UNIT_ADMIN, unit, requested_by=security_admin.id)
    assert questions() == few


def test_a_grant_that_ran_out_carries_nothing(wang: Person) -> None:
    cast.grant(wang, Role.INSPECTOR, expires_on=clock.today() - timedelta(days=1))

    assert held(wang) == set()


def test_disabled_accounts_come_back_as_they_were(app: Flask, li: Person, wang: Person) -> None:
    actor = cast.actor_of(li)
    with transaction():
        accounts.disable(actor, wang, "借调")
        accounts.disable(actor, wang, "借调")
    with transaction():
        accounts.enable(actor, wang)

    assert db.session.query(Account).filter_by(person_id=wang.id).one().state is AccountState.ACTIVE
    assert cast.sign_in(app.test_client(), wang).status_code == 303
