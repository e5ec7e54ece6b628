"""Setting up the second factor, and another device (设置动态验证码、更换设备)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.audit.models import AuditEvent
from lawedu.db import db
from lawedu.people import totp
from lawedu.people.factor_models import RecoveryCode, SecondFactor
from lawedu.people.models import Person, SignInFailure, UserSession
from tests import cast
from tests.people import second_step as step

pytestmark = pytest.mark.usefixtures("two_steps")


@pytest.fixture
def two_steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting as in production."""
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)


def begin(client: Any, person: Person) -> str:
    """Up to the page that shows the secret, which is returned."""
    assert cast.sign_in(client, person).location == "/sign-in/set-up"
    return step.secret_on(client.get("/sign-in/set-up").text)


def test_the_first_code_sets_it_up_and_opens_the_session(client: Any, li: Person) -> None:
    secret = begin(client, li)
    page = step.send(client, step.code_of(secret), "set-up")

    assert page.status_code == 200
    assert client.get("/bench/accounts").status_code == 200
    assert totp.open_sealed(li.id, db.session.get(SecondFactor, li.id).secret) == secret
    assert cast.count(UserSession, has_factor=True, ended_at=None) == 1
    assert cast.count(AuditEvent, action="account.set_factor") == 1


def test_the_page_shows_the_same_secret_as_qr_code_and_in_letters(client: Any, li: Person) -> None:
    secret = begin(client, li)
    answer = client.get("/sign-in/set-up")

    assert step.secret_on(answer.text) == secret, "a reload shows the same one"
    assert re.search(r'<img class="qr" src="data:image/svg\+xml', answer.text)
    with client.application.test_request_context():
        address = unquote(totp.address_of(secret, li.staff_number))
    assert address.startswith(f"otpauth://totp/法治高新大讲堂:{li.staff_number}?secret={secret}")


def test_until_the_first_code_nothing_is_kept(client: Any, li: Person) -> None:
    secret = begin(client, li)
    answer = step.send(client, step.wrong(secret), "set-up")

    assert answer.status_code == 422
    assert step.secret_on(answer.text) == secret
    assert cast.count(SecondFactor) == 0
    assert cast.count(UserSession) == 0
    assert cast.count(SignInFailure) == 1


def test_eight_recovery_codes_are_shown_once_and_work(app: Flask, client: Any, li: Person) -> None:
    page = step.send(client, step.code_of(begin(client, li)), "set-up").text
    codes = step.CODES.findall(page)

    assert len(set(codes)) == 8
    assert cast.count(RecoveryCode, used_at=None) == 8
    for address in ("/second-factor", "/password", "/me"):
        assert codes[0] not in client.get(address).text
    other = app.test_client()
    cast.sign_in(other, li)
    assert step.send(other, codes[0], "recovery-code").status_code == 303


def test_the_page_after_setting_up_greets_the_person_and_leads_on(client: Any, li: Person) -> None:
    cast.sign_in(client, li, next="/bench/slips")
    secret = step.secret_on(client.get("/sign-in/set-up").text)
    page = step.send(client, step.code_of(secret), "set-up").text

    assert li.name in page
    assert 'href="/bench/slips"' in page


def test_the_code_that_set_it_up_does_not_sign_in_again(app: Flask, client: Any, li: Person) -> None:
    with time_machine.travel(clock.now(), tick=False):
        secret = begin(client, li)
        step.send(client, step.code_of(secret), "set-up")
        other = app.test_client()
        cast.sign_in(other, li)
        assert step.send(other, step.code_of(secret)).status_code == 422


def test_of_two_who_set_up_at_once_the_second_begins_anew(app: Flask, li: Person) -> None:
    first, second = app.test_client(), app.test_client()
    secrets = [begin(one, li) for one in (first, second)]
    step.send(first, step.code_of(secrets[0]), "set-up")
    answer = step.send(second, step.code_of(secrets[1]), "set-up")

    assert answer.location == "/sign-in"
    assert totp.open_sealed(li.id, db.session.get(SecondFactor, li.id).secret) == secrets[0]


def test_after_five_minutes_setting_up_begins_anew(client: Any, li: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        secret = begin(client, li)
        time.shift(timedelta(minutes=6))
        assert client.get("/sign-in/set-up").location == "/sign-in"
        assert step.send(client, step.code_of(secret), "set-up", page="/sign-in").location == "/sign-in"
    assert cast.count(SecondFactor) == 0


def test_who_has_a_factor_is_not_led_to_another(client: Any, li: Person) -> None:
    step.give_factor(li)
    cast.sign_in(client, li)

    assert client.get("/sign-in/set-up").location == "/sign-in/code"


def renew(client: Any, password: str = cast.PASSWORD) -> Any:
    return cast.post(client, "/second-factor/renew", {"password": password}, page="/second-factor")


def test_another_device_replaces_the_old_one_and_ends_other_sessions(app: Flask, li: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        old = step.give_factor(li)
        elsewhere = step.browser(app, li, old)
        time.shift(timedelta(minutes=1))
        client = step.browser(app, li, old)
        assert renew(client).location == "/sign-in/set-up"
        new = step.secret_on(client.get("/sign-in/set-up").text)
        time.shift(timedelta(minutes=1))
        page = step.send(client, step.code_of(new), "set-up")

        assert len(step.CODES.findall(page.text)) == 8
        assert client.get("/bench/accounts").status_code == 200
        assert elsewhere.get("/bench/accounts").status_code == 303
        time.shift(timedelta(minutes=1))
        late = app.test_client()
        cast.sign_in(late, li)
        assert step.send(late, step.code_of(old)).status_code == 422
        assert step.send(late, step.code_of(new)).status_code == 303


def test_until_the_new_device_has_shown_a_code_the_old_one_holds(app: Flask, li: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        old = step.give_factor(li)
        client = step.browser(app, li, old)
        renew(client)
        time.shift(timedelta(minutes=1))
        step.browser(app, li, old)
        assert client.get("/bench/accounts").status_code == 200


def test_another_device_needs_the_password(app: Flask, li: Person) -> None:
    client = step.browser(app, li, step.give_factor(li))
    answer = renew(client, "wrong")

    assert answer.status_code == 422
    assert "当前密码不正确" in answer.text
    assert cast.count(SignInFailure) == 1
    assert client.get("/sign-in/set-up").location == "/second-factor"


def test_a_renewal_does_not_outlive_the_session_that_asked(app: Flask, li: Person) -> None:
    client = step.browser(app, li, step.give_factor(li))
    renew(client)
    secret = step.secret_on(client.get("/sign-in/set-up").text)
    db.session.query(UserSession).update({"ended_at": clock.now()})
    db.session.commit()

    assert step.send(client, step.code_of(secret), "set-up", page="/sign-in").location == "/sign-in"
    assert cast.count(AuditEvent, action="account.set_factor") == 0


def test_an_official_reads_that_no_code_is_needed(app: Flask, wang: Person) -> None:
    assert "还没有设置动态验证码" in cast.browser(app, wang).get("/second-factor").text
