"""Closing accounts, opening them again, lifting a wait (账号管理)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people.models import Account, AccountState, Person, SignInFailure, Unit
from tests import cast


def state_of(person: Person) -> AccountState:
    db.session.rollback()
    return db.session.query(Account).filter_by(person_id=person.id).one().state


def press(client: Any, person: Person, verb: str, **data: str) -> Any:
    return cast.post(client, f"/bench/accounts/{person.id}/{verb}", data, page="/password")


def test_a_liaison_closes_and_opens_an_account_of_the_unit(app: Flask, li: Person, wang: Person) -> None:
    own, client = cast.browser(app, wang), cast.browser(app, li)
    assert wang.name in client.get(f"/bench/accounts?number={wang.staff_number}").text
    assert press(client, wang, "disable", reason="调离").status_code == 303

    assert state_of(wang) is AccountState.DISABLED
    assert own.get("/password").status_code == 303
    assert press(client, wang, "disable", reason="调离").status_code == 303, "the second time changes nothing"
    assert press(client, wang, "enable").status_code == 303
    assert state_of(wang) is AccountState.ACTIVE


def test_closing_needs_a_reason(app: Flask, li: Person, wang: Person) -> None:
    answer = press(cast.browser(app, li), wang, "disable", reason="")

    assert answer.status_code == 422
    assert "请填写停用原因" in answer.text
    assert wang.name in answer.text


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_somebody_elsewhere_does_not_exist(app: Flask, li: Person, zhao: Person, verb: str) -> None:
    client = cast.browser(app, li)

    assert press(client, zhao, verb, reason="x").status_code == 404
    assert zhao.name not in client.get(f"/bench/accounts?number={zhao.staff_number}").text
    assert state_of(zhao) is AccountState.ACTIVE


def test_people_with_roles_are_not_switched_off_by_a_liaison(app: Flask, li: Person, unit: Unit) -> None:
    colleague = cast.official(unit, "冯考务", Role.EXAM_ADMIN)

    assert press(cast.browser(app, li), colleague, "disable", reason="x").status_code == 409
    assert state_of(colleague) is AccountState.ACTIVE


def test_an_official_does_not_come_in(app: Flask, wang: Person, zhao: Person) -> None:
    client = cast.browser(app, wang)

    assert client.get("/bench/accounts").status_code == 403
    assert client.get("/bench/account-waits").status_code == 403
    assert press(client, zhao, "disable", reason="x").status_code == 403


def test_the_security_administrator_lifts_a_wait_and_nobody_else(
    app: Flask, client: Any, li: Person, wang: Person, security_admin: Person
) -> None:
    cast.sign_in(client, wang, "wrong")
    address = f"/bench/account-waits/{wang.id}/lift"
    assert cast.post(cast.browser(app, li), address, page="/password").status_code == 403
    assert cast.count(SignInFailure) == 1
    keeper = cast.browser(app, security_admin)
    assert "解除登录限制" in keeper.get(f"/bench/account-waits?number={wang.staff_number}").text
    assert cast.post(keeper, address, page="/password").status_code == 303
    assert cast.count(SignInFailure) == 0


@pytest.mark.parametrize("number", ["", "x" * 300, "%00", "%25", "GX404"])
def test_no_number_breaks_the_page(app: Flask, li: Person, number: str) -> None:
    assert cast.browser(app, li).get(f"/bench/accounts?number={number}").status_code == 200
