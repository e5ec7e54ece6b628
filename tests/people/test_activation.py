"""Activation slips (激活单): once, for 14 days, and never a way to somebody else's rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.policy import Actor, Role
from lawedu.db import db, transaction
from lawedu.people import activation, codes
from lawedu.people.models import Account, AccountState, Person, Unit, UserSession
from tests import cast

GOOD = "Feng-Zhi-2027x"


def issue(actor: Actor, *people: Person) -> list[activation.Slip]:
    with transaction():
        return activation.issue_codes(actor, people)


@pytest.fixture
def newcomer(unit: Unit) -> Person:
    """Somebody of the unit who has no account yet."""
    return cast.make_person(unit=unit, name="钱新来")


@pytest.fixture
def slip(li: Person, newcomer: Person) -> activation.Slip:
    """Their slip, from the liaison."""
    return issue(cast.actor_of(li), newcomer)[0]


def activate(client: Any, code: str, password: str = GOOD, again: str | None = None) -> Any:
    data = {"code": code, "password": password, "password_again": password if again is None else again}
    return cast.post(client, "/activate", data)


def test_the_qr_code_opens_the_page_with_the_code_filled_in(client: Any, slip: activation.Slip) -> None:
    assert f'value="{slip.code}"' in client.get(f"/activate?code={slip.code}").text


def test_a_slip_opens_the_account_and_signs_in(client: Any, slip: activation.Slip, newcomer: Person) -> None:
    answer = activate(client, slip.code)

    assert (answer.status_code, answer.location) == (303, "/me")
    account = db.session.query(Account).filter_by(person_id=newcomer.id).one()
    assert account.state is AccountState.ACTIVE
    assert account.code_hash is None
    assert client.get("/password").status_code == 200


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")])
def test_the_code_may_be_typed_in_any_shape(client: Any, slip: activation.Slip, change: Any) -> None:
    assert activate(client, change(slip.code)).status_code == 303


def test_a_code_works_once(app: Flask, slip: activation.Slip) -> None:
    activate(app.test_client(), slip.code)
    answer = activate(app.test_client(), slip.code, "Another-Pass-9")

    assert answer.status_code == 422
    assert "激活码不正确" in answer.text
    assert slip.code in answer.text, "what was typed is kept"


def test_a_new_slip_kills_the_old_one(client: Any, slip: activation.Slip, li: Person, newcomer: Person) -> None:
    newer = issue(cast.actor_of(li), newcomer)[0]

    assert activate(client, slip.code).status_code == 422
    assert activate(client, newer.code).status_code == 303


def test_after_fourteen_days_the_slip_is_dead(client: Any, slip: activation.Slip) -> None:
    with time_machine.travel(clock.now() + codes.VALID_FOR + timedelta(seconds=1), tick=False):
        assert activate(client, slip.code).status_code == 410


def test_a_disabled_account_has_no_use_for_its_slip(client: Any, slip: activation.Slip, newcomer: Person) -> None:
    account = db.session.query(Account).filter_by(person_id=newcomer.id).one()
    account.state = AccountState.DISABLED
    db.session.commit()

    assert activate(client, slip.code).status_code == 422


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Short-1", "至少需要 10 个字符"),
        ("onlysmallletters", "至少要有三类"),
        ("Admin@123456", "太常见"),
        ("P@ssw0rd2026", "太常见"),
        ("钱新来-Abc-12345", "不能包含"),
        ("经发局-Abc-12345", "不能包含"),
        ("GaoXinQu-2026-x", "不能包含"),
        ("Aa1" * 60, "128"),
    ],
)
def test_a_weak_password_is_refused_and_says_why(client: Any, slip: activation.Slip, password: str, why: str) -> None:
    answer = activate(client, slip.code, password)

    assert answer.status_code == 422
    assert why in answer.text
    assert slip.code in answer.text
    assert cast.count(UserSession) == 0


def test_a_long_sentence_with_spaces_is_a_good_password(client: Any, slip: activation.Slip) -> None:
    sentence = "We read the law every Monday, 7 articles at a time, and talk about them afterwards."

    assert activate(client, slip.code, sentence).status_code == 303


def test_the_two_passwords_must_be_the_same(client: Any, slip: activation.Slip) -> None:
    answer = activate(client, slip.code, GOOD, GOOD + "x")

    assert answer.status_code == 422
    assert "两次输入的密码不一致" in answer.text


def test_the_code_itself_is_nowhere_in_the_database(slip: activation.Slip) -> None:
    account = db.session.query(Account).filter(Account.code_hash.is_not(None)).one()

    assert codes.normalise(slip.code) not in str(vars(account))
    assert all(slip.code not in event.body for event in db.session.query(AuditEvent))


def test_a_code_has_a_hundred_bits() -> None:
    assert len(set(codes.ALPHABET)) == 32
    assert len(codes.normalise(codes.make())) == 20


def test_a_forgotten_password_ends_with_the_new_slip(app: Flask, wang: Person, li: Person) -> None:
    before = cast.browser(app, wang)
    slip = issue(cast.actor_of(li), wang)[0]
    assert before.get("/password").status_code == 200, "until the new code is used, the old password works"
    activate(app.test_client(), slip.code)

    assert before.get("/password").status_code == 303
    assert cast.sign_in(app.test_client(), wang).status_code == 403
    assert cast.sign_in(app.test_client(), wang, GOOD).status_code == 303


def test_a_liaison_issues_no_slips_elsewhere(li: Person, zhao: Person) -> None:
    actor = cast.actor_of(li)
    with pytest.raises(NotFound):
        issue(actor, zhao)


def test_an_official_issues_none_at_all(wang: Person, zhao: Person) -> None:
    actor = cast.actor_of(wang)
    with pytest.raises(NotAllowed):
        issue(actor, zhao)


def test_a_liaison_cannot_take_over_the_account_of_somebody_with_a_role(unit: Unit, li: Person) -> None:
    colleague = cast.official(unit, "冯考务", Role.EXAM_ADMIN)
    actor = cast.actor_of(li)
    with pytest.raises(activation.HigherHand):
        issue(actor, colleague)


def test_a_liaison_cannot_take_over_the_other_liaison_but_hr_may_help(unit: Unit, li: Person, hr: Person) -> None:
    other = cast.official(unit, "何联络", Role.UNIT_ADMIN, scope=unit)
    liaison, officer = cast.actor_of(li), cast.actor_of(hr)
    with pytest.raises(activation.HigherHand):
        issue(liaison, other)
    assert issue(officer, other)


def test_people_with_roles_get_theirs_from_the_security_administrator(
    app: Flask, security_admin: Person, exam_admin: Person, wang: Person
) -> None:
    client = cast.browser(app, security_admin)
    answer = cast.post(client, f"/bench/slips/crew/{exam_admin.id}")
    refused = cast.post(client, f"/bench/slips/crew/{wang.id}")

    assert answer.data.startswith(b"%PDF")
    assert refused.status_code == 403


def test_changing_the_password_ends_the_other_sessions_only(app: Flask, wang: Person) -> None:
    here, there = cast.browser(app, wang), cast.browser(app, wang)
    data = {"current": cast.PASSWORD, "password": GOOD, "password_again": GOOD}
    answer = cast.post(here, "/password", data)

    assert answer.status_code == 303
    assert here.get("/password").status_code == 200
    assert there.get("/password").status_code == 303
    assert cast.sign_in(app.test_client(), wang).status_code == 403


def test_a_wrong_current_password_changes_nothing(app: Flask, wang: Person) -> None:
    client = cast.browser(app, wang)
    answer = cast.post(client, "/password", {"current": "wrong", "password": GOOD, "password_again": GOOD})

    assert answer.status_code == 422
    assert "当前密码不正确" in answer.text
    assert cast.sign_in(app.test_client(), wang).status_code == 303


def test_the_page_for_a_forgotten_password_says_what_to_do(client: Any) -> None:
    assert "联络员" in client.get("/forgotten").text
