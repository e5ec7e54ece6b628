"""Reading a sheet of units (单位表读取): one unit a row with its 上级单位, or an outline 一级单位, 二级单位, 三级单位.

What a blank means: 上级单位 blank is “directly under the top”; every other blank leaves things as they are. Only merged
cells carry 上级单位 and 单位类别 downwards; in an outline a blank takes the level from the row above. 序号 only counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lawedu.core.errors import BadInput
from lawedu.core.grid import Cell, EmptySheet, Grid, Header, NoHeader, find_header, heading, text_of
from lawedu.core.roster import FOOTERS, IdentityColumn
from lawedu.core.roster_cells import BadCell, first_words, order_of
from lawedu.core.roster_units import plain
from lawedu.core.roster_words import IDENTITY
from lawedu.core.unit_words import (
    COUNTERS,
    HEADINGS,
    KINDS,
    LEVEL_HEADINGS,
    LEVELS,
    LEVELS_REQUIRED,
    PEOPLE,
    REQUIRED,
)

LONGEST_NAME, LONGEST_SHORT = 80, 40
# Each unit is a deed of its own with its audit record, some milliseconds; a zone has a few hundred.
MOST_UNITS = 2_000
SECTION = re.compile(r"[(（]?[一二三四五六七八九十]+[)）]?[、.．]")


class PeopleInSheet(BadInput):
    """The sheet lists people, not units (是人员名册)."""

    code = "people_in_sheet"
    sentence = "表中有“{heading}”一列，像是人员名册。人员名册请在“导入名册”上传；这里只导入单位。"


class TooManyUnits(BadInput):
    """More rows than a tree of units has (单位太多)."""

    status = 413
    code = "too_many_units"
    sentence = "一次最多导入 {most} 个单位，表中有 {found} 个。请核对，或分几次导入。"


@dataclass(frozen=True)
class UnitRow:
    """One unit of the sheet. `number` counts rows from 1, as Excel does; `values` holds what the sheet speaks about.

    What stands above: `parent_at`, an index into the rows (outline); else `parent` as written, empty for directly under
    the top; unless `says_parent` is false, when the sheet has no such column. `is_implied`: only named as a level.
    """

    number: int
    name: str
    parent: str = ""
    parent_at: int | None = None
    says_parent: bool = True
    old_parent: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    is_implied: bool = False


@dataclass(frozen=True)
class UnitSheet:
    """What was read: the rows, the fields found, and headings that nobody claimed."""

    rows: Sequence[UnitRow]
    fields: Sequence[str]
    unread: Sequence[str] = ()
    other_sheets: Sequence[str] = ()


def read_units(grid: Grid) -> UnitSheet:
    """Read every row. Raises NoHeader, EmptySheet, PeopleInSheet, IdentityColumn, TooManyUnits; a bad cell only marks
    its row.
    """
    try:
        header = find_header(grid, LEVEL_HEADINGS, LEVELS_REQUIRED)
        read = _outline
    except NoHeader:
        header = find_header(grid, HEADINGS, REQUIRED)
        read = _list
    _refuse_people(grid, header)
    rows = list(read(grid, header))
    if not rows:
        raise EmptySheet
    if len(rows) > MOST_UNITS:
        raise TooManyUnits(most=MOST_UNITS, found=len(rows))
    unread = [name for name in header.unread if name not in COUNTERS]
    return UnitSheet(rows, list(header.columns), unread, grid.other_sheets)


def _refuse_people(grid: Grid, header: Header) -> None:
    for cell in grid.rows[header.row]:
        if any(word in text_of(cell) for word in IDENTITY):
            raise IdentityColumn(heading=text_of(cell)[:20])
        if heading(cell, PEOPLE) in PEOPLE:
            raise PeopleInSheet(heading=text_of(cell)[:20])


def _list(grid: Grid, header: Header) -> Iterator[UnitRow]:
    for number, cells in _cells(grid, header):
        if _is_heading(grid, number, cells):
            continue
        yield _row(number, text_of(cells.get("name")), cells)


def _cells(grid: Grid, header: Header) -> Iterator[tuple[int, dict[str, Cell]]]:
    """The cells of each row that may be a unit, by field: no blank rows, repeated headers or lines at the foot."""
    columns, first = header.columns, header.row + 1
    merged = {name: _merged_down(grid, columns[name], first) for name in ("parent", "kind") if name in columns}
    leading = next(iter(columns))
    for number in range(first, len(grid.rows)):
        own = {name: grid.at(number, column) for name, column in columns.items()}
        whole = next((text for text in map(text_of, grid.rows[number]) if text), "").replace(" ", "")
        is_header = heading(own[leading]) == heading(grid.at(header.row, columns[leading]))
        if is_header or not any(map(text_of, own.values())) or whole.startswith(FOOTERS):
            continue
        held = {name: grid.at(rows.get(number, number), columns[name]) for name, rows in merged.items()}
        yield number, {**own, **held}


def _row(number: int, name: str, cells: Mapping[str, Cell]) -> UnitRow:
    """One row of a list. What cannot be read becomes a fault of the row."""
    faults: list[str] = []
    if not name:
        faults.append("缺少单位名称。")
    if len(name) > LONGEST_NAME:
        faults.append(f"单位名称超过 {LONGEST_NAME} 个字。")
    return UnitRow(
        number + 1,
        name[:LONGEST_NAME],
        parent=text_of(cells.get("parent")),
        says_parent="parent" in cells,
        old_parent=text_of(cells.get("old_parent")),
        values=_values(cells, faults),
        faults=tuple(faults),
    )


def _values(cells: Mapping[str, Cell], faults: list[str]) -> dict[str, str | int]:
    readers: dict[str, Any] = {"kind": kind_of, "sort_order": order_of, "short_name": _short_name_of}
    values: dict[str, str | int] = {}
    for name, reader in readers.items():
        try:
            value = reader(cells.get(name))
        except BadCell as bad:
            faults.append(bad.text)
            continue
        if value not in ("", None):
            values[name] = value
    return values


def kind_of(cell: Cell) -> str:
    """The text of `UnitKind` for a word that offices use; empty when the cell is. Raises BadCell."""
    text = text_of(cell).replace(" ", "").replace("/", "").replace('"', "")
    if not text or text in KINDS:
        return KINDS.get(text, "")
    raise BadCell(f"单位类别“{text[:20]}”不在可选范围内。可填：{'、'.join(first_words(KINDS))}。")


def _short_name_of(cell: Cell) -> str:
    text = text_of(cell)
    if len(text) > LONGEST_SHORT:
        raise BadCell(f"简称超过 {LONGEST_SHORT} 个字。")
    return text


def _is_heading(grid: Grid, number: int, cells: Mapping[str, Cell]) -> bool:
    """A line between the units that only says what follows: “一、内设机构” across the row, or “街道” alone."""
    name = text_of(cells.get("name"))
    texts = [text for text in map(text_of, grid.rows[number]) if text]
    if len(texts) == 1 and (SECTION.match(texts[0]) or _is_across(grid, number)):
        return True
    word = KINDS.get(heading(name), "zone")
    return word != "zone" and not any(text_of(cell) for field, cell in cells.items() if field != "name")


def _is_across(grid: Grid, number: int) -> bool:
    return any(top == number == bottom and right > left + 1 for top, left, bottom, right in grid.merged)


def _merged_down(grid: Grid, column: int, first: int) -> dict[int, int]:
    """For each row of a merged cell of this column, the row that holds its value."""
    return {
        row: top
        for top, left, bottom, right in grid.merged
        if left <= column <= right and top >= first
        for row in range(top, bottom + 1)
    }


def _outline(grid: Grid, header: Header) -> Iterator[UnitRow]:
    """Each row means its deepest level; levels above without a row of their own come first, as implied rows."""
    rows: list[UnitRow] = []
    places: dict[tuple[str, ...], int] = {}
    for number, path, cells in _paths(grid, header):
        above: int | None = None
        for depth in range(1, len(path)) if path[0] else ():
            above = _implied(rows, places, path[:depth], number, above)
        row = replace(_row(number, path[-1], cells), parent_at=above, says_parent=True)
        if not path[0]:
            row = replace(row, parent_at=None, faults=(*row.faults, "缺少一级单位。"))
        key = tuple(map(plain, path))
        if key in places and rows[places[key]].is_implied:
            rows[places[key]] = row
        else:
            places.setdefault(key, len(rows))
            rows.append(row)
    return iter(rows)


def _implied(
    rows: list[UnitRow], places: dict[tuple[str, ...], int], path: Sequence[str], number: int, above: int | None
) -> int:
    key = tuple(map(plain, path))
    if key not in places:
        places[key] = len(rows)
        rows.append(UnitRow(number + 1, path[-1][:LONGEST_NAME], parent_at=above, values={}, is_implied=True))
    return places[key]


def _paths(grid: Grid, header: Header) -> Iterator[tuple[int, list[str], dict[str, Cell]]]:
    """Each row with the names from the first level down to its own; a level written anew ends those below it."""
    levels = [level for level in LEVELS if level in header.columns]
    carried = [""] * len(levels)
    for number, cells in _cells(grid, header):
        texts = [text_of(cells[level]) for level in levels]
        if not any(texts) or SECTION.match(next(filter(None, texts))):
            continue
        for depth, text in enumerate(texts):
            if text:
                carried[depth:] = [text, *[""] * (len(levels) - depth - 1)]
        yield number, [carried[0], *filter(None, carried[1:])], cells
