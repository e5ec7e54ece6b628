"""What stands above each row of a sheet of units (上级单位): another row, a unit that is there already, or the top.

Parents may come after their children in the sheet, and a name in the sheet goes before the same name in the tree.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from lawedu.core.roster_cells import BadCell
from lawedu.core.roster_units import SEPARATOR, KnownUnit, UnitIndex, plain
from lawedu.core.unit_sheet import UnitRow

ZONE = "zone"


@dataclass(frozen=True)
class TreeUnit(KnownUnit):
    """A unit of the tree within reach, with everything that a sheet may change."""

    kind: str = "other"
    sort_order: int = 0

    @property
    def parent_id(self) -> int | None:
        """The unit above, also when it lies out of reach."""
        return self.line[-2] if len(self.line) > 1 else None

    def is_called(self, name: str) -> bool:
        """Whether this is its full or short name."""
        return plain(name) in (plain(self.name), plain(self.short_name))


@dataclass(frozen=True, order=True)
class Ref:
    """A row of the sheet by its index, or a unit of the tree by its id; neither: the place above every root."""

    row: int = -1
    unit: int = 0


TOP = Ref()


class Parents:
    """Finds what stands above a row."""

    def __init__(self, rows: Sequence[UnitRow], units: Sequence[TreeUnit], *, may_root: bool) -> None:
        self.rows = rows
        self.units = {unit.id: unit for unit in units}
        self.index = UnitIndex(units)
        self._named: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            for name in {plain(row.name), plain(str(row.values.get("short_name", "")))} - {""}:
                self._named.setdefault(name, []).append(at)
        self._found: dict[int, Ref | None] = {}
        self._root = self._find_root(may_root)

    def above(self, at: int) -> Ref:
        """Raises BadCell: unknown, closed, several of that name, itself."""
        row = self.rows[at]
        if row.parent_at is not None:
            return Ref(row=row.parent_at)
        return self._by_text(at, row.parent) if row.parent else self._under_root(at)

    def count_named(self, name: str) -> int:
        """Rows of the sheet that bear this name."""
        return len(self._named.get(plain(name), ()))

    def is_root(self, at: int) -> bool:
        """Whether the row means the root of the tree itself (blank 上级单位, its name)."""
        row, root = self.rows[at], self._root
        if row.parent or row.parent_at is not None or not isinstance(root, Ref):
            return False
        return root.row == at or (root.unit > 0 and self.units[root.unit].is_called(row.name))

    def _find_root(self, may_root: bool) -> Ref | str:
        """Under what a blank 上级单位 puts a unit; a sentence when nobody can know."""
        tops = [unit for unit in self.units.values() if not unit.is_closed and unit.parent_id not in self.units]
        zones = [unit for unit in tops if unit.kind == ZONE]
        if not zones and (not may_root or self._has_one_with_children(tops)):
            zones = tops
        if len(zones) == 1:
            return Ref(unit=zones[0].id)
        if zones:
            names = "、".join(unit.name for unit in zones[:4])
            return f"请填写上级单位：您管理范围内有 {len(zones)} 个顶层单位（{names}）。"
        rows = [at for at, row in enumerate(self.rows) if row.values.get("kind") == ZONE and not row.parent]
        if may_root and len(rows) == 1 and self.rows[rows[0]].parent_at is None:
            return Ref(row=rows[0])
        if may_root:
            return "还没有顶层单位：请在表中写一行顶层单位，上级单位留空，单位类别填“高新区”。"
        return "您管理范围内没有可以增加下级的单位。"

    def _has_one_with_children(self, tops: Sequence[TreeUnit]) -> bool:
        """One alone without children is no root yet: the command that makes the first person makes such a unit."""
        return len(tops) == 1 and any(unit.parent_id == tops[0].id for unit in self.units.values())

    def _under_root(self, at: int) -> Ref:
        if isinstance(self._root, str):
            raise BadCell(self._root)
        if self.is_root(at):
            return TOP
        if self.rows[at].values.get("kind") == ZONE and self._root.unit:
            name = self.units[self._root.unit].name
            raise BadCell(f"顶层单位已登记为“{name}”，与表中名称不同。需要改名的，请在单位页面修改。")
        return self._root

    def _by_text(self, at: int, text: str) -> Ref:
        rows = [i for i in self._rows_called(text) if i != at]
        if len(rows) > 1:
            raise BadCell(f"上级单位“{text[:30]}”在表中有 {len(rows)} 行，请写成“上级单位/单位”。")
        if rows:
            return Ref(row=rows[0])
        if at in self._named.get(plain(text), ()):
            raise BadCell("上级单位不能是它自己。")
        try:
            return Ref(unit=self.index.find(text).id)
        except BadCell as bad:
            raise BadCell(f"上级单位有问题：{bad.text}") from bad

    def _rows_called(self, text: str) -> list[int]:
        """By the whole text first: some units have a stroke in their name (组织人事部/党建工作部)."""
        whole = self._named.get(plain(text))
        if whole:
            return whole
        parts = [plain(part) for part in SEPARATOR.split(text) if part]
        found = self._named.get(parts[-1], []) if parts else []
        return [at for at in found if self._stands_below(at, parts[:-1])]

    def _stands_below(self, at: int, names: Sequence[str]) -> bool:
        """The names stand above the row, in order from the top; some in between may be missing."""
        above = self._names_above(at)
        for name in names:
            place = next((i for i, called in enumerate(above) if name in called), None)
            if place is None:
                return False
            above = above[place + 1 :]
        return True

    def _names_above(self, at: int) -> list[set[str]]:
        """Full and short names from the root down to just above the row; as far as can be told."""
        names: list[set[str]] = []
        seen = {at}
        ref = self._cached(at)
        while ref is not None and ref.row >= 0 and ref.row not in seen:
            seen.add(ref.row)
            row = self.rows[ref.row]
            names.append({plain(row.name), plain(str(row.values.get("short_name", "")))} - {""})
            ref = self._cached(ref.row)
        line = self.units[ref.unit].line if ref is not None and ref.unit else ()
        for unit_id in reversed(line):
            if unit_id in self.units:
                unit = self.units[unit_id]
                names.append({plain(unit.name), plain(unit.short_name)} - {""})
        return names[::-1]

    def _cached(self, at: int) -> Ref | None:
        """As `above`; None while it is being looked for, or when there is none."""
        if at not in self._found:
            self._found[at] = None
            with contextlib.suppress(BadCell):
                self._found[at] = self.above(at)
        return self._found[at]
