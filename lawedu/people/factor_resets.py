"""Resetting somebody's second factor (重置动态验证码): one security administrator asks, another person approves."""

from __future__ import annotations

from sqlalchemy import delete

from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import MACHINE, Actor, ensure
from lawedu.db import db
from lawedu.people import account_queries, approvals, factor_queries, recovery_codes, sessions, throttle
from lawedu.people.factor_models import SecondFactor
from lawedu.people.models import Approval, Person


class OwnFactor(RuleBroken):
    """Nobody asks for or approves the reset of their own factor (不得为本人办理)."""

    code = "own_factor"
    sentence = "不能为本人办理重置。请由另一位安全管理员提出，并由本人以外的同志审批。"


class NoFactor(RuleBroken):
    """There is nothing to reset (尚未设置)."""

    code = "no_factor"
    sentence = "{name}还没有设置动态验证码，不需要重置，登录时按提示设置即可。"


def request(actor: Actor, person: Person, reason: str) -> Approval:
    """Ask for a reset (申请重置). Raises OwnFactor, NoFactor, AlreadyRequested."""
    ensure(actor, "factor.reset", person)
    if person.id == actor.person_id:
        raise OwnFactor
    if factor_queries.find_factor(person.id) is None:
        raise NoFactor(name=person.name)
    title = f"{person.name} {person.staff_number}"
    return approvals.request(actor, factor_queries.RESET, person.id, title, reason)


def approve(actor: Actor, approval: Approval, note: str = "") -> None:
    """Agree (同意): the secret and the recovery codes die, every session of the person ends at once.

    Raises OwnFactor, OwnRequest, AlreadyDecided.
    """
    ensure(actor, "factor.approve")
    if approval.subject_id == actor.person_id:
        raise OwnFactor
    approvals.approve(actor, approval, note)
    _reset(actor, account_queries.get_person(approval.subject_id), approval.id)


def reject(actor: Actor, approval: Approval, note: str) -> None:
    """Refuse (不同意). Raises OwnFactor, OwnRequest, AlreadyDecided."""
    ensure(actor, "factor.approve")
    if approval.subject_id == actor.person_id:
        raise OwnFactor
    approvals.reject(actor, approval, note)


def withdraw(actor: Actor, approval: Approval) -> None:
    """Take one's own request back (撤回). Raises NotTheRequester, AlreadyDecided."""
    ensure(actor, "factor.reset")
    approvals.withdraw(actor, approval)


def reset_by_command(person: Person) -> None:
    """The way back in when no two people are left who could reset it; the command line only. Raises NoFactor."""
    if factor_queries.find_factor(person.id) is None:
        raise NoFactor(name=person.name)
    _reset(MACHINE, person, 0)


def _reset(actor: Actor, person: Person, approval_id: int) -> None:
    db.session.execute(delete(SecondFactor).where(SecondFactor.person_id == person.id))
    recovery_codes.forget(person.id)
    sessions.end_all(person.id, "factor")
    throttle.forget(throttle.code_key_of(person.id))
    audit.record(actor, "factor.reset", f"person:{person.staff_number}", approval=approval_id)
