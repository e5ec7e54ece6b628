"""Scores from outside (校外成绩): reading the organizer's sheet, whose rows are somebody's marks and must all be
right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from lawedu.core.errors import BadInput
from lawedu.core.grid import Cell, EmptySheet, Grid, Header, find_header, text_of
from lawedu.core.roster import IdentityColumn
from lawedu.core.roster_cells import BadCell, mobile_of, name_of, staff_number_of
from lawedu.core.roster_words import IDENTITY, NO, YES

HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "name": ("姓名", "考生姓名", "人员姓名", "参考人员"),
    "points": ("成绩", "分数", "得分", "总分", "考试成绩", "最终成绩", "考试得分", "卷面成绩"),
    "staff_number": ("工号", "职工号", "学法编号", "工号或学法编号", "人员编号", "职工编号"),
    "mobile": ("手机号", "手机号码", "联系电话", "手机", "电话", "移动电话", "联系方式"),
    "unit": ("单位", "所在单位", "工作单位", "单位名称", "单位全称", "部门", "编制单位", "报名单位"),
    "passed": ("是否合格", "合格", "结果", "考试结果", "是否通过", "是否及格", "合格情况", "等次"),
}
REQUIRED: Final = ("name", "points")
PASSED: Final = YES | {"合格", "通过", "及格", "优秀", "良好"}
FAILED: Final = (NO - {"", "-", "—", "/", "\\"}) | {"不合格", "未通过", "不通过", "不及格", "未合格"}
# Who did not sit has no score: such a row is left out, whatever the organizer wrote into it.
NO_SCORE: Final = frozenset({"", "-", "—", "/", "\\", "无", "缺考", "缓考", "免考", "未考", "未参加", "缺"})
FOOT: Final = ("合计", "总计", "平均", "填表", "审核", "制表", "备注", "说明", "注:")
POINTS: Final = re.compile(r"\d{1,4}(?:\.\d{1,2})?")
MOST_ROWS: Final = 20_000
MOST_FAULTS: Final = 200


class TooManyRows(BadInput):
    """More rows than one import takes (行数过多)."""

    code = "too_many_rows"
    sentence = "一次最多导入 2 万行成绩，请分成几份上传。"


@dataclass(frozen=True)
class ScoreRow:
    """One row of the sheet as understood. `row_no` counts as Excel does; points are exact to 0.01."""

    row_no: int
    name: str
    staff_number: str
    mobile: str
    unit: str
    points: Decimal
    passed: bool


@dataclass(frozen=True)
class Fault:
    """A row that cannot be read, and why (有问题的行)."""

    row_no: int
    reason: str


@dataclass(frozen=True)
class ReadScores:
    """A sheet as read. With a single fault nothing is imported; `left_out` are rows without a score, `unread`
    headings that nothing asked for.
    """

    rows: tuple[ScoreRow, ...]
    faults: tuple[Fault, ...]
    left_out: tuple[int, ...]
    unread: tuple[str, ...]


def read_scores(grid: Grid, full_points: Decimal, pass_mark: Decimal) -> ReadScores:
    """Read a sheet of scores. Points lie in 0 … `full_points`; without 合格 in the sheet the pass mark decides
    (含本数).

    Raises NoHeader, IdentityColumn, EmptySheet, TooManyRows.
    """
    header = find_header(grid, HEADINGS, REQUIRED)
    for cell in grid.rows[header.row]:
        if any(word in text_of(cell) for word in IDENTITY):
            raise IdentityColumn(heading=text_of(cell)[:20])
    rows: list[ScoreRow] = []
    faults: list[Fault] = []
    left_out: list[int] = []
    for number in range(header.row + 1, len(grid.rows)):
        if _is_layout(grid, header, number):
            continue
        if text_of(_cell(grid, header, number, "points")) in NO_SCORE:
            left_out.append(number + 1)
            continue
        try:
            rows.append(_row(grid, header, number, full_points, pass_mark))
        except BadCell as bad:
            faults.append(Fault(number + 1, bad.text))
        if len(rows) > MOST_ROWS:
            raise TooManyRows
    if not rows and not faults:
        raise EmptySheet
    return ReadScores(tuple(rows), tuple(faults[:MOST_FAULTS]), tuple(left_out), tuple(header.unread))


def _cell(grid: Grid, header: Header, number: int, field: str) -> Cell:
    column = header.columns.get(field)
    return None if column is None else grid.at(number, column)


def _is_layout(grid: Grid, header: Header, number: int) -> bool:
    """An empty row, one that adds up, or a line for signatures."""
    words = [text for cell in grid.rows[number] if (text := text_of(cell))]
    name = text_of(_cell(grid, header, number, "name"))
    return not words or any(word.startswith(FOOT) for word in (words[0], name) if word)


def _row(grid: Grid, header: Header, number: int, full_points: Decimal, pass_mark: Decimal) -> ScoreRow:
    points = points_of(_cell(grid, header, number, "points"), full_points)
    passed = passed_of(_cell(grid, header, number, "passed"))
    return ScoreRow(
        row_no=number + 1,
        name=name_of(_cell(grid, header, number, "name")),
        staff_number=staff_number_of(_cell(grid, header, number, "staff_number")),
        mobile=mobile_of(_cell(grid, header, number, "mobile"), []),
        unit=text_of(_cell(grid, header, number, "unit"))[:120],
        points=points,
        passed=points >= pass_mark if passed is None else passed,
    )


def points_of(cell: Cell, full_points: Decimal) -> Decimal:
    """成绩, for example 86, 86.5 or 86分. Raises BadCell for what is no number or lies outside 0 … full points."""
    text = text_of(cell).removesuffix("分").strip()
    try:
        # A number out of a sheet may be 86.10000000000001; what was meant has two places.
        value = Decimal(text if isinstance(cell, str) else f"{float(text):.4f}")
    except (InvalidOperation, ValueError) as odd:
        raise BadCell(f"成绩“{text[:20]}”不是数字。没有参加考试的，成绩请留空或者填“缺考”。") from odd
    if isinstance(cell, str) and not POINTS.fullmatch(text):
        raise BadCell(f"成绩“{text[:20]}”应为 0 到 {full_points.normalize():f} 之间、最多两位小数的数字。")
    if not value.is_finite() or not 0 <= value <= full_points:
        raise BadCell(f"成绩 {text[:20]} 超出范围：本场考试满分 {full_points.normalize():f} 分。")
    if value != round(value, 2):
        raise BadCell(f"成绩“{text[:20]}”最多两位小数。")
    return round(value, 2)


def passed_of(cell: Cell) -> bool | None:
    """是否合格; None when the cell is empty. Raises BadCell for any other word."""
    text = text_of(cell).lower()
    if text in ("", "-", "—", "/", "\\"):
        return None
    if text in PASSED:
        return True
    if text in FAILED:
        return False
    raise BadCell(f"“是否合格”一栏请填“合格”或者“不合格”，现在是“{text[:20]}”。")
