"""Importing units (单位导入): dry run, deed and pages, with the files that offices send."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu import wording
from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.policy import MACHINE, Actor, Role
from lawedu.core.roster_cells import first_words
from lawedu.core.unit_words import KINDS
from lawedu.db import db, transaction
from lawedu.people import people_queries, unit_imports, unit_queries, units
from lawedu.people.models import RosterImport, Unit, UnitKind, UserSession
from lawedu.people.people_queries import OF_UNITS
from lawedu.people.rosters import ImportIsApplied, PlanIsStale
from lawedu.people.unit_template import COLUMNS
from lawedu.people.units import UnitFacts
from lawedu.spreadsheets import read_grid
from tests.cast import actor_of, browser, count, grant, make_person, make_unit, official, post
from tests.counting import count_queries
from tests.sheets import csv_bytes, with_part, xls, xlsx

HEAD = ["单位名称", "上级单位", "单位类别", "机构序", "简称"]
IMPORT = "/bench/units/import"


@pytest.fixture
def zone(app: Flask) -> Unit:
    return make_unit(name="高新区", kind=UnitKind.ZONE, sort_order=1)


@pytest.fixture
def street(zone: Unit) -> Unit:
    return make_unit(name="甲街道", short_name="甲街", parent=zone, kind=UnitKind.SUBDISTRICT, sort_order=10)


@pytest.fixture
def village(street: Unit) -> Unit:
    return make_unit(name="东风村", parent=street, kind=UnitKind.VILLAGE, sort_order=10)


@pytest.fixture
def chen(zone: Unit) -> Actor:
    return actor_of(official(zone, "陈思", Role.HR))


@pytest.fixture
def client(app: Flask, zone: Unit) -> FlaskClient:
    return browser(app, official(zone, "陈页", Role.HR))


def dry_run(actor: Actor, data: bytes, name: str = "单位.xlsx") -> RosterImport:
    grid = read_grid(data, name)
    with transaction():
        return unit_imports.dry_run(actor, name, "application/octet-stream", data, grid)


def apply(actor: Actor, found: RosterImport, **choices: bool) -> dict[str, int]:
    with transaction():
        return unit_imports.apply(actor, people_queries.get_import(actor, found.id, OF_UNITS, lock=True), **choices)


def tree(actor: Actor = MACHINE) -> list[str]:
    """The tree as lines, in customary order."""
    db.session.expire_all()
    found = unit_queries.list_tree(actor, "unit.edit")
    return ["　" * (unit.path.count("/") - 2) + unit.name for unit in found if not unit.is_closed]


def upload(client: FlaskClient, data: bytes, name: str = "单位.xlsx") -> Any:
    return post(client, IMPORT, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def test_a_whole_tree_comes_from_one_sheet_in_its_own_order(chen: Actor, zone: Unit) -> None:
    rows: list[list[Any]] = [
        ["西风村", "乙街道", "村", None, ""],
        ["东风村", "乙街道", "村", None, ""],
        ["乙街道", "", "街道", None, "乙街"],
        ["甲街道", "高新区", "街道", None, ""],
        ["经济发展局", "高新区", "内设机构", 1, "经发局"],
    ]
    found = dry_run(chen, xlsx([["某某区单位一览表"], HEAD, *rows], merged=[(0, 0, 0, 4)]))
    assert tree() == ["高新区"]
    assert found.summary["counts"] == {"added": 5, "changed": 0, "moved": 0, "unchanged": 0, "faulty": 0}
    assert apply(chen, found)["added"] == 5
    assert tree() == ["高新区", "　经济发展局", "　乙街道", "　　西风村", "　　东风村", "　甲街道"]
    made = db.session.query(Unit).filter_by(name="乙街道").one()
    assert (made.kind, made.short_name, made.path) == (UnitKind.SUBDISTRICT, "乙街", f"/{zone.id}/{made.id}/")
    assert count(AuditEvent, action="unit.create") == 5
    assert count(AuditEvent, action="unit.import", subject=f"import:{found.id}") == 1


def test_the_same_sheet_again_changes_nothing(chen: Actor, zone: Unit) -> None:
    data = xlsx([HEAD, ["甲街道", "", "街道", 10, "甲街"], ["东风村", "甲街道", "村", None, ""]])
    apply(chen, dry_run(chen, data))
    again = dry_run(chen, data)
    assert again.summary["counts"]["unchanged"] == 2
    with pytest.raises(unit_imports.NoUnitsToImport):
        apply(chen, again)


def test_an_outline_with_merged_cells_is_imported(chen: Actor, zone: Unit) -> None:
    head = ["一级单位", "二级单位", "三级单位", "类别"]
    rows: list[list[Any]] = [
        ["高新区", "甲街道", "东风村", "村"],
        ["", "", "西风村", "村"],
        ["", "城建集团", "水务公司", "公司"],
    ]
    apply(chen, dry_run(chen, xlsx([head, *rows], merged=[(1, 0, 3, 0), (1, 1, 2, 1)])))
    assert tree() == ["高新区", "　甲街道", "　　东风村", "　　西风村", "　城建集团", "　　水务公司"]


def test_csv_and_old_excel_files_are_read_as_well(chen: Actor, zone: Unit) -> None:
    apply(chen, dry_run(chen, csv_bytes([HEAD, ["甲街道", "", "街道", "", ""]]), "单位.csv"))
    apply(chen, dry_run(chen, xls([HEAD, ["东风村", "甲街道", "村", 3.0, ""]]), "单位.xls"))
    assert tree() == ["高新区", "　甲街道", "　　东风村"]


def test_changes_and_moves_keep_people_history_and_what_the_sheet_does_not_name(
    app: Flask, chen: Actor, zone: Unit, street: Unit, village: Unit
) -> None:
    someone = make_person(unit=village)
    other = make_unit(name="乙街道", parent=zone, kind=UnitKind.SUBDISTRICT, sort_order=20)
    make_unit(name="西风村", parent=street, kind=UnitKind.VILLAGE, sort_order=20)
    liaison = browser(app, official(village, "王联", Role.UNIT_ADMIN, scope=village))
    head = [*HEAD, "原上级单位"]
    rows: list[list[Any]] = [["东风村", "乙街道", "社区", 5, "东风", "甲街"], ["甲街", "", "", 30, "", ""]]
    done = apply(chen, dry_run(chen, xlsx([head, *rows])))
    assert (done["moved"], done["changed"], done["added"]) == (1, 1, 0)
    assert tree() == ["高新区", "　乙街道", "　　东风村", "　甲街道", "　　西风村"]
    db.session.expire_all()
    assert (village.parent_id, village.short_name, village.sort_order) == (other.id, "东风", 5)
    assert (street.name, street.short_name, street.sort_order) == ("甲街道", "甲街", 30)
    assert someone.unit_id == village.id
    assert liaison.get("/password").status_code == 303
    assert count(UserSession, ended_reason="unit_moved") == 1


def test_the_first_import_makes_the_root_and_takes_the_first_office_below_it(app: Flask) -> None:
    office = make_unit(name="党政办公室", sort_order=0)
    hr = actor_of(official(office, "陈思", Role.HR))
    rows: list[list[Any]] = [
        ["高新区", "", "高新区", "", ""],
        ["党政办公室", "", "内设机构", 1, ""],
        ["甲街道", "高新区", "街道", "", ""],
    ]
    assert apply(hr, dry_run(hr, xlsx([HEAD, *rows])))["moved"] == 1
    assert tree() == ["高新区", "　党政办公室", "　甲街道"]


def test_faulty_rows_stop_the_whole_unless_only_the_good_ones_are_wanted(chen: Actor, street: Unit) -> None:
    rows: list[list[Any]] = [
        ["东风村", "甲街道", "村", "", ""],
        ["西风村", "没有街道", "村", "", ""],
        ["南风村", "甲街道", "什么", "", ""],
    ]
    found = dry_run(chen, xlsx([HEAD, *rows]))
    assert [row["outcome"] for row in found.rows] == ["added", "faulty", "faulty"]
    with pytest.raises(unit_imports.UnitsHaveFaults, match="2 行"):
        apply(chen, found)
    assert count(Unit, name="东风村") == 0
    assert apply(chen, found, only_good=True)["added"] == 1
    assert (count(Unit, name="东风村"), count(Unit, name="西风村"), count(Unit, name="南风村")) == (1, 0, 0)


def test_a_tree_that_changed_since_the_dry_run_refuses_and_may_be_planned_again(chen: Actor, street: Unit) -> None:
    found = dry_run(chen, xlsx([HEAD, ["东风村", "甲街道", "村", "", "东风"]]))
    with transaction():
        units.create(chen, db.session.get_one(Unit, street.id), UnitFacts("东风村", UnitKind.VILLAGE))
    with pytest.raises(PlanIsStale):
        apply(chen, found)
    with transaction():
        unit_imports.repeat(chen, people_queries.get_import(chen, found.id, OF_UNITS, lock=True))
    assert apply(chen, found)["changed"] == 1
    with pytest.raises(ImportIsApplied):
        apply(chen, found)
    with pytest.raises(ImportIsApplied), transaction():
        unit_imports.repeat(chen, people_queries.get_import(chen, found.id, OF_UNITS))


def test_only_units_within_the_scope_are_touched(app: Flask, zone: Unit, street: Unit, village: Unit) -> None:
    other = make_unit(name="乙街道", parent=zone, kind=UnitKind.SUBDISTRICT, sort_order=20)
    limited = actor_of(official(street, "李甲", Role.HR, scope=street))
    rows: list[list[Any]] = [
        ["南风村", "", "村", "", ""],
        ["北风村", "高新区", "村", "", ""],
        ["乙街道", "", "街道", 9, ""],
    ]
    found = dry_run(limited, xlsx([HEAD, *rows]))
    assert [row["outcome"] for row in found.rows] == ["added", "faulty", "added"]
    apply(limited, found, only_good=True)
    assert tree(limited) == ["　甲街道", "　　乙街道", "　　东风村", "　　南风村"]
    db.session.expire_all()
    assert (other.parent_id, other.sort_order) == (zone.id, 20)
    by_authority = official(street, "李乙")
    grant(by_authority, Role.HR, street, "区管")
    none = dry_run(actor_of(by_authority), xlsx([HEAD, ["南风村", "", "村", "", ""]]))
    assert none.rows[0]["outcome"] == "faulty"
    liaison = actor_of(official(street, "王联", Role.UNIT_ADMIN, scope=street))
    with pytest.raises(NotAllowed):
        dry_run(liaison, xlsx([HEAD, ["南风村", "", "村", "", ""]]))


def test_an_import_belongs_to_whoever_uploaded_it_and_is_no_roster(
    app: Flask, client: Any, zone: Unit, chen: Actor
) -> None:
    place = upload(client, xlsx([HEAD, ["甲街道", "", "街道", "", ""]])).location
    colleague = browser(app, official(zone, "刘人", Role.HR))
    for path in ("", "/file"):
        assert colleague.get(place + path).status_code == 404
        assert client.get(place.replace("/units/", "/people/") + path).status_code == 404
    for path in ("/apply", "/repeat"):
        assert post(colleague, place + path, {"which": "all"}, IMPORT).status_code == 404
        assert post(client, place.replace("/units/", "/people/") + path, {"which": "all"}, IMPORT).status_code == 404
    assert "单位.xlsx" in client.get(IMPORT).text
    assert "单位.xlsx" not in client.get("/bench/people/import").text
    with pytest.raises(NotFound):
        apply(chen, db.session.query(RosterImport).one())


def test_an_upload_leads_through_the_dry_run_to_the_import(client: Any, street: Unit, village: Unit) -> None:
    rows: list[list[Any]] = [
        ["南风村", "甲街道", "", 20, "南风"],
        ["东风村", "甲街道", "村", 30, ""],
        ["甲街道", "", "街道", 10, ""],
    ]
    answer = upload(client, xlsx([[*HEAD, "联系人"], *rows]))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "导入全部 2 个单位" in page
    assert "机构序 20；简称 南风" in page
    assert "按名称登记为“村、社区”" in page
    assert "未读取的列：联系人" in page
    changed = client.get(answer.location + "?tab=changed").text
    assert '机构序：<span class="muted">10</span> → <b>30</b>' in changed
    assert "甲街道" in client.get(answer.location + "?tab=unchanged").text
    assert count(Unit, name="南风村") == 0
    done = post(client, answer.location + "/apply", {"which": "all"}, answer.location)
    assert done.status_code == 303
    assert "新增 1 个单位，变更 1 个，移动 0 个" in client.get(done.location).text
    again = post(client, answer.location + "/apply", {"which": "all"}, IMPORT)
    assert again.status_code == 409
    assert "已经导入过" in again.text
    assert "导入全部" not in client.get(answer.location).text


def test_bad_rows_are_listed_with_number_and_reason(client: Any, street: Unit) -> None:
    rows: list[list[Any]] = [
        ["南风村", "没有街道", "村", "", ""],
        ["北风村", "甲街道", "村", "", ""],
        ["甲组", "乙组", "其他", "", ""],
    ]
    place = upload(client, xlsx([HEAD, *rows, ["乙组", "甲组", "其他", "", ""]])).location
    page = client.get(place).text
    assert "没有找到单位“没有街道”" in page
    assert "上级单位循环：甲组 → 乙组 → 甲组" in page
    assert "只导入无问题的 1 个单位" in page
    refused = post(client, place + "/apply", {"which": "all"}, place)
    assert refused.status_code == 409
    assert "3 行有问题，没有导入" in refused.text
    assert post(client, place + "/apply", {"which": "some"}, place).status_code == 400
    assert post(client, place + "/apply", {"which": "good"}, place).status_code == 303
    assert count(Unit, name="北风村") == 1


def test_a_stale_plan_offers_to_plan_again(client: Any, street: Unit) -> None:
    place = upload(client, xlsx([HEAD, ["东风村", "甲街道", "村", "", "东风"]])).location
    make_unit(name="东风村", parent=db.session.get_one(Unit, street.id), kind=UnitKind.VILLAGE)
    stale = post(client, place + "/apply", {"which": "all"}, place)
    assert stale.status_code == 409
    assert "重新预演" in stale.text
    assert post(client, place + "/repeat", {}, place).status_code == 303
    assert "简称" in client.get(place + "?tab=changed").text
    assert post(client, place + "/apply", {"which": "all"}, place).status_code == 303


def test_refused_files_change_nothing_and_say_why(client: Any, zone: Unit) -> None:
    good = xlsx([HEAD, ["甲街道", "", "街道", "", ""]])
    for data, why in [
        (with_part(good, "xl/vbaProject.bin", b"x"), "含有宏"),
        (b"%PDF-1.7", "不是表格文件"),
        (xlsx([["只有", "数据"]]), "没有找到表头"),
        (xlsx([["姓名", "单位", "类别"], ["张三", "经发局", "公务员"]]), "像是人员名册"),
        (xlsx([[*HEAD, "联系人身份证号"], ["甲街道", "", "街道", "", "", "1"]]), "不收集身份证号码"),
        (xlsx([HEAD]), "没有内容"),
    ]:
        answer = upload(client, data)
        assert answer.status_code in (400, 413)
        assert why in answer.text
    assert "请选择文件" in post(client, IMPORT, {}).text
    assert count(RosterImport) == 0


def test_the_pages_lead_to_each_other_and_only_for_those_who_may(app: Flask, client: Any, zone: Unit) -> None:
    assert f'href="{IMPORT}"' in client.get("/bench/units").text
    assert "先导入单位" in client.get("/bench/people/import").text
    liaison = browser(app, official(zone, "王联", Role.UNIT_ADMIN, scope=zone))
    for path in ("", "/template", "/1"):
        assert liaison.get(IMPORT + path).status_code == 403
    assert post(liaison, IMPORT, {}, "/bench/people/new").status_code == 403


def test_the_uploaded_file_comes_back_as_an_attachment(client: Any, zone: Unit) -> None:
    data = xlsx([HEAD, ["甲街道", "", "街道", "", ""]])
    answer = client.get(upload(client, data).location + "/file")
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_pages_of_a_long_dry_run_ask_few_questions(client: Any, zone: Unit) -> None:
    rows: list[list[Any]] = [[f"第{number}村", "高新区", "村", "", ""] for number in range(45)]
    place = upload(client, xlsx([HEAD, *rows])).location
    assert "共 45 行，第 1 页，共 3 页" in client.get(place).text
    with count_queries() as sent:
        assert "第44村" in client.get(place + "?tab=added&page=3").text
    assert sent.count <= 6


def test_the_template_offers_kinds_and_units_and_is_read_back(client: Any, street: Unit) -> None:
    answer = client.get(IMPORT + "/template")
    grid = read_grid(answer.data, "模板.xlsx")
    assert list(grid.rows[0])[: len(COLUMNS)] == [column[0] for column in COLUMNS]
    assert "没有内容" in upload(client, answer.data).text


def test_words_of_the_pages_and_of_the_reader_agree(app: Flask) -> None:
    assert first_words(KINDS) == [wording.label(kind) for kind in UnitKind]
    assert list(dict.fromkeys(KINDS.values())) == [kind.value for kind in UnitKind]


def test_each_unit_costs_a_handful_of_statements(chen: Actor, zone: Unit) -> None:
    streets = [[f"第{number}街道", "", "街道", "", ""] for number in range(5)]
    villages = [[f"第{number}村", f"第{number % 5}街道", "村", "", ""] for number in range(95)]
    found = dry_run(chen, xlsx([HEAD, *villages, *streets]))
    with count_queries() as sent:
        assert apply(chen, found)["added"] == 100
    assert sent.count <= 100 * 10
