"""Signing in (登录): the same answer for every wrong try, waits that cannot lock a unit out, sessions that end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role
from lawedu.db import db, transaction, transactions_opened
from lawedu.people import accounts, mobiles, role_queries, roles, sessions, throttle
from lawedu.people.models import AccountState, Person, SignInFailure, UserSession
from tests import cast
from tests.counting import count_queries


@pytest.fixture
def limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Throttling on, as everywhere but in tests and load programs."""
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)


def try_to(client: Any, typed: str, password: str, address: str = "10.0.0.1", **fields: str) -> Any:
    page = client.get("/sign-in", environ_overrides={"REMOTE_ADDR": address})
    data = {"staff_number": typed, "password": password, "csrf_token": cast.token_in(page.text), **fields}
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def test_the_right_password_opens_the_way_to_my_page(client: Any, wang: Person) -> None:
    answer = cast.sign_in(client, wang)

    assert (answer.status_code, answer.location) == (303, "/me")
    assert cast.count(UserSession, person_id=wang.id, ended_at=None) == 1
    assert cast.count(AuditEvent, action="account.sign_in", outcome="ok") == 1


def test_the_registered_mobile_opens_too_however_it_is_typed(client: Any, wang: Person) -> None:
    wang.mobile_hash = mobiles.hash_mobile("13812345678")
    db.session.commit()

    assert try_to(client, "+86 138-1234-5678", cast.PASSWORD).status_code == 303


def test_a_mobile_of_two_people_opens_nothing(client: Any, wang: Person, zhao: Person) -> None:
    wang.mobile_hash = zhao.mobile_hash = mobiles.hash_mobile("13812345678")
    db.session.commit()

    assert try_to(client, "13812345678", cast.PASSWORD).status_code == 403


def test_one_goes_on_to_where_one_wanted_to_go(client: Any, wang: Person) -> None:
    assert try_to(client, wang.staff_number, cast.PASSWORD, next="/exams/7?page=2").location == "/exams/7?page=2"


@pytest.mark.parametrize(
    "foreign",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil", "/sign-out", "x"],
)
def test_the_way_on_never_leaves_the_site(client: Any, wang: Person, foreign: str) -> None:
    assert try_to(client, wang.staff_number, cast.PASSWORD, next=foreign).location == "/me"


def test_unknown_wrong_disabled_and_new_accounts_hear_the_same(
    client: Any, wang: Person, zhao: Person, unit: Any
) -> None:
    fresh = cast.make_person(unit=unit)
    cast.make_account(fresh, state=AccountState.NEW, password_hash=None)
    closed = cast.make_person(unit=unit)
    cast.make_account(closed, state=AccountState.DISABLED)
    tries = [
        ("GX99999", cast.PASSWORD),
        (wang.staff_number, "wrong"),
        (closed.staff_number, cast.PASSWORD),
        (fresh.staff_number, "x"),
    ]

    answers = [try_to(client, *one) for one in tries]

    assert {answer.status_code for answer in answers} == {403}
    pages = [
        answer.text.replace(typed, "N").replace(cast.token_in(answer.text), "T")
        for answer, (typed, _) in zip(answers, tries, strict=True)
    ]
    assert len(set(pages)) == 1
    assert cast.count(UserSession) == 0
    assert cast.count(SignInFailure) == 4


def test_what_was_typed_is_kept_but_never_the_password(client: Any, wang: Person) -> None:
    text = try_to(client, wang.staff_number, "Wrong-Secret-1").text

    assert f'value="{wang.staff_number}"' in text
    assert "Wrong-Secret-1" not in text
    assert "有 1 处需要更正" in text


def test_empty_fields_are_named(client: Any) -> None:
    answer = try_to(client, "", "")

    assert answer.status_code == 422
    assert "请输入账号" in answer.text
    assert "请输入密码" in answer.text


@pytest.mark.parametrize("typed", ["\x00", "a" * 5000, "' OR 1=1 --", "🙂", "１２３"])
def test_no_input_breaks_the_door(client: Any, typed: str) -> None:
    assert try_to(client, typed, "x").status_code in (403, 422)


def test_a_script_hears_the_new_token(client: Any, wang: Person) -> None:
    token = cast.token_in(client.get("/sign-in").text)
    data = {"staff_number": wang.staff_number, "password": cast.PASSWORD, "csrf_token": token}
    answer = client.post("/sign-in", data=data, headers={"Accept": "application/json"})

    assert answer.json["signed_in"] is True
    done = client.post("/sign-out", headers={"X-CSRFToken": answer.json["csrf_token"]})
    assert done.status_code == 303


def test_without_a_token_nobody_signs_in(client: Any, wang: Person) -> None:
    answer = client.post("/sign-in", data={"staff_number": wang.staff_number, "password": cast.PASSWORD})

    assert answer.status_code in (400, 403)
    assert cast.count(UserSession) == 0


def test_the_cookie_of_a_guest_does_not_survive_signing_in(client: Any, wang: Person) -> None:
    client.get("/sign-in")
    with client.session_transaction() as before:
        guest = dict(before)
    cast.sign_in(client, wang)
    with client.session_transaction() as after:
        assert after.get("csrf_token") != guest["csrf_token"]


def test_a_signed_out_post_goes_to_the_sign_in_page(client: Any) -> None:
    answer = client.post("/sign-out")

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_signing_out_ends_the_session_for_a_copied_cookie_too(app: Flask, wang: Person) -> None:
    client = cast.browser(app, wang)
    cookie = client.get_cookie("session")
    assert cookie is not None
    answer = cast.post(client, "/sign-out", page="/password")
    copy = app.test_client()
    copy.set_cookie("session", cookie.value)

    assert answer.status_code == 303
    assert copy.get("/password").status_code == 303


