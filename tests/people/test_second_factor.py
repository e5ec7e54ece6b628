"""The second step of signing in (第二步验证): no code, no session for who holds a role."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role
from lawedu.db import db, transaction
from lawedu.people import accounts, activation, throttle, totp
from lawedu.people.factor_models import RecoveryCode, SecondFactor
from lawedu.people.models import Account, Person, SignInFailure, UserSession
from tests import cast
from tests.people import second_step as step

pytestmark = pytest.mark.usefixtures("two_steps")


@pytest.fixture
def two_steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting as in production."""
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)


@pytest.fixture
def limits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Throttling on."""
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)


@pytest.fixture
def secret(li: Person) -> str:
    """What the liaison's authenticator holds."""
    return step.give_factor(li)


def half(client: Any, person: Person) -> Any:
    """The client after the right password."""
    cast.sign_in(client, person)
    return client


def test_an_official_signs_in_with_the_password_alone(client: Any, wang: Person) -> None:
    assert cast.sign_in(client, wang).location == "/me"


def test_a_leader_too(client: Any, unit: Any) -> None:
    assert cast.sign_in(client, cast.official(unit, "何书记", Role.LEADER)).location == "/me"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICIAL, Role.LEADER}))
def test_every_other_role_needs_the_second_step(client: Any, unit: Any, role: Role) -> None:
    person = cast.official(unit, "某管理员", role, scope=unit)
    answer = cast.sign_in(client, person)

    assert answer.location == "/sign-in/set-up"
    assert cast.count(UserSession) == 0


def test_after_the_password_alone_nothing_opens(client: Any, li: Person, secret: str) -> None:
    answer = cast.sign_in(client, li)

    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert cast.count(UserSession) == 0
    for address in ("/me", "/password", "/bench/accounts", "/exams", "/second-factor"):
        assert client.get(address).location.startswith("/sign-in?"), address
    assert cast.count(AuditEvent, action="account.first_step") == 1
    assert cast.count(AuditEvent, action="account.sign_in") == 0


def test_the_code_opens_the_session_with_its_roles_and_leads_on(client: Any, li: Person, secret: str) -> None:
    cast.sign_in(client, li, next="/bench/accounts?page=2")
    answer = step.send(client, step.code_of(secret))

    assert (answer.status_code, answer.location) == (303, "/bench/accounts?page=2")
    assert client.get("/bench/accounts").status_code == 200
    assert cast.count(UserSession, person_id=li.id, has_factor=True, ended_at=None) == 1
    assert cast.count(AuditEvent, action="account.sign_in", outcome="ok") == 1


