"""Reading a roster (名册读取): a grid as an office keeps it becomes rows with numbers, values and named reasons.

What a blank means: text, choices, mobile and order stay as they were; yes-no columns become 否; a blank in a column
工作单位 means “works in the own unit”. A column that the sheet lacks says nothing. 序号 only counts rows: without a
column 排序号 new people follow in the order of the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lawedu.core.errors import BadInput
from lawedu.core.grid import Carried, Cell, EmptySheet, Grid, Header, carried_down, find_header, text_of
from lawedu.core.roster_cells import (
    BadCell,
    choice_of,
    free_text_of,
    mobile_of,
    name_of,
    order_of,
    staff_number_of,
    yes_no_of,
)
from lawedu.core.roster_units import UnitIndex
from lawedu.core.roster_words import COUNTERS, HEADINGS, IDENTITY, REQUIRED

Value = str | int | bool | None
FOOTERS = ("合计", "总计", "小计", "填表人", "制表人", "审核人", "负责人", "备注", "说明", "注:", "联系人", "盖章")


class IdentityColumn(BadInput):
    """The sheet has a column of ID-card numbers (含身份证号码), which this system does not take in."""

    code = "identity_column"
    sentence = "表中有“{heading}”一列。本系统不收集身份证号码，请删去这一列后重新上传；刚才的文件没有保存。"


@dataclass(frozen=True)
class Row:
    """One person of the sheet. `number` counts rows from 1, as Excel does; `values` holds what the sheet speaks about.

    `unit` and `work_unit` are ids, enums stand as their text, `mobile` is eleven digits.
    """

    number: int
    values: Mapping[str, Value]
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """A value as text; empty when the sheet does not say."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Sheet:
    """What was read: the rows, the fields found, and headings that nobody claimed."""

    rows: Sequence[Row]
    fields: Sequence[str]
    unread: Sequence[str] = ()
    other_sheets: Sequence[str] = field(default_factory=tuple)


def read_roster(grid: Grid, units: UnitIndex) -> Sheet:
    """Read every row. Raises NoHeader, EmptySheet, IdentityColumn; a bad cell only marks its row."""
    header = find_header(grid, HEADINGS, REQUIRED)
    _refuse_identity(grid, header)
    rows = list(_rows(grid, header, units))
    if not rows:
        raise EmptySheet
    unread = [name for name in header.unread if name not in COUNTERS]
    return Sheet(_doubles(rows), list(header.columns), unread, grid.other_sheets)


def _refuse_identity(grid: Grid, header: Header) -> None:
    for cell in grid.rows[header.row]:
        if any(word in text_of(cell) for word in IDENTITY):
            raise IdentityColumn(heading=text_of(cell)[:20])


def _rows(grid: Grid, header: Header, units: UnitIndex) -> Iterator[Row]:
    first = header.row + 1
    for carried in carried_down(grid, header.columns["unit"], first):
        cells = {name: grid.at(carried.row, column) for name, column in header.columns.items()}
        if not _is_person(cells, grid.rows[carried.row]):
            continue
        yield _read_row(carried, cells, units)


def _is_person(cells: Mapping[str, Cell], whole: Sequence[Cell]) -> bool:
    """Blank rows, repeated headers and the lines at the foot (合计、填表人) are no persons."""
    name = text_of(cells.get("name")).replace(" ", "")
    if name in HEADINGS["name"]:
        return False
    leading = next((text for text in map(text_of, whole) if text), "").replace(" ", "")
    if any(leading.startswith(word) or name.startswith(word) for word in FOOTERS):
        return False
    return bool(name or text_of(cells.get("staff_number")) or text_of(cells.get("mobile")))


def _read_row(carried: Carried, cells: Mapping[str, Cell], units: UnitIndex) -> Row:
    values: dict[str, Value] = {}
    faults: list[str] = []
    notes: list[str] = []
    for name, cell in cells.items():
        try:
            value = _read(name, carried.value if name == "unit" else cell, units, notes)
        except BadCell as bad:
            faults.append(bad.text)
            continue
        if value not in ("", None) or name == "work_unit":
            values[name] = value
    if carried.is_guess and "unit" in values:
        notes.append(f"单位一格空白，按上一行“{text_of(carried.value)}”处理。")
    if values.get("work_unit") is not None and values["work_unit"] == values.get("unit"):
        values["work_unit"] = None
    return Row(carried.row + 1, values, tuple(faults), tuple(notes))


def _read(name: str, cell: Cell, units: UnitIndex, notes: list[str]) -> Value:
    match name:
        case "name":
            return name_of(cell)
        case "staff_number":
            return staff_number_of(cell)
        case "unit":
            return units.find(cell).id
        case "work_unit":
            return units.find(cell).id if text_of(cell) else None
        case "mobile":
            return mobile_of(cell, notes)
        case "sort_order":
            return order_of(cell)
        case "is_leader" | "is_enforcement":
            return yes_no_of(cell, name)
        case "category" | "duty_state" | "exam_channel":
            return choice_of(cell, name)
    return free_text_of(cell, name)


def _doubles(rows: Sequence[Row]) -> list[Row]:
    """Mark rows that name the same person twice: nobody can know which of them is right, so none is taken."""
    faults: dict[int, list[str]] = {}
    notes: dict[int, list[str]] = {}
    for same in _alike(rows, lambda row: row.text("staff_number")):
        _tell(faults, same, "工号与{others}重复。")
    for same in _alike(rows, _name_and_unit):
        marks = [row.text("staff_number") or row.text("mobile") for row in same]
        if all(marks) and len(set(marks)) == len(same):
            _tell(notes, same, "与{others}同单位同名，已按不同的人处理。")
        elif not all(row.text("staff_number") for row in same):
            _tell(faults, same, "与{others}同单位同名，无法区分：请填写工号或各自的手机号。")
    for same in _alike(rows, lambda row: row.text("mobile")):
        _tell(notes, same, "手机号与{others}相同，都不能用手机号登录。")
    return [_marked(row, faults.get(row.number, ()), notes.get(row.number, ())) for row in rows]


def _name_and_unit(row: Row) -> str:
    return f"{row.values['unit']} {row.values['name']}" if "unit" in row.values and "name" in row.values else ""


def _alike(rows: Sequence[Row], key: Callable[[Row], str]) -> Iterator[list[Row]]:
    """Groups of two and more rows with the same key; rows without one are left out."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if key(row):
            groups.setdefault(key(row), []).append(row)
    return (group for group in groups.values() if len(group) > 1)


def _marked(row: Row, faults: Sequence[str], notes: Sequence[str]) -> Row:
    return replace(row, faults=(*row.faults, *faults), warnings=(*row.warnings, *notes))


def _tell(found: dict[int, list[str]], same: Sequence[Row], sentence: str) -> None:
    for row in same:
        others = "、".join(str(other.number) for other in same[:6] if other is not row)
        found.setdefault(row.number, []).append(sentence.format(others=f"第 {others} 行"))
