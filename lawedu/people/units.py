"""Units (单位): deeds on the tree. `path` and `sort_path` of a whole subtree follow in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select, update

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.people import people_queries
from lawedu.people.models import RoleGrant, Unit, UnitKind, UserSession

LARGEST_ORDER = 999_999
STEP = 10
MOST_AT_ONCE = 200


class UnitNameTaken(RuleBroken):
    """An open unit of that name stands under the same parent already (单位重名)."""

    status = 422
    code = "unit_name_taken"
    sentence = "同一上级下已有单位“{name}”，请核对或写全称。"


class UnitCycle(RuleBroken):
    """A unit cannot stand below itself (单位循环)."""

    status = 422
    code = "unit_cycle"
    sentence = "“{name}”不能移到它自己或它的下级单位下面。"


class UnitNotEmpty(RuleBroken):
    """People or open units are still in it (单位还有人员或下级单位)."""

    code = "unit_not_empty"
    sentence = "“{name}”还有 {people} 名在册人员、{units} 个下级单位，请先调出或撤销后再撤销本单位。"


class UnitClosed(RuleBroken):
    """A closed unit keeps its history and takes no changes (单位已撤销)."""

    code = "unit_closed"
    sentence = "“{name}”已经撤销，不能再改动。"


@dataclass(frozen=True)
class UnitFacts:
    """What one enters about a unit. Without `sort_order` it stands last among its siblings."""

    name: str
    kind: UnitKind
    short_name: str = ""
    sort_order: int | None = None


class _WholeTree:
    """The place above every root: only a grant for the whole tree covers it."""

    unit_path = "/"


def create(actor: Actor, parent: Unit | None, facts: UnitFacts) -> Unit:
    """A new unit under `parent` (None: a root). Raises NotFound outside the scope, UnitNameTaken, UnitClosed."""
    ensure(actor, "unit.edit", parent or _WholeTree())
    _ensure_open(parent)
    parent_id = parent.id if parent else None
    if people_queries.find_sibling(parent_id, facts.name) is not None:
        raise UnitNameTaken(name=facts.name)
    order = facts.sort_order
    if order is None:
        order = min(people_queries.last_sort_order(parent_id) + STEP, LARGEST_ORDER)
    unit = Unit(
        parent_id=parent_id, name=facts.name, short_name=facts.short_name, kind=facts.kind, sort_order=order, path=""
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.sort_path = f"{parent.sort_path if parent else ''}{_own_key(unit)}"
    db.session.flush()
    audit.record(actor, "unit.create", f"unit:{unit.id}", parent=parent_id)
    return unit


def create_many(actor: Actor, parent: Unit | None, names: list[str], kind: UnitKind) -> list[Unit]:
    """Several units under one parent, in the order given, all or none (a zone has 41 villages). Raises as `create`."""
    return [create(actor, parent, UnitFacts(name, kind)) for name in names[:MOST_AT_ONCE]]


def edit(actor: Actor, unit: Unit, facts: UnitFacts) -> None:
    """Rename, change kind or order (改名、排序). History and people stay. Raises UnitNameTaken, UnitClosed."""
    ensure(actor, "unit.edit", unit)
    _ensure_open(unit)
    namesake = people_queries.find_sibling(unit.parent_id, facts.name)
    if namesake is not None and namesake.id != unit.id:
        raise UnitNameTaken(name=facts.name)
    before = {"name": unit.name, "kind": str(unit.kind), "sort_order": unit.sort_order}
    unit.name, unit.short_name, unit.kind = facts.name, facts.short_name, facts.kind
    if facts.sort_order is not None and facts.sort_order != unit.sort_order:
        unit.sort_order = facts.sort_order
        _rewrite(unit, unit.path, _stem(unit) + _own_key(unit))
    db.session.flush()
    audit.record(actor, "unit.edit", f"unit:{unit.id}", before=before)


def move(actor: Actor, unit: Unit, parent: Unit | None) -> None:
    """Hang a unit under another one (调整上级), with everything below it.

    Whoever holds a role for a unit of the subtree has to sign in again: their session carries the old path. Raises
    NotFound outside the scope, UnitCycle, UnitNameTaken, UnitClosed.
    """
    ensure(actor, "unit.edit", unit)
    ensure(actor, "unit.edit", parent or _WholeTree())
    _ensure_open(unit)
    _ensure_open(parent)
    if parent is not None and parent.path.startswith(unit.path):
        raise UnitCycle(name=unit.name)
    parent_id = parent.id if parent else None
    if parent_id == unit.parent_id:
        return
    if people_queries.find_sibling(parent_id, unit.name) is not None:
        raise UnitNameTaken(name=unit.name)
    before = unit.parent_id
    _end_sessions(unit)
    unit.parent_id = parent_id
    stem = parent.sort_path if parent else ""
    _rewrite(unit, f"{parent.path if parent else '/'}{unit.id}/", stem + _own_key(unit))
    audit.record(actor, "unit.move", f"unit:{unit.id}", before=before, after=parent_id)


def close(actor: Actor, unit: Unit) -> None:
    """Close a unit (撤销): it keeps its history and takes nobody in. Raises UnitNotEmpty; twice changes nothing."""
    ensure(actor, "unit.edit", unit)
    if unit.closed_on is not None:
        return
    people, units = people_queries.count_people_in(unit), people_queries.count_open_children(unit)
    if people or units:
        raise UnitNotEmpty(name=unit.name, people=people, units=units)
    unit.closed_on = clock.today()
    audit.record(actor, "unit.close", f"unit:{unit.id}")


def _ensure_open(unit: Unit | None) -> None:
    if unit is not None and unit.closed_on is not None:
        raise UnitClosed(name=unit.name)


def _own_key(unit: Unit) -> str:
    """Fixed width, so that text order is number order; the id keeps the subtrees of equal orders apart."""
    return f"{unit.sort_order:06d}{unit.id:08d}/"


def _stem(unit: Unit) -> str:
    """The sort path of whatever stands above."""
    return unit.sort_path.rstrip("/").rpartition("/")[0] + "/" if unit.sort_path.count("/") > 1 else ""


def _rewrite(unit: Unit, path: str, sort_path: str) -> None:
    """New beginnings for the unit and everything below it, in one statement."""
    old_path, old_sort = unit.path, unit.sort_path
    db.session.flush()
    db.session.execute(
        update(Unit)
        .where(Unit.path.startswith(old_path, autoescape=True))
        .values(
            path=literal(path).concat(func.substr(Unit.path, len(old_path) + 1)),
            sort_path=literal(sort_path).concat(func.substr(Unit.sort_path, len(old_sort) + 1)),
        )
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _end_sessions(unit: Unit) -> None:
    below = select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
    holders = select(RoleGrant.person_id).where(RoleGrant.unit_id.in_(below), RoleGrant.ended_at.is_(None))
    db.session.execute(
        update(UserSession)
        .where(UserSession.person_id.in_(holders), UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_reason="unit_moved")
        .execution_options(synchronize_session=False)
    )
