"""Who still needs an activation slip (激活单查询), within the actor's reach."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lawedu import clock
from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.people.models import Account, AccountState, Person, Unit
from lawedu.people.people_queries import GONE, within_scope

ACTION = "account.issue_code"


def is_waiting() -> ColumnElement[bool]:
    """Never activated and still with us (joined outer with Account)."""
    return and_(
        or_(Account.id.is_(None), Account.state == AccountState.NEW),
        Person.duty_state.not_in(GONE),
    )


def has_slip() -> ColumnElement[bool]:
    """Holds a code that still works."""
    return and_(Account.code_hash.is_not(None), Account.code_expires_at > clock.now())


def select_units(actor: Actor, name: str) -> Select[Any, Any, Any, Any]:
    """(unit, people, not activated, of those with a live slip) in customary order, for a paged list."""
    waiting = is_waiting()
    query: Select[Any, Any, Any, Any] = (
        select(
            Unit,
            func.count(Person.id).label("people"),
            func.count(Person.id).filter(waiting).label("waiting"),
            func.count(Person.id).filter(waiting, has_slip()).label("slips"),
        )
        .join(Person, Person.unit_id == Unit.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(within_scope(actor, ACTION), Person.duty_state.not_in(GONE))
        .group_by(Unit.id)
        .order_by(Unit.sort_path, Unit.id)
    )
    if not name:
        return query
    return query.where(or_(Unit.name.contains(name, autoescape=True), Unit.short_name.contains(name, autoescape=True)))


def list_waiting(actor: Actor, unit_id: int, *, with_slips: bool, limit: int) -> list[Person]:
    """People of one unit who never activated, in its order; without `with_slips` only those who hold no live code."""
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .options(joinedload(Person.unit))
        .where(Person.unit_id == unit_id, within_scope(actor, ACTION), is_waiting())
        .order_by(Person.sort_order, Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(query if with_slips else query.where(~has_slip())))


def get_unit(actor: Actor, unit_id: int) -> Unit:
    """A unit with people in reach. Raises NotFound."""
    reach = (
        select(Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.unit_id == unit_id, within_scope(actor, ACTION))
    )
    found = db.session.get(Unit, unit_id)
    if found is None or db.session.scalar(reach.limit(1)) is None:
        raise NotFound
    return found


def find_person(actor: Actor, staff_number: str, action: str = ACTION) -> Person | None:
    """One person in reach of an action, by number."""
    query = select(Person).join(Unit, Unit.id == Person.unit_id).options(joinedload(Person.unit))
    return db.session.scalar(query.where(Person.staff_number == staff_number, within_scope(actor, action)))


def get_person(actor: Actor, person_id: int, action: str = ACTION) -> Person:
    """One person in reach of an action. Raises NotFound."""
    query = select(Person).join(Unit, Unit.id == Person.unit_id).options(joinedload(Person.unit))
    found = db.session.scalar(query.where(Person.id == person_id, within_scope(actor, action)))
    if found is None:
        raise NotFound
    return found