def test_signing_in_again_replaces_the_session(app: Flask, wang: Person) -> None:
    client = cast.browser(app, wang)
    token = cast.token_in(client.get("/password").text)
    data = {"staff_number": wang.staff_number, "password": cast.PASSWORD, "csrf_token": token}

    assert client.post("/sign-in", data=data).status_code == 303
    assert cast.count(UserSession, ended_at=None) == 1


def test_after_five_wrong_tries_one_waits_and_the_right_password_waits_too(
    limits: None, client: Any, wang: Person
) -> None:
    for _ in range(throttle.FREE_TOGETHER):
        assert try_to(client, wang.staff_number, "wrong").status_code == 403
    answer = try_to(client, wang.staff_number, cast.PASSWORD)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert wang.staff_number in answer.text


def test_an_unknown_account_waits_just_the_same(limits: None, client: Any) -> None:
    statuses = [try_to(client, "GX404", "x").status_code for _ in range(throttle.FREE_TOGETHER + 1)]

    assert statuses == [403] * throttle.FREE_TOGETHER + [429]


def test_hammering_does_not_prolong_the_wait(limits: None, client: Any, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(30):
            try_to(client, wang.staff_number, "wrong")
        assert cast.count(SignInFailure) == throttle.FREE_TOGETHER
        time.shift(throttle.FIRST_TOGETHER + timedelta(seconds=1))
        assert try_to(client, wang.staff_number, cast.PASSWORD).status_code == 303


def test_failures_from_an_office_do_not_keep_the_colleague_out(
    limits: None, client: Any, wang: Person, li: Person
) -> None:
    for _ in range(throttle.FREE_TOGETHER + 3):
        try_to(client, wang.staff_number, "wrong")

    assert try_to(client, li.staff_number, cast.PASSWORD).status_code == 303


def test_failures_elsewhere_hold_the_owner_up_for_two_minutes_at_most(limits: None, client: Any, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        for number in range(80):
            time.shift(timedelta(minutes=3))
            try_to(client, wang.staff_number, "wrong", address=f"10.1.0.{number}")
        time.shift(throttle.LONGEST_ACCOUNT + timedelta(seconds=1))
        assert try_to(client, wang.staff_number, cast.PASSWORD, address="10.9.9.9").status_code == 303


def test_many_addresses_together_meet_the_wait_of_the_account(limits: None, client: Any, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False):
        statuses = [try_to(client, wang.staff_number, "wrong", address=f"10.1.0.{n}").status_code for n in range(25)]

    assert statuses.count(403) == throttle.FREE_ACCOUNT
    assert statuses[-1] == 429


def test_the_security_administrator_unlocks(limits: None, client: Any, wang: Person, security_admin: Person) -> None:
    for _ in range(throttle.FREE_TOGETHER):
        try_to(client, wang.staff_number, "wrong")
    actor = cast.actor_of(security_admin)
    with transaction():
        accounts.unlock(actor, wang)

    assert try_to(client, wang.staff_number, cast.PASSWORD).status_code == 303


def test_no_typed_text_is_kept_with_a_failure(client: Any) -> None:
    try_to(client, "My-Password-In-The-Wrong-Field", "x")

    assert "My-Password" not in db.session.query(SignInFailure.account_key).scalar()


def test_half_an_hour_of_silence_ends_the_session(app: Flask, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client = cast.browser(app, wang)
        time.shift(timedelta(minutes=29))
        assert client.get("/password").status_code == 200
        time.shift(timedelta(minutes=29))
        assert client.get("/password").status_code == 200
        time.shift(timedelta(minutes=31))
        assert client.get("/password").status_code == 303


def test_after_twelve_hours_one_signs_in_again(app: Flask, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client = cast.browser(app, wang)
        for _ in range(36):
            time.shift(timedelta(minutes=20))
            client.get("/password")
        time.shift(timedelta(minutes=1))
        assert client.get("/password").status_code == 303


def test_a_page_costs_one_question_for_who_it_is_and_writes_every_five_minutes(app: Flask, wang: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client = cast.browser(app, wang)
        before = transactions_opened()
        with count_queries() as sent:
            client.get("/password")
        assert len(sent.reads) == 1
        assert transactions_opened() == before
        time.shift(sessions.TOUCH_EVERY)
        client.get("/password")
        client.get("/password")
        assert transactions_opened() == before + 1


def test_disabling_ends_the_session_at_once(app: Flask, wang: Person, li: Person) -> None:
    client = cast.browser(app, wang)
    actor = cast.actor_of(li)
    with transaction():
        accounts.disable(actor, wang, "调离")

    assert client.get("/password").status_code == 303
    assert try_to(client, wang.staff_number, cast.PASSWORD).status_code == 403


def test_a_role_that_ends_ends_the_session(app: Flask, li: Person, security_admin: Person) -> None:
    client = cast.browser(app, li)
    actor = cast.actor_of(security_admin)
    (held,) = [one for one in db.session.scalars(role_queries.select_grants("held")) if one.person_id == li.id]
    with transaction():
        roles.end(actor, role_queries.get_grant(held.id), "岗位调整")

    assert client.get("/password").status_code == 303


def test_a_role_that_runs_out_at_midnight_is_gone_inside_the_session(app: Flask, unit: Any) -> None:
    inspector = cast.official(unit, "督察员")
    cast.grant(inspector, Role.INSPECTOR, expires_on=clock.today())
    cast.sign_in(app.test_client(), inspector)
    row = db.session.query(UserSession).one()
    with app.test_request_context():
        assert sessions._grants(row.grants)[-1].role is Role.INSPECTOR
        with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
            assert [grant.role for grant in sessions._grants(row.grants)] == [Role.OFFICIAL]
