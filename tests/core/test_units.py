"""Reading a sheet of units and what its import would do (单位表读取、单位导入预演)."""

from __future__ import annotations

from typing import Any

import pytest

from lawedu.core.grid import Cell, EmptySheet, Grid, NoHeader
from lawedu.core.roster import IdentityColumn
from lawedu.core.unit_parents import TreeUnit
from lawedu.core.unit_plan import UnitEntry, UnitOutcome, UnitPlan, plan_units
from lawedu.core.unit_sheet import PeopleInSheet, TooManyUnits, UnitRow, kind_of, read_units
from lawedu.core.unit_words import KINDS

HEAD = ["单位名称", "上级单位", "单位类别"]
ZONE = TreeUnit(1, "高新区", "", "/1/", kind="zone", sort_order=1)
STREET = TreeUnit(2, "甲街道", "甲街", "/1/2/", kind="subdistrict", sort_order=10)
OTHER = TreeUnit(3, "乙街道", "", "/1/3/", kind="subdistrict", sort_order=20)
EAST = TreeUnit(4, "东风村", "", "/1/2/4/", kind="village", sort_order=10)
WEST = TreeUnit(5, "西风村", "", "/1/2/5/", kind="village", sort_order=20)
TREE = (ZONE, STREET, OTHER, EAST, WEST)


def rows_of(*rows: list[Cell], head: list[Cell] | None = None, **grid: Any) -> list[UnitRow]:
    return list(read_units(Grid([list(head or HEAD), *rows], **grid)).rows)


def plan(*rows: list[Cell], tree: tuple[TreeUnit, ...] = TREE, root: bool = True, **grid: Any) -> UnitPlan:
    return plan_units(rows_of(*rows, **grid), tree, may_root=root)


def only(*rows: list[Cell], **facts: Any) -> UnitEntry:
    entries = plan(*rows, **facts).entries
    assert len(entries) == 1, entries
    return entries[0]


def outcomes(found: UnitPlan) -> list[str]:
    return [str(entry.outcome) for entry in found.entries]


def fault(*rows: list[Cell], **facts: Any) -> str:
    entry = plan(*rows, **facts).entries[0]
    assert entry.outcome is UnitOutcome.FAULTY
    return "".join(entry.faults)


def test_a_sheet_is_read_below_titles_with_synonyms_full_width_and_layout_spaces() -> None:
    grid = Grid(
        [
            ["某某区单位一览表"],
            ["序号", "机构名称（全称）", "隶属单位", "机构类型", "机构序", "简　称", "联系人"],
            [1, "丙　街　道", "", "街道办事处", "１０", "丙街", "某某"],
            [2, " 南风村 ", "丙街道", "村（居）", 20.0, None, ""],
            ["合计", "2 个"],
        ]
    )
    sheet = read_units(grid)
    assert [(row.number, row.name, row.parent) for row in sheet.rows] == [(3, "丙街道", ""), (4, "南风村", "丙街道")]
    assert sheet.rows[0].values == {"kind": "subdistrict", "sort_order": 10, "short_name": "丙街"}
    assert sheet.rows[1].values == {"kind": "village", "sort_order": 20}
    assert list(sheet.unread) == ["联系人"]


def test_merged_parents_and_kinds_are_carried_down_and_a_blank_parent_is_not() -> None:
    rows = rows_of(
        ["南风村", "甲街道", "村"],
        ["北风村", None, None],
        ["丙街道", None, "街道"],
        merged=[(1, 1, 2, 1), (1, 2, 2, 2)],
    )
    assert [(row.parent, row.values["kind"]) for row in rows] == [
        ("甲街道", "village"),
        ("甲街道", "village"),
        ("", "subdistrict"),
    ]


def test_lines_that_only_say_what_follows_are_no_units() -> None:
    rows = rows_of(
        ["一、内设机构", None, None],
        ["党政办公室", "", "内设机构"],
        ["街道（3个）", None, None],
        ["单位名称", "上级单位", "单位类别"],
        [None, None, None],
        ["填表人：某某", None, "日期"],
    )
    assert [row.name for row in rows] == ["党政办公室"]
    across = rows_of(["其他各单位", None, None], ["党政办公室", "", "内设机构"], merged=[(1, 0, 1, 2)])
    assert [row.name for row in across] == ["党政办公室"]


