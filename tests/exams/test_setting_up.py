"""The list, a new exam, its overview, settings and windows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lawedu import wording
from lawedu.core.exam import ExamKind, ExamState, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.scoring import MultipleRule
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.exams.readiness import Gap, StepName
from lawedu.people.models import Person
from tests.cast import browser, count, post
from tests.counting import count_queries
from tests.exams.setup_stage import get, list_people, make_draft, publish, small_bank

NEW = "/bench/exams/new"


@pytest.fixture
def admin(app: Flask, exam_admin: Person) -> Any:
    """The browser of the exam administrator."""
    return browser(app, exam_admin)


def settings_of(exam: Exam, **changes: Any) -> dict[str, Any]:
    """The settings page as a browser would send it."""
    fields = {
        "edit_no": exam.edit_no,
        "title": exam.title,
        "year": exam.year,
        "kind": exam.kind.value,
        "duration_minutes": exam.duration_minutes,
        "full_points": exam.full_points,
        "pass_mark": exam.pass_mark,
        "excellent_mark": exam.excellent_mark,
        "multiple_rule": exam.multiple_rule.value,
        "form_mode": exam.form_mode.value,
        "form_count": exam.form_count,
        "shuffle_items": "y",
        "notice": exam.notice,
    }
    return fields | changes


def windows_of(*spans: tuple[str, str, str, Any], edit_no: int = 2) -> dict[str, Any]:
    fields: dict[str, Any] = {"edit_no": edit_no, "do": "save"}
    for row, (kind, opens, closes, tries) in enumerate(spans):
        fields |= {
            f"rows-{row}-kind": kind,
            f"rows-{row}-opens_at": opens,
            f"rows-{row}-closes_at": closes,
            f"rows-{row}-tries": tries,
        }
    return fields


def test_every_state_kind_step_and_gap_has_its_word(app: Flask) -> None:
    for enum in (ExamKind, ExamState, WindowKind, FormMode, MultipleRule, StepName, Gap):
        assert all(wording.label(member) for member in enum)


def test_a_new_exam_comes_with_the_preset(admin: Any) -> None:
    answer = post(admin, NEW, {"title": "2026年度普法考试", "year": "2026"})

    exam = db.session.query(Exam).one()
    assert (answer.status_code, answer.location) == (303, f"/bench/exams/{exam.id}")
    assert (exam.duration_minutes, exam.pass_mark, exam.full_points) == (60, Decimal(80), Decimal(100))
    assert [(cell.count, cell.points) for cell in exam.cells] == [(40, 1), (20, 2), (20, 1)]
    assert [window.kind for window in exam.windows] == [WindowKind.MAIN, WindowKind.RESIT]
    page = admin.get(answer.location).text
    assert "题库里的题不够" in page
    assert "应考名单里还没有人员" in page


def test_pressing_twice_makes_one_exam(admin: Any) -> None:
    fields = {"title": "2026年度普法考试", "year": "2026"}
    post(admin, NEW, fields)
    answer = post(admin, NEW, fields)

    assert answer.status_code == 409
    assert 'value="2026年度普法考试"' in answer.text
    assert count(Exam) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"title": " ", "year": "2026"}, {"title": "甲", "year": "二〇二六"}, {"title": "甲", "year": "99999999999"}],
)
def test_an_incomplete_new_exam_is_refused_in_chinese(admin: Any, fields: dict[str, str]) -> None:
    answer = post(admin, NEW, fields)

    assert answer.status_code == 422
    assert "处需要更正" in answer.text
    assert count(Exam) == 0


def test_only_exam_administrators_set_up_exams(app: Flask, wang: Person, li: Person, hr: Person) -> None:
    small_bank()
    exam = make_draft()
    for person in (wang, li, hr):
        client = browser(app, person)
        for part in (
            "",
            "/settings",
            "/windows",
            "/plan",
            "/plan/counts",
            "/preview",
            "/publish",
            "/release",
            "/cancel",
        ):
            assert client.get(f"/bench/exams/{exam.id}{part}").status_code == 403, part
        assert client.get("/bench/exams").status_code == 403
        assert post(client, f"/bench/exams/{exam.id}/settings", settings_of(exam, title="改了")).status_code == 403
    assert get(exam.id).title == exam.title


def test_an_exam_that_does_not_exist_is_not_found(admin: Any) -> None:
    for part in ("", "/settings", "/windows", "/plan", "/plan/counts", "/preview", "/publish", "/release", "/cancel"):
        assert admin.get(f"/bench/exams/77{part}").status_code == 404, part


def test_every_setting_can_be_changed(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    opened_on = exam.edit_no
    changed = settings_of(
        exam,
        title="改名的考试",
        duration_minutes="90",
        full_points="120.5",
        pass_mark="72.25",
        excellent_mark="100",
        multiple_rule="partial_per_option",
        form_mode="balanced",
        form_count="3",
        notice="请带准考证",
    )
    del changed["shuffle_items"]

    answer = post(admin, f"/bench/exams/{exam.id}/settings", changed)

    assert answer.status_code == 303
    new = get(exam.id)
    assert (new.title, new.duration_minutes, new.form_count, new.notice) == ("改名的考试", 90, 3, "请带准考证")
    assert (new.full_points, new.pass_mark) == (Decimal("120.50"), Decimal("72.25"))
    assert (new.multiple_rule, new.form_mode) == (MultipleRule.PARTIAL_PER_OPTION, FormMode.BALANCED)
    assert (new.shuffle_items, new.shuffle_options, new.score_at_submit) == (False, False, False)
    assert new.edit_no == opened_on + 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("duration_minutes", "0", "5 至 600"),
        ("duration_minutes", "一小时", "整数"),
        ("pass_mark", "101", "合格线"),
        ("excellent_mark", "70", "合格线"),
        ("full_points", "1e3", "两位小数"),
        ("full_points", "NaN", "两位小数"),
        ("pass_mark", "", "请填写合格线"),
        ("form_count", "1", "2 至 20"),
        ("title", "长" * 61, "60 字"),
        ("notice", "含\x00空字符", "无法保存"),
        ("edit_no", "x", "页面已过期"),
    ],
)
def test_a_wrong_setting_is_refused_at_its_field(admin: Any, field: str, value: str, words: str) -> None:
    small_bank()
    exam = make_draft()
    answer = post(
        admin,
        f"/bench/exams/{exam.id}/settings",
        settings_of(exam, form_mode="balanced", form_count="2")
        | {field: value, "notice": value if field == "notice" else "留着"},
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert field == "notice" or "留着" in answer.text
    assert get(exam.id).edit_no == exam.edit_no


def test_unknown_choices_are_refused(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    for field in ("kind", "multiple_rule", "form_mode"):
        answer = post(admin, f"/bench/exams/{exam.id}/settings", settings_of(exam, **{field: "weird"}))
        assert answer.status_code == 422, field


def test_who_saves_second_hears_of_the_first_and_loses_nothing(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    first, second = settings_of(exam, notice="第一个人写的"), settings_of(exam, notice="第二个人写的")
    post(admin, f"/bench/exams/{exam.id}/settings", first)

    answer = post(admin, f"/bench/exams/{exam.id}/settings", second)

    assert answer.status_code == 409
    assert "被修改过" in answer.text
    assert "第二个人写的" in answer.text
    assert get(exam.id).notice == "第一个人写的"
    assert f'name="edit_no" type="hidden" value="{first["edit_no"] + 1}"' in answer.text


def test_after_publishing_nothing_can_be_changed(admin: Any, wang: Person) -> None:
    small_bank()
    exam = make_draft()
    list_people(exam, wang)
    publish(exam)

    spans = windows_of(("main", "2026-11-16T08:00", "2026-11-26T00:00", 1), edit_no=exam.edit_no)
    for part, fields in (("settings", settings_of(exam, title="改了")), ("windows", spans)):
        answer = post(admin, f"/bench/exams/{exam.id}/{part}", fields)
        assert answer.status_code == 409
        assert "不能再修改" in answer.text
    assert get(exam.id).title == exam.title


def test_the_list_is_paged_filtered_and_asks_as_often_for_one_as_for_many(admin: Any) -> None:
    small_bank()
    make_draft(title="甲考试")
    admin.get("/bench/exams")
    with count_queries() as few:
        assert "甲考试" in admin.get("/bench/exams").text
    for number in range(24):
        make_draft(title=f"第{number}号", year=2025, resit=False)
    with count_queries() as many:
        page = admin.get("/bench/exams").text

    assert many.count == few.count
    assert "共 25 场，第 1 页，共 2 页" in page
    assert "甲考试" not in admin.get("/bench/exams?year=2025&page=2").text
    assert "没有符合条件的考试" in admin.get("/bench/exams?state=released").text
    assert admin.get("/bench/exams?year=abc&state=weird&page=-1").status_code == 200


def test_the_security_administrator_reads_but_does_not_edit(app: Flask, security_admin: Person) -> None:
    small_bank()
    exam = make_draft()
    client = browser(app, security_admin)

    assert client.get(f"/bench/exams/{exam.id}").status_code == 200
    assert client.get(f"/bench/exams/{exam.id}/settings").status_code == 403
