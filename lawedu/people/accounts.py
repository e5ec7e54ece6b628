"""Accounts (账号): signing in and out, activating, changing the password, disabling."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sqlalchemy import select

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import NotAllowed, RuleBroken
from lawedu.core.policy import PLAIN_ROLES, Actor, ensure
from lawedu.db import db
from lawedu.people import account_queries, factor_queries, mobiles, passwords, role_queries, sessions, throttle
from lawedu.people.models import Account, AccountState, Person


class WrongSignIn(NotAllowed):
    """Unknown account, wrong password, disabled or not yet activated: never told apart (账号或密码不正确)."""

    code = "wrong_sign_in"
    sentence = "账号或密码不正确。首次使用请先用激活单开通；忘记密码请联系本单位联络员。"


class WrongPassword(RuleBroken):
    """The password asked for again is not right (密码不正确)."""

    status = 422
    code = "wrong_password"
    sentence = "当前密码不正确，请重新输入。"


class PasswordNeeded(WrongPassword):
    """A sensitive act without the password (须再次输入密码); nothing to count as a failure."""

    code = "password_needed"
    sentence = "请输入当前密码，确认是本人办理。"


class HoldsRoles(RuleBroken):
    """A person with roles is not switched off by a liaison: the grant ends first (先结束授权)."""

    code = "holds_roles"
    sentence = "{name}有在用的角色授权，请先由安全管理员结束授权，再停用账号。"


@dataclass(frozen=True)
class Proof:
    """A password that was right a moment ago, for this hash: the deed looks again whether it still is."""

    person_id: int
    password_hash: str


def check_sign_in(typed: str, password: str, address: str) -> Proof:
    """Whether account and password belong together; changes nothing, outside the writing transaction (argon2 is slow).

    Raises WrongSignIn (the same for unknown, wrong, disabled) or TooManyFailures while a wait runs.
    """
    account = _find(typed)
    throttle.ensure_may_try(throttle.key_of(account.person_id if account else None, typed), address)
    known = account.password_hash if account else None
    is_right = passwords.is_match(known, password)
    if account is None or known is None or not is_right or account.state is not AccountState.ACTIVE:
        raise WrongSignIn
    return Proof(account.person_id, known)


def sign_in(proof: Proof, address: str, agent: str) -> str:
    """Open a session (登录) and return its token, or an empty one when the second step is still to come (`factors`).

    Raises WrongSignIn when the account changed since the check.
    """
    account = account_queries.get_account(proof.person_id, lock=True)
    if account.state is not AccountState.ACTIVE or account.password_hash != proof.password_hash:
        raise WrongSignIn
    person = account_queries.get_person(proof.person_id)
    if factor_queries.is_needed(person.id):
        # The failures stay: whoever has the password could otherwise wipe them out between two guesses at the code.
        audit.record(_self(person, address), "account.first_step", f"person:{person.staff_number}")
        return ""
    throttle.forget(throttle.key_of(person.id, ""), address)
    token = sessions.create(person, address, agent)
    audit.record(_self(person, address), "account.sign_in", f"person:{person.staff_number}")
    return token


def count_refused(typed: str, address: str, why: str) -> None:
    """Count a refused sign-in, and say so in the audit log; a refusal by the wait itself is logged but not counted."""
    account = _find(typed)
    if why == WrongSignIn.code:
        throttle.count_failure(throttle.key_of(account.person_id if account else None, typed), address)
    subject = f"person:{account_queries.get_person(account.person_id).staff_number}" if account else "person:unknown"
    audit.record(Actor(address=address), "account.sign_in", subject, "refused", why=why)


def sign_out(actor: Actor) -> None:
    """End the session (退出)."""
    sessions.end(actor.session_id, "sign_out")
    audit.record(actor, "account.sign_out", f"person:{actor.staff_number}")


def _find(typed: str) -> Account | None:
    """By staff number or registered mobile, however the number was typed (full-width, with +86, with spaces)."""
    name = unicodedata.normalize("NFKC", typed).strip()
    mobile = mobiles.normalise(name)
    return account_queries.find_by_login(name, mobiles.hash_mobile(mobile) if mobile else "")


def _self(person: Person, address: str) -> Actor:
    return Actor(person.id, person.staff_number, person.name, address=address)


def verify_own(actor: Actor, password: str) -> Proof:
    """The password asked again; outside the writing transaction. Raises WrongPassword, TooManyFailures."""
    throttle.ensure_may_try(throttle.key_of(actor.person_id, ""), actor.address)
    known = account_queries.get_account(actor.person_id).password_hash
    if not passwords.is_match(known, password) or known is None:
        raise WrongPassword
    return Proof(actor.person_id, known)


def count_wrong_own(actor: Actor) -> None:
    """Count a wrong password at a sensitive act like a wrong one at sign-in."""
    throttle.count_failure(throttle.key_of(actor.person_id, ""), actor.address)
    audit.record(actor, "account.confirm", f"person:{actor.staff_number}", "refused")


def change_password(actor: Actor, proof: Proof, password_hash: str, agent: str) -> str:
    """Set a new password (修改密码), end every session of the person and return the token of a new one.

    Raises WrongPassword when the password changed since it was verified.
    """
    account = account_queries.get_account(actor.person_id, lock=True)
    if proof.person_id != actor.person_id or account.password_hash != proof.password_hash:
        raise WrongPassword
    person = account_queries.get_person(actor.person_id)
    account.password_hash, account.password_changed_at = password_hash, clock.now()
    account.code_hash = account.code_expires_at = None
    has_factor = sessions.has_factor(actor.session_id)
    sessions.end_all(person.id, "password")
    token = sessions.create(person, actor.address, agent, has_factor=has_factor)
    audit.record(actor, "account.change_password", f"person:{person.staff_number}")
    return token


def disable(actor: Actor, person: Person, reason: str) -> None:
    """Close an account (停用): sessions end at once, the slip dies, history stays; a second time changes nothing.

    Raises HoldsRoles.
    """
    ensure(actor, "people.edit", person)
    if role_queries.roles_of([person.id]).get(person.id, frozenset()) - PLAIN_ROLES:
        raise HoldsRoles(name=person.name)
    account = _account_of(person)
    if account.state is AccountState.DISABLED:
        return
    account.state = AccountState.DISABLED
    account.code_hash = account.code_expires_at = None
    sessions.end_all(person.id, "disabled")
    audit.record(actor, "account.disable", f"person:{person.staff_number}", reason=reason)


def enable(actor: Actor, person: Person) -> None:
    """Open a closed account again (恢复): with its old password, or waiting for a slip when it never had one."""
    ensure(actor, "people.edit", person)
    account = _account_of(person)
    if account.state is not AccountState.DISABLED:
        return
    account.state = AccountState.ACTIVE if account.password_hash else AccountState.NEW
    audit.record(actor, "account.enable", f"person:{person.staff_number}")


def unlock(actor: Actor, person: Person) -> None:
    """Forget the failures that make a person wait (解除登录限制)."""
    ensure(actor, "account.unlock", person)
    throttle.forget(throttle.key_of(person.id, ""))
    throttle.forget(throttle.code_key_of(person.id))
    audit.record(actor, "account.unlock", f"person:{person.staff_number}")


def _account_of(person: Person) -> Account:
    account = db.session.scalar(select(Account).where(Account.person_id == person.id).with_for_update())
    if account is None:
        account = Account(person_id=person.id, state=AccountState.NEW)
        db.session.add(account)
    return account


def ensure_confirmed(actor: Actor, password: str) -> None:
    """Before a sensitive act (publish, approve, grant, void, large export): the password again after 10 minutes.

    Signing in counts as giving it. Runs outside the writing transaction. Raises PasswordNeeded, WrongPassword,
    TooManyFailures.
    """
    if not password and sessions.is_confirmed(actor.session_id):
        return
    if not password:
        raise PasswordNeeded
    verify_own(actor, password)
