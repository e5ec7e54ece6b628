"""What an import would do (导入预演): rows against what is known: added, changed, moved, missing, unchanged, faulty.

Nobody is removed because a list does not name them: the missing (名单中未出现) are only listed, and marked as 离职
when the importer chooses so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lawedu.core.policy import Actor, Scope, grants_for
from lawedu.core.roster import Row, Value
from lawedu.core.roster_cells import BadCell
from lawedu.core.staff_numbers import could_be, is_ours

GONE = ("retired", "left")


class Outcome(StrEnum):
    """What happens to one row (处理结果)."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass(frozen=True)
class Reach:
    """How far the importer may act (管理范围): pairs of unit path and 干部管理权限 (empty: all)."""

    spans: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, actor: Actor, action: str) -> Reach:
        """The reach that the policy gives for an action."""
        if actor.is_machine:
            return cls((("/", ""),))
        found = [
            ("/", "") if scope is Scope.ANY else (grant.unit_path, grant.cadre_authority)
            for grant, scope in grants_for(actor, action)
            if scope is not Scope.OWN
        ]
        return cls(tuple(found))

    def covers(self, unit_path: str, authority: str) -> bool:
        """Whether a person of this unit and 干部管理权限 lies within."""
        return any(unit_path.startswith(path) and limit in ("", authority) for path, limit in self.spans)

    @property
    def only_authority(self) -> str:
        """The one 干部管理权限 that new people must have, if the reach is limited to one."""
        limits = {limit for _path, limit in self.spans}
        return limits.pop() if len(limits) == 1 else ""


@dataclass(frozen=True)
class KnownPerson:
    """A person within reach as of now. `values` has the fields of a roster row except staff number and mobile."""

    id: int
    staff_number: str
    values: Mapping[str, Value]
    unit_path: str
    mobile_hash: str = ""
    mobile_tail: str = ""

    @property
    def is_gone(self) -> bool:
        return self.values["duty_state"] in GONE


