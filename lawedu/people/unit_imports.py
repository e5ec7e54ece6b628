"""Importing units (单位导入): a dry run is kept with its plan and applied once, only while the tree is as it was.

The sheet and its rows are kept as a roster's are (`RosterImport`), told apart by `summary["of"]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lawedu import clock, storage
from lawedu.audit import services as audit
from lawedu.core.errors import NotFound, RuleBroken
from lawedu.core.grid import Grid
from lawedu.core.policy import Actor, ensure
from lawedu.core.roster_plan import Reach
from lawedu.core.unit_plan import UnitEntry, UnitOutcome, UnitPlan, plan_units
from lawedu.core.unit_sheet import UnitRow, read_units
from lawedu.db import db
from lawedu.people import unit_queries, units
from lawedu.people.models import RosterImport, Unit, UnitKind
from lawedu.people.people_queries import OF_UNITS
from lawedu.people.rosters import ImportIsApplied, PlanIsStale
from lawedu.people.units import UnitFacts

ACTION = "unit.edit"


class UnitsHaveFaults(RuleBroken):
    """Rows with problems stand in the sheet and the importer asked for all of it (单位表有问题)."""

    code = "units_have_faults"
    sentence = "表中有 {faulty} 行有问题，没有导入。请更正后重新上传，或选择只导入无问题的行。"


class NoUnitsToImport(RuleBroken):
    """No row would change anything (没有可导入的单位)."""

    code = "no_units_to_import"
    sentence = "没有需要导入的内容：表中各单位与现有单位一致，或各行都有问题。"


def dry_run(actor: Actor, name: str, media_type: str, data: bytes, grid: Grid) -> RosterImport:
    """Compare an uploaded sheet with the tree and keep sheet, rows and plan; no unit changes.

    Raises NotAllowed, NoHeader, EmptySheet, PeopleInSheet, IdentityColumn, TooManyUnits: then nothing is kept.
    """
    ensure(actor, ACTION)
    sheet = read_units(grid)
    plan = _plan(actor, sheet.rows)
    file = storage.keep(actor, name, media_type, data)
    found = RosterImport(file_id=file.id, rows=[], created_by=actor.person_id, created_at=clock.now())
    found.summary = {
        "of": OF_UNITS,
        "name": file.name,
        "fields": list(sheet.fields),
        "unread": list(sheet.unread)[:50],
        "other_sheets": list(sheet.other_sheets)[:20],
    }
    db.session.add(found)
    _keep(found, plan)
    db.session.flush()
    audit.record(actor, "unit.import_checked", f"import:{found.id}", rows=len(sheet.rows), sha256=file.sha256)
    return found


def repeat(actor: Actor, found: RosterImport) -> None:
    """The dry run again, with today's tree (重新预演). Raises ImportIsApplied, NotFound for somebody else's."""
    _ensure_open(actor, found)
    _keep(found, _plan(actor, kept_rows(found)))
    db.session.flush()


def apply(actor: Actor, found: RosterImport, *, only_good: bool = False) -> dict[str, int]:
    """Do what the dry run said: everything, or with `only_good` the rows without fault; returns rows by outcome.

    Units that the sheet does not name stay. Raises PlanIsStale, ImportIsApplied, UnitsHaveFaults, NoUnitsToImport,
    UnitNameTaken: then nothing changed.
    """
    _ensure_open(actor, found)
    plan = _plan(actor, kept_rows(found), lock=True)
    if plan.digest != found.plan_hash:
        raise PlanIsStale
    faulty = plan.count(UnitOutcome.FAULTY)
    if faulty and not only_good:
        raise UnitsHaveFaults(faulty=faulty)
    if not plan.steps:
        raise NoUnitsToImport
    _carry_out(actor, plan.steps)
    counts = {str(outcome): plan.count(outcome) for outcome in UnitOutcome}
    found.applied_at = clock.now()
    found.summary = {**found.summary, "applied": counts}
    audit.record(actor, "unit.import", f"import:{found.id}", counts=counts)
    return counts


def kept_rows(found: RosterImport) -> list[UnitRow]:
    """The rows as they were read."""
    return [UnitRow(**{**kept["as_read"], "faults": tuple(kept["as_read"]["faults"])}) for kept in found.rows]


def _ensure_open(actor: Actor, found: RosterImport) -> None:
    ensure(actor, ACTION)
    if found.created_by != actor.person_id or found.summary.get("of") != OF_UNITS:
        raise NotFound
    if found.applied_at is not None:
        raise ImportIsApplied


def _plan(actor: Actor, rows: Sequence[UnitRow], *, lock: bool = False) -> UnitPlan:
    tree = unit_queries.list_tree(actor, ACTION, lock=lock)
    return plan_units(rows, tree, may_root=Reach.of(actor, ACTION).covers("/", ""))


def _keep(found: RosterImport, plan: UnitPlan) -> None:
    """The plan as the pages show it, and each row as it was read, to plan again from."""
    found.rows = [_kept(entry) for entry in plan.entries]
    found.plan_hash = plan.digest
    found.summary = {**found.summary, "counts": {str(outcome): plan.count(outcome) for outcome in UnitOutcome}}


def _kept(entry: UnitEntry) -> dict[str, Any]:
    return {
        "as_read": asdict(entry.row),
        "outcome": str(entry.outcome),
        "parent": entry.parent_name,
        "kind": entry.kind,
        "changes": [[change.field, change.old, change.new] for change in entry.changes],
        "faults": list(entry.faults),
        "notes": list(entry.notes),
    }


def _carry_out(actor: Actor, steps: Sequence[UnitEntry]) -> None:
    """Parents come before their children; the deeds on the tree themselves check scope, names and circles again."""
    made: dict[int, int] = {}
    for entry in steps:
        parent_id = made[entry.parent.row] if entry.parent.row >= 0 else entry.parent.unit
        parent = db.session.get_one(Unit, parent_id) if parent_id else None
        if entry.unit_id is None:
            made[entry.at] = units.create(actor, parent, _facts(entry, None)).id
            continue
        if entry.outcome is UnitOutcome.MOVED:
            units.move(actor, db.session.get_one(Unit, entry.unit_id), parent)
        if any(change.field != "parent" for change in entry.changes):
            unit = db.session.get_one(Unit, entry.unit_id)
            units.edit(actor, unit, _facts(entry, unit))


def _facts(entry: UnitEntry, unit: Unit | None) -> UnitFacts:
    """What the sheet says; where it says nothing, what the unit has."""
    said = entry.row.values
    order = said.get("sort_order")
    return UnitFacts(
        name=unit.name if unit else entry.row.name,
        kind=UnitKind(str(said.get("kind", entry.kind))),
        short_name=str(said.get("short_name", unit.short_name if unit else "")),
        sort_order=int(order) if order is not None else None,
    )
