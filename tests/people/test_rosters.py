"""The pages of the roster (人员名册、单位、导入): doors, scope, statements, what is refused."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people import mobiles, people_queries
from lawedu.people.models import DutyState, Person, RoleGrant, RosterImport, Unit, UnitKind
from lawedu.people.roster_template import COLUMNS
from lawedu.spreadsheets import read_grid
from tests.cast import actor_of, browser, count, grant, make_person, make_unit, official, post
from tests.counting import count_queries
from tests.sheets import with_part, xlsx

HEAD = ["姓名", "工号", "单位", "人员类别", "职务", "手机号"]
IMPORT = "/bench/people/import"


@pytest.fixture
def zone(app: Flask) -> Unit:
    return make_unit(name="高新区", kind=UnitKind.ZONE, sort_order=1)


@pytest.fixture
def office(zone: Unit) -> Unit:
    return make_unit(name="经济发展局", short_name="经发局", parent=zone)


@pytest.fixture
def street(zone: Unit) -> Unit:
    return make_unit(name="甲街道", parent=zone)


@pytest.fixture
def hr(app: Flask, zone: Unit) -> FlaskClient:
    return browser(app, official(zone, "陈思", Role.HR))


@pytest.fixture
def liaison(app: Flask, office: Unit) -> FlaskClient:
    return browser(app, official(office, "王联", Role.UNIT_ADMIN, scope=office))


def upload(client: FlaskClient, data: bytes, name: str = "名单.xlsx") -> Any:
    return post(client, IMPORT, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def person_data(**changes: str) -> dict[str, str]:
    facts = {"name": "张三", "category": "civil_servant", "duty_state": "active", "exam_channel": "zone"}
    return {**facts, **changes}


def test_the_list_stands_in_customary_order_narrowed_and_without_phone_numbers(
    hr: Any, office: Unit, street: Unit
) -> None:
    make_person(unit=street, name="王五", sort_order=1)
    make_person(unit=office, name="李四", sort_order=2)
    make_person(
        unit=office, name="张三", sort_order=1, mobile_tail="5678", mobile_hash=mobiles.hash_mobile("13812345678")
    )
    text = hr.get("/bench/people").text
    assert text.index("张三") < text.index("李四") < text.index("王五")
    assert "*******5678" in text
    assert "13812345678" not in text
    narrowed = hr.get("/bench/people?unit=经发局&q=张").text
    assert "张三" in narrowed
    assert "李四" not in narrowed
    assert "是不是" in hr.get("/bench/people?unit=经济发展").text
    assert hr.get("/bench/people?category=x&state=y&page=-1").status_code == 200


def test_a_list_asks_the_same_number_of_questions_for_one_and_for_many(hr: Any, office: Unit) -> None:
    def asked(address: str) -> int:
        with count_queries() as sent:
            assert hr.get(address).status_code == 200
        return sent.count

    before = {address: asked(address) for address in ("/bench/people", "/bench/units")}
    for number in range(25):
        make_person(unit=make_unit(parent=office), name=f"人员{chr(0x4E00 + number)}", work_unit_id=office.id)
    assert {address: asked(address) for address in before} == before
    assert max(before.values()) <= 8


def test_a_liaison_sees_the_own_unit_and_nobody_elses(liaison: Any, office: Unit, street: Unit) -> None:
    make_person(unit=make_unit(parent=office, name="信息科"), name="本单位人")
    other = make_person(unit=street, name="外单位人")
    text = liaison.get("/bench/people").text
    assert "本单位人" in text
    assert "外单位人" not in text
    assert "甲街道" not in text
    assert "外单位人" not in liaison.get(f"/bench/people?q={other.staff_number}").text
    for path in ("", "/edit", "/move"):
        assert liaison.get(f"/bench/people/{other.id}{path}").status_code == 404
    assert post(liaison, f"/bench/people/{other.id}/edit", person_data(), "/bench/people/new").status_code == 404
    for path in ("/bench/units", IMPORT, IMPORT + "/template"):
        assert liaison.get(path).status_code == 403


def test_a_person_is_added_by_hand_with_a_number_of_ours(liaison: Any, office: Unit) -> None:
    answer = post(liaison, "/bench/people/new", person_data(name="张　三", unit="经发局", mobile="138 1234 5678"))
    assert answer.status_code == 303
    added = db.session.query(Person).filter_by(name="张三").one()
    assert added.number_is_ours
    assert mobiles.open_sealed(added.staff_number, added.mobile_cipher or b"") == "13812345678"
    assert [unit.id for _posting, unit in people_queries.list_postings(added.id)] == [office.id]
    page = liaison.get(answer.location).text
    assert "*******5678" in page
    assert "经济发展局" in page


def test_a_refused_form_keeps_what_was_typed(liaison: Any, office: Unit, street: Unit) -> None:
    make_person(unit=office, staff_number="GX1", name="李四")
    answer = post(liaison, "/bench/people/new", person_data(unit="甲街道", post_title="副科长", mobile="123"))
    assert answer.status_code == 422
    assert "没有找到单位" in answer.text
    assert "不是 11 位" in answer.text
    assert "副科长" in answer.text
    taken = post(liaison, "/bench/people/new", person_data(unit="经发局", staff_number="gx1"))
    assert taken.status_code == 422
    assert "工号已被使用" in taken.text
    assert count(Person, name="张三") == 0


def test_particulars_are_edited_and_leaving_ends_account_and_posting(hr: Any, liaison: Any, office: Unit) -> None:
    someone = make_person(unit=office, name="李四", mobile_tail="0000", mobile_hash="x")
    url = f"/bench/people/{someone.id}/edit"
    assert post(liaison, url, person_data(name="李四", post_title="科长", sort_order="3")).status_code == 303
    db.session.expire_all()
    assert (someone.post_title, someone.sort_order, someone.mobile_tail) == ("科长", 3, "0000")
    post(liaison, url, person_data(name="李四", clear_mobile="y", duty_state="left"))
    db.session.expire_all()
    assert (someone.mobile_hash, someone.duty_state) == (None, DutyState.LEFT)
    assert people_queries.list_open_postings([someone.id]) == []
    assert "李四" not in hr.get("/bench/people").text
    assert "李四" in hr.get("/bench/people?state=gone").text
    assert post(liaison, url, person_data(name="李四", cadre_authority="长" * 61)).status_code == 422


def test_whoever_leaves_or_retires_loses_every_role_and_request(app: Flask, hr: Any, zone: Unit, office: Unit) -> None:
    zhang, li = official(office, "张三", Role.UNIT_ADMIN, scope=office), official(office, "李四", Role.AUTHOR)
    asked = grant(zhang, Role.REVIEWER, approved_at=None)
    stays = official(office, "王五", Role.AUTHOR)
    post(hr, f"/bench/people/{zhang.id}/edit", person_data(name="张三", duty_state="retired"))
    place = upload(hr, xlsx([[*HEAD, "状态"], ["李四", li.staff_number, "经发局", "公务员", "", "", "调离"]])).location
    assert post(hr, place + "/apply", {"which": "all"}, place).status_code == 303
    db.session.expire_all()
    ended = {one.role for one in db.session.query(RoleGrant) if one.ended_at and one.ended_reason == "人员调离或者退休"}
    assert ended == {Role.UNIT_ADMIN, Role.REVIEWER, Role.AUTHOR}
    assert count(RoleGrant, person_id=stays.id, ended_at=None) == 1
    assert count(AuditEvent, action="role.end", subject=f"person:{zhang.staff_number}") == 1
    assert count(AuditEvent, action="role.end", subject=f"person:{li.staff_number}") == 1
    assert count(AuditEvent, action="role.withdraw") == 1
    post(hr, f"/bench/people/{zhang.id}/edit", person_data(name="张三", duty_state="active"))
    assert actor_of(zhang).roles == {Role.OFFICIAL}
    assert asked.ended_at is not None


def test_a_move_is_entered_with_its_day_and_reason(hr: Any, liaison: Any, office: Unit, street: Unit) -> None:
    someone = make_person(unit=office, name="李四")
    url = f"/bench/people/{someone.id}/move"
    data = {
        "unit": "甲街道",
        "on": people_queries.list_open_postings([someone.id])[0].from_on.isoformat(),
        "reason": "干部调整",
    }
    assert post(liaison, url, data).status_code == 422
    assert "已经在这个单位" in post(hr, url, {**data, "unit": "经发局"}).text
    assert "日期应在" in post(hr, url, {**data, "on": "2001-01-01"}).text
    assert "日期应在" in post(hr, url, {**data, "on": "2999-01-01"}).text
    assert post(hr, url, data).status_code == 303
    page = hr.get(f"/bench/people/{someone.id}").text
    assert "干部调整" in page
    assert page.index("甲街道") < page.index("经济发展局")
    assert liaison.get(f"/bench/people/{someone.id}").status_code == 404


def test_looking_at_a_person_is_recorded(hr: Any, office: Unit) -> None:
    someone = make_person(unit=office, name="李四")
    hr.get(f"/bench/people/{someone.id}")
    assert count(AuditEvent, action="person.view", subject=f"person:{someone.staff_number}") == 1


def test_units_are_added_in_one_go_renamed_moved_and_closed(hr: Any, zone: Unit, street: Unit) -> None:
    form = f"/bench/units/new?parent={street.id}"
    assert 'value="甲街道"' in hr.get(form).text
    data = {"parent": "甲街道", "kind": "village", "names": "东风村\n\n 西风村 \n东风村"}
    assert post(hr, "/bench/units/new", data).status_code == 303
    assert "已有单位“西风村”" in post(hr, "/bench/units/new", {**data, "names": "南风村\n西风村"}).text
    assert count(Unit, name="南风村") == 0
    village = db.session.query(Unit).filter_by(name="西风村").one()
    url = f"/bench/units/{village.id}"
    assert post(hr, url, {"name": "西风社区", "kind": "village", "sort_order": "1"}).status_code == 303
    text = hr.get("/bench/units").text
    assert text.index("甲街道") < text.index("西风社区") < text.index("东风村")
    assert post(hr, f"{url}/move", {"parent": "高新区"}, url).status_code == 303
    assert "不能移到它自己" in post(hr, f"/bench/units/{zone.id}/move", {"parent": "西风社区"}, url).text
    assert post(hr, f"{url}/close").status_code == 303
    assert "西风社区" not in hr.get("/bench/units").text
    assert "西风社区" in hr.get("/bench/units?closed=yes").text
    assert post(hr, f"/bench/units/{street.id}/close").status_code == 409


def test_hr_of_one_unit_touches_no_other(app: Flask, zone: Unit, office: Unit, street: Unit) -> None:
    client = browser(app, official(office, "李甲", Role.HR, scope=office))
    assert "甲街道" not in client.get("/bench/units").text
    assert client.get(f"/bench/units/{street.id}").status_code == 404
    assert client.get(f"/bench/units/new?parent={street.id}").status_code == 404
    assert "请填写您管理范围内的上级单位" in post(client, "/bench/units/new", {"kind": "other", "names": "新局"}).text
    for path in ("", "/move", "/close"):
        assert post(client, f"/bench/units/{street.id}{path}", {"name": "x"}, "/bench/units/new").status_code == 404


def test_an_upload_leads_through_the_dry_run_to_the_import(hr: Any, office: Unit) -> None:
    make_person(unit=office, name="李四", staff_number="A2")
    data = xlsx([["名册"], HEAD, ["张三", "A1", "经发局", "公务员", "科长", "13812345678"]])
    answer = upload(hr, data)
    assert answer.status_code == 303
    page = hr.get(answer.location).text
    assert "导入全部 1 人" in page
    assert "职务 科长" in page
    assert "13812345678" not in page
    assert "李四" in hr.get(answer.location + "?tab=missing").text
    assert count(Person, staff_number="A1") == 0
    done = post(hr, answer.location + "/apply", {"which": "all"}, answer.location)
    assert done.status_code == 303
    assert count(Person, staff_number="A1") == 1
    assert "新增 1 人" in hr.get(done.location).text
    again = post(hr, answer.location + "/apply", {"which": "all"}, "/bench/people/new")
    assert again.status_code == 409
    assert "已经导入过" in again.text
    assert "名单.xlsx" in hr.get(IMPORT).text


def test_bad_rows_are_listed_with_number_and_reason_and_good_ones_may_go_alone(hr: Any, office: Unit) -> None:
    rows = [["张三", "A1", "经发局", "公务员", "", "1.38E+10"], ["李四", "A2", "经发局", "公务员", "", ""]]
    place = upload(hr, xlsx([HEAD, *rows])).location
    page = hr.get(place).text
    assert "科学计数" in page
    assert "只导入无问题的 1 人" in page
    refused = post(hr, place + "/apply", {"which": "all"}, place)
    assert refused.status_code == 409
    assert "没有导入" in refused.text
    assert post(hr, place + "/apply", {"which": "some"}, place).status_code == 400
    assert post(hr, place + "/apply", {"which": "good"}, place).status_code == 303
    assert (count(Person, staff_number="A1"), count(Person, staff_number="A2")) == (0, 1)


def test_a_stale_plan_offers_to_plan_again(hr: Any, office: Unit) -> None:
    someone = make_person(unit=office, name="李四", staff_number="A2")
    place = upload(hr, xlsx([HEAD, ["李四", "A2", "经发局", "公务员", "科长", ""]])).location
    db.session.get_one(Person, someone.id).post_title = "副科长"
    db.session.commit()
    stale = post(hr, place + "/apply", {"which": "all"}, place)
    assert stale.status_code == 409
    assert "重新预演" in stale.text
    assert post(hr, place + "/repeat", {}, place).status_code == 303
    assert "副科长" in hr.get(place).text
    assert post(hr, place + "/apply", {"which": "all"}, place).status_code == 303


def test_refused_files_change_nothing_and_say_why(hr: Any, office: Unit) -> None:
    good = xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]])
    for data, why in [
        (with_part(good, "xl/vbaProject.bin", b"x"), "含有宏"),
        (b"%PDF-1.7", "不是表格文件"),
        (xlsx([["只有", "数据"]]), "没有找到表头"),
        (xlsx([["姓名", "单位", "身份证号"], ["张三", "经发局", "1"]]), "不收集身份证号码"),
    ]:
        answer = upload(hr, data)
        assert answer.status_code in (400, 413)
        assert why in answer.text
    assert "请选择文件" in post(hr, IMPORT, {}).text
    assert count(RosterImport) == 0


def test_an_import_belongs_to_whoever_uploaded_it(app: Flask, hr: Any, zone: Unit, office: Unit) -> None:
    place = upload(hr, xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]])).location
    colleague = browser(app, official(zone, "刘人", Role.HR))
    for path in ("", "/file"):
        assert colleague.get(place + path).status_code == 404
    for path in ("/apply", "/repeat"):
        assert post(colleague, place + path, {"which": "all"}, "/bench/people/new").status_code == 404


def test_the_uploaded_file_comes_back_as_an_attachment(hr: Any, office: Unit) -> None:
    data = xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""]])
    answer = hr.get(upload(hr, data).location + "/file")
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_of_a_long_dry_run(hr: Any, office: Unit) -> None:
    rows = [[f"张{chr(0x4E00 + n)}", f"{n:06d}", "经发局", "公务员", "", ""] for n in range(1, 46)]
    place = upload(hr, xlsx([HEAD, *rows])).location
    assert "共 45 行，第 1 页，共 3 页" in hr.get(place).text
    with count_queries() as sent:
        assert "000045" in hr.get(place + "?tab=added&page=3").text
    assert sent.count <= 6


def test_the_template_is_read_back_by_the_reader(hr: Any, office: Unit) -> None:
    answer = hr.get(IMPORT + "/template")
    grid = read_grid(answer.data, "模板.xlsx")
    assert list(grid.rows[0])[: len(COLUMNS)] == [column[0] for column in COLUMNS]
    assert "没有内容" in upload(hr, answer.data).text


def test_the_command_previews_and_writes_only_with_yes(app: Flask, office: Unit, tmp_path: Any) -> None:
    file = tmp_path / "名单.xlsx"
    file.write_bytes(xlsx([HEAD, ["张三", "A1", "经发局", "公务员", "", ""], ["李四", "", "某局", "公务员", "", ""]]))
    runner = app.test_cli_runner()
    shown = runner.invoke(args=["people", "import", str(file)])
    assert shown.exit_code == 0
    assert "第 3 行 李四：没有找到单位" in shown.output
    assert count(Person, staff_number="A1") == 0
    assert runner.invoke(args=["people", "import", str(file), "--yes"]).exit_code == 1
    assert runner.invoke(args=["people", "import", str(file), "--yes", "--only-good"]).exit_code == 0
    assert count(Person, staff_number="A1") == 1
