"""Reading grants of roles (授权查询)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from lawedu import clock
from lawedu.core.policy import Grant, Role
from lawedu.db import db
from lawedu.people.models import RoleGrant, Unit


def in_force(today: date | None = None) -> ColumnElement[bool]:
    """Approved, not ended, not run out; the last day counts."""
    today = today or clock.today()
    return and_(
        RoleGrant.approved_at.is_not(None),
        RoleGrant.ended_at.is_(None),
        or_(RoleGrant.expires_on.is_(None), RoleGrant.expires_on >= today),
    )


def list_held(person_id: int) -> list[tuple[Grant, date | None]]:
    """What a person may sign in with today, each with its last day. Everybody is an official (本人的学法) without a row."""
    rows = db.session.execute(
        select(RoleGrant.role, Unit.path, RoleGrant.cadre_authority, RoleGrant.expires_on)
        .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
        .where(RoleGrant.person_id == person_id, in_force())
        .order_by(RoleGrant.id)
    )
    held: list[tuple[Grant, date | None]] = [(Grant(Role.OFFICIAL), None)]
    held += [
        (Grant(role, path or "/", authority), until)
        for role, path, authority, until in rows
        if role is not Role.OFFICIAL
    ]
    return held


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


def pending() -> ColumnElement[bool]:
    """Asked for, not decided."""
    return and_(RoleGrant.approved_at.is_(None), RoleGrant.ended_at.is_(None))
