"""免考、缓考 in the browser (免考缓考页面)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu.audit.models import AuditEvent, StoredFile
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Exam, Exemption
from lawedu.exams.roster_wording import HEALTH_HIDDEN
from lawedu.people.models import Person, Unit
from tests import cast
from tests.counting import count_queries
from tests.exams import roster_stage as stage

NEW = "/bench/exemptions/new"
PDF = b"%PDF-1.7 stamped"


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


def apply(
    client: FlaskClient, exam: Exam, who: str, data: bytes = PDF, name: str = "申请表.pdf", **changes: Any
) -> Any:
    fields = {
        "exam_id": exam.id,
        "who": who,
        "kind": "deferred",
        "ground": "official_trip",
        "explanation": "11月20日至30日赴省里办案",
        "document": (io.BytesIO(data), name) if data is not None else (io.BytesIO(b""), ""),
        **changes,
    }
    answer = cast.post(client, NEW, fields, NEW, content_type="multipart/form-data")
    answer.request.input_stream.close()  # a large body lies in a temporary file of the test client
    return answer


def only() -> Exemption:
    db.session.rollback()
    return db.session.query(Exemption).one()


def test_apply_by_number_decide_and_see_the_outcome(
    exam: Exam, liaison: FlaskClient, sun: FlaskClient, wang: Person
) -> None:
    answer = apply(liaison, exam, wang.staff_number.lower())
    assert answer.status_code == 303
    number = only().id
    assert answer.location == f"/bench/exemptions/{number}"
    assert "待审批" in liaison.get(answer.location).text

    page = f"/bench/exemptions/queue/{number}"
    assert wang.name in sun.get("/bench/exemptions/queue?state=open").text
    assert "赴省里办案" in sun.get(page).text
    refused = cast.post(sun, f"{page}/decide", {"decision": "rejected", "note": ""}, page)
    assert refused.status_code == 409
    assert "不同意的，请写明理由" in refused.text
    assert cast.post(sun, f"{page}/decide", {}, page).status_code == 422
    assert cast.post(sun, f"{page}/decide", {"decision": "approved"}, page).status_code == 303

    assert "已同意" in liaison.get("/bench/exemptions").text
    assert "缓考" in liaison.get(f"/bench/rosters/{exam.id}").text
    assert cast.post(sun, f"{page}/decide", {"decision": "approved"}, page).status_code == 409


def test_the_scan_comes_back_as_an_attachment_and_the_reading_is_written_down(
    exam: Exam, liaison: FlaskClient, sun: FlaskClient, wang: Person
) -> None:
    apply(liaison, exam, wang.name, name="../../<b>x</b>.html")
    number = only().id

    for client, path in ((liaison, f"/bench/exemptions/{number}"), (sun, f"/bench/exemptions/queue/{number}")):
        answer = client.get(f"{path}/document")
        assert answer.data == PDF
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert f"-{wang.staff_number}.pdf" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert cast.count(AuditEvent, action="exemption.read_document") == 2


def test_a_health_ground_is_hidden_from_the_unit(
    exam: Exam, liaison: FlaskClient, sun: FlaskClient, wang: Person
) -> None:
    apply(liaison, exam, wang.name, ground="health", explanation="住院手术")
    number = only().id

    for path in ("/bench/exemptions", f"/bench/exemptions/{number}"):
        text = liaison.get(path).text
        assert HEALTH_HIDDEN in text
        assert "住院" not in text
    assert liaison.get(f"/bench/exemptions/{number}/document").status_code == 404
    assert "住院手术" in sun.get(f"/bench/exemptions/queue/{number}").text
    assert sun.get(f"/bench/exemptions/queue/{number}/document").data == PDF


def test_another_units_liaison_finds_nothing(
    exam: Exam, app: Flask, liaison: FlaskClient, wang: Person, other_unit: Unit, zhao: Person
) -> None:
    apply(liaison, exam, wang.name)
    number = only().id
    stranger = cast.browser(app, cast.official(other_unit, "街道联络员", Role.UNIT_ADMIN, scope=other_unit))

    assert wang.name not in stranger.get("/bench/exemptions").text
    for path in (f"/bench/exemptions/{number}", f"/bench/exemptions/{number}/document"):
        assert stranger.get(path).status_code == 404
    assert cast.post(stranger, f"/bench/exemptions/{number}/withdraw").status_code == 404
    assert stranger.get(f"/bench/exemptions/queue/{number}").status_code == 403
    answer = apply(stranger, exam, wang.name)
    assert answer.status_code == 422
    assert "本单位应考名单中没有这名人员" in answer.text
    assert cast.count(Exemption, withdrawn_at=None) == 1


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"data": None}, 409, "须上传本单位盖章的申请表扫描件"),
        ({"data": b"MZ fake"}, 400, "只能上传 PDF、JPG 或者 PNG"),
        ({"data": b"%PDF-" + b"0" * (10 * 1024 * 1024)}, 413, "文件超过 10 MB"),
        ({"kind": "exempt"}, 409, "所选事由不适用于这一类申请"),
        ({"ground": "other", "explanation": ""}, 409, "事由为“其他”的，请写明具体情况"),
        ({"ground": ""}, 422, "请选择事由"),
        ({"kind": "absence"}, 409, "首考时段结束以后才能填写缺考说明"),
        ({"who": ""}, 422, "请填写工号或者姓名"),
        ({"who": "查无此人"}, 422, "本单位应考名单中没有这名人员"),
        ({"exam_id": "77"}, 422, ""),
    ],
)
def test_a_refused_application_says_why_and_keeps_what_was_typed(
    exam: Exam, liaison: FlaskClient, wang: Person, changes: dict[str, Any], status: int, sentence: str
) -> None:
    answer = apply(liaison, exam, **{"who": wang.name, "explanation": "写了很多话", **changes})

    assert answer.status_code == status
    assert sentence in answer.text
    assert "有 1 处需要更正" in answer.text
    if changes.get("explanation") != "":
        assert "写了很多话" in answer.text
    assert cast.count(Exemption) == cast.count(StoredFile) == 0


def test_namesakes_are_told_apart_by_number(
    exam: Exam, liaison: FlaskClient, exam_admin: Person, unit: Unit, wang: Person
) -> None:
    cast.make_person(unit=unit, name=wang.name)
    stage.draw_up_again(exam, exam_admin)

    answer = apply(liaison, exam, wang.name)
    assert answer.status_code == 422
    assert "有同名人员，请填写工号" in answer.text
    assert apply(liaison, exam, wang.staff_number).status_code == 303
    assert only().person_id == wang.id


def test_a_second_application_of_the_kind_is_refused_until_the_first_is_withdrawn(
    exam: Exam, liaison: FlaskClient, wang: Person
) -> None:
    apply(liaison, exam, wang.name)
    again = apply(liaison, exam, wang.name)
    assert again.status_code == 409
    assert "已有一份同类申请" in again.text

    number = only().id
    assert cast.post(liaison, f"/bench/exemptions/{number}/withdraw", page=NEW).status_code == 303
    assert cast.post(liaison, f"/bench/exemptions/{number}/withdraw", page=NEW).status_code == 409
    assert apply(liaison, exam, wang.name).status_code == 303


def test_who_asked_is_told_that_another_decides(exam: Exam, app: Flask, office: Unit, exam_admin: Person) -> None:
    cast.grant(exam_admin, Role.UNIT_ADMIN, office)
    client = cast.browser(app, exam_admin)
    apply(client, exam, exam_admin.name)
    page = f"/bench/exemptions/queue/{only().id}"

    assert "须由另一位考务管理员审批" in client.get(page).text
    answer = cast.post(client, f"{page}/decide", {"decision": "approved"}, page)
    assert answer.status_code == 409
    assert only().decision is None


def test_doors_are_closed_to_everybody_else(exam: Exam, app: Flask, wang: Person, hr: Person) -> None:
    for person in (wang, hr):
        client = cast.browser(app, person)
        for path in ("/bench/exemptions", NEW, "/bench/exemptions/queue", "/bench/exemptions/1/document"):
            assert client.get(path).status_code == 403


def test_odd_filters_are_ignored(exam: Exam, liaison: FlaskClient) -> None:
    for query in ("kind=x", "state=y&page=-3", "kind=exempt&state=open&page=99999"):
        assert liaison.get(f"/bench/exemptions?{query}").status_code == 200


def test_empty_lists_say_what_to_do(app: Flask, liaison: FlaskClient, sun: FlaskClient) -> None:
    assert "还没有申请" in liaison.get("/bench/exemptions").text
    assert "现在没有可以申请的考试" in liaison.get(NEW).text
    assert "没有申请" in sun.get("/bench/exemptions/queue").text


def test_lists_ask_the_same_number_of_questions_for_any_number_of_applications(
    exam: Exam, liaison: FlaskClient, sun: FlaskClient, exam_admin: Person, unit: Unit
) -> None:
    def one() -> None:
        person = cast.make_person(unit=unit)
        stage.draw_up_again(exam, exam_admin)
        assert apply(liaison, exam, person.staff_number).status_code == 303

    def counts() -> list[int]:
        found = []
        for client, address in ((liaison, "/bench/exemptions"), (sun, "/bench/exemptions/queue")):
            client.get(address)
            with count_queries() as sent:
                client.get(address)
            found.append(sent.count)
        return found

    one()
    few = counts()
    for _ in range(6):
        one()

    assert counts() == few
    assert max(few) <= 6
