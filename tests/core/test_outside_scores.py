"""Reading the organizer's sheet: as offices send it, with a reason for every row that cannot be read."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from lawedu.core.grid import EmptySheet, Grid, NoHeader
from lawedu.core.outside_scores import read_scores
from lawedu.core.roster import IdentityColumn


def read(*rows: list[Any], full: int = 100) -> Any:
    return read_scores(Grid(list(rows)), D(full), D(80))


def test_a_sheet_with_title_rows_synonyms_and_a_foot_is_read() -> None:
    found = read(
        ["市2026年度普法考试成绩"],
        ["序号", "考生姓名", "职工号", "所在单位", "联系电话", "得分", "是否通过"],
        [1, "张　三", "gx00001", "经济发展局", 13812345678, 86.5, "是"],
        [2, "李四", None, None, "138 0000 1111", "79分", None],
        [3, "王五", None, None, None, "缺考", None],
        [None, "合计", None, None, None, 165.5, None],
        ["填表人：", None, "审核人："],
    )
    assert not found.faults
    first, second = found.rows
    assert (first.row_no, first.name, first.staff_number, first.mobile) == (3, "张三", "GX00001", "13812345678")
    assert (first.points, first.passed, first.unit) == (D("86.50"), True, "经济发展局")
    assert (second.points, second.passed, second.mobile) == (D("79.00"), False, "13800001111")
    assert found.left_out == (5,)
    assert found.unread == ("序号",)


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        (80, "80.00"),
        (80.1, "80.10"),
        ("８０", "80.00"),
        ("80.25", "80.25"),
        (86.10000000000001, "86.10"),
        (0, "0.00"),
        ("100分", "100.00"),
    ],
)
def test_points_are_read_exactly(cell: Any, points: str) -> None:
    assert read(["姓名", "成绩"], ["张三", cell]).rows[0].points == D(points)


@pytest.mark.parametrize("cell", [100.5, -1, "-1", "80.125", "八十", "1e2", "NaN", "Infinity", "80/100", True, 1e300])
def test_what_is_no_score_of_this_exam_is_named_with_its_row(cell: Any) -> None:
    found = read(["姓名", "成绩"], ["张三", 80], ["李四", cell])
    assert [fault.row_no for fault in found.faults] == [3]
    assert "成绩" in found.faults[0].reason


@pytest.mark.parametrize("word", ["", "-", "—", "缺考", "缓考", "免考", None, "/"])
def test_who_did_not_sit_is_left_out(word: Any) -> None:
    assert read(["姓名", "成绩"], ["张三", 80], ["李四", word]).left_out == (3,)


@pytest.mark.parametrize(
    ("word", "passed"), [("合格", True), ("不合格", False), ("未通过", False), ("√", True), (None, False)]
)
def test_the_organizers_verdict_wins_over_our_pass_mark(word: Any, passed: bool) -> None:
    assert read(["姓名", "成绩", "结果"], ["张三", 70, word]).rows[0].passed is passed


def test_the_pass_mark_is_inclusive() -> None:
    assert read(["姓名", "成绩"], ["张三", 80]).rows[0].passed


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([None, 80, None, None], "缺少姓名"),
        (["张三", 80, "1.38E+10", None], "科学计数"),
        (["张三", 80, "37040219800101123X", None], "身份证"),
        (["张三", 80, None, "12345"], "手机号"),
        (["张三", 80, None, None, "也许"], "是否合格"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(row: list[Any], words: str) -> None:
    found = read(["姓名", "成绩", "工号", "手机号", "是否合格"], row)
    assert words in found.faults[0].reason


def test_other_sheets_are_refused_as_a_whole() -> None:
    with pytest.raises(NoHeader):
        read(["姓名", "单位"], ["张三", "经发局"])
    with pytest.raises(EmptySheet):
        read(["姓名", "成绩"])
    with pytest.raises(IdentityColumn):
        read(["姓名", "成绩", "身份证号"], ["张三", 80, "37040219800101123X"])