@dataclass(frozen=True)
class Change:
    """One field: what it was, what it becomes. For `mobile` only the last four digits."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class Entry:
    """One row with what would happen to it."""

    row: Row
    outcome: Outcome
    person_id: int | None = None
    staff_number: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The whole import. `missing` are people of the sheet's units whom it does not name."""

    entries: Sequence[Entry]
    missing: Sequence[KnownPerson]

    def count(self, outcome: Outcome) -> int:
        """Rows with this outcome."""
        return sum(entry.outcome is outcome for entry in self.entries)

    @property
    def changing(self) -> list[Entry]:
        """Rows that change something: added, changed, moved."""
        return [entry for entry in self.entries if entry.outcome not in (Outcome.UNCHANGED, Outcome.FAULTY)]

    @property
    def digest(self) -> str:
        """SHA-256 over everything the plan would do: it differs as soon as rows or data differ."""
        facts = [
            [
                [e.row.number, dict(e.row.values), e.outcome, e.person_id, e.row.faults]
                + [[c.field, c.old, c.new] for c in e.changes]
                for e in self.entries
            ],
            [person.id for person in self.missing],
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Known:
    """Everything that rows are compared with. `taken`: numbers of people outside the reach; `paths` of units by id."""

    people: Sequence[KnownPerson]
    taken: frozenset[str]
    paths: Mapping[int, str]
    reach: Reach
    hash_mobile: Callable[[str], str]


def plan_import(rows: Iterable[Row], known: Known) -> Plan:
    """Compare. Pure: the same rows and facts give the same plan and digest."""
    matcher = _Matcher(known)
    entries = _once_each([matcher.entry(row) for row in rows])
    named = {entry.person_id for entry in entries}
    units = {entry.row.values.get("unit") for entry in entries}
    # A faulty row still names its person: whoever is in the list with a mistake has not left.
    hinted = {(e.row.values.get("unit"), e.row.values.get("name")) for e in entries if e.outcome is Outcome.FAULTY}
    missing = [
        person
        for person in known.people
        if person.id not in named
        and person.values["unit"] in units
        and not person.is_gone
        and (person.values["unit"], person.values["name"]) not in hinted
    ]
    return Plan(entries, missing)


def _once_each(entries: Sequence[Entry]) -> list[Entry]:
    """Two rows may mean one person though their numbers differ (12 and 000012): then neither is taken."""
    rows: dict[int, list[int]] = {}
    for entry in entries:
        if entry.person_id is not None:
            rows.setdefault(entry.person_id, []).append(entry.row.number)
    return [
        _faulty(e.row, f"与第 {next(n for n in rows[e.person_id] if n != e.row.number)} 行是同一人。", e)
        if e.person_id is not None and len(rows[e.person_id]) > 1
        else e
        for e in entries
    ]


def _faulty(row: Row, fault: str, entry: Entry | None = None) -> Entry:
    marked = replace(row, faults=(*row.faults, fault))
    return Entry(marked, Outcome.FAULTY, entry.person_id if entry else None, entry.staff_number if entry else "")


class _Matcher:
    """Finds the person a row means and what would change."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.by_number = {person.staff_number: person for person in known.people}
        self.by_name: dict[Value, list[KnownPerson]] = {}
        for person in known.people:
            self.by_name.setdefault(person.values["name"], []).append(person)

    def entry(self, row: Row) -> Entry:
        """The row's entry; every refusal becomes a fault of the row."""
        notes: list[str] = []
        try:
            person = self._find(row, notes)
        except BadCell as bad:
            return _faulty(row, bad.text)
        row = replace(row, warnings=(*row.warnings, *notes))
        if row.faults:
            return Entry(row, Outcome.FAULTY, person.id if person else None)
        try:
            return self._existing(row, person) if person else self._new(row)
        except BadCell as bad:
            return replace(_faulty(row, bad.text), person_id=person.id if person else None)

    def _find(self, row: Row, notes: list[str]) -> KnownPerson | None:
        number = row.text("staff_number")
        return self._by_number(number, notes) if number else self._by_name_and_unit(row, notes)

    def _by_number(self, number: str, notes: list[str]) -> KnownPerson | None:
        """The number as written, else with the leading zeros that spreadsheets drop, if only one person fits."""
        if number in self.by_number:
            return self.by_number[number]
        found = [text for text in could_be(number) if text in self.by_number]
        if len(found) > 1:
            raise BadCell(f"工号 {number} 可能少了前面的零，但有 {len(found)} 个工号符合，请写完整。")
        if found:
            notes.append(f"工号 {number} 少了前面的零，按 {found[0]} 处理。")
            return self.by_number[found[0]]
        if any(text in self.known.taken for text in could_be(number)):
            raise BadCell(f"工号 {number} 不能在您的管理范围内使用：请核对，或由上一级组织人事部门办理调入。")
        if is_ours(number):
            raise BadCell(f"没有找到学法编号 {number}。新增人员请把工号留空，由系统编号。")
        return None

    def _by_name_and_unit(self, row: Row, notes: list[str]) -> KnownPerson | None:
        """Without a number: name and mobile, then name and unit; a namesake elsewhere is only pointed out."""
        same = self.by_name.get(row.values.get("name"), [])
        mobile = self.known.hash_mobile(row.text("mobile")) if row.text("mobile") else ""
        by_mobile = [person for person in same if mobile and person.mobile_hash == mobile]
        here = [person for person in same if person.values["unit"] == row.values.get("unit")]
        for found in (by_mobile, here):
            if len(found) == 1:
                return found[0]
            if len(found) > 1:
                raise BadCell(f"本单位已有 {len(found)} 名同名人员，请填写工号或学法编号。")
        if same:
            notes.append(f"管理范围内另有 {len(same)} 名同名人员；如果是同一人调动，请填写工号或学法编号。")
        return None

    def _existing(self, row: Row, person: KnownPerson) -> Entry:
        changes = [
            Change(name, person.values[name], value)
            for name, value in row.values.items()
            if name in person.values and person.values[name] != value
        ]
        changed = {change.field for change in changes}
        if {"name", "unit"} <= changed:
            raise BadCell(
                f"工号 {person.staff_number} 现登记为{person.values['name']}，姓名和单位都与表中不同，请核对工号。"
            )
        if person.is_gone and "duty_state" not in row.values:
            changes.append(Change("duty_state", person.values["duty_state"], "active"))
        mobile = row.text("mobile")
        if mobile and self.known.hash_mobile(mobile) != person.mobile_hash:
            changes.append(Change("mobile", person.mobile_tail, mobile[-4:]))
        self._ensure_reach(row, person.values)
        outcome = Outcome.MOVED if "unit" in changed else Outcome.CHANGED if changes else Outcome.UNCHANGED
        if "name" in changed:
            note = (
                f"工号 {person.staff_number} 现登记姓名为{person.values['name']}，将改为{row.values['name']}，请核对。"
            )
            row = replace(row, warnings=(*row.warnings, note))
        return Entry(row, outcome, person.id, person.staff_number, tuple(changes))

    def _new(self, row: Row) -> Entry:
        if "category" not in row.values:
            raise BadCell("新增人员需要填写人员类别。")
        only = self.known.reach.only_authority
        if only and "cadre_authority" not in row.values:
            row = replace(row, values={**row.values, "cadre_authority": only})
        self._ensure_reach(row, {})
        return Entry(row, Outcome.ADDED, staff_number=row.text("staff_number"))

    def _ensure_reach(self, row: Row, now: Mapping[str, Value]) -> None:
        """A person may not be handed out of one's reach by an import: that is the superior's act."""
        values = {**now, **row.values}
        unit, authority = values["unit"], values.get("cadre_authority") or ""
        if not isinstance(unit, int) or not self.known.reach.covers(self.known.paths.get(unit, ""), str(authority)):
            raise BadCell("单位或干部管理权限不在您的管理范围内。")
