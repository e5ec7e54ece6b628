"""What a roster is compared with (名册比对): units and people within reach, in a few statements however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from lawedu.core.policy import Actor
from lawedu.core.roster import Value
from lawedu.core.roster_plan import KnownPerson
from lawedu.core.roster_units import KnownUnit
from lawedu.db import db
from lawedu.people.models import Person, Posting, Unit
from lawedu.people.people_queries import establishment, units_within, within_scope

# SQLite takes 32,766 values in one statement, PostgreSQL 65,535.
AT_ONCE = 5_000
PLAIN_FIELDS = (
    "name",
    "work_unit_id",
    "post_title",
    "grade_level",
    "category",
    "is_leader",
    "is_enforcement",
    "cadre_authority",
    "duty_state",
    "exam_channel",
    "sort_order",
)


def chunks(values: Iterable[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    """Lists of at most `size`, without repeats and in a fixed order."""
    rest = iter(sorted(set(values)))
    while some := list(islice(rest, size)):
        yield some


def list_known_units(actor: Actor, action: str) -> list[KnownUnit]:
    """Every unit within reach, closed ones included (a closed one is named as such)."""
    query = select(Unit.id, Unit.name, Unit.short_name, Unit.path, Unit.closed_on).where(units_within(actor, action))
    rows = db.session.execute(query.order_by(Unit.sort_path, Unit.id))
    return [KnownUnit(row.id, row.name, row.short_name, row.path, row.closed_on is not None) for row in rows]


def list_known_people(
    actor: Actor,
    action: str,
    *,
    numbers: Iterable[str],
    hashes: Iterable[str],
    names: Iterable[str],
    units: Iterable[int],
) -> list[KnownPerson]:
    """People within reach who bear one of these numbers, mobile hashes or names, or count in one of these units."""
    wanted = (
        (Person.staff_number, numbers),
        (Person.mobile_hash, hashes),
        (Person.name, names),
        (Person.unit_id, units),
    )
    found: dict[int, KnownPerson] = {}
    for column, values in wanted:
        for some in chunks(values):
            for row in _people(actor, action, column.in_(some)):
                found[row.id] = _known(row)
    return [found[person_id] for person_id in sorted(found)]


def _people(actor: Actor, action: str, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = (
        select(
            Person.id,
            Person.staff_number,
            Person.unit_id,
            Person.mobile_hash,
            Person.mobile_tail,
            *(getattr(Person, name) for name in PLAIN_FIELDS),
            Unit.path,
            Posting.unit_id.label("establishment_id"),
        )
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(Posting, establishment())
        .where(within_scope(actor, action), condition)
    )
    return db.session.execute(query).all()


def _known(row: Row[Any]) -> KnownPerson:
    values: dict[str, Value] = {name: _plain(getattr(row, name)) for name in PLAIN_FIELDS}
    values["work_unit"] = values.pop("work_unit_id")
    values["unit"] = row.establishment_id or row.unit_id
    return KnownPerson(row.id, row.staff_number, values, row.path, row.mobile_hash or "", row.mobile_tail)


def _plain(value: Any) -> Value:
    return str(value.value) if isinstance(value, Enum) else value


def list_numbers_in_use(numbers: Iterable[str]) -> set[str]:
    """Which of these numbers belong to anybody at all: a number is unique for ever, also beyond the actor's reach."""
    found: set[str] = set()
    for some in chunks(numbers):
        found.update(db.session.scalars(select(Person.staff_number).where(Person.staff_number.in_(some))))
    return found
