"""Units by the names that offices write (单位名称): full or short name, or a path “甲街道/某某村”."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lawedu.core.grid import Cell, text_of
from lawedu.core.roster_cells import BadCell

SEPARATOR = re.compile(r"\s*(?:[/\\>»→|]|--|—)\s*")
MOST_HINTS = 100


@dataclass(frozen=True)
class KnownUnit:
    """A unit within the importer's reach. `path` is /id/id/…/ and ends with its own id."""

    id: int
    name: str
    short_name: str = ""
    path: str = "/"
    is_closed: bool = False

    @property
    def line(self) -> tuple[int, ...]:
        """Ids from the root down to the unit itself."""
        return tuple(int(part) for part in self.path.split("/") if part)


def plain(name: str) -> str:
    """A name for comparison: no spaces, no quotation marks."""
    return re.sub(r"[\s“”\"']", "", name).lower()


class UnitIndex:
    """Finds a unit by what is written in a cell."""

    def __init__(self, units: Iterable[KnownUnit]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._by_name: dict[str, list[KnownUnit]] = {}
        self._hints: dict[str, str] = {}
        for unit in self._units.values():
            for name in {plain(unit.name), plain(unit.short_name)} - {""}:
                self._by_name.setdefault(name, []).append(unit)

    def get(self, unit_id: int) -> KnownUnit | None:
        """The unit with this id, if within reach."""
        return self._units.get(unit_id)

    def full_name(self, unit_id: int) -> str:
        """甲街道/某某村, as far up as the importer may see; the root itself is left out below it."""
        unit = self._units[unit_id]
        names = [self._units[i].name for i in unit.line if i in self._units]
        return "/".join(names[1:] if len(names) > 1 and unit.line[0] in self._units else names)

    def name_of(self, unit_id: int | None) -> str:
        """The full name; empty for no unit, or for one out of reach."""
        return self.full_name(unit_id) if unit_id is not None and unit_id in self._units else ""

    def find(self, cell: Cell) -> KnownUnit:
        """The one open unit meant. Raises BadCell: none, closed, or several of that name."""
        text = text_of(cell)
        parts = [plain(part) for part in SEPARATOR.split(text) if part]
        if not parts:
            raise BadCell("缺少单位。")
        hits = self._by_name.get(plain(text)) or self._by_path(parts)
        open_hits = [unit for unit in hits if not unit.is_closed]
        if len(open_hits) == 1:
            return open_hits[0]
        if len(open_hits) > 1:
            names = "、".join(self.full_name(unit.id) for unit in open_hits[:4])
            raise BadCell(f"单位“{text[:30]}”有 {len(open_hits)} 个，请写上级单位：{names}。")
        if hits:
            raise BadCell(f"单位“{text[:30]}”已经撤销。")
        raise BadCell(f"没有找到单位“{text[:30]}”。{self._hint(parts[-1])}")

    def _by_path(self, parts: Sequence[str]) -> list[KnownUnit]:
        """The last part names the unit, the others units above it, in order; some in between may be missing."""
        return [unit for unit in self._by_name.get(parts[-1], []) if self._stands_below(unit, parts[:-1])]

    def _stands_below(self, unit: KnownUnit, names: Sequence[str]) -> bool:
        above = [self._units[i] for i in unit.line[:-1] if i in self._units]
        for name in names:
            for index, candidate in enumerate(above):
                if name in (plain(candidate.name), plain(candidate.short_name)):
                    above = above[index + 1 :]
                    break
            else:
                return False
        return True

    def _hint(self, name: str) -> str:
        """Searching for what was meant is slow, so each name is searched once and at most 100 names are."""
        if name not in self._hints:
            full = len(self._hints) >= MOST_HINTS
            close = [] if full else difflib.get_close_matches(name, self._by_name, n=1, cutoff=0.6)
            meant = self.full_name(self._by_name[close[0]][0].id) if close else ""
            self._hints[name] = f"是不是“{meant}”？" if meant else "请先在单位树中增加，或核对名称。"
        return self._hints[name]
