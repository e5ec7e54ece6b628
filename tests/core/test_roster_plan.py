"""What an import would do (导入预演)."""

from __future__ import annotations

from typing import Any

from lawedu.core.policy import Actor, Grant, Role
from lawedu.core.roster import Row, Value
from lawedu.core.roster_plan import Entry, Known, KnownPerson, Outcome, Plan, Reach, plan_import

PATHS = {1: "/1/", 2: "/1/2/", 3: "/1/3/"}
DEFAULTS: dict[str, Value] = {
    "unit": 2,
    "work_unit": None,
    "post_title": "",
    "grade_level": "",
    "category": "civil_servant",
    "is_leader": False,
    "is_enforcement": False,
    "cadre_authority": "",
    "duty_state": "active",
    "exam_channel": "zone",
    "sort_order": 0,
}


def person(number: str, name: str, mobile: str = "", **values: Value) -> KnownPerson:
    facts = {**DEFAULTS, "name": name, **values}
    path = PATHS[facts["unit"]] if isinstance(facts["unit"], int) else ""
    return KnownPerson(sum(number.encode()), number, facts, path, f"#{mobile}" if mobile else "", mobile[-4:])


def row(name: str, number: str = "", at: int = 2, **values: Value) -> Row:
    facts: dict[str, Value] = {"name": name, "unit": 2, **values}
    return Row(at, {**facts, "staff_number": number} if number else facts)


def plan(rows: list[Row], *people: KnownPerson, **changes: Any) -> Plan:
    facts: dict[str, Any] = {"taken": frozenset(), "reach": Reach((("/1/", ""),)), **changes}
    return plan_import(rows, Known(people, paths=PATHS, hash_mobile=lambda text: f"#{text}", **facts))


def only(rows: list[Row], *people: KnownPerson, **changes: Any) -> Entry:
    entries = plan(rows, *people, **changes).entries
    assert len(entries) == 1
    return entries[0]


def test_rows_fall_into_added_changed_moved_and_unchanged() -> None:
    found = plan(
        [
            row("新人", "N1", 2, category="civil_servant"),
            row("张三", "A1", 3, post_title="科长"),
            row("李四", "A2", 4, unit=3, grade_level="四级"),
            row("王五", "A3", 5),
        ],
        person("A1", "张三"), person("A2", "李四"), person("A3", "王五"),
    )  # fmt: skip
    assert [entry.outcome for entry in found.entries] == ["added", "changed", "moved", "unchanged"]
    assert [(c.field, c.old, c.new) for c in found.entries[1].changes] == [("post_title", "", "科长")]
    assert [(c.field, c.old, c.new) for c in found.entries[2].changes] == [("unit", 2, 3), ("grade_level", "", "四级")]
    assert [found.count(outcome) for outcome in Outcome] == [1, 1, 1, 1, 0]


def test_whoever_the_list_does_not_name_is_only_listed() -> None:
    gone = person("A4", "退休者", duty_state="retired")
    found = plan([row("张三", "A1")], person("A1", "张三"), person("A2", "李四"), person("B1", "外单位", unit=3), gone)
    assert [missing.staff_number for missing in found.missing] == ["A2"]


def test_a_faulty_row_still_names_its_person() -> None:
    broken = Row(2, {"name": "李四", "unit": 2}, ("手机号不是 11 位号码，请核对。",))
    found = plan([broken], person("A2", "李四"), person("A3", "李五"))
    assert found.entries[0].outcome is Outcome.FAULTY
    assert [missing.staff_number for missing in found.missing] == ["A3"]


def test_leading_zeros_come_back_when_only_one_person_fits() -> None:
    entry = only([row("张三", "12")], person("000012", "张三"))
    assert (entry.staff_number, entry.outcome) == ("000012", Outcome.UNCHANGED)
    assert "少了前面的零" in entry.row.warnings[0]
    both = only([row("张三", "12")], person("000012", "张三"), person("0012", "李四"))
    assert "有 2 个工号符合" in both.row.faults[0]