@pytest.mark.parametrize("form", ["{}", "{} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_the_code_may_be_typed_with_spaces(client: Any, li: Person, secret: str, form: str) -> None:
    assert step.send(half(client, li), form.format(step.code_of(secret))).status_code == 303


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_one_step_before_and_after_still_count(client: Any, li: Person, secret: str, steps: int, status: int) -> None:
    with time_machine.travel(clock.now(), tick=False):
        assert step.send(half(client, li), step.code_of(secret, steps)).status_code == status


def test_a_code_works_once(app: Flask, li: Person, secret: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        code = step.code_of(secret)
        assert step.send(half(app.test_client(), li), code).status_code == 303
        again = step.send(half(app.test_client(), li), code)
        earlier = step.send(half(app.test_client(), li), step.code_of(secret, -1))
        time.shift(timedelta(seconds=totp.SECONDS))
        next_one = step.send(half(app.test_client(), li), step.code_of(secret))

    assert (again.status_code, earlier.status_code, next_one.status_code) == (422, 422, 303)
    assert "已经用过" in again.text


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５", "\x00", "一二三四五六", "x" * 500])
def test_what_is_no_code_is_named_and_not_counted(client: Any, li: Person, secret: str, typed: str) -> None:
    answer = step.send(half(client, li), typed)

    assert answer.status_code == 422
    assert "需要更正" in answer.text
    assert cast.count(SignInFailure) == 0


def test_a_wrong_code_opens_nothing_and_is_counted_and_told(client: Any, li: Person, secret: str) -> None:
    answer = step.send(half(client, li), step.wrong(secret))

    assert answer.status_code == 422
    assert "验证码不正确" in answer.text
    assert cast.count(UserSession) == 0
    assert cast.count(SignInFailure, account_key=f"code:{li.id}") == 1
    assert cast.count(AuditEvent, action="account.second_step", outcome="refused") == 1


@pytest.mark.usefixtures("limits")
def test_after_five_wrong_codes_one_waits_and_the_right_code_waits_too(client: Any, li: Person, secret: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        half(client, li)
        for _ in range(throttle.FREE_CODES):
            assert step.send(client, step.wrong(secret)).status_code == 422
        answer = step.send(client, step.code_of(secret))
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 61
        time.shift(throttle.FIRST_CODES + timedelta(seconds=1))
        assert step.send(client, step.code_of(secret)).status_code == 303
    assert cast.count(SignInFailure) == 0


@pytest.mark.usefixtures("limits")
def test_the_right_password_between_the_guesses_wipes_nothing_out(app: Flask, li: Person, secret: str) -> None:
    statuses = [
        step.send(half(app.test_client(), li), step.wrong(secret)).status_code for _ in range(throttle.FREE_CODES + 1)
    ]

    assert statuses == [422] * throttle.FREE_CODES + [429]


@pytest.mark.usefixtures("limits")
def test_who_keeps_guessing_gets_one_code_an_hour(client: Any, li: Person, secret: str) -> None:
    tried = 0
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(24 * 4):
            tried += step.send(half(client, li), step.wrong(secret)).status_code == 422
            time.shift(timedelta(minutes=15))

    assert tried <= throttle.FREE_CODES + 6 + 24, "five freely, six while the wait grows, then one an hour"


@pytest.mark.usefixtures("limits")
def test_strangers_cannot_make_the_code_wait(client: Any, li: Person, secret: str) -> None:
    for _ in range(throttle.FREE_TOGETHER - 1):
        cast.sign_in(client, li, "wrong")

    assert step.send(half(client, li), step.code_of(secret)).status_code == 303


@pytest.mark.usefixtures("limits")
def test_lifting_the_wait_lifts_that_of_the_code(client: Any, li: Person, secret: str, security_admin: Person) -> None:
    half(client, li)
    for _ in range(throttle.FREE_CODES):
        step.send(client, step.wrong(secret))
    actor = cast.actor_of(security_admin)
    with transaction():
        accounts.unlock(actor, li)

    assert step.send(client, step.code_of(secret)).status_code == 303


def test_after_five_minutes_the_password_is_asked_for_again(client: Any, li: Person, secret: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        half(client, li)
        time.shift(timedelta(minutes=5, seconds=1))
        answer = step.send(client, step.code_of(secret))
        page = client.get("/sign-in").text

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "重新输入账号和密码" in page
    assert cast.count(UserSession) == 0


def test_a_password_that_changed_meanwhile_ends_the_first_step(client: Any, li: Person, secret: str) -> None:
    half(client, li)
    db.session.query(Account).filter_by(person_id=li.id).one().password_hash = cast._hash("Another-One-27")
    db.session.commit()

    assert step.send(client, step.code_of(secret)).location == "/sign-in"
    assert cast.count(UserSession) == 0


def test_an_account_closed_meanwhile_stays_out(client: Any, wang: Person, li: Person, secret: str) -> None:
    half(client, li)
    db.session.query(Account).filter_by(person_id=li.id).one().state = "disabled"
    db.session.commit()

    assert step.send(client, step.code_of(secret)).location == "/sign-in"


@pytest.mark.parametrize("where", ["code", "recovery-code", "set-up"])
def test_without_the_first_step_the_second_does_not_exist(client: Any, where: str) -> None:
    assert client.get(f"/sign-in/{where}").location == "/sign-in"
    assert step.send(client, "123456", where, page="/sign-in").location == "/sign-in"


def test_the_cookie_in_between_holds_neither_the_hash_nor_a_secret(client: Any, li: Person) -> None:
    half(client, li)
    shown = step.secret_on(client.get("/sign-in/set-up").text)
    with client.session_transaction() as cookie:
        kept = json.dumps(dict(cookie), default=str)

    assert "argon2" not in kept
    assert shown not in kept
    assert base64.b32decode(shown).hex() not in kept
    assert "token" not in json.loads(kept)


@pytest.mark.parametrize("junk", [{}, {"person_id": 1}, {"x": 1}, "text", 7, None])
def test_a_cookie_of_another_version_asks_for_the_password(client: Any, junk: Any) -> None:
    with client.session_transaction() as cookie:
        cookie["half"] = junk

    assert client.get("/sign-in/code").location == "/sign-in"


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, the last six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert totp.find_step(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30
    assert totp.find_step(secret, code, datetime.fromtimestamp(seconds + 90, UTC)) == 0


def test_the_secret_is_sealed_for_its_person(app: Flask, li: Person, hr: Person, secret: str) -> None:
    sealed = db.session.get(SecondFactor, li.id).secret

    assert secret.encode() not in sealed
    assert totp.open_sealed(li.id, sealed) == secret
    with pytest.raises(totp.FactorBroken):
        totp.open_sealed(hr.id, sealed)


def test_a_session_without_the_second_step_is_worth_nothing_once_the_setting_is_on(
    app: Flask, li: Person, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_FACTOR", False)
    liaison, official = cast.browser(app, li), cast.browser(app, wang)
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)

    assert liaison.get("/password").status_code == 303
    assert official.get("/password").status_code == 200


def test_a_new_password_keeps_the_second_step(app: Flask, li: Person, secret: str) -> None:
    client = step.browser(app, li, secret)
    data = {"current": cast.PASSWORD, "password": "Feng-Zhi-2027x", "password_again": "Feng-Zhi-2027x"}

    assert cast.post(client, "/password", data).status_code == 303
    assert client.get("/bench/accounts").status_code == 200


def test_a_slip_replaces_the_password_and_not_the_second_step(client: Any, hr: Person, li: Person, secret: str) -> None:
    actor = cast.actor_of(hr)
    with transaction():
        slip = activation.issue_codes(actor, [li])[0]
    data = {"code": slip.code, "password": "Feng-Zhi-2027x", "password_again": "Feng-Zhi-2027x"}
    answer = cast.post(client, "/activate", data)

    assert answer.location == "/sign-in/code"
    assert cast.count(UserSession) == 0
    assert step.send(client, step.code_of(secret)).location == "/me"


def test_a_role_that_was_granted_asks_at_the_next_sign_in(client: Any, wang: Person, unit: Any) -> None:
    assert cast.sign_in(client, wang).location == "/me"
    cast.grant(wang, Role.UNIT_ADMIN, unit)

    cast.post(client, "/sign-out", page="/password")
    assert cast.sign_in(client, wang).location == "/sign-in/set-up"


def script(client: Any, address: str, **fields: str) -> Any:
    token = fields.pop("csrf_token", "") or cast.token_in(client.get("/sign-in").text)
    return client.post(address, data={"csrf_token": token, **fields}, headers={"Accept": "application/json"})


def test_the_exam_page_signs_an_official_in_again_as_before(client: Any, wang: Person) -> None:
    answer = script(client, "/sign-in", staff_number=wang.staff_number, password=cast.PASSWORD)

    assert answer.status_code == 200
    assert answer.json["signed_in"] is True


def test_the_exam_page_asks_a_liaison_for_the_code(client: Any, li: Person, secret: str) -> None:
    first = script(client, "/sign-in", staff_number=li.staff_number, password=cast.PASSWORD)
    assert first.status_code == 401
    assert (first.json["signed_in"], first.json["code"]) == (False, "second_factor")
    token = first.json["csrf_token"]

    refused = script(client, "/sign-in/code", csrf_token=token, code=step.wrong(secret))
    assert (refused.status_code, refused.json["code"]) == (422, "wrong_code")
    done = script(client, "/sign-in/code", csrf_token=token, code=step.code_of(secret))

    assert done.json["signed_in"] is True
    assert client.post("/sign-out", headers={"X-CSRFToken": done.json["csrf_token"]}).status_code == 303


def test_the_exam_page_hears_that_a_code_is_still_to_be_set_up_or_too_late(client: Any, li: Person) -> None:
    answer = script(client, "/sign-in", staff_number=li.staff_number, password=cast.PASSWORD)
    assert answer.json["code"] == "second_factor_missing"
    with client.session_transaction() as cookie:
        cookie.pop("half")
    gone = script(client, "/sign-in/code", csrf_token=answer.json["csrf_token"], code="123456")

    assert (gone.status_code, gone.json["code"]) == (403, "half_gone")


def test_a_recovery_code_opens_once_and_leads_to_another_device(app: Flask, li: Person, secret: str) -> None:
    codes = step.give_recovery_codes(li)
    client = half(app.test_client(), li)
    answer = step.send(client, f" {codes[3].lower().replace('-', ' ')}", "recovery-code")

    assert (answer.status_code, answer.location) == (303, "/second-factor")
    assert "还剩 7 个" in client.get("/second-factor").text
    again = step.send(half(app.test_client(), li), codes[3], "recovery-code")
    assert again.status_code == 422
    assert cast.count(SignInFailure, account_key=f"code:{li.id}") == 1
    assert step.send(half(app.test_client(), li), codes[4], "recovery-code").status_code == 303


def test_a_recovery_code_of_somebody_else_opens_nothing(client: Any, li: Person, hr: Person, secret: str) -> None:
    codes = step.give_recovery_codes(hr)

    assert step.send(half(client, li), codes[0], "recovery-code").status_code == 422
    assert cast.count(UserSession) == 0


def test_no_recovery_code_is_kept_in_clear(app: Flask, li: Person) -> None:
    codes = step.give_recovery_codes(li)
    kept = " ".join(db.session.scalars(db.select(RecoveryCode.code_hash)))

    assert len(codes) == len(set(codes)) == 8
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_without_the_device_one_reads_what_to_do(client: Any, li: Person, secret: str) -> None:
    assert 'href="/sign-in/lost-device"' in half(client, li).get("/sign-in/code").text
    page = client.get("/sign-in/lost-device").text
    assert "恢复码" in page
    assert "安全管理员" in page
