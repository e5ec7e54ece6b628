"""Who may do what (权限一览): the whole policy on one page.

A permission maps roles to a scope: OWN (the actor's own records), UNIT (records inside the granted unit subtree,
and for HR also inside the granted 干部管理权限), ANY (no limit). Queries scope by the same table: what one may not see
does not exist. Source of the split: security.md roles; 三员分立 from GB/T 22239-2019 8.1.4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lawedu.core.errors import NotAllowed, NotFound, RuleBroken


class Role(StrEnum):
    """Role (角色)."""

    OFFICIAL = "official"
    UNIT_ADMIN = "unit_admin"
    ORGANIZER = "organizer"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    EXAM_ADMIN = "exam_admin"
    HR = "hr"
    LEADER = "leader"
    INVIGILATOR = "invigilator"
    MARKER = "marker"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SECURITY_ADMIN = "security_admin"
    SYSTEM_ADMIN = "system_admin"


class Scope(StrEnum):
    """How far a permission reaches (范围)."""

    OWN = "own"
    UNIT = "unit"
    ANY = "any"


@dataclass(frozen=True)
class Grant:
    """A role held (授权): within a unit subtree, for HR also within one 干部管理权限 (empty: all)."""

    role: Role
    unit_path: str = "/"
    cadre_authority: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts (操作人). A plain value; `person_id` 0 is the machine itself (a command or a job)."""

    person_id: int = 0
    staff_number: str = ""
    name: str = ""
    grants: tuple[Grant, ...] = ()
    address: str = ""
    session_id: int = 0

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_machine(self) -> bool:
        return self is MACHINE


MACHINE = Actor(staff_number="system", name="系统")
GUEST = Actor()

_O, _U, _A = Scope.OWN, Scope.UNIT, Scope.ANY
PUBLIC = "public"
SIGNED_IN = "signed_in"

POLICY: dict[str, dict[Role, Scope]] = {
    # one's own year
    "me.view": {Role.OFFICIAL: _O},
    "exam.sit": {Role.OFFICIAL: _O},
    "attempt.sit": {Role.OFFICIAL: _O},
    "attempt.view_own": {Role.OFFICIAL: _O},
    # people
    "people.view": {Role.HR: _U, Role.UNIT_ADMIN: _U},
    "people.import": {Role.HR: _U},
    "people.edit": {Role.HR: _U, Role.UNIT_ADMIN: _U},
    "unit.edit": {Role.HR: _U},
    "account.issue_code": {Role.UNIT_ADMIN: _U, Role.HR: _U},
    "role.view": {Role.SECURITY_ADMIN: _A, Role.AUDITOR: _A},
    "role.grant": {Role.SECURITY_ADMIN: _A},
    "role.approve": {Role.SECURITY_ADMIN: _A, Role.HR: _A},
    "account.unlock": {Role.SECURITY_ADMIN: _A},
    "factor.reset": {Role.SECURITY_ADMIN: _A},
    "factor.approve": {Role.SECURITY_ADMIN: _A, Role.HR: _A},
    # the law library
    "law.load": {Role.SYSTEM_ADMIN: _A},
    "must_know.view": {Role.OFFICIAL: _O},
    "must_know.read": {Role.OFFICIAL: _O},
    "must_know.edit": {Role.ORGANIZER: _A},
    # questions
    "question.view": {Role.AUTHOR: _A, Role.REVIEWER: _A, Role.EXAM_ADMIN: _A},
    "question.write": {Role.AUTHOR: _O},
    "question.import": {Role.AUTHOR: _O},
    "question.comment": {Role.AUTHOR: _A, Role.REVIEWER: _A},
    "question.review": {Role.REVIEWER: _A},
    "question.publish": {Role.REVIEWER: _A},
    "question.export": {Role.REVIEWER: _A, Role.EXAM_ADMIN: _A},
    # exams
    "exam.view": {Role.EXAM_ADMIN: _A, Role.SECURITY_ADMIN: _A},
    "exam.edit": {Role.EXAM_ADMIN: _A},
    "exam.request": {Role.EXAM_ADMIN: _A},
    "exam.approve": {Role.EXAM_ADMIN: _A, Role.SECURITY_ADMIN: _A},
    "exam.preview": {Role.EXAM_ADMIN: _A},
    "exam.monitor": {Role.EXAM_ADMIN: _A},
    "exam.time": {Role.EXAM_ADMIN: _A},
    "roster.view": {Role.UNIT_ADMIN: _U, Role.EXAM_ADMIN: _A},
    "roster.confirm": {Role.UNIT_ADMIN: _U},
    "roster.change": {Role.EXAM_ADMIN: _A},
    "exemption.apply": {Role.UNIT_ADMIN: _U},
    "exemption.decide": {Role.EXAM_ADMIN: _A},
    # scores
    "score.import": {Role.EXAM_ADMIN: _A},
    "score.approve": {Role.EXAM_ADMIN: _A, Role.SECURITY_ADMIN: _A},
    # completion
    "completion.view": {Role.HR: _U},
    "completion.unit": {Role.UNIT_ADMIN: _U},
    "completion.export": {Role.HR: _U},
    # oversight
    "audit.view": {Role.AUDITOR: _A},
    "system.view": {Role.SYSTEM_ADMIN: _A},
}

