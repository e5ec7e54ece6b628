"""The audience in the browser (应考范围页面)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu.db import db
from lawedu.exams.models import AudienceRule, Exam
from lawedu.people.models import Person, Unit
from tests import cast
from tests.counting import count_queries
from tests.exams import roster_stage as stage


@pytest.fixture
def exam(app: Flask, exam_admin: Person, wang: Person, li: Person, zhao: Person) -> Exam:
    return stage.make_exam()


@pytest.fixture
def sun(app: Flask, exam_admin: Person) -> FlaskClient:
    return cast.browser(app, exam_admin)


def test_from_the_first_rule_to_the_list(exam: Exam, sun: FlaskClient, unit: Unit, wang: Person, li: Person) -> None:
    page = f"/bench/exams/{exam.id}/audience"
    assert "还没有规则" in sun.get(page).text

    added = cast.post(sun, f"{page}/rules", {"effect": "include", "unit_id": str(unit.id)}, page)
    assert added.status_code == 303
    assert '按规则应列入 <b class="num">2</b> 人' in sun.get(page).text
    drawn = cast.post(sun, f"{page}/draw-up", page=page)

    assert drawn.status_code == 303
    assert stage.listed(exam) == {wang.name, li.name}
    assert "名单已生成，共 2 人" in sun.get(page).text


def test_a_repeated_rule_keeps_what_was_chosen(exam: Exam, sun: FlaskClient, unit: Unit) -> None:
    page = f"/bench/exams/{exam.id}/audience"
    fields = {"effect": "exclude", "unit_id": str(unit.id), "category": "soe_staff", "leaders_only": "y"}
    cast.post(sun, f"{page}/rules", fields, page)

    answer = cast.post(sun, f"{page}/rules", fields, page)

    assert answer.status_code == 409
    assert "已经有一条相同的规则" in answer.text
    assert f'<option selected value="{unit.id}">' in answer.text
    assert re.search(r'<input[^>]*checked[^>]*name="leaders_only"', answer.text)
    assert re.search(r'<input[^>]*checked[^>]*value="exclude"', answer.text)
    assert cast.count(AudienceRule) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"effect": "neither"},
        {"effect": "include", "unit_id": "99999999999999999999"},
        {"effect": "include", "unit_id": "x"},
        {"effect": "include", "category": "nobility"},
    ],
)
def test_what_no_page_offers_is_refused(exam: Exam, sun: FlaskClient, fields: dict[str, Any]) -> None:
    page = f"/bench/exams/{exam.id}/audience"
    assert cast.post(sun, f"{page}/rules", fields, page).status_code == 422
    assert cast.count(AudienceRule) == 0


def test_drawing_up_without_rules_says_what_to_do(exam: Exam, sun: FlaskClient) -> None:
    page = f"/bench/exams/{exam.id}/audience"
    answer = cast.post(sun, f"{page}/draw-up", page=page)
    assert answer.status_code == 409
    assert "还没有应考范围" in answer.text


def test_removing_a_rule(exam: Exam, sun: FlaskClient, exam_admin: Person, unit: Unit) -> None:
    stage.draw_up(exam, exam_admin, unit)
    rule = db.session.query(AudienceRule).one()
    page = f"/bench/exams/{exam.id}/audience"
    assert cast.post(sun, f"{page}/rules/{rule.id}/remove", page=page).status_code == 303
    assert cast.count(AudienceRule) == 0


def test_one_person_is_found_added_and_taken_off(
    exam: Exam, sun: FlaskClient, exam_admin: Person, unit: Unit, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    base = f"/bench/exams/{exam.id}/audience"
    assert f"{base}/add/{zhao.id}" in sun.get(f"{base}/add?q={zhao.staff_number.lower()}").text

    assert cast.post(sun, f"{base}/add/{zhao.id}", {"reason": ""}).status_code == 303
    assert zhao.name in stage.listed(exam)
    assert "已在名单" in sun.get(f"{base}/add?q=赵").text
    row = stage.row_of(exam, zhao)
    assert cast.post(sun, f"{base}/people/{row.id}/remove", {"reason": "外出"}).status_code == 303

    assert zhao.name not in stage.listed(exam)
    assert "外出" in sun.get(f"{base}/people?removed=1").text


def test_after_the_lock_the_reason_is_asked_for_and_nothing_typed_is_lost(
    exam: Exam, sun: FlaskClient, exam_admin: Person, unit: Unit, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    stage.lock(exam, exam_admin)
    base = f"/bench/exams/{exam.id}/audience"

    refused = cast.post(sun, f"{base}/add/{zhao.id}", {"reason": "　"})
    too_long = cast.post(sun, f"{base}/add/{zhao.id}", {"reason": "长" * 501})

    assert refused.status_code == 409
    assert "名单已经锁定，变动须写明原因" in refused.text
    assert too_long.status_code == 422
    assert "长" * 501 in too_long.text
    assert zhao.name not in stage.listed(exam)
    assert "添加规则" not in sun.get(base).text


@pytest.mark.parametrize("path", ["", "/people", "/add", "/add/1", "/people/1/remove"])
def test_only_exam_administrators_come_in(
    exam: Exam, app: Flask, li: Person, wang: Person, hr: Person, path: str
) -> None:
    for person in (li, wang, hr):
        assert cast.browser(app, person).get(f"/bench/exams/{exam.id}/audience{path}").status_code == 403


def test_what_does_not_exist_is_not_found(exam: Exam, sun: FlaskClient) -> None:
    for path in (
        "/bench/exams/999/audience",
        "/bench/exams/99999999999999999999/audience",
        f"/bench/exams/{exam.id}/audience/add/999999",
        f"/bench/exams/{exam.id}/audience/people/999999/remove",
    ):
        assert sun.get(path).status_code == 404


@pytest.mark.parametrize("path", ["audience", "audience/people", "audience/people?removed=1", "audience/add?q=人"])
def test_pages_ask_the_same_number_of_questions_for_any_number_of_people(
    exam: Exam, sun: FlaskClient, exam_admin: Person, unit: Unit, path: str
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    address = f"/bench/exams/{exam.id}/{path}"
    sun.get(address)
    with count_queries() as few:
        sun.get(address)
    for _ in range(25):
        cast.make_person(unit=cast.make_unit(parent=unit))
    stage.draw_up_again(exam, exam_admin)
    with count_queries() as many:
        answer = sun.get(address)

    assert answer.status_code == 200
    assert many.count <= few.count