def test_an_outline_takes_blank_levels_from_above_and_implies_levels_without_a_row() -> None:
    rows = rows_of(
        ["丙街道", "南风村", None, "村"],
        [None, "北风村", "一组", "其他"],
        [None, None, "二组", "其他"],
        ["丁街道", None, None, "街道"],
        ["丙街道", None, None, "街道"],
        head=["一级单位", "二级单位", "三级单位", "单位类别"],
    )
    shown = [(row.number, row.name, row.parent_at, row.is_implied) for row in rows]
    assert shown == [
        (6, "丙街道", None, False),
        (2, "南风村", 0, False),
        (3, "北风村", 0, True),
        (3, "一组", 2, False),
        (4, "二组", 2, False),
        (5, "丁街道", None, False),
    ]
    lost = rows_of([None, "南风村"], head=["一级单位", "二级单位"])
    assert lost[0].faults == ("缺少一级单位。",)


def test_sheets_that_hold_no_units_are_refused_whole() -> None:
    with pytest.raises(NoHeader):
        rows_of(head=["只有", "数据"])
    with pytest.raises(EmptySheet):
        rows_of()
    with pytest.raises(PeopleInSheet, match="人员名册"):
        rows_of(["张三", "甲街道", "公务员"], head=["姓名", "单位", "人员类别", "上级单位"])
    with pytest.raises(IdentityColumn):
        rows_of(["甲", "", "村", ""], head=[*HEAD, "负责人身份证号"])
    many: list[list[Cell]] = [[f"第{number}村", "甲街道", "村"] for number in range(2_001)]
    with pytest.raises(TooManyUnits):
        rows_of(*many)


@pytest.mark.parametrize(
    ("word", "kind"),
    [("内设机构", "internal_office"), ("双 管", "dual_managed"), ("集团", "group_company"), ("街道办", "subdistrict"),
     ("村/社区", "village"), ("村（社区）", "village"), ("其它", "other"), ("", "")],
)  # fmt: skip
def test_kinds_have_many_words(word: str, kind: str) -> None:
    assert kind_of(word) == kind


def test_unreadable_cells_are_named_with_what_may_stand() -> None:
    row = rows_of(["", "甲街道", "什么", "第一", "长" * 41], head=[*HEAD, "机构序", "简称"])[0]
    assert row.faults == (
        "缺少单位名称。",
        "单位类别“什么”不在可选范围内。可填：高新区、内设机构、双管单位、集团公司、街道、村、社区、其他单位。",
        "排序号“第一”应为 0 到 999999 的整数。",
        "简称超过 40 个字。",
    )
    assert len(rows_of(["村" * 90, "", "村"])[0].faults) == 1


def test_rows_fall_into_added_changed_moved_and_unchanged() -> None:
    found = plan(
        ["东风村", "甲街道", "村", 30],
        ["南风村", "甲街道", "村", None],
        ["乙街道", "高新区", "街道", 20],
        ["西风村", "乙街道", "村", ""],
        head=[*HEAD, "机构序"],
    )
    assert outcomes(found) == ["changed", "added", "unchanged", "moved"]
    assert [(c.field, c.old, c.new) for c in found.entries[0].changes] == [("sort_order", 10, 30)]
    assert [(c.field, c.old, c.new) for c in found.entries[3].changes] == [("parent", "甲街道", "乙街道")]
    assert [entry.row.name for entry in found.steps] == ["东风村", "南风村", "西风村"]


def test_parents_may_come_after_their_children_and_steps_begin_at_the_top() -> None:
    found = plan(["一组", "丙街道/南风村", "其他"], ["南风村", "丙街道", "村"], ["丙街道", "", "街道"])
    assert outcomes(found) == ["added"] * 3
    assert [entry.row.name for entry in found.steps] == ["丙街道", "南风村", "一组"]
    assert found.steps[0].parent.unit == ZONE.id
    assert found.steps[2].parent.row == 1


def test_the_same_names_under_several_parents_are_told_apart_by_path() -> None:
    rows: list[list[Cell]] = [["东风村", "丙街道", "村"], ["东风村", "甲街道", "村"], ["丙街道", "高新区", "街道"]]
    found = plan(*rows, ["一组", "丙街道 / 东风村", "其他"], ["二组", "甲街→东风村", "其他"])
    assert outcomes(found) == ["added", "unchanged", "added", "added", "added"]
    assert (found.entries[3].parent.row, found.entries[4].parent.unit) == (0, EAST.id)
    assert "在表中有 2 行" in "".join(plan(*rows, ["一组", "东风村", "其他"]).entries[3].faults)


def test_a_stroke_may_belong_to_the_name() -> None:
    found = plan(["组织人事部/党建工作部", "", "内设机构"], ["干部科", "组织人事部/党建工作部", "内设机构"])
    assert outcomes(found) == ["added", "added"]
    assert found.entries[1].parent.row == 0