def test_two_rows_for_one_person_are_both_faulty() -> None:
    entries = plan([row("张三", "12", 2), row("张三", "000012", 3)], person("000012", "张三")).entries
    assert [entry.row.faults[-1] for entry in entries] == ["与第 3 行是同一人。", "与第 2 行是同一人。"]


def test_a_number_outside_the_reach_is_refused_without_saying_whose_it_is() -> None:
    entry = only([row("张三", "77", category="civil_servant")], taken=frozenset({"0077"}))
    assert "不能在您的管理范围内使用" in entry.row.faults[0]


def test_without_a_number_people_are_found_by_name_and_mobile_then_by_name_and_unit() -> None:
    here, there = person("XF1", "张三"), person("XF2", "张三", "13800001111", unit=3)
    by_mobile = only([row("张三", mobile="13800001111")], here, there)
    assert (by_mobile.staff_number, by_mobile.outcome) == ("XF2", Outcome.MOVED)
    assert only([row("张三")], here, there).staff_number == "XF1"
    newcomer = only([row("张三", category="civil_servant")], there)
    assert newcomer.outcome is Outcome.ADDED
    assert "同名人员" in newcomer.row.warnings[0]
    assert "请填写工号" in only([row("张三")], here, person("XF3", "张三")).row.faults[0]


def test_a_number_with_another_name_is_pointed_out_and_with_another_unit_too_refused() -> None:
    renamed = only([row("张珊", "A1")], person("A1", "张三"))
    assert renamed.outcome is Outcome.CHANGED
    assert "将改为张珊" in renamed.row.warnings[0]
    assert "姓名和单位都" in only([row("李四", "A1", unit=3)], person("A1", "张三")).row.faults[0]


def test_new_people_need_a_category_and_our_numbers_are_never_made_up() -> None:
    assert only([row("张三", "A1")]).row.faults == ("新增人员需要填写人员类别。",)
    assert "没有找到学法编号" in only([row("张三", "XF20260000018", category="mediator")]).row.faults[0]


def test_mobile_numbers_show_only_their_end() -> None:
    change = only([row("张三", "A1", mobile="13900002222")], person("A1", "张三", "13800001111")).changes[0]
    assert (change.field, change.old, change.new) == ("mobile", "1111", "2222")
    assert only([row("张三", "A1", mobile="13800001111")], person("A1", "张三", "13800001111")).changes == ()


def test_who_left_and_stands_in_the_list_again_is_back() -> None:
    change = only([row("张三", "A1")], person("A1", "张三", duty_state="left")).changes[0]
    assert (change.field, change.new) == ("duty_state", "active")


def test_nobody_is_taken_or_handed_out_of_reach() -> None:
    reach = Reach((("/1/2/", "区管"),))
    mine = person("A1", "张三", cadre_authority="区管")
    assert "管理范围" in only([row("张三", "A1", unit=3)], mine, reach=reach).row.faults[0]
    assert "管理范围" in only([row("张三", "A1", cadre_authority="市管")], mine, reach=reach).row.faults[0]
    added = only([row("李四", category="mediator")], reach=reach)
    assert added.row.values["cadre_authority"] == "区管"


def test_the_reach_follows_the_policy() -> None:
    hr = Actor(1, "A", "甲", (Grant(Role.HR, "/1/2/", "区管"), Grant(Role.UNIT_ADMIN, "/1/3/")))
    assert Reach.of(hr, "people.import").spans == (("/1/2/", "区管"),)
    assert Reach.of(hr, "people.view").covers("/1/3/9/", "")
    assert not Reach.of(hr, "people.view").covers("/1/2/", "市管")


def test_the_digest_changes_with_the_data_and_only_then() -> None:
    rows = [row("张三", "A1", post_title="科长")]
    first = plan(rows, person("A1", "张三"))
    assert first.digest == plan(rows, person("A1", "张三")).digest
    assert first.digest != plan(rows, person("A1", "张三", post_title="副科长")).digest
    assert first.digest != plan(rows, person("A1", "张三"), person("A2", "李四")).digest
