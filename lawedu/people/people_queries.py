"""Reading people and units within an actor's scope (人员、单位查询); later slices scope lists by `within_scope`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, defer, joinedload

from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor, Grant, Scope, grants_for
from lawedu.db import db
from lawedu.people.models import DutyState, Person, PersonCategory, Posting, PostingKind, RoleGrant, RosterImport, Unit

GONE = (DutyState.RETIRED, DutyState.LEFT)
MOST_CHOICES = 500
# What an import is of, in its summary.
OF_PEOPLE, OF_UNITS = "people", "units"


@dataclass(frozen=True)
class PeopleFilter:
    """What a list is narrowed to. `unit_id` takes in the units below it; `words`: a name, or how a number starts."""

    unit_id: int | None = None
    category: PersonCategory | None = None
    words: str = ""
    is_gone: bool = False


def within_scope(actor: Actor, action: str) -> ColumnElement[bool]:
    """Which people the actor may do `action` to: a condition on Person joined with its Unit (Person.unit_id).

    The same table as `policy.ensure`: ANY everybody, OWN oneself, UNIT the granted subtree and, where the grant names a
    干部管理权限, only those people. No grant: nobody.
    """
    if actor.is_machine:
        return true()
    return or_(false(), *(_span(actor, grant, scope) for grant, scope in grants_for(actor, action)))


def _span(actor: Actor, grant: Grant, scope: Scope) -> ColumnElement[bool]:
    if scope is Scope.ANY:
        return true()
    if scope is Scope.OWN:
        return Person.id == actor.person_id
    within = Unit.path.startswith(grant.unit_path, autoescape=True)
    return and_(within, Person.cadre_authority == grant.cadre_authority) if grant.cadre_authority else within


def units_within(actor: Actor, action: str) -> ColumnElement[bool]:
    """Which units the actor may see for `action`: a condition on Unit. A 干部管理权限 limits people, not units."""
    if actor.is_machine:
        return true()
    spans = [
        true() if scope is Scope.ANY else Unit.path.startswith(grant.unit_path, autoescape=True)
        for grant, scope in grants_for(actor, action)
        if scope is not Scope.OWN
    ]
    return or_(false(), *spans)


def select_people(actor: Actor, action: str, wanted: PeopleFilter) -> Select[Person]:
    """People in customary order (机构序、排序号), with unit and work unit loaded; for `paged`."""
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .options(contains_eager(Person.unit), joinedload(Person.work_unit))
        .where(within_scope(actor, action))
        .order_by(Unit.sort_path, Person.sort_order, Person.id)
    )
    query = query.where(Person.duty_state.in_(GONE) if wanted.is_gone else Person.duty_state.not_in(GONE))
    if wanted.unit_id is not None:
        query = query.where(Unit.path.contains(f"/{wanted.unit_id}/", autoescape=True))
    if wanted.category is not None:
        query = query.where(Person.category == wanted.category)
    if wanted.words:
        is_named = Person.name.contains(wanted.words, autoescape=True)
        query = query.where(or_(is_named, Person.staff_number.startswith(wanted.words.upper(), autoescape=True)))
    return query


def get_person(actor: Actor, action: str, person_id: int, *, lock: bool = False) -> Person:
    """One person with unit and work unit. Raises NotFound outside the scope."""
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .options(contains_eager(Person.unit), joinedload(Person.work_unit))
        .where(Person.id == person_id, within_scope(actor, action))
        .execution_options(populate_existing=lock)
    )
    found = db.session.scalar(query.with_for_update(of=Person) if lock else query)
    if found is None:
        raise NotFound
    return found


def list_postings(person_id: int) -> Sequence[tuple[Posting, Unit]]:
    """A person's postings, the latest first, each with its unit."""
    query = (
        select(Posting, Unit)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.person_id == person_id)
        .order_by(Posting.to_on.is_not(None), Posting.from_on.desc(), Posting.id.desc())
    )
    return [(posting, unit) for posting, unit in db.session.execute(query)]


def list_open_postings(person_ids: Sequence[int]) -> Sequence[Posting]:
    """Postings without an end."""
    return db.session.scalars(select(Posting).where(Posting.person_id.in_(person_ids), Posting.to_on.is_(None))).all()


