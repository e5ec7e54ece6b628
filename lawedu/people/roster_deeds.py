"""Carrying out a roster plan (名册导入): bulk statements, so that 5,000 people take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from lawedu import clock
from lawedu.core.policy import Actor
from lawedu.core.roster import Row
from lawedu.core.roster_plan import GONE, Entry, Outcome, Plan
from lawedu.db import db
from lawedu.people import people_queries, persons, postings
from lawedu.people.models import DutyState, ExamChannel, Person, PersonCategory, Posting
from lawedu.people.persons import NumberTaken, mobile_columns
from lawedu.people.postings import Place
from lawedu.people.roster_queries import chunks

REASON = "roster"
TEXTS = ("name", "post_title", "grade_level", "cadre_authority", "is_leader", "is_enforcement", "sort_order")
ENUMS = {"category": PersonCategory, "duty_state": DutyState, "exam_channel": ExamChannel}
# Fields whose change means a new posting; coming back from 调离 or 退休 is one as well.
PLACED = ("unit", "work_unit", "duty_state")
DEFAULTS: dict[str, Any] = {
    "post_title": "",
    "grade_level": "",
    "cadre_authority": "",
    "is_leader": False,
    "is_enforcement": False,
    "duty_state": DutyState.ACTIVE,
    "exam_channel": ExamChannel.ZONE,
}


def carry_out(actor: Actor, plan: Plan, *, mark_missing: bool) -> None:
    """Add, change, move, and if chosen mark the missing; faulty and unchanged rows stay alone. Raises NumberTaken."""
    added = [entry for entry in plan.entries if entry.outcome is Outcome.ADDED]
    changed = [entry for entry in plan.entries if entry.outcome in (Outcome.CHANGED, Outcome.MOVED)]
    places = _add(added)
    gone = _change(changed)
    places.update(_new_places(changed))
    postings.settle(places, clock.today(), REASON)
    persons.leave(actor, gone)
    if mark_missing:
        _mark_left(actor, [person.id for person in plan.missing])


def _columns(row: Row) -> dict[str, Any]:
    """Columns of Person for what the sheet says, except unit, number and mobile."""
    columns = {name: row.values[name] for name in TEXTS if name in row.values}
    columns.update({name: kind(str(row.values[name])) for name, kind in ENUMS.items() if name in row.values})
    return columns


def _add(entries: Sequence[Entry]) -> dict[int, Place]:
    """Insert people, with numbers of ours where the office has none; returns where each belongs."""
    if not entries:
        return {}
    own = iter(persons.next_own_numbers(sum(not entry.staff_number for entry in entries)))
    orders = _orders([entry.row for entry in entries])
    people: dict[str, dict[str, Any]] = {}
    places: dict[str, Place] = {}
    for entry in entries:
        row, number = entry.row, entry.staff_number or next(own)
        place = _place(row)
        people[number] = {
            **DEFAULTS,
            "sort_order": orders[row.number],
            **_columns(row),
            **mobile_columns(number, row.text("mobile")),
            "staff_number": number,
            "number_is_ours": not entry.staff_number,
            "unit_id": place.counted,
            "work_unit_id": place.work,
        }
        places[number] = place
    fill = insert(Person).returning(Person.id, Person.staff_number).execution_options(render_nulls=True)
    try:
        # Without render_nulls every change between NULL and a value starts a statement of its own.
        ids = db.session.execute(fill, list(people.values()))
    except IntegrityError as taken:
        raise NumberTaken from taken
    return {person_id: places[number] for person_id, number in ids}


def _place(row: Row) -> Place:
    unit, work = row.values["unit"], row.values.get("work_unit")
    return Place(int(unit or 0), int(work) if work else None)


def _orders(rows: Sequence[Row]) -> dict[int, int]:
    """Without 排序号 newcomers follow the unit's people in the order of the sheet."""
    units = [_place(row).counted for row in rows]
    last: dict[int, int] = {}
    for some in chunks(units):
        last.update(people_queries.last_person_orders(some))
    orders = {}
    for row, unit in zip(rows, units, strict=True):
        last[unit] = orders[row.number] = last.get(unit, 0) + 1
    return orders


def _change(entries: Sequence[Entry]) -> list[int]:
    """Update columns and return who leaves. Rows of one shape go together: an executemany needs equal columns."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    gone: list[int] = []
    back: list[int] = []
    for entry in entries:
        fields = {change.field: change.new for change in entry.changes}
        columns = {name: fields[name] for name in TEXTS if name in fields}
        columns.update({name: kind(str(fields[name])) for name, kind in ENUMS.items() if name in fields})
        if "mobile" in fields:
            columns.update(mobile_columns(entry.staff_number, entry.row.text("mobile")))
        if columns and entry.person_id is not None:
            shapes.setdefault(tuple(sorted(columns)), []).append({"id": entry.person_id, **columns})
        if "duty_state" in columns and entry.person_id is not None:
            (gone if columns["duty_state"] in people_queries.GONE else back).append(entry.person_id)
    for same in shapes.values():
        db.session.execute(update(Person), same)
    persons.reopen_accounts(back)
    return gone


def _new_places(entries: Sequence[Entry]) -> dict[int, Place]:
    """Where those belong who move or come back; what the sheet does not say stays as it is."""
    wanted = {
        entry.person_id: entry.row
        for entry in entries
        if entry.person_id is not None
        and any(change.field in PLACED and change.new not in GONE for change in entry.changes)
    }
    now: dict[int, list[Posting]] = {}
    for some in chunks(wanted):
        for posting in people_queries.list_open_postings(some):
            now.setdefault(posting.person_id, []).append(posting)
    places = {}
    for person_id, row in wanted.items():
        old, new = postings.place_from(now.get(person_id, [])), _place(row)
        work = new.work if "work_unit" in row.values or old is None else old.work
        work = work if work != new.establishment else None
        places[person_id] = Place(new.establishment, work, bool(old and old.counts_at_work and work))
    return places


def _mark_left(actor: Actor, person_ids: Sequence[int]) -> None:
    """调离: postings, roles and account end; the person, the number and the history stay."""
    for some in chunks(person_ids):
        db.session.execute(update(Person).where(Person.id.in_(some)).values(duty_state=DutyState.LEFT))
    persons.leave(actor, person_ids)
