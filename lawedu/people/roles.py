"""Granting roles (授权): who asks never approves; the first administrator alone sets up the first crew, visibly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lawedu import clock, wording
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import MACHINE, PLAIN_ROLES, Actor, Role, RolesClash, clashes, ensure
from lawedu.db import db
from lawedu.people import people_queries, role_queries, sessions
from lawedu.people.approvals import AlreadyDecided, NotTheRequester, OwnRequest
from lawedu.people.models import Person, RoleGrant, Unit
from lawedu.people.roster_queries import chunks

MOST_OF_FIRST_CREW = 6
UNIT_ROLES = frozenset({Role.UNIT_ADMIN})
EXPIRING_ROLES = frozenset({Role.INSPECTOR})


class OwnRole(RuleBroken):
    """Nobody grants themselves a role (不得为本人授权)."""

    code = "own_role"
    sentence = "不能为本人授权，请由另一位安全管理员提出。"


class RoleNeedsUnit(RuleBroken):
    """A role of a unit without the unit (须指定单位)."""

    status = 422
    code = "role_needs_unit"
    sentence = "单位联络员须指定所管的单位。"


class RoleMustExpire(RuleBroken):
    """Inspectors get in for a time (督察授权须有期限)."""

    status = 422
    code = "role_must_expire"
    sentence = "法治督察的授权须填写截止日期，并且不早于今天。"


class RoleHeld(RuleBroken):
    """The same grant exists or waits (已有同样的授权)."""

    code = "role_held"
    sentence = "{name}已有同样的授权，或者同样的申请正在等待审批。"


class FirstCrewFull(RuleBroken):
    """The first crew is at most six people (首次授权最多六人)."""

    code = "first_crew_full"
    sentence = "首次授权最多六人。其余人员请等另一位审批人开通账号后再授权。"


class LastSecurityAdmin(RuleBroken):
    """Somebody must be able to grant (至少保留一名安全管理员)."""

    code = "last_security_admin"
    sentence = "这是唯一的安全管理员，结束授权前请先授权另一人。"


@dataclass(frozen=True)
class Wanted:
    """One role asked for one person (拟授权)."""

    person: Person
    role: Role
    unit: Unit | None = None
    cadre_authority: str = ""
    expires_on: date | None = None


def clash_of(roles: frozenset[Role], more: frozenset[Role]) -> tuple[Role, Role] | None:
    """The first pair that one person may not hold together, when `more` is added to `roles`."""
    return next(iter(clashes(roles | more)), None)


def is_first_crew_open(actor: Actor) -> bool:
    """Whether the actor may set up the first crew alone: made by command, and no other approver ever had an account."""
    return role_queries.is_made_by_command(actor.person_id) and not role_queries.has_other_approver_ever(
        actor.person_id
    )


def request(actor: Actor, wanted: Sequence[Wanted], reason: str) -> list[RoleGrant]:
    """Ask for roles, all or none; a second person approves, but for the first crew (首次授权), which holds at once.

    Raises OwnRole, RolesClash, RoleNeedsUnit, RoleMustExpire, RoleHeld, FirstCrewFull.
    """
    ensure(actor, "role.grant")
    is_first = is_first_crew_open(actor)
    if is_first and len(role_queries.list_crew() | {one.person.id for one in wanted}) > MOST_OF_FIRST_CREW:
        raise FirstCrewFull
    return [_request_one(actor, one, reason, is_first) for one in wanted]


def _request_one(actor: Actor, wanted: Wanted, reason: str, is_first: bool) -> RoleGrant:
    person = _locked(wanted.person)
    if person.id == actor.person_id:
        raise OwnRole
    _ensure_complete(wanted)
    _ensure_new(wanted)
    _ensure_no_clash(person, wanted.role)
    now = clock.now()
    grant = RoleGrant(
        person_id=person.id,
        role=wanted.role,
        unit_id=wanted.unit.id if wanted.unit else None,
        cadre_authority=wanted.cadre_authority,
        expires_on=wanted.expires_on,
        reason=reason,
        requested_by=actor.person_id,
        requested_at=now,
        approved_by=actor.person_id if is_first else None,
        approved_at=now if is_first else None,
    )
    db.session.add(grant)
    db.session.flush()
    if is_first:
        sessions.end_all(person.id, "roles")
    _log(actor, "role.grant_first" if is_first else "role.request", grant, person)
    return grant


def approve(actor: Actor, grant: RoleGrant) -> None:
    """Agree (同意): in force at once, and the person signs in anew. Raises OwnRequest, AlreadyDecided, RolesClash."""
    _ensure_decides(actor, grant)
    person = _locked(grant.person)
    _ensure_no_clash(person, grant.role)
    grant.approved_by, grant.approved_at = actor.person_id, clock.now()
    sessions.end_all(person.id, "roles")
    _log(actor, "role.approve", grant, person)


def reject(actor: Actor, grant: RoleGrant, why: str) -> None:
    """Refuse a request (不同意). Raises OwnRequest, AlreadyDecided."""
    _ensure_decides(actor, grant)
    grant.ended_at, grant.ended_reason = clock.now(), f"未同意：{why}"
    _log(actor, "role.reject", grant, grant.person)


def withdraw(actor: Actor, grant: RoleGrant) -> None:
    """Take one's own request back (撤回). Raises NotTheRequester, AlreadyDecided."""
    ensure(actor, "role.grant")
    _ensure_waiting(grant)
    if grant.requested_by != actor.person_id:
        raise NotTheRequester
    grant.ended_at, grant.ended_reason = clock.now(), "申请人撤回"
    _log(actor, "role.withdraw", grant, grant.person)