THREE_OFFICERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
# 领导 and 干部 read or sit only; they go with the three officers because a 三员 is still an official with duties.
PLAIN_ROLES = frozenset({Role.OFFICIAL, Role.LEADER})


def grants_for(actor: Actor, action: str) -> list[tuple[Grant, Scope]]:
    """The actor's grants that carry `action`, with the scope each gives."""
    rule = POLICY[action]
    return [(grant, rule[grant.role]) for grant in actor.grants if grant.role in rule]


def may(actor: Actor, action: str) -> bool:
    """Whether some role of the actor carries `action` at all (for menus and doors, not for objects)."""
    if action == PUBLIC or actor.is_machine:
        return True
    if action == SIGNED_IN:
        return actor.person_id != 0
    return bool(grants_for(actor, action))


def ensure(actor: Actor, action: str, thing: Any = None) -> None:
    """Refuse unless `actor` may do `action` to `thing`.

    `thing` offers `owner_id` for OWN, `unit_path` (and `cadre_authority`) for UNIT. NotAllowed when no role carries the
    action; NotFound when it does, but not for this thing: what one may not see does not exist.
    """
    if not may(actor, action):
        raise NotAllowed
    if thing is None or actor.is_machine or action in (PUBLIC, SIGNED_IN):
        return
    if not any(_covers(actor, grant, scope, thing) for grant, scope in grants_for(actor, action)):
        raise NotFound


def _covers(actor: Actor, grant: Grant, scope: Scope, thing: Any) -> bool:
    if scope is Scope.ANY:
        return True
    if scope is Scope.OWN:
        return bool(thing.owner_id == actor.person_id)
    authority = getattr(thing, "cadre_authority", "")
    if grant.cadre_authority and grant.cadre_authority != authority:
        return False
    return str(thing.unit_path).startswith(grant.unit_path)


class RolesClash(RuleBroken):
    """One person may not hold these roles together (不相容岗位)."""

    code = "roles_clash"
    sentence = "{first}与{second}不能由同一人担任。"


def clashes(roles: Iterable[Role]) -> list[tuple[Role, Role]]:
    """Pairs of roles that one person may not hold together.

    三员 (system_admin, security_admin, auditor) exclude one another and every business role; author and reviewer may be
    one person (never for one question: the review itself refuses that).
    """
    held = sorted(set(roles) - PLAIN_ROLES)
    return [
        (first, second)
        for index, first in enumerate(held)
        for second in held[index + 1 :]
        if first in THREE_OFFICERS or second in THREE_OFFICERS
    ]