def test_unknown_parents_are_named_and_what_stands_below_them_too() -> None:
    rows: list[list[Cell]] = [["南风村", "没有街道", "村"], ["一组", "南风村", "其他"]]
    found = plan(*rows)
    assert outcomes(found) == ["faulty", "faulty"]
    assert "没有找到单位“没有街道”" in found.entries[0].faults[0]
    assert "上级单位“南风村”（第 2 行）有问题" in found.entries[1].faults[0]
    assert "是不是“甲街道”" in fault(["南风村", "甲街道办", "村"])
    closed = TreeUnit(9, "旧街道", "", "/1/9/", is_closed=True)
    assert "已经撤销" in fault(["南风村", "旧街道", "村"], tree=(*TREE, closed))


def test_a_faulty_row_of_a_unit_that_exists_does_not_stop_those_below() -> None:
    found = plan(["甲街道", "", "什么"], ["南风村", "甲街道", "村"])
    assert outcomes(found) == ["faulty", "added"]


def test_circles_are_named() -> None:
    found = plan(["甲甲部", "乙乙部", "其他"], ["乙乙部", "甲甲部", "其他"], ["丙丙组", "甲甲部", "其他"])
    assert outcomes(found) == ["faulty"] * 3
    assert "上级单位循环：甲甲部 → 乙乙部 → 甲甲部" in found.entries[0].faults[0]
    assert "有问题" in found.entries[2].faults[0]
    assert "不能是它自己" in fault(["南风村", "南风村", "村"])
    below = fault(["甲街道", "东风村", "街道"], ["乙街道", "", "街道"])
    assert "不能移到它自己或它的下级单位下面" in below


def test_turning_a_branch_upside_down_is_no_circle() -> None:
    found = plan(
        ["甲街道", "东风村", "街道"], ["东风村", "高新区", "村"], ["乙街道", "", "街道"], ["西风村", "甲街道", "村"]
    )
    assert outcomes(found) == ["moved", "moved", "unchanged", "unchanged"]
    assert [entry.row.name for entry in found.steps] == ["东风村", "甲街道"]


def test_two_rows_for_one_unit_are_both_faulty() -> None:
    found = plan(["南风村", "甲街道", "村"], ["南 风村", "甲街", "村"], ["东风村", "甲街道", "村"])
    assert outcomes(found) == ["faulty", "faulty", "unchanged"]
    assert "与第 3 行重复" in found.entries[0].faults[0]
    twice = plan(["甲街道", "", "街道"], ["甲街", "", "街道"])
    assert outcomes(twice) == ["faulty", "faulty"]
    new = plan(["丙街道", "", "街道"], ["南风村", "丙街道", "村"], ["南风村", "丙街道", "村"])
    assert outcomes(new) == ["added", "faulty", "faulty"]


def test_a_short_name_finds_the_unit_and_does_not_rename_it() -> None:
    entry = only(["甲街", "高新区", ""])
    assert (entry.outcome, entry.unit_id) == (UnitOutcome.UNCHANGED, STREET.id)
    assert "简称" in entry.notes[0]


def test_a_namesake_elsewhere_is_a_new_unit_unless_the_sheet_shows_that_it_moved() -> None:
    alone = only(["东风村", "乙街道", "村"])
    assert alone.outcome is UnitOutcome.ADDED
    assert "“甲街道”下也有“东风村”" in alone.notes[0]
    whole = plan(["东风村", "乙街道", "村"], ["西风村", "甲街道", "村"])
    assert outcomes(whole) == ["moved", "unchanged"]
    head: list[Cell] = [*HEAD, "原上级单位"]
    assert only(["东风村", "乙街道", "村", "甲街道"], head=head).outcome is UnitOutcome.MOVED
    fresh = plan(["东风村", "乙街道", "村", "无"], ["西风村", "甲街道", "村", ""], head=head)
    assert (outcomes(fresh), fresh.entries[0].notes) == (["added", "unchanged"], ())
    assert "“乙街道”下没有“西风村”" in fault(["西风村", "高新区", "村", "乙街道"], head=head)
    again = only(["东风村", "甲街道", "村", "乙街道"], head=head)
    assert again.outcome is UnitOutcome.UNCHANGED


def test_new_units_need_a_kind_unless_the_name_leaves_no_doubt() -> None:
    assert fault(["信息中心", "", ""]) == "新增单位需要填写单位类别。"
    assert "需要填写" not in fault(["信息中心", "", "什么"])
    found = plan(["丙街道", "", ""], ["南风社区", "丙街道", ""], ["水务有限公司", "", ""])
    assert [entry.kind for entry in found.entries] == ["subdistrict", "village", "group_company"]
    assert found.entries[0].notes == ("单位类别空白，按名称登记为“街道”。",)
    outline = plan(["信息中心", "机房", "其他"], head=["一级单位", "二级单位", "类别"])
    assert outcomes(outline) == ["faulty", "faulty"]
    assert "单独写一行" in outline.entries[0].faults[0]