def end(actor: Actor, grant: RoleGrant, why: str) -> None:
    """End a role (结束授权) at once, sessions included; one person suffices, because it only takes rights away.

    Raises AlreadyDecided when it ended before, LastSecurityAdmin.
    """
    ensure(actor, "role.grant")
    db.session.refresh(grant, with_for_update={"of": RoleGrant})
    if grant.ended_at is not None or grant.approved_at is None:
        raise AlreadyDecided
    if grant.role is Role.SECURITY_ADMIN:
        _ensure_another_administrator()
    grant.ended_at, grant.ended_reason = clock.now(), why
    sessions.end_all(grant.person_id, "roles")
    _log(actor, "role.end", grant, grant.person)


def end_of_leavers(actor: Actor, person_ids: Sequence[int]) -> None:
    """End every role and request of people who leave or retire (离岗收权); whoever comes back is granted anew.

    Whoever records the leaving needs no right to grant. The last 安全管理员 is no exception: the account
    closes with the leaving anyway, and the command makes the next one.
    """
    for some in chunks(person_ids):
        for grant in people_queries.list_open_grants(some):
            is_held = grant.approved_at is not None
            grant.ended_at, grant.ended_reason = clock.now(), "人员调离或者退休"
            _log(actor, "role.end" if is_held else "role.withdraw", grant, grant.person)


def make_administrator(person: Person) -> RoleGrant:
    """The first 安全管理员, by the command line (the sheet says so). Raises RolesClash, RoleHeld."""
    _locked(person)
    _ensure_new(Wanted(person, Role.SECURITY_ADMIN))
    _ensure_no_clash(person, Role.SECURITY_ADMIN)
    now = clock.now()
    grant = RoleGrant(
        person_id=person.id, role=Role.SECURITY_ADMIN, reason="由命令建立", requested_at=now, approved_at=now
    )
    db.session.add(grant)
    db.session.flush()
    sessions.end_all(person.id, "roles")
    _log(MACHINE, "role.grant_by_command", grant, person)
    return grant


def _ensure_another_administrator() -> None:
    """Under a lock: two administrators may end each other at the same moment."""
    held = select(RoleGrant.person_id).where(RoleGrant.role == Role.SECURITY_ADMIN, role_queries.in_force())
    if len(set(db.session.scalars(held.with_for_update()))) <= 1:
        raise LastSecurityAdmin


def _ensure_complete(wanted: Wanted) -> None:
    if wanted.role in UNIT_ROLES and wanted.unit is None:
        raise RoleNeedsUnit
    if wanted.expires_on is None and wanted.role in EXPIRING_ROLES:
        raise RoleMustExpire
    if wanted.expires_on is not None and wanted.expires_on < clock.today():
        raise RoleMustExpire("授权截止日期不能早于今天。")


def _ensure_new(wanted: Wanted) -> None:
    same = select(RoleGrant.id).where(
        RoleGrant.person_id == wanted.person.id,
        RoleGrant.role == wanted.role,
        RoleGrant.unit_id.is_(None) if wanted.unit is None else RoleGrant.unit_id == wanted.unit.id,
        RoleGrant.cadre_authority == wanted.cadre_authority,
        role_queries.in_force() | role_queries.pending(),
    )
    if wanted.role in PLAIN_ROLES - {Role.LEADER} or db.session.scalar(same.limit(1)) is not None:
        raise RoleHeld(name=wanted.person.name)


def _ensure_no_clash(person: Person, role: Role) -> None:
    pair = clash_of(role_queries.roles_of([person.id]).get(person.id, frozenset()), frozenset({role}))
    if pair is not None:
        raise RolesClash(first=f"{person.name}：{wording.label(pair[0])}", second=wording.label(pair[1]))


def _ensure_decides(actor: Actor, grant: RoleGrant) -> None:
    """A second person, neither who asked nor who gets the role."""
    ensure(actor, "role.approve")
    _ensure_waiting(grant)
    if actor.person_id in (grant.requested_by, grant.person_id):
        raise OwnRequest


def _ensure_waiting(grant: RoleGrant) -> None:
    db.session.refresh(grant, with_for_update={"of": RoleGrant})
    if grant.ended_at is not None or grant.approved_at is not None:
        raise AlreadyDecided


def _locked(person: Person) -> Person:
    """One grant for a person at a time, or two requests could clash unseen."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    return person


def _log(actor: Actor, action: str, grant: RoleGrant, person: Person) -> None:
    audit.record(
        actor,
        action,
        f"person:{person.staff_number}",
        role=grant.role.value,
        grant=grant.id,
        unit_id=grant.unit_id or 0,
    )
