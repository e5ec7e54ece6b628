"""Workbooks: the same figures as on the screen, typed cells, a number and a hash in the ledger."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook

from lawedu import clock
from lawedu.audit.models import AuditEvent, ExportRecord
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Decision, Exam
from lawedu.people.models import Person
from tests import cast
from tests.completion.histories import History, Try, live
from tests.completion.test_pages import cells, text_of


@pytest.fixture
def hr_desk(app: Flask, hr: Person) -> Any:
    """The browser of HR for the whole zone."""
    return cast.browser(app, hr)


def export(desk: Any, kind: str, query: str = "", **fields: str) -> Any:
    exam_id = db.session.query(Exam.id).scalar()
    return cast.post(desk, f"/bench/completion/export?exam={exam_id}{query}", {"kind": kind, **fields})


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return rows


def table(rows: list[list[Any]]) -> tuple[list[str], dict[str, list[Any]]]:
    """Headings, and lines by their first cell."""
    head = next(number for number, row in enumerate(rows) if row[0] == "单位")
    return [str(cell) for cell in rows[head]], {str(row[0]).strip("　"): row[1:] for row in rows[head + 1 :]}


def shown(value: Any, heading: str) -> str:
    """A cell as the screen writes it."""
    if value == "":
        return "—"
    if "率" in heading:
        return f"{value:.1%}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


@pytest.mark.parametrize("query", ["", "&sitting=first", "&base=required", "&leader=no"])
def test_the_whole_table_equals_the_screen(
    hr_desk: Any, exam: Exam, wang: Person, li: Person, zhao: Person, query: str
) -> None:
    live(exam, wang, History([Try(points=95)]))
    live(exam, li, History([Try(points=41)]))
    live(exam, zhao, History(exempt=Decision.APPROVED))
    headings, lines = table(rows_of(export(hr_desk, "units", query)))
    page = hr_desk.get(f"/bench/completion?exam={exam.id}{query}").text
    for name, screen_name in (("经济发展局", "经济发展局"), ("柳岸社区", "柳岸社区"), ("合计", "合计")):
        written = [shown(value, heading) for value, heading in zip(lines[name], headings[1:], strict=True)]
        screen = cells(page, screen_name)
        # The screen has 优秀率 before 平均分, the table for offices the other way round.
        assert written == [*screen[:9], screen[10], screen[9]]
    assert any(heading.startswith("合格率（合格÷") for heading in headings)


def test_the_table_that_goes_upwards_has_its_columns(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=95)]))
    rows = rows_of(export(hr_desk, "upwards"))
    headings, lines = table(rows)
    assert [re.sub("（.*", "", heading) for heading in headings] == [
        "单位", "应考", "实考", "参考率", "合格人数", "合格率", "平均分", "优秀率",
    ]  # fmt: skip
    assert lines["经济发展局"] == [2, 1, 0.5, 1, 1, 95, 1]
    foot = "".join(str(cell) for cell in rows[-1])
    assert foot == "填表人：审核人：负责人：单位（盖章）：日期："


def test_the_file_is_marked_and_stands_in_the_ledger(hr_desk: Any, exam: Exam, hr: Person) -> None:
    answer = export(hr_desk, "upwards")
    record = db.session.query(ExportRecord).one()
    assert record.sha256 == hashlib.sha256(answer.data).hexdigest()
    assert (record.exported_by, record.row_count, record.kind) == (hr.staff_number, 4, "completion.units")
    everything = "".join(str(cell) for row in rows_of(answer) for cell in row)
    assert record.number in everything
    assert "吴敏" in everything
    assert "attachment" in answer.headers["Content-Disposition"]
    assert cast.count(AuditEvent, action="completion.export") == 1
    listed = hr_desk.get("/bench/completion/exports").text
    assert record.number in listed
    assert record.sha256 in listed


def test_the_list_of_people_holds_who_is_on_the_screen_and_no_formula(
    hr_desk: Any, exam: Exam, wang: Person, unit: Any
) -> None:
    wang.name, wang.post_title = "=1+1", "@SUM(A1)\x07"
    db.session.commit()
    live(exam, wang, History([Try(points=95)]))
    answer = export(hr_desk, "people", f"&unit={unit.id}")
    rows = rows_of(answer)
    head = next(number for number, row in enumerate(rows) if row[0] == "序号")
    assert rows[head + 1][1:] == ["经济发展局", "=1+1", wang.staff_number, "@SUM(A1)", "公务员", "否", "合格", 95, 95]
    assert rows[head + 2][7:] == ["未考", "", ""]
    assert b"<f>" not in answer.data
    assert db.session.query(ExportRecord).one().row_count == 2


def test_a_list_of_people_asks_for_the_password_again(hr_desk: Any, exam: Exam) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        assert export(hr_desk, "people").status_code == 422
        assert export(hr_desk, "people", password="wrong").status_code == 422
        assert cast.count(ExportRecord) == 0
        assert export(hr_desk, "upwards").status_code == 200
        assert export(hr_desk, "people", password=cast.PASSWORD).status_code == 200


def test_before_release_no_score_is_exported(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=95)]))
    exam.score_at_submit = False
    db.session.commit()
    for kind in ("units", "upwards", "people"):
        everything = "".join(str(cell) for row in rows_of(export(hr_desk, kind)) for cell in row)
        assert "95" not in re.sub(r"DC\S+|GX\d+|\d+年.*", "", everything)
        assert "平均分" not in everything


def test_what_cannot_be_exported_is_refused(hr_desk: Any, exam: Exam, li: Person) -> None:
    assert export(hr_desk, "everything").status_code == 422
    assert cast.post(hr_desk, "/bench/completion/export?exam=99", {"kind": "units"}).status_code == 404
    assert cast.count(ExportRecord) == 0


def test_a_result_without_its_seal_stops_the_export(hr_desk: Any, exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=40)]))
    db.session.execute(db.text("UPDATE result SET passed = true"))
    db.session.commit()
    assert export(hr_desk, "people").status_code == 409
    assert cast.count(ExportRecord) == 0


def test_hr_with_a_limited_reach_exports_only_their_people_and_sees_only_their_exports(
    app: Flask, exam: Exam, hr_desk: Any, other_unit: Any, office: Any
) -> None:
    export(hr_desk, "upwards")
    street = cast.browser(app, cast.official(office, "钱进", Role.HR, scope=other_unit))
    everything = "".join(str(cell) for row in rows_of(export(street, "people")) for cell in row)
    assert "赵海涛" in everything
    assert "王建国" not in everything
    listed = text_of(street.get("/bench/completion/exports").text)
    assert "钱进" in listed
    assert "吴敏" not in listed
