"""Rosters in the browser (名单核对页面)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu.core.exam import ExamKind
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Exam, RosterConfirmation
from lawedu.exams.roster_models import RosterNote
from lawedu.people.models import Person, PersonCategory, Unit
from tests import cast
from tests.counting import count_queries
from tests.exams import roster_stage as stage


@pytest.fixture
def exam(app: Flask, exam_admin: Person, wang: Person, li: Person, zhao: Person) -> Exam:
    made = stage.make_exam()
    stage.draw_up(made, exam_admin)
    stage.open_lists(made, exam_admin)
    return made


@pytest.fixture
def liaison(app: Flask, li: Person) -> FlaskClient:
    return cast.browser(app, li)


@pytest.fixture
def sun(app: Flask, exam_admin: Person) -> FlaskClient:
    return cast.browser(app, exam_admin)


def hidden(page: Any, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text).group(1)


def confirm(client: FlaskClient, exam: Exam, unit: Unit, page: Any, **changes: Any) -> Any:
    fields = {"unit_id": unit.id, "list_hash": hidden(page, "list_hash"), "note": "", **changes}
    return cast.post(client, f"/bench/rosters/{exam.id}/confirm", fields, f"/bench/rosters/{exam.id}")


def test_the_liaison_sees_the_own_list_and_confirms_it(
    exam: Exam, liaison: FlaskClient, unit: Unit, wang: Person, zhao: Person
) -> None:
    assert exam.title in liaison.get("/bench/rosters").text
    page = liaison.get(f"/bench/rosters/{exam.id}")
    assert wang.name in page.text
    assert zhao.name not in page.text

    answer = confirm(liaison, exam, unit, page)

    assert answer.status_code == 303
    after = liaison.get(answer.location)
    assert "已确认应考名单，共 2 人" in after.text
    assert "确认名单无误" not in after.text
    assert cast.count(RosterConfirmation) == 1


def test_a_changed_list_is_shown_again_with_the_remark_kept(
    exam: Exam, liaison: FlaskClient, unit: Unit, exam_admin: Person
) -> None:
    page = liaison.get(f"/bench/rosters/{exam.id}")
    cast.make_person(unit=unit, name="后来的")
    stage.draw_up_again(exam, exam_admin)

    answer = confirm(liaison, exam, unit, page, note="已逐人核对")

    assert answer.status_code == 409
    assert "您打开页面以后名单有变化" in answer.text
    assert "后来的" in answer.text
    assert 'value="已逐人核对"' in answer.text
    assert hidden(answer, "list_hash") != hidden(page, "list_hash")
    assert cast.count(RosterConfirmation) == 0


def test_another_units_list_is_not_found(
    exam: Exam, liaison: FlaskClient, unit: Unit, other_unit: Unit, zhao: Person
) -> None:
    page = liaison.get(f"/bench/rosters/{exam.id}")
    row = stage.row_of(exam, zhao)
    for path in (
        f"?unit={other_unit.id}",
        "?unit=99999999999999999999",
        "?unit=-1",
        f"/print?unit={other_unit.id}",
        f"/notes/new?unit={other_unit.id}",
        f"/notes/new?unit={unit.id}&candidate={row.id}",
        "/notes/new",
    ):
        assert liaison.get(f"/bench/rosters/{exam.id}{path}").status_code == 404, path
    assert confirm(liaison, exam, other_unit, page).status_code == 404
    assert cast.count(RosterConfirmation) == 0


def test_a_pre_appointment_batch_leaves_no_trace(exam: Exam, liaison: FlaskClient) -> None:
    exam.kind = ExamKind.PRE_APPOINTMENT
    db.session.commit()

    assert exam.title not in liaison.get("/bench/rosters").text
    for path in ("", "/print", "/notes"):
        assert liaison.get(f"/bench/rosters/{exam.id}{path}").status_code == 404


def test_a_list_that_was_not_opened_is_not_there_yet(
    app: Flask, liaison: FlaskClient, exam_admin: Person, wang: Person
) -> None:
    draft = stage.make_exam(title="还没开始的考试")
    stage.draw_up(draft, exam_admin)
    assert "没有需要核对的名单" in liaison.get("/bench/rosters").text
    assert liaison.get(f"/bench/rosters/{draft.id}").status_code == 404


def test_what_is_wrong_goes_to_the_exam_administrator_and_back(
    exam: Exam, liaison: FlaskClient, sun: FlaskClient, unit: Unit, wang: Person
) -> None:
    row = stage.row_of(exam, wang)
    form = f"/bench/rosters/{exam.id}/notes/new?unit={unit.id}&candidate={row.id}"
    fields = {"unit_id": unit.id, "candidate_id": row.id}
    empty = cast.post(liaison, f"/bench/rosters/{exam.id}/notes/new", {**fields, "reason": ""}, form)
    assert empty.status_code == 422
    assert "请写明原因" in empty.text
    sent = cast.post(liaison, f"/bench/rosters/{exam.id}/notes/new", {**fields, "reason": "已退休"}, form)
    assert sent.status_code == 303
    number = db.session.query(RosterNote).one().id

    assert "已退休" in sun.get(f"/bench/exams/{exam.id}/roster/notes").text
    page = f"/bench/exams/{exam.id}/roster/notes/{number}"
    unanswered = cast.post(sun, f"{page}/decline", {"answer": ""}, page)
    assert unanswered.status_code == 409
    assert "不采纳的，请写明原因" in unanswered.text
    accepted = cast.post(sun, f"{page}/accept", {"answer": "已移出"}, page)

    assert accepted.status_code == 303
    assert wang.name not in stage.listed(exam)
    assert "已移出" in liaison.get(f"/bench/rosters/{exam.id}/notes").text


def test_an_addition_is_matched_by_hand(exam: Exam, liaison: FlaskClient, sun: FlaskClient, unit: Unit) -> None:
    form = f"/bench/rosters/{exam.id}/notes/new?unit={unit.id}"
    nobody = cast.post(
        liaison, f"/bench/rosters/{exam.id}/notes/new", {"unit_id": unit.id, "who": "", "reason": "调入"}, form
    )
    assert nobody.status_code == 422
    assert "请写明应增加人员的姓名" in nobody.text
    cast.post(
        liaison, f"/bench/rosters/{exam.id}/notes/new", {"unit_id": unit.id, "who": "钱多", "reason": "调入"}, form
    )
    person = cast.make_person(unit=unit, name="钱多")
    number = db.session.query(RosterNote).one().id
    page = f"/bench/exams/{exam.id}/roster/notes/{number}"
    assert person.staff_number in sun.get(page).text

    unchosen = cast.post(sun, f"{page}/accept", {}, page)
    assert unchosen.status_code == 409
    assert "请先选择要加入名单的人员" in unchosen.text
    assert cast.post(sun, f"{page}/accept", {"person_id": "abc"}, page).status_code == 404
    assert cast.post(sun, f"{page}/accept", {"person_id": person.id}, page).status_code == 303

    assert person.name in stage.listed(exam)


def test_a_note_is_withdrawn(exam: Exam, liaison: FlaskClient, unit: Unit) -> None:
    form = f"/bench/rosters/{exam.id}/notes/new?unit={unit.id}"
    fields = {"unit_id": unit.id, "who": "钱多", "reason": "调入"}
    cast.post(liaison, f"/bench/rosters/{exam.id}/notes/new", fields, form)
    number = db.session.query(RosterNote).one().id
    page = f"/bench/rosters/{exam.id}/notes"

    assert cast.post(liaison, f"{page}/{number}/withdraw", page=page).status_code == 303
    assert cast.post(liaison, f"{page}/{number}/withdraw", page=page).status_code == 409


def test_the_administrator_opens_watches_and_locks(
    exam: Exam, sun: FlaskClient, liaison: FlaskClient, unit: Unit
) -> None:
    page = f"/bench/exams/{exam.id}/roster"
    wrong = cast.post(sun, f"{page}/open", {"by_date": "明天"}, page)
    assert wrong.status_code == 422
    assert 'value="明天"' in wrong.text
    past = cast.post(sun, f"{page}/open", {"by_date": "2020-01-01"}, page)
    assert past.status_code == 409
    assert "核对截止日期不能早于今天" in past.text
    assert cast.post(sun, f"{page}/open", {"by_date": "2099-12-01"}, page).status_code == 303

    confirm(liaison, exam, unit, liaison.get(f"/bench/rosters/{exam.id}"))
    assert "33.3%" in sun.get(page).text
    assert unit.name in sun.get(f"{page}?show=confirmed").text
    assert f'<th scope="row">{unit.name}' not in sun.get(f"{page}?show=waiting").text
    ask = sun.get(f"{page}/lock")
    assert "不能撤销" in ask.text
    assert cast.post(sun, f"{page}/lock", page=f"{page}/lock").status_code == 303
    assert cast.post(sun, f"{page}/lock", page="/password").status_code == 409

    assert "锁定" in sun.get(page).text
    late = cast.post(liaison, f"/bench/rosters/{exam.id}/confirm", {"unit_id": unit.id, "list_hash": "x"}, "/password")
    assert late.status_code == 410
    assert "应考名单已经锁定" in late.text


def test_only_exam_administrators_see_all_units(exam: Exam, liaison: FlaskClient) -> None:
    for path in ("", "/lock", "/notes"):
        assert liaison.get(f"/bench/exams/{exam.id}/roster{path}").status_code == 403


def test_the_administrator_looks_into_a_units_list_without_confirming(
    exam: Exam, sun: FlaskClient, other_unit: Unit, zhao: Person
) -> None:
    page = sun.get(f"/bench/rosters/{exam.id}?unit={other_unit.id}")
    assert zhao.name in page.text
    assert "确认名单无误" not in page.text
    assert "应去掉" not in page.text


def test_the_list_on_paper_has_places_to_sign(exam: Exam, liaison: FlaskClient, wang: Person) -> None:
    wang.category = PersonCategory.MEDIATOR
    db.session.commit()
    text = liaison.get(f"/bench/rosters/{exam.id}/print").text
    for word in ("填表人", "审核人", "负责人", "单位（盖章）", "日期", "名单校验码", wang.name, "人民调解员"):
        assert word in text


def test_a_liaison_of_two_units_switches_between_them(
    exam: Exam, app: Flask, li: Person, unit: Unit, other_unit: Unit, zhao: Person
) -> None:
    cast.grant(li, Role.UNIT_ADMIN, other_unit)
    client = cast.browser(app, li)
    assert zhao.name not in client.get(f"/bench/rosters/{exam.id}").text
    assert "切换单位" in client.get(f"/bench/rosters/{exam.id}").text
    assert zhao.name in client.get(f"/bench/rosters/{exam.id}?unit={other_unit.id}").text


def test_pages_ask_the_same_number_of_questions_for_any_number_of_people(
    exam: Exam, sun: FlaskClient, liaison: FlaskClient, exam_admin: Person, unit: Unit
) -> None:
    pages = [
        (liaison, "/bench/rosters"),
        (liaison, f"/bench/rosters/{exam.id}"),
        (liaison, f"/bench/rosters/{exam.id}/print"),
        (sun, f"/bench/exams/{exam.id}/roster"),
        (sun, f"/bench/exams/{exam.id}/roster?show=waiting"),
    ]

    def counts() -> list[int]:
        found = []
        for client, address in pages:
            client.get(address)
            with count_queries() as sent:
                assert client.get(address).status_code == 200
            found.append(sent.count)
        return found

    few = counts()
    for _ in range(25):
        cast.make_person(unit=cast.make_unit(parent=unit))
    stage.draw_up_again(exam, exam_admin)

    assert counts() == few
    assert max(few) <= 20