def list_open_grants(person_ids: Sequence[int]) -> Sequence[RoleGrant]:
    """Roles and requests for roles without an end, with their persons, locked for a change."""
    query = (
        select(RoleGrant)
        .options(joinedload(RoleGrant.person, innerjoin=True))
        .where(RoleGrant.person_id.in_(person_ids), RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return db.session.scalars(query.with_for_update(of=RoleGrant)).all()


def select_units(actor: Actor, action: str, *, closed_too: bool = False) -> Select[Unit]:
    """Units of the actor in customary order; for `paged`."""
    query = select(Unit).where(units_within(actor, action)).order_by(Unit.sort_path, Unit.id)
    return query if closed_too else query.where(Unit.closed_on.is_(None))


def list_units(actor: Actor, action: str = "people.view") -> Sequence[Unit]:
    """Open units for a field to choose from, in customary order; the first 500 (above that one searches)."""
    return db.session.scalars(select_units(actor, action).limit(MOST_CHOICES)).all()


def get_unit(actor: Actor, action: str, unit_id: int, *, lock: bool = False) -> Unit:
    """One unit. Raises NotFound outside the scope."""
    query = select(Unit).where(Unit.id == unit_id, units_within(actor, action))
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def unit_names(unit_ids: Sequence[int]) -> dict[int, str]:
    """Names by id, in one select for a whole page."""
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(set(unit_ids))))
    return dict(rows.all())


def count_people_by_unit(unit_ids: Sequence[int]) -> dict[int, int]:
    """People at work whom statistics count in each of these units (not in the units below)."""
    rows = db.session.execute(
        select(Person.unit_id, func.count())
        .where(Person.unit_id.in_(unit_ids), Person.duty_state.not_in(GONE))
        .group_by(Person.unit_id)
    )
    return dict(rows.all())


def count_people_in(unit: Unit) -> int:
    """People at work who count or work in this very unit."""
    here = or_(Person.unit_id == unit.id, Person.work_unit_id == unit.id)
    return db.session.scalar(select(func.count()).where(here, Person.duty_state.not_in(GONE))) or 0


def count_open_children(unit: Unit) -> int:
    """Open units directly below."""
    below = and_(Unit.parent_id == unit.id, Unit.closed_on.is_(None))
    return db.session.scalar(select(func.count()).select_from(Unit).where(below)) or 0


def find_sibling(parent_id: int | None, name: str) -> Unit | None:
    """The open unit of that name under the same parent."""
    same_parent = Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id
    return db.session.scalar(select(Unit).where(same_parent, Unit.name == name, Unit.closed_on.is_(None)).limit(1))


def last_sort_order(parent_id: int | None) -> int:
    """The largest 排序号 among the units under a parent."""
    same_parent = Unit.parent_id.is_(None) if parent_id is None else Unit.parent_id == parent_id
    return db.session.scalar(select(func.max(Unit.sort_order)).where(same_parent)) or 0


def last_person_orders(unit_ids: Sequence[int]) -> dict[int, int]:
    """The largest 排序号 of the people of each unit."""
    rows = db.session.execute(
        select(Person.unit_id, func.max(Person.sort_order)).where(Person.unit_id.in_(unit_ids)).group_by(Person.unit_id)
    )
    return dict(rows.all())


def last_own_number(prefix: str) -> str | None:
    """The largest number that starts so: our numbers have one length, so text order is number order."""
    query = select(func.max(Person.staff_number)).where(Person.staff_number.startswith(prefix, autoescape=True))
    return db.session.scalar(query)


def get_import(actor: Actor, import_id: int, of: str = OF_PEOPLE, *, lock: bool = False) -> RosterImport:
    """An import of people or of units with its rows, for whoever uploaded it. Raises NotFound for everybody else."""
    query = select(RosterImport).where(RosterImport.id == import_id, _imported(actor, of))
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def list_imports(actor: Actor, of: str = OF_PEOPLE) -> Sequence[RosterImport]:
    """The actor's last ten uploads, without their rows."""
    query = (
        select(RosterImport)
        .options(defer(RosterImport.rows))
        .where(_imported(actor, of))
        .order_by(RosterImport.id.desc())
        .limit(10)
    )
    return db.session.scalars(query).all()


def _imported(actor: Actor, of: str) -> ColumnElement[bool]:
    return and_(RosterImport.created_by == actor.person_id, RosterImport.summary["of"].as_string() == of)


def establishment() -> ColumnElement[bool]:
    """The open 编制 posting of a person, as a join condition."""
    return and_(Posting.person_id == Person.id, Posting.kind == PostingKind.ESTABLISHMENT, Posting.to_on.is_(None))
