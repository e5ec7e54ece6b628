"""Activation (开通账号): issuing one-time codes and using them, once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import Closed, NotAllowed, RuleBroken
from lawedu.core.policy import PLAIN_ROLES, Actor, Role, ensure, may
from lawedu.db import db
from lawedu.people import account_queries, codes, factor_queries, passwords, role_queries, sessions, throttle
from lawedu.people.models import Account, AccountState, Person


class CodeUnknown(RuleBroken):
    """No account waits for this code: mistyped, used, or replaced by a newer slip (激活码无效)."""

    status = 422
    code = "code_unknown"
    sentence = "激活码不正确，或者已经使用、已被新的激活单替换。请核对后重新输入，或联系本单位联络员。"


class CodeExpired(Closed):
    """The slip is older than 14 days (激活码已过期)."""

    code = "code_expired"
    sentence = "激活码已过期，请联系本单位联络员重新发放激活单。"


class AccountDisabled(RuleBroken):
    """No slip for a disabled account (账号已停用)."""

    code = "account_disabled"
    sentence = "{name}的账号已停用，恢复后才能发放激活单。"


class HigherHand(NotAllowed):
    """Slips of people with roles come from higher up, or a slip would be a way to their rights (须由上级发放)."""

    code = "higher_hand"
    sentence = "{name}担任系统管理角色，激活单由{who}发放。"


class TooManySlips(RuleBroken):
    """More slips at once than one print holds (一次发放过多)."""

    code = "too_many_slips"
    sentence = "一次最多发放 {most} 张激活单，请先为没有激活单的人员发放。"


@dataclass(frozen=True)
class Slip:
    """One activation slip (激活单), the only time its code exists in clear."""

    staff_number: str
    name: str
    unit: str
    code: str
    expires_at: datetime


def issue_codes(actor: Actor, people: Iterable[Person], *, skip_higher: bool = False) -> list[Slip]:
    """Give each person a new code, valid 14 days; the old one dies, a password in use works until the new code is used.

    Raises NotFound for somebody else's people, AccountDisabled, HigherHand (people with roles; `skip_higher` leaves
    them out).
    """
    people = list(people)
    roles = role_queries.roles_of([person.id for person in people])
    accounts = account_queries.accounts_of([person.id for person in people])
    slips = []
    for person in people:
        try:
            slips.append(_issue(actor, person, accounts.get(person.id), roles.get(person.id, frozenset())))
        except HigherHand:
            if not skip_higher:
                raise
    for slip in slips:
        audit.record(actor, "account.issue_code", f"person:{slip.staff_number}")
    return slips


def _issue(actor: Actor, person: Person, account: Account | None, roles: frozenset[Role]) -> Slip:
    _ensure_may_issue(actor, person, roles)
    if account is None:
        account = Account(person_id=person.id, state=AccountState.NEW)
        db.session.add(account)
    if account.state is AccountState.DISABLED:
        raise AccountDisabled(name=person.name)
    code = codes.make()
    account.code_hash, account.code_expires_at = codes.hash_code(code), clock.now() + codes.VALID_FOR
    account.code_issued_by = actor.staff_number
    return Slip(person.staff_number, person.name, person.unit.name, code, account.code_expires_at)


def _ensure_may_issue(actor: Actor, person: Person, roles: frozenset[Role]) -> None:
    if may(actor, "account.unlock") and roles - PLAIN_ROLES and person.id != actor.person_id:
        return
    ensure(actor, "account.issue_code", person)
    if roles - PLAIN_ROLES - {Role.UNIT_ADMIN} and not actor.is_machine:
        raise HigherHand(name=person.name, who="安全管理员")
    if Role.UNIT_ADMIN in roles and Role.HR not in actor.roles and not actor.is_machine:
        raise HigherHand(name=person.name, who="组织人事部门或者安全管理员")


def check_code(code: str) -> Person:
    """Whose code it is; changes nothing. Raises CodeUnknown, CodeExpired."""
    return account_queries.get_person(_waiting(code, lock=False).person_id)


def prepare_password(person: Person, password: str) -> str:
    """The hash of a new password, made outside the writing transaction. Raises WeakPassword."""
    words = (person.name, person.staff_number, person.unit.name, person.unit.short_name)
    passwords.ensure_strong(password, words, current_app.config["PASSWORD_POLICY"])
    return passwords.hash_password(password)


def activate(code: str, password_hash: str, address: str, agent: str) -> str:
    """Use the code up, set the password, open a session and return its token; every other session ends.

    The token is empty when the second step is still to come (`factors`): a slip replaces the password, not the factor.
    Raises CodeUnknown (also the second time), CodeExpired.
    """
    account = _waiting(code, lock=True)
    person = account_queries.get_person(account.person_id)
    now = clock.now()
    account.state = AccountState.ACTIVE
    account.password_hash, account.password_changed_at = password_hash, now
    account.code_hash = account.code_expires_at = None
    account.activated_at = account.activated_at or now
    sessions.end_all(person.id, "activated")
    throttle.forget(throttle.key_of(person.id, ""))
    token = "" if factor_queries.is_needed(person.id) else sessions.create(person, address, agent)
    actor = Actor(person.id, person.staff_number, person.name, address=address)
    audit.record(actor, "account.activate", f"person:{person.staff_number}")
    return token


def _waiting(code: str, *, lock: bool) -> Account:
    account = account_queries.find_by_code(codes.hash_code(code), lock=lock)
    if account is None or account.state is AccountState.DISABLED:
        raise CodeUnknown
    if account.code_expires_at is None or account.code_expires_at <= clock.now():
        raise CodeExpired
    return account
