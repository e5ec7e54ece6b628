"""What a sheet of units is compared with (单位比对): the tree within reach, in one statement."""

from __future__ import annotations

from sqlalchemy import select

from lawedu.core.policy import Actor
from lawedu.core.roster_plan import Reach
from lawedu.core.unit_parents import TreeUnit
from lawedu.db import db
from lawedu.people.models import Unit
from lawedu.people.people_queries import units_within


def list_tree(actor: Actor, action: str, *, lock: bool = False) -> list[TreeUnit]:
    """Every unit that the actor may do `action` to, closed ones too, in customary order.

    A grant limited to one 干部管理权限 covers people, never a unit: the same answer as `policy.ensure` gives.
    """
    reach = Reach.of(actor, action)
    query = select(Unit).where(units_within(actor, action)).order_by(Unit.sort_path, Unit.id)
    found = db.session.scalars(query.with_for_update() if lock else query)
    return [
        TreeUnit(
            unit.id,
            unit.name,
            unit.short_name,
            unit.path,
            unit.closed_on is not None,
            str(unit.kind.value),
            unit.sort_order,
        )
        for unit in found
        if reach.covers(unit.path, "")
    ]
