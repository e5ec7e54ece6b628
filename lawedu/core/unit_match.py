"""Which unit of the tree each row of a sheet means (单位识别).

A row means the unit of that name under its parent. Under another parent it means the same unit only when 原上级单位
says so, or when nothing else is likely: one unit and one row bear the name, and the sheet lists what else stands under
the old parent. Otherwise it is a new unit, and a note points at the namesake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from lawedu.core.roster_cells import BadCell
from lawedu.core.roster_units import plain
from lawedu.core.unit_parents import TOP, Parents, Ref, TreeUnit
from lawedu.core.unit_sheet import UnitRow
from lawedu.core.unit_words import NONE


class Matcher:
    """Places every row (`above`), finds its unit (`matched`), and keeps what is wrong (`faults`) or assumed (`notes`).

    `order` has the rows whose parents are known, parents first.
    """

    def __init__(self, rows: Sequence[UnitRow], units: Sequence[TreeUnit], *, may_root: bool) -> None:
        self.rows = rows
        self.parents = Parents(rows, units, may_root=may_root)
        self.units = self.parents.units
        self.above: dict[int, Ref] = {}
        self.matched: dict[int, TreeUnit] = {}
        self.faults: dict[int, list[str]] = {at: list(row.faults) for at, row in enumerate(rows)}
        self.notes: dict[int, list[str]] = {at: [] for at in range(len(rows))}
        self._by_name: dict[str, list[TreeUnit]] = {}
        for unit in units:
            for name in {plain(unit.name), plain(unit.short_name)} - {""} if not unit.is_closed else ():
                self._by_name.setdefault(name, []).append(unit)
        for at in range(len(rows)):
            self._try(at, self._place)
        self.order = list(self._top_down())
        self._listed = Counter(self._name_above(at) for at in self.above)
        for at in self.order:
            self._try(at, self._match)
        self._mark_doubles()

    def unit_above(self, at: int) -> TreeUnit | None:
        """The unit above a row; None when it is new or none."""
        above = self.above.get(at, TOP)
        return self.matched.get(above.row) if above.row >= 0 else self.units.get(above.unit)

    def _try(self, at: int, step: Callable[[int], None]) -> None:
        try:
            step(at)
        except BadCell as bad:
            self.faults[at].append(bad.text)

    def _place(self, at: int) -> None:
        row = self.rows[at]
        if not row.says_parent and not self.parents.is_root(at):
            same = self._called(row.name)
            if len(same) > 1:
                names = "、".join(self.parents.index.full_name(unit.id) for unit in same[:4])
                raise BadCell(f"单位“{row.name[:30]}”有 {len(same)} 个，请填写上级单位：{names}。")
            if same:
                self.matched[at], self.above[at] = same[0], Ref(unit=same[0].parent_id or 0)
                return
        self.above[at] = self.parents.above(at)

    def _top_down(self) -> Iterator[int]:
        """Parents first. A circle within the sheet is named on each of its rows, and they have no place any more."""
        seen: set[int] = set()
        for start in range(len(self.rows)):
            path: list[int] = []
            at = start
            while at >= 0 and at not in seen and at in self.above:
                seen.add(at)
                path.append(at)
                at = self.above[at].row
            if at in path:
                circle = path[path.index(at) :]
                names = " → ".join(self.rows[i].name for i in [*circle, at])
                for i in circle:
                    self.faults[i].append(f"上级单位循环：{names}。")
                    del self.above[i]
                path = path[: path.index(at)]
            yield from reversed(path)

    def _name_above(self, at: int) -> str:
        above = self.above[at]
        if above.row >= 0:
            return plain(self.rows[above.row].name)
        return plain(self.units[above.unit].name) if above.unit in self.units else ""

    def _called(self, name: str) -> list[TreeUnit]:
        """Open units of that name; those of that short name only when no full name fits."""
        found = self._by_name.get(plain(name), [])
        return [unit for unit in found if plain(unit.name) == plain(name)] or found

    def _match(self, at: int) -> None:
        row = self.rows[at]
        if at in self.matched or not row.name:
            return
        is_top = self.above[at] == TOP
        parent = self.unit_above(at)
        parent_id = parent.id if parent else -1
        same = self._by_name.get(plain(row.name), [])
        here = [unit for unit in same if (unit.parent_id not in self.units if is_top else unit.parent_id == parent_id)]
        here = [unit for unit in here if plain(unit.name) == plain(row.name)] or here
        found = here[0] if here else None if is_top else self._elsewhere(at)
        if found is not None:
            self.matched[at] = found
            if plain(found.name) != plain(row.name):
                self.notes[at].append(f"“{row.name}”是“{found.name}”的简称，单位名称不改动。")

    def _elsewhere(self, at: int) -> TreeUnit | None:
        """The unit that this row moves; None when the row means a new one."""
        row = self.rows[at]
        same = [unit for unit in self._called(row.name) if plain(unit.name) == plain(row.name)]
        if row.old_parent and row.old_parent not in NONE:
            old = self.parents.index.find(row.old_parent)
            found = [unit for unit in same if unit.parent_id == old.id]
            if not found:
                raise BadCell(f"“{old.name}”下没有“{row.name[:30]}”，请核对原上级单位。")
            return found[0]
        if row.old_parent or not same or self.parents.count_named(row.name) > 1:
            return None
        if len(same) == 1 and self._is_moved(same[0]):
            return same[0]
        place = self.parents.index.name_of(same[0].parent_id)
        self.notes[at].append(
            f"“{place}”下也有“{row.name}”，本行按另一个单位新增。如果是同一单位调整了上级，请增加“原上级单位”一列写明。"
        )
        return None

    def _is_moved(self, unit: TreeUnit) -> bool:
        """A stray beside the root, or the sheet lists what stands under the old parent and no longer this one."""
        old = self.units.get(unit.parent_id or 0)
        return old is None or any(self._listed[name] for name in {plain(old.name), plain(old.short_name)} - {""})

    def _mark_doubles(self) -> None:
        """Two rows for one unit: nobody can know which is right, so none is taken."""
        same: dict[object, list[int]] = {}
        for at, above in self.above.items():
            name, unit = plain(self.rows[at].name), self.matched.get(at)
            if name:
                over = self.unit_above(at)
                place = Ref(unit=over.id) if over else above
                same.setdefault(unit.id if unit else (place, name), []).append(at)
        for rows in same.values():
            for at in rows:
                others = "、".join(f"第 {self.rows[i].number} 行" for i in rows[:6] if i != at)
                if others:
                    self.faults[at].append(f"与{others}重复：同一上级下的同一个单位。")
