"""Importing a roster (名册导入): a dry run is kept with its plan and applied only while the data are as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lawedu import clock, storage
from lawedu.audit import services as audit
from lawedu.core.errors import NotFound, RuleBroken
from lawedu.core.grid import Grid
from lawedu.core.policy import Actor, ensure
from lawedu.core.roster import Row, Sheet, Value, read_roster
from lawedu.core.roster_plan import Entry, Known, Outcome, Plan, Reach, plan_import
from lawedu.core.roster_units import KnownUnit, UnitIndex
from lawedu.core.staff_numbers import could_be
from lawedu.db import db
from lawedu.people import mobiles, roster_deeds, roster_queries
from lawedu.people.models import RosterImport
from lawedu.people.people_queries import OF_PEOPLE

ACTION = "people.import"


class PlanIsStale(RuleBroken):
    """Somebody changed people or units since the dry run (预演已过时)."""

    code = "plan_is_stale"
    sentence = "预演之后，人员或单位数据已有变动，没有导入。请重新预演，核对后再导入。"


class ImportIsApplied(RuleBroken):
    """A dry run is applied once (已经导入)."""

    code = "import_is_applied"
    sentence = "这份表格已经导入过，不会重复导入。如需更正，请上传新的表格。"


class RosterHasFaults(RuleBroken):
    """Rows with problems stand in the list and the importer asked for all of it (名单有问题)."""

    code = "roster_has_faults"
    sentence = "名单中有 {faulty} 行有问题，没有导入。请更正后重新上传，或选择只导入无问题的行。"


class NothingToImport(RuleBroken):
    """No row would change anything (没有可导入的内容)."""

    code = "nothing_to_import"
    sentence = "没有需要导入的内容：名单与现有数据一致，或各行都有问题。"


def dry_run(actor: Actor, name: str, media_type: str, data: bytes, grid: Grid) -> RosterImport:
    """Compare an uploaded sheet with what is known and keep sheet, rows and plan; no person changes.

    Raises NotAllowed, NoHeader, EmptySheet, IdentityColumn: then nothing is kept. Rows hold mobile numbers only sealed.
    """
    ensure(actor, ACTION)
    known_units = roster_queries.list_known_units(actor, ACTION)
    sheet = read_roster(grid, UnitIndex(known_units))
    plan = _plan(actor, sheet.rows, known_units)
    file = storage.keep(actor, name, media_type, data)
    found = RosterImport(file_id=file.id, rows=[], created_by=actor.person_id, created_at=clock.now())
    found.summary = {
        "of": OF_PEOPLE,
        "name": file.name,
        "fields": list(sheet.fields),
        "unread": list(sheet.unread)[:50],
        "other_sheets": list(sheet.other_sheets)[:20],
    }
    db.session.add(found)
    _keep(found, sheet.rows, plan)
    db.session.flush()
    audit.record(actor, "people.import_checked", f"import:{found.id}", rows=len(sheet.rows), sha256=file.sha256)
    return found


def repeat(actor: Actor, found: RosterImport) -> None:
    """The dry run again, with today's data (重新预演). Raises ImportIsApplied, NotFound for somebody else's."""
    _ensure_open(actor, found)
    rows = kept_rows(found)
    _keep(found, rows, _plan(actor, rows, roster_queries.list_known_units(actor, ACTION)))
    db.session.flush()


def apply(actor: Actor, found: RosterImport, *, only_good: bool = False, mark_missing: bool = False) -> dict[str, int]:
    """Do what the dry run said: everything, or with `only_good` the rows without fault; returns persons by outcome.

    `mark_missing` marks those whom the list does not name as 调离. Raises PlanIsStale, ImportIsApplied, NumberTaken,
    RosterHasFaults, NothingToImport: then nothing changed.
    """
    _ensure_open(actor, found)
    plan = _plan(actor, kept_rows(found), roster_queries.list_known_units(actor, ACTION))
    if plan.digest != found.plan_hash:
        raise PlanIsStale
    counts = _carry_out(actor, plan, only_good=only_good, mark_missing=mark_missing)
    found.applied_at = clock.now()
    found.summary = {**found.summary, "applied": counts}
    audit.record(actor, "people.import", f"import:{found.id}", counts=counts)
    return counts


def preview(actor: Actor, grid: Grid) -> tuple[Sheet, Plan]:
    """The dry run without keeping anything, for the command. Raises NoHeader, EmptySheet, IdentityColumn."""
    ensure(actor, ACTION)
    known_units = roster_queries.list_known_units(actor, ACTION)
    sheet = read_roster(grid, UnitIndex(known_units))
    return sheet, _plan(actor, sheet.rows, known_units)


def import_at_once(actor: Actor, grid: Grid, *, only_good: bool = False, mark_missing: bool = False) -> dict[str, int]:
    """Read and import in one go, for the command, which shows its preview before. Raises as `apply`."""
    _sheet, plan = preview(actor, grid)
    counts = _carry_out(actor, plan, only_good=only_good, mark_missing=mark_missing)
    audit.record(actor, "people.import", "import:command", counts=counts)
    return counts


def _carry_out(actor: Actor, plan: Plan, *, only_good: bool, mark_missing: bool) -> dict[str, int]:
    faulty = plan.count(Outcome.FAULTY)
    if faulty and not only_good:
        raise RosterHasFaults(faulty=faulty)
    if not (plan.changing or (mark_missing and plan.missing)):
        raise NothingToImport
    roster_deeds.carry_out(actor, plan, mark_missing=mark_missing)
    counts = {str(outcome): plan.count(outcome) for outcome in Outcome}
    return {**counts, "marked_missing": len(plan.missing) if mark_missing else 0}


def _ensure_open(actor: Actor, found: RosterImport) -> None:
    ensure(actor, ACTION)
    if found.created_by != actor.person_id:
        raise NotFound
    if found.applied_at is not None:
        raise ImportIsApplied


def _plan(actor: Actor, rows: Sequence[Row], units: Sequence[KnownUnit]) -> Plan:
    mobile_hashes = {row.text("mobile"): mobiles.hash_mobile(row.text("mobile")) for row in rows if row.text("mobile")}
    numbers = {number for row in rows if row.text("staff_number") for number in could_be(row.text("staff_number"))}
    people = roster_queries.list_known_people(
        actor,
        ACTION,
        numbers=numbers,
        hashes=mobile_hashes.values(),
        names={row.text("name") for row in rows if row.text("name") and not row.text("staff_number")},
        units={unit for row in rows if isinstance(unit := row.values.get("unit"), int)},
    )
    taken = roster_queries.list_numbers_in_use(numbers) - {person.staff_number for person in people}
    paths = {unit.id: unit.path for unit in units if not unit.is_closed}
    known = Known(people, frozenset(taken), paths, Reach.of(actor, ACTION), lambda mobile: mobile_hashes[mobile])
    return plan_import(rows, known)


def _keep(found: RosterImport, rows: Sequence[Row], plan: Plan) -> None:
    """The plan as the pages show it, and each row as it was read, to plan again from."""
    found.rows = [_kept(row, entry) for row, entry in zip(rows, plan.entries, strict=True)]
    found.plan_hash = plan.digest
    counts = Counter(str(entry.outcome) for entry in plan.entries)
    missing = [[person.staff_number, person.values["name"], person.values["unit"]] for person in plan.missing]
    found.summary = {**found.summary, "counts": {str(o): counts[str(o)] for o in Outcome}, "missing": missing}


def _kept(row: Row, entry: Entry) -> dict[str, Any]:
    values: dict[str, Value] = dict(row.values)
    if row.text("mobile"):
        values["mobile"] = mobiles.seal(_row_key(row.number), row.text("mobile")).hex()
    return {
        "row": row.number,
        "values": values,
        "row_faults": list(row.faults),
        "row_warnings": list(row.warnings),
        "outcome": str(entry.outcome),
        "staff_number": entry.staff_number,
        "changes": [[change.field, change.old, change.new] for change in entry.changes],
        "faults": list(entry.row.faults),
        "warnings": list(entry.row.warnings),
    }


def kept_rows(found: RosterImport) -> list[Row]:
    """The rows as they were read, mobile numbers opened."""
    rows = []
    for kept in found.rows:
        values = dict(kept["values"])
        if values.get("mobile"):
            values["mobile"] = mobiles.open_sealed(_row_key(kept["row"]), bytes.fromhex(values["mobile"]))
        rows.append(Row(kept["row"], values, tuple(kept["row_faults"]), tuple(kept["row_warnings"])))
    return rows


def _row_key(number: int) -> str:
    """Binds a sealed mobile number to its row of the sheet; no staff number looks like this."""
    return f"roster row {number}"
