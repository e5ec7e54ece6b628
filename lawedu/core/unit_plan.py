"""What an import of units would do (单位导入预演): added, changed, moved, unchanged, faulty. Nothing is ever removed:
units that the sheet does not name stay as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from lawedu.core.roster_cells import BadCell, first_words
from lawedu.core.unit_match import Matcher
from lawedu.core.unit_parents import TOP, Ref, TreeUnit
from lawedu.core.unit_sheet import UnitRow
from lawedu.core.unit_words import ENDINGS, KINDS

KEPT = ("kind", "sort_order", "short_name")


class UnitOutcome(StrEnum):
    """What happens to one row (处理结果)."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


DONE = (UnitOutcome.ADDED, UnitOutcome.CHANGED, UnitOutcome.MOVED)


@dataclass(frozen=True)
class UnitChange:
    """One field: what it was, what it becomes; for `parent` the names of the units."""

    field: str
    old: str | int
    new: str | int


@dataclass(frozen=True)
class UnitEntry:
    """One row with what would happen to it.

    `at`: its index; `unit_id`: the unit it means, None for a new one; `parent`: what stands above afterwards; `kind`:
    that of a new unit, also when it was told from the name.
    """

    at: int
    row: UnitRow
    outcome: UnitOutcome
    unit_id: int | None = None
    parent: Ref = TOP
    parent_name: str = ""
    kind: str = ""
    changes: tuple[UnitChange, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def node(self) -> Ref:
        """The unit itself, as others refer to it."""
        return Ref(row=self.at) if self.unit_id is None else Ref(unit=self.unit_id)


@dataclass(frozen=True)
class UnitPlan:
    """The whole import: entries in the order of the sheet, and `steps`, those that change something, parents first."""

    entries: Sequence[UnitEntry]
    steps: Sequence[UnitEntry]

    def count(self, outcome: UnitOutcome) -> int:
        """Rows with this outcome."""
        return sum(entry.outcome is outcome for entry in self.entries)

    @property
    def digest(self) -> str:
        """SHA-256 over everything the plan would do: it differs as soon as rows or tree differ."""
        text = json.dumps([asdict(entry) for entry in self.entries], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_units(rows: Sequence[UnitRow], units: Sequence[TreeUnit], *, may_root: bool) -> UnitPlan:
    """Compare. `units`: everything within reach, closed ones too; `may_root`: whether a new root may be made.

    Pure: the same rows and units give the same plan and digest.
    """
    matcher = Matcher(rows, units, may_root=may_root)
    entries: dict[int, UnitEntry] = {}
    placed = set(matcher.order)
    for at in [*matcher.order, *(at for at in range(len(rows)) if at not in placed)]:
        entries[at] = _judge(matcher, at, entries)
    tree = _without_circles(entries, matcher.units)
    whole = [entries[at] for at in range(len(rows))]
    steps = [entry for entry in whole if entry.outcome in DONE]
    steps.sort(key=lambda entry: (len(list(tree.line(entry.node))), entry.row.number, entry.at))
    return UnitPlan(whole, steps)


def _judge(matcher: Matcher, at: int, entries: dict[int, UnitEntry]) -> UnitEntry:
    """The entry of one row; its parent's stands in `entries` already."""
    row, unit, above, over = (
        matcher.rows[at],
        matcher.matched.get(at),
        matcher.above.get(at, TOP),
        matcher.unit_above(at),
    )
    parent_name = over.name if over else matcher.rows[above.row].name if above.row >= 0 else ""
    faults, notes, kind = list(matcher.faults[at]), list(matcher.notes[at]), ""
    try:
        if above.row >= 0 and over is None:
            _ensure_parent(matcher.rows[above.row], entries.get(above.row))
        # An unreadable row is corrected first: “needs a kind” beside “kind cannot be read” would only confuse.
        kind = unit.kind if unit else "" if row.faults else _kind(row, notes)
    except BadCell as bad:
        faults.append(bad.text)
    changes = _changes(row, unit) if unit else []
    parent = Ref(unit=over.id) if over else above
    if unit and above != TOP and parent != Ref(unit=unit.parent_id or 0):
        changes.insert(0, UnitChange("parent", matcher.parents.index.name_of(unit.parent_id), parent_name))
    if faults:
        outcome = UnitOutcome.FAULTY
    elif unit is None:
        outcome = UnitOutcome.ADDED
    elif changes and changes[0].field == "parent":
        outcome = UnitOutcome.MOVED
    else:
        outcome = UnitOutcome.CHANGED if changes else UnitOutcome.UNCHANGED
    return UnitEntry(
        at, row, outcome, unit.id if unit else None, parent, parent_name, kind,
        tuple(changes), tuple(faults), tuple(notes),
    )  # fmt: skip


def _ensure_parent(row: UnitRow, entry: UnitEntry | None) -> None:
    if entry is None or entry.outcome is UnitOutcome.FAULTY:
        raise BadCell(f"上级单位“{row.name[:30]}”（第 {row.number} 行）有问题，没有新增。")


def _kind(row: UnitRow, notes: list[str]) -> str:
    """What the sheet says, else what the name's ending leaves no doubt about."""
    said = str(row.values.get("kind", ""))
    if said:
        return said
    for endings, kind in ENDINGS:
        if row.name.endswith(tuple(endings)):
            word = first_words({word: value for word, value in KINDS.items() if value == kind})[0]
            notes.append(f"单位类别空白，按名称登记为“{word}”。")
            return kind
    if row.is_implied:
        raise BadCell(f"“{row.name[:30]}”是新单位，请在表中为它单独写一行，填写单位类别。")
    raise BadCell("新增单位需要填写单位类别。")


def _changes(row: UnitRow, unit: TreeUnit) -> list[UnitChange]:
    now: dict[str, str | int] = {"kind": unit.kind, "sort_order": unit.sort_order, "short_name": unit.short_name}
    return [
        UnitChange(name, now[name], row.values[name])
        for name in KEPT
        if name in row.values and row.values[name] != now[name]
    ]


class _FinalTree:
    """The tree as the import would leave it."""

    def __init__(self, entries: Sequence[UnitEntry], units: dict[int, TreeUnit]) -> None:
        self._units = units
        self._above = {entry.node: entry.parent for entry in entries if entry.outcome in DONE}

    def line(self, node: Ref) -> Iterator[Ref]:
        """The node and whatever stands above it. In a circle it ends with the node that comes again."""
        seen: set[Ref] = set()
        while node != TOP:
            yield node
            if node in seen:
                return
            seen.add(node)
            unit = self._units.get(node.unit)
            node = self._above.get(node, Ref(unit=unit.parent_id or 0) if unit else TOP)


def _without_circles(entries: dict[int, UnitEntry], units: dict[int, TreeUnit]) -> _FinalTree:
    """Refuse moves of a unit below itself, until none is left: each refused one changes the tree for the others."""
    while True:
        tree = _FinalTree(list(entries.values()), units)
        caught = [e for e in entries.values() if e.outcome is UnitOutcome.MOVED and _comes_again(tree, e.node)]
        if not caught:
            return tree
        for entry in caught:
            fault = f"“{entry.row.name}”不能移到它自己或它的下级单位下面。"
            entries[entry.at] = replace(entry, outcome=UnitOutcome.FAULTY, faults=(*entry.faults, fault))


def _comes_again(tree: _FinalTree, node: Ref) -> bool:
    return list(tree.line(node)).count(node) > 1
