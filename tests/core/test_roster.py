"""Rosters as offices keep them (名册读取)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lawedu.core.grid import Cell, EmptySheet, Grid, NoHeader, tidy
from lawedu.core.roster import IdentityColumn, Row, Sheet, read_roster
from lawedu.core.roster_units import KnownUnit, UnitIndex
from lawedu.core.staff_numbers import could_be, is_mistyped, own_number, running_of

UNITS = UnitIndex(
    [
        KnownUnit(1, "高新区", "", "/1/"),
        KnownUnit(2, "甲街道办事处", "甲街道", "/1/2/"),
        KnownUnit(3, "东风村", "", "/1/2/3/"),
        KnownUnit(4, "乙街道办事处", "乙街道", "/1/4/"),
        KnownUnit(5, "东风村", "", "/1/4/5/"),
        KnownUnit(6, "经济发展局", "经发局", "/1/6/"),
        KnownUnit(7, "招商局", "", "/1/7/", is_closed=True),
    ]
)


def read(*rows: Sequence[Cell], merged: Sequence[tuple[int, int, int, int]] = (), **facts: Any) -> Sheet:
    return read_roster(Grid(rows, merged, **facts), UNITS)


def only(*rows: Sequence[Cell]) -> Row:
    sheet = read(*rows)
    assert len(sheet.rows) == 1
    return sheet.rows[0]


def one(heading: str, cell: Cell) -> Row:
    """A single person whose column `heading` holds `cell`."""
    return only(["姓名", "单位", heading], ["张三", "经发局", cell])


def test_headers_stand_in_any_order_below_title_rows_with_synonyms() -> None:
    sheet = read(
        ["2026年度人员名册"],
        [None, "填报单位：甲街道", None],
        ["序号", "联系电话", "所在部门", "姓 名", "职工号", "身份", "级别", "照片"],
        [1.0, "13800001111", "经发局", "张　三", "GX001", "参公", "四级主任科员", ""],
    )
    assert sheet.rows[0].number == 4
    assert sheet.rows[0].values == {
        "mobile": "13800001111",
        "unit": 6,
        "name": "张三",
        "staff_number": "GX001",
        "category": "reference_managed",
        "grade_level": "四级主任科员",
    }
    assert sheet.unread == ["照片"]


def test_the_running_number_of_the_sheet_is_no_order() -> None:
    assert "sort_order" not in only(["序号", "姓名", "单位"], [7, "张三", "经发局"]).values
    assert one("排序号", 12.0).values["sort_order"] == 12


def test_a_header_may_need_two_rows() -> None:
    row = only(["姓名", "单位(编制)", "单位(工作)"], ["张三", "经发局", "甲街道"])
    assert (row.values["unit"], row.values["work_unit"]) == (6, 2)
    sheet = read(
        ["姓名", "单位", None], [None, "编制单位", "工作单位"], ["张三", "经发局", "甲街道"], merged=[(0, 1, 0, 2)]
    )
    assert (sheet.rows[0].values["unit"], sheet.rows[0].values["work_unit"]) == (6, 2)


def test_a_work_unit_alone_is_the_unit_and_a_blank_one_means_the_own_unit() -> None:
    assert only(["姓名", "工作单位"], ["张三", "经发局"]).values["unit"] == 6
    assert one("工作单位", None).values["work_unit"] is None
    assert one("工作单位", "经济发展局").values["work_unit"] is None


def test_merged_units_are_carried_down_and_blank_ones_with_a_note() -> None:
    rows = [
        ["单位", "姓名"],
        ["经发局", "张三"],
        [None, "李四"],
        ["甲街道", "王五"],
        ["", "赵六"],
        [None, None],
        [None, "孙七"],
    ]
    sheet = read(*rows, merged=[(1, 0, 2, 0)])
    assert [row.values.get("unit") for row in sheet.rows] == [6, 6, 2, 2, None]
    assert [bool(row.warnings) for row in sheet.rows] == [False, False, False, True, False]
    assert sheet.rows[4].faults == ("缺少单位。",)


def test_lines_at_the_foot_and_repeated_headers_are_no_people() -> None:
    sheet = read(
        ["姓名", "单位"],
        ["张三", "经发局"],
        ["姓名", "单位"],
        ["李四", "经发局"],
        ["合计：2人", None],
        [None, None],
        ["填表人：某某", "审核人："],
    )
    assert [row.values["name"] for row in sheet.rows] == ["张三", "李四"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　三", "张三"),
        (" 张 三 ", "张三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("张三\n", "张三"),
        ("O'Neil", "O'Neil"),
    ],
)
def test_names_lose_their_layout(cell: str, name: str) -> None:
    assert only(["姓名", "单位"], [cell, "经发局"]).values["name"] == name


@pytest.mark.parametrize("cell", ["张3", "张", "张三/李四", 5.0])
def test_what_is_no_name_is_refused(cell: Cell) -> None:
    row = only(["姓名", "单位"], [cell, "经发局"])
    assert "不像人名" in row.faults[0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [(13812345678.0, "13812345678"), ("1.3812345678E+10", "13812345678"), ("138 1234-5678", "13812345678"),
     ("１３８１２３４５６７８", "13812345678"), ("+86 13812345678", "13812345678"), (13812345678, "13812345678")],
)  # fmt: skip
def test_mobile_numbers_are_read_in_every_dress(cell: Cell, number: str) -> None:
    assert one("手机号", cell).values["mobile"] == number


@pytest.mark.parametrize("cell", ["1.38E+10", "1.38e10", 13800000000.0, "13800000000"])
def test_a_mobile_number_that_lost_its_digits_is_named(cell: Cell) -> None:
    row = one("手机号", cell)
    assert "mobile" not in row.values
    assert "科学计数" in row.faults[0]


def test_landlines_are_left_out_and_wrong_lengths_refused() -> None:
    landline = one("联系电话", "0632-8888888")
    assert landline.faults == ()
    assert "固定电话" in landline.warnings[0]
    assert one("联系电话", "1381234567").faults == ("手机号不是 11 位号码，请核对。",)
    assert one("联系电话", "13812345678/13912345678").values["mobile"] == "13812345678"


@pytest.mark.parametrize(
    ("cell", "number"), [("000012", "000012"), (12.0, "12"), (12, "12"), ("gx00１", "GX001"), (" A-1 ", "A-1")]
)
def test_staff_numbers_are_read_as_text(cell: Cell, number: str) -> None:
    assert one("工号", cell).values["staff_number"] == number


def test_bad_staff_numbers_are_named_and_an_empty_one_is_none() -> None:
    assert "staff_number" not in one("工号", None).values
    assert "身份证" in one("工号", "370402199001011234").faults[0]
    assert "科学计数" in one("工号", "1.2E+11").faults[0]
    assert "科学计数" in one("工号", 3.7040219900101e17).faults[0]
    assert "校验位" in one("工号", "XF20260000010").faults[0]
    assert "只能由字母" in one("工号", "张三01").faults[0]


@pytest.mark.parametrize("cell", ["是", "√", 1.0, True, "Y", "１"])
def test_yes_has_many_forms(cell: Cell) -> None:
    assert one("是否领导干部", cell).values["is_leader"] is True


@pytest.mark.parametrize("cell", ["否", None, "", 0.0, False, "×", "无"])
def test_no_has_many_forms_and_blank_is_one(cell: Cell) -> None:
    assert one("行政执法人员", cell).values["is_enforcement"] is False


def test_words_outside_the_list_are_named_with_what_may_stand() -> None:
    assert "请填“是”或“否”" in one("是否领导", "正科级").faults[0]
    fault = one("人员类别", "外星人").faults[0]
    assert "公务员、参公人员、事业人员" in fault
    assert one("人员类别", "村（社区）干部").values["category"] == "village_cadre"
    assert one("在岗状态", "借调").values["duty_state"] == "seconded_out"
    assert one("考试渠道", "市级").values["exam_channel"] == "city"
    assert "排序号" in one("排序号", "前三").faults[0]
    assert "60" in one("职务", "长" * 61).faults[0]


@pytest.mark.parametrize("cell", ["甲街道/东风村", "甲街道办事处／东风村", "高新区/甲街道/东风村", "高新区 > 东风村"])
def test_units_are_found_by_path(cell: str) -> None:
    row = only(["姓名", "单位"], ["张三", cell])
    assert row.values.get("unit") == 3 or "有 2 个" in row.faults[0]
    assert (row.values.get("unit") == 3) == ("甲街道" in cell)


def test_unclear_units_are_named_with_what_may_be_meant() -> None:
    def fault(cell: str) -> str:
        return only(["姓名", "单位"], ["张三", cell]).faults[0]

    assert "甲街道办事处/东风村、乙街道办事处/东风村" in fault("东风村")
    assert "已经撤销" in fault("招商局")
    assert "是不是“经济发展局”" in fault("经济发展")
    assert "没有找到单位" in fault("某某厂")


def test_full_names_leave_out_the_root_and_what_lies_out_of_reach() -> None:
    assert [UNITS.name_of(unit) for unit in (1, 2, 3, 99, None)] == [
        "高新区",
        "甲街道办事处",
        "甲街道办事处/东风村",
        "",
        "",
    ]
    part = UnitIndex([KnownUnit(2, "甲街道", "", "/1/2/"), KnownUnit(3, "东风村", "", "/1/2/3/")])
    assert part.name_of(3) == "甲街道/东风村"


def test_the_same_number_twice_marks_both_rows() -> None:
    sheet = read(["姓名", "单位", "工号"], ["张三", "经发局", "7"], ["李四", "经发局", "7"])
    assert [row.faults for row in sheet.rows] == [("工号与第 3 行重复。",), ("工号与第 2 行重复。",)]


def test_namesakes_need_something_that_tells_them_apart() -> None:
    rows = [["姓名", "单位", "工号", "手机号"], ["张三", "经发局", None, None], ["张三", "经发局", None, None]]
    assert all("无法区分" in row.faults[0] for row in read(*rows).rows)
    rows[1][3], rows[2][3] = "13800001111", "13800002222"
    apart = read(*rows).rows
    assert all(not row.faults and "同单位同名" in row.warnings[0] for row in apart)
    rows[2][3] = "13800001111"
    assert all("无法区分" in row.faults[0] and "手机号" in row.warnings[0] for row in read(*rows).rows)


def test_a_sheet_without_header_or_rows_or_with_identity_numbers_is_refused_whole() -> None:
    with pytest.raises(NoHeader, match="“姓名”、“单位”"):
        read(["张三", "经发局"])
    with pytest.raises(EmptySheet):
        read(["姓名", "单位"], ["合计", None])
    with pytest.raises(IdentityColumn, match="身份证号码"):
        read(["姓名", "单位", "身份证号码"], ["张三", "经发局", "370402199001011234"])


def test_tidy_takes_invisible_marks_and_keeps_words() -> None:
    assert tidy("\u200b四级 主任\u00a0科员 ") == "四级主任科员"
    assert tidy("’000123") == "000123"
    assert tidy("Smith  John") == "Smith John"


def test_our_own_numbers_carry_a_check_digit() -> None:
    number = own_number(2026, 1)
    assert number.startswith("XF2026000001")
    assert running_of(number) == 1
    assert not is_mistyped(number)
    assert all(is_mistyped(number[:-1] + digit) for digit in "0123456789" if digit != number[-1])
    assert could_be("12")[:3] == ["12", "012", "0012"]
    assert could_be("A12") == ["A12"]