def test_the_root_is_the_zone_and_a_blank_parent_means_directly_below_it() -> None:
    found = plan(["高新区", "", "高新区"], ["丙街道", "", "街道"])
    assert outcomes(found) == ["unchanged", "added"]
    assert found.entries[1].parent.unit == ZONE.id
    assert "顶层单位已登记为“高新区”" in fault(["某某高新区", "", "高新区"])
    limited = (STREET, EAST, WEST)
    assert only(["南风村", "", "村"], tree=limited, root=False).parent.unit == STREET.id
    assert only(["甲街道", "", "街道"], tree=limited, root=False).outcome is UnitOutcome.UNCHANGED
    assert "有 2 个顶层单位" in fault(["南风村", "", "村"], tree=(STREET, OTHER), root=False)
    assert "没有可以增加下级的单位" in fault(["南风村", "", "村"], tree=(), root=False)


def test_the_very_first_import_makes_the_root_and_takes_the_first_office_below_it() -> None:
    first = TreeUnit(7, "党政办公室", "", "/7/", kind="internal_office")
    found = plan(["党政办公室", "", "内设机构"], ["高新区", "", "高新区"], ["甲街道", "高新区", "街道"], tree=(first,))
    assert outcomes(found) == ["moved", "added", "added"]
    assert [entry.row.name for entry in found.steps] == ["高新区", "党政办公室", "甲街道"]
    assert "还没有顶层单位" in fault(["甲街道", "", "街道"], tree=(first,))
    assert "还没有顶层单位" in fault(["甲街道", "", "街道"], tree=())
    oldest = TreeUnit(1, "老高新", "", "/1/", kind="other")
    assert only(["丙街道", "", "街道"], tree=(oldest, STREET)).parent.unit == 1


def test_without_a_column_for_parents_units_are_found_by_name_alone() -> None:
    head: list[Cell] = ["单位名称", "简称"]
    entry = only(["东风村", "东风"], head=head)
    assert (entry.outcome, entry.unit_id) == (UnitOutcome.CHANGED, EAST.id)
    assert only(["丙街道", "丙"], head=head).parent.unit == ZONE.id
    double = TreeUnit(6, "东风村", "", "/1/3/6/")
    assert "请填写上级单位：甲街道/东风村、乙街道/东风村" in fault(["东风村", "东风"], head=head, tree=(*TREE, double))
    assert only(["高新区", "高新"], head=head).outcome is UnitOutcome.CHANGED


def test_an_outline_is_compared_like_a_list() -> None:
    head: list[Cell] = ["一级单位", "二级单位", "三级单位"]
    found = plan(["高新区", "甲街道", "东风村"], [None, None, "南风村"], [None, "丙街道", "北风村"], head=head)
    named = {entry.row.name: str(entry.outcome) for entry in found.entries}
    assert named == {
        "高新区": "unchanged", "甲街道": "unchanged", "东风村": "unchanged",
        "南风村": "added", "丙街道": "added", "北风村": "added",
    }  # fmt: skip
    without_root = plan(["甲街道", "东风村"], ["丙街道", "南风村"], head=head[:2])
    assert outcomes(without_root) == ["unchanged", "unchanged", "added", "added"]


def test_closed_units_are_left_alone_and_their_names_are_free() -> None:
    closed = TreeUnit(9, "南风村", "", "/1/2/9/", is_closed=True)
    assert only(["南风村", "甲街道", "村"], tree=(*TREE, closed)).outcome is UnitOutcome.ADDED


def test_the_digest_changes_with_the_tree_and_only_then() -> None:
    rows: list[list[Cell]] = [["南风村", "甲街道", "村"]]
    assert plan(*rows).digest == plan(*rows).digest
    assert plan(*rows).digest != plan(*rows, tree=(*TREE, TreeUnit(8, "南风村", "", "/1/2/8/", kind="village"))).digest


def test_a_big_tree_is_compared_in_a_moment() -> None:
    streets: list[list[Cell]] = [[f"第{number}街道", "", "街道"] for number in range(50)]
    villages: list[list[Cell]] = [[f"第{n}村", f"第{n % 50}街道", "村"] for n in range(1_950)]
    found = plan(*villages, *streets)
    assert len(found.steps) == 2_000


def test_every_kind_has_a_first_word() -> None:
    assert len(set(KINDS.values())) == 7
