"""Reading grants of roles (授权查询)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from lawedu import clock
from lawedu.core.errors import NotFound
from lawedu.core.policy import PLAIN_ROLES, POLICY, Grant, Role
from lawedu.db import db
from lawedu.people.models import Account, AccountState, Person, RoleGrant, Unit

APPROVERS = frozenset(POLICY["role.approve"])
# Acts that take two: what is asked for under the first name is decided under the second.
TWO_PERSON_ACTS = (
    ("exam.request", "exam.approve"),
    ("score.import", "score.approve"),
    ("role.grant", "role.approve"),
    ("factor.reset", "factor.approve"),
)


def in_force(today: date | None = None) -> ColumnElement[bool]:
    """Approved, not ended, not run out; the last day counts."""
    today = today or clock.today()
    return and_(
        RoleGrant.approved_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        or_(RoleGrant.expires_on.is_(None), RoleGrant.expires_on >= today),
    )


def pending() -> ColumnElement[bool]:
    """Asked for, not decided."""
    return and_(RoleGrant.approved_at.is_(None), RoleGrant.ended_at.is_(None))


def list_held(person_id: int) -> list[tuple[Grant, date | None]]:
    """What a person may sign in with today, each with its last day. Everybody is an official without a row."""
    rows = db.session.execute(
        select(RoleGrant.role, Unit.path, RoleGrant.cadre_authority, RoleGrant.expires_on)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.role != Role.OFFICIAL, in_force())
        .order_by(RoleGrant.id)
    )
    own: list[tuple[Grant, date | None]] = [(Grant(Role.OFFICIAL), None)]
    return own + [(Grant(role, path or "/", authority), until) for role, path, authority, until in rows]


def roles_of(person_ids: Sequence[int]) -> dict[int, frozenset[Role]]:
    """Roles in force or asked for, by person: who will hold a role tomorrow is treated as its holder today."""
    rows = db.session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(
            RoleGrant.person_id.in_(person_ids), or_(in_force(), pending())
        )
    )
    found: dict[int, set[Role]] = {}
    for person_id, role in rows:
        found.setdefault(person_id, set()).add(role)
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def get_grant(grant_id: int, *, lock: bool = False) -> RoleGrant:
    """One grant. Raises NotFound."""
    query = select(RoleGrant).where(RoleGrant.id == grant_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def select_grants(state: str) -> Select[RoleGrant]:
    """Grants for a paged list: `held` in customary order, `pending` the oldest first, `ended` the latest first."""
    query = (
        select(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .options(joinedload(RoleGrant.person).joinedload(Person.unit), joinedload(RoleGrant.unit))
    )
    if state == "pending":
        return query.where(pending()).order_by(RoleGrant.requested_at, RoleGrant.id)
    if state == "ended":
        ended = or_(RoleGrant.ended_at.is_not(None), and_(RoleGrant.approved_at.is_not(None), ~in_force()))
        return query.where(ended).order_by(RoleGrant.id.desc())
    return query.where(in_force()).order_by(Unit.sort_path, Person.sort_order, Person.id, RoleGrant.id)


def select_sheet(role: Role | None) -> Select[RoleGrant]:
    """The authorization sheet (授权审批表): one role, or the crew, that is everybody but liaisons and leaders."""
    query = select_grants("held")
    if role is not None:
        return query.where(RoleGrant.role == role)
    return query.where(RoleGrant.role.not_in({*PLAIN_ROLES, Role.UNIT_ADMIN}))


def names_of(person_ids: Sequence[int | None]) -> dict[int, str]:
    """Names by person, for who asked and who approved."""
    wanted = {one for one in person_ids if one is not None}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def find_person(staff_number: str) -> Person | None:
    """The person with a staff number."""
    return db.session.scalar(select(Person).where(Person.staff_number == staff_number))


def list_units_named(name: str) -> list[Unit]:
    """Open units with this full or short name; two rows are enough to know that it is not unique."""
    query = select(Unit).where(or_(Unit.name == name, Unit.short_name == name), Unit.closed_on.is_(None))
    return list(db.session.scalars(query.order_by(Unit.sort_path).limit(2)))


def is_made_by_command(person_id: int) -> bool:
    """Whether the person's grant of 安全管理员 came from the command line: nobody asked for it."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    RoleGrant.person_id == person_id,
                    RoleGrant.role == Role.SECURITY_ADMIN,
                    RoleGrant.requested_by.is_(None),
                    in_force(),
                )
            )
        )
    )


def has_other_approver_ever(person_id: int) -> bool:
    """Whether anybody else who may approve grants has ever opened an account."""
    return bool(
        db.session.scalar(
            select(
                exists().where(
                    RoleGrant.person_id != person_id,
                    RoleGrant.role.in_(APPROVERS),
                    RoleGrant.approved_at.is_not(None),
                    Account.person_id == RoleGrant.person_id,
                    Account.activated_at.is_not(None),
                )
            )
        )
    )


def count_active_approvers() -> int:
    """People with an open account who may approve grants today."""
    return (
        db.session.scalar(
            select(func.count(RoleGrant.person_id.distinct()))
            .join(Account, Account.person_id == RoleGrant.person_id)
            .where(RoleGrant.role.in_(APPROVERS), in_force(), Account.state == AccountState.ACTIVE)
        )
        or 0
    )


def list_crew() -> frozenset[int]:
    """Persons of the first crew: granted by the command, or by the first administrator alone (首次授权)."""
    first = or_(RoleGrant.requested_by.is_(None), RoleGrant.requested_by == RoleGrant.approved_by)
    return frozenset(db.session.scalars(select(RoleGrant.person_id).where(first, in_force()).distinct()))


def list_gaps() -> list[str]:
    """Two-person acts that nobody could finish today, because no two different people hold both ends."""
    wanted = {role for ask, decide in TWO_PERSON_ACTS for role in (*POLICY[ask], *POLICY[decide])}
    holders: dict[Role, set[int]] = {role: set() for role in wanted}
    rows = db.session.execute(select(RoleGrant.role, RoleGrant.person_id).where(RoleGrant.role.in_(wanted), in_force()))
    for role, person_id in rows:
        holders[role].add(person_id)
    gaps = []
    for ask, decide in TWO_PERSON_ACTS:
        askers: set[int] = set().union(*(holders[role] for role in POLICY[ask]))
        deciders: set[int] = set().union(*(holders[role] for role in POLICY[decide]))
        if not askers or not deciders or (askers == deciders and len(askers) == 1):
            gaps.append(ask)
    return gaps
