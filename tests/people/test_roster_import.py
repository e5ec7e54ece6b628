"""Importing a roster (名册导入): dry run, then all or the good rows, once, and only while nothing changed."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lawedu import clock, storage, wording
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.policy import Actor, Role
from lawedu.core.roster import IdentityColumn
from lawedu.core.roster_words import CHOICES
from lawedu.core.staff_numbers import is_mistyped, is_ours
from lawedu.db import db, transaction
from lawedu.people import mobiles, people_queries, postings, rosters
from lawedu.people.models import (
    Account,
    AccountState,
    DutyState,
    ExamChannel,
    Person,
    PersonCategory,
    Posting,
    RosterImport,
    Unit,
)
from lawedu.people.postings import Place
from lawedu.spreadsheets import read_grid
from tests.cast import actor_of, count, grant, make_account, make_person, make_unit, official
from tests.counting import count_queries
from tests.sheets import csv_bytes, xlsx

HEAD = ["姓名", "工号", "单位", "人员类别", "职务", "手机号"]


@pytest.fixture
def zone(app: Flask) -> Unit:
    return make_unit(name="高新区", sort_order=1)


@pytest.fixture
def office(zone: Unit) -> Unit:
    return make_unit(name="经济发展局", short_name="经发局", parent=zone)


@pytest.fixture
def street(zone: Unit) -> Unit:
    return make_unit(name="甲街道", parent=zone)


@pytest.fixture
def hr(zone: Unit) -> Actor:
    return actor_of(official(zone, "陈思", Role.HR))


def dry_run(actor: Actor, data: bytes, name: str = "名单.xlsx") -> RosterImport:
    grid = read_grid(data, name)
    with transaction():
        return rosters.dry_run(actor, name, "application/octet-stream", data, grid)


def apply(actor: Actor, found: RosterImport, **choices: bool) -> dict[str, int]:
    with transaction():
        return rosters.apply(actor, people_queries.get_import(actor, found.id, lock=True), **choices)


def person(**where: Any) -> Person:
    db.session.expire_all()
    return db.session.scalars(select(Person).filter_by(**where)).one()


def open_postings(someone: Person) -> list[tuple[str, int, bool]]:
    found = people_queries.list_open_postings([someone.id])
    return sorted((str(posting.kind), posting.unit_id, posting.counts) for posting in found)


def test_a_dry_run_changes_no_person_and_says_what_would_happen(hr: Actor, office: Unit) -> None:
    make_person(unit=office, name="张三", staff_number="A1")
    make_person(unit=office, name="李四", staff_number="A2")
    before = count(Person)
    title, wang = ["某某局名册"], ["王五", "", "经发局", "公务员", "科长", 13812345678]
    zhang, zhao = ["张三", "A1", "经发局", "公务员", "局长", None], ["赵六", "", "没有局", "公务员", "", ""]
    found = dry_run(hr, xlsx([title, HEAD, wang, zhang, zhao]))
    assert count(Person) == before
    assert found.summary["counts"] == {"added": 1, "changed": 1, "moved": 0, "unchanged": 0, "faulty": 1}
    assert [row[1] for row in found.summary["missing"]] == ["李四"]
    assert [(row["row"], row["faults"]) for row in found.rows if row["faults"]] == [
        (5, ["没有找到单位“没有局”。请先在单位树中增加，或核对名称。"])
    ]
    assert "13812345678" not in str(found.rows)


def test_new_people_get_posting_sealed_mobile_and_where_needed_a_lifelong_number(hr: Actor, office: Unit) -> None:
    numbered = ["张　三", "000012", "经发局", "公务员", "科长", 13812345678.0]
    without = [["李四", None, "经发局", "人民调解员", None, None], ["王五", "", "经发局", "网格员", "", ""]]
    found = dry_run(hr, xlsx([HEAD, numbered, *without]))
    assert apply(hr, found)["added"] == 3
    zhang = person(staff_number="000012")
    assert (zhang.name, zhang.category, zhang.mobile_tail) == ("张三", PersonCategory.CIVIL_SERVANT, "5678")
    assert mobiles.open_sealed("000012", zhang.mobile_cipher or b"") == "13812345678"
    assert open_postings(zhang) == [("establishment", office.id, True)]
    ours = [person(name=name) for name in ("李四", "王五")]
    assert all(one.number_is_ours and is_ours(one.staff_number) and not is_mistyped(one.staff_number) for one in ours)
    assert ours[0].staff_number != ours[1].staff_number
    assert [one.sort_order for one in (zhang, *ours)] == [1, 2, 3]


def test_the_same_list_again_changes_nothing(hr: Actor, office: Unit) -> None:
    data = xlsx(
        [HEAD, ["张三", "12", "经发局", "公务员", "科长", "13812345678"], ["李四", "", "经发局", "网格员", "", ""]]
    )
    apply(hr, dry_run(hr, data))
    again = dry_run(hr, data)
    assert again.summary["counts"]["unchanged"] == 2
    with pytest.raises(rosters.NothingToImport):
        apply(hr, again)


def test_a_move_keeps_account_history_and_number(hr: Actor, office: Unit, street: Unit) -> None:
    zhang = make_person(unit=office, name="张三", staff_number="000012")
    account = make_account(zhang)
    apply(hr, dry_run(hr, xlsx([["姓名", "工号", "单位"], ["张三", 12, "甲街道"]])))
    moved = person(staff_number="000012")
    assert (moved.id, moved.unit_id) == (zhang.id, street.id)
    assert db.session.get_one(Account, account.id).state is AccountState.ACTIVE
    history = people_queries.list_postings(zhang.id)
    assert [(posting.unit_id, posting.to_on is None) for posting, _unit in history] == [
        (street.id, True),
        (office.id, False),
    ]


def test_a_secondment_counts_at_home_and_ends_with_a_blank_cell(hr: Actor, office: Unit, street: Unit) -> None:
    head = ["姓名", "工号", "编制单位", "工作单位", "人员类别"]
    apply(hr, dry_run(hr, xlsx([head, ["张三", "A1", "经发局", "甲街道", "公务员"]])))
    zhang = person(staff_number="A1")
    assert (zhang.unit_id, zhang.work_unit_id) == (office.id, street.id)
    assert open_postings(zhang) == [("establishment", office.id, True), ("work", street.id, False)]
    apply(hr, dry_run(hr, xlsx([head, ["张三", "A1", "经发局", None, "公务员"]])))
    assert person(staff_number="A1").work_unit_id is None
    assert open_postings(zhang) == [("establishment", office.id, True)]


def test_statistics_may_be_set_to_count_where_one_works(hr: Actor, office: Unit, street: Unit) -> None:
    zhang = make_person(unit=office, name="张三", staff_number="A1")
    with transaction():
        someone = people_queries.get_person(hr, "people.edit", zhang.id, lock=True)
        today = people_queries.list_open_postings([zhang.id])[0].from_on
        postings.move(hr, someone, Place(office.id, street.id, True), [office, street], today, "借调")
    assert person(staff_number="A1").unit_id == street.id
    assert open_postings(zhang) == [("establishment", office.id, False), ("work", street.id, True)]
    apply(hr, dry_run(hr, xlsx([["姓名", "工号", "单位", "职务"], ["张三", "A1", "经发局", "科长"]])))
    assert person(staff_number="A1").unit_id == street.id
    assert person(staff_number="A1").post_title == "科长"


def test_bad_rows_stop_the_import_unless_the_good_ones_are_chosen(hr: Actor, office: Unit) -> None:
    found = dry_run(
        hr, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", "1.38E+10"], ["李四", "A2", "经发局", "公务员", "", ""]])
    )
    before = count(Person)
    with pytest.raises(rosters.RosterHasFaults, match="1 行"):
        apply(hr, found)
    assert count(Person) == before
    assert apply(hr, found, only_good=True)["added"] == 1
    assert count(Person, staff_number="A2") == 1
    assert count(Person, staff_number="A1") == 0


def test_an_import_is_applied_once_and_only_by_whom_it_belongs_to(hr: Actor, zone: Unit, office: Unit) -> None:
    found = dry_run(hr, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]]))
    colleague = actor_of(official(zone, "刘人", Role.HR))
    with pytest.raises(NotFound):
        apply(colleague, found)
    apply(hr, found)
    with pytest.raises(rosters.ImportIsApplied):
        apply(hr, found)


def test_a_plan_is_stale_after_any_change_and_may_be_made_again(hr: Actor, office: Unit) -> None:
    zhang = make_person(unit=office, name="张三", staff_number="A1")
    found = dry_run(hr, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "局长", ""]]))
    with transaction():
        db.session.get_one(Person, zhang.id).post_title = "副局长"
    with pytest.raises(rosters.PlanIsStale):
        apply(hr, found)
    assert person(staff_number="A1").post_title == "副局长"
    with transaction():
        rosters.repeat(hr, people_queries.get_import(hr, found.id, lock=True))
    assert apply(hr, found)["changed"] == 1


def test_a_closed_unit_makes_the_plan_stale(hr: Actor, office: Unit, street: Unit) -> None:
    found = dry_run(hr, xlsx([HEAD, ["张三", "A1", "甲街道", "公务员", "", ""]]))
    with transaction():
        db.session.get_one(Unit, street.id).closed_on = clock.today()
    with pytest.raises(rosters.PlanIsStale):
        apply(hr, found)


def test_the_missing_stay_unless_it_is_chosen_to_mark_them(hr: Actor, office: Unit) -> None:
    make_person(unit=office, name="张三", staff_number="A1")
    gone = make_person(unit=office, name="李四", staff_number="A2")
    make_account(gone)
    data = xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "科长", ""]])
    apply(hr, dry_run(hr, data))
    assert person(staff_number="A2").duty_state is DutyState.ACTIVE
    assert apply(hr, dry_run(hr, data), mark_missing=True)["marked_missing"] == 1
    assert person(staff_number="A2").duty_state is DutyState.LEFT
    assert db.session.scalars(select(Account.state).where(Account.person_id == gone.id)).one() is AccountState.DISABLED
    assert open_postings(gone) == []
    back = dry_run(
        hr, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "科长", ""], ["李四", "A2", "经发局", "", "", ""]])
    )
    assert apply(hr, back)["changed"] == 1
    assert open_postings(gone) == [("establishment", office.id, True)]
    assert person(staff_number="A2").duty_state is DutyState.ACTIVE


def test_hr_reaches_the_own_units_and_authority_only(zone: Unit, office: Unit, street: Unit) -> None:
    chen = official(zone, "陈思")
    grant(chen, Role.HR, office, "区管")
    actor = actor_of(chen)
    make_person(unit=street, name="外人", staff_number="B1")
    make_person(unit=office, name="市管干部", staff_number="B2", cadre_authority="市管")
    rows = [("外人", "B1", "经发局"), ("市管干部", "B2", "经发局"), ("新人", "B3", "甲街道"), ("新人", "B4", "经发局")]
    found = dry_run(actor, xlsx([HEAD, *[[*row, "公务员", "", ""] for row in rows]]))
    reasons = [" ".join(row["faults"]) for row in found.rows]
    assert "不能在您的管理范围内使用" in reasons[0]
    assert "不能在您的管理范围内使用" in reasons[1]
    assert "没有找到单位" in reasons[2]
    assert reasons[3] == ""
    apply(actor, found, only_good=True)
    assert person(staff_number="B4").cadre_authority == "区管"


def test_a_liaison_does_not_import(zone: Unit, office: Unit) -> None:
    liaison = actor_of(official(office, "王联", Role.UNIT_ADMIN, scope=office))
    with pytest.raises(NotAllowed):
        dry_run(liaison, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]]))
    assert count(RosterImport) == 0


def test_a_csv_in_gb18030_is_as_good(hr: Actor, office: Unit) -> None:
    data = csv_bytes([HEAD, ["张䶮", "000012", "经发局", "参公", "主任", "13812345678"]])
    apply(hr, dry_run(hr, data, "名单.csv"))
    assert person(staff_number="000012").name == "张䶮"


def test_the_upload_is_kept_encrypted_and_a_refused_one_is_not(hr: Actor, office: Unit) -> None:
    data = xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]])
    found = dry_run(hr, data)
    assert storage.open_stored(found.file_id).data == data
    with pytest.raises(IdentityColumn, match="身份证号码"):
        dry_run(hr, xlsx([[*HEAD, "身份证号"], ["张三", "A1", "经发局", "公务员", "", "", "x"]]))
    assert count(RosterImport) == 1


def test_five_thousand_rows_take_seconds_and_few_statements(hr: Actor, zone: Unit, office: Unit, street: Unit) -> None:
    head = ["姓名", "工号", "单位", "工作单位", "人员类别", "职务", "手机号", "是否领导干部"]
    rows = [
        [
            f"张{chr(0x4E00 + n)}",
            f"{n:06d}",
            "经发局",
            "甲街道" if n % 9 == 0 else "",
            "公务员",
            f"职{n % 7}",
            13911110000 + n,
            "√",
        ]
        for n in range(1, 5001)
    ]
    data = xlsx([head, *rows])
    started = time.monotonic()
    with count_queries() as sent:
        found = dry_run(hr, data)
        apply(hr, found)
    assert count(Person, unit_id=office.id) == 5000
    assert count(Posting) >= 5000
    assert sent.count < 150
    assert time.monotonic() - started < 40


def test_words_of_the_pages_and_of_the_reader_agree(app: Flask) -> None:
    for field, members in {"category": PersonCategory, "duty_state": DutyState, "exam_channel": ExamChannel}.items():
        words = CHOICES[field]
        assert set(words.values()) == {member.value for member in members}
        assert all(words[wording.label(member)] == member.value for member in members)
