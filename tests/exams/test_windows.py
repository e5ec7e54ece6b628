"""时段: main and resit windows, typed on the Beijing clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from lawedu.core.exam import WindowKind
from lawedu.db import db
from lawedu.exams.models import ExamWindow
from lawedu.people.models import Person
from tests.cast import browser, count, post
from tests.exams.setup_stage import get, list_people, make_draft, make_questions, small_bank

NEW = "/bench/exams/new"


@pytest.fixture
def admin(app: Flask, exam_admin: Person) -> Any:
    """The browser of the exam administrator."""
    return browser(app, exam_admin)


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


def test_windows_are_saved_in_beijing_time(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    fields = windows_of(
        ("main", "2026-11-16T08:00", "2026-11-26T00:00", 2), ("resit", "2026-12-07T08:00", "2026-12-11T18:00", 1)
    )

    assert post(admin, f"/bench/exams/{exam.id}/windows", fields).status_code == 303

    main, resit = get(exam.id).windows
    assert (main.opens_at, main.closes_at, main.tries) == (
        datetime(2026, 11, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 25, 16, tzinfo=UTC),
        2,
    )
    assert resit.kind is WindowKind.RESIT
    assert "11月25日 24:00" in admin.get(f"/bench/exams/{exam.id}").text
    assert 'value="2026-11-16T08:00"' in admin.get(f"/bench/exams/{exam.id}/windows").text


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([("main", "2026-11-16T08:00", "2026-11-16T08:30", 1)], "不能短于考试时长"),
        ([("main", "2026-11-16T08:00", "2026-11-15T08:00", 1)], "须晚于开始时间"),
        ([("resit", "2026-11-16T08:00", "2026-11-17T08:00", 1)], "至少要有一个首考时段"),
        ([("main", "2026-11-16T08:00", "2026-11-17T08:00", 0)], "1 至 9"),
        (
            [("main", "2026-11-16T08:00", "2026-11-17T08:00", 1), ("main", "2026-11-16T20:00", "2026-11-18T08:00", 1)],
            "重叠",
        ),
        (
            [("main", "2026-11-16T08:00", "2026-11-17T08:00", 1), ("resit", "2026-11-10T08:00", "2026-11-11T08:00", 1)],
            "首考全部结束之后",
        ),
        ([("main", "明天", "2026-11-17T08:00", 1)], "请填写日期和时间"),
        ([("main", "", "2026-11-17T08:00", 1)], "请填写开始时间"),
    ],
)
def test_windows_that_do_not_fit_are_refused_at_their_field(admin: Any, spans: Any, words: str) -> None:
    small_bank()
    exam = make_draft()
    before = count(ExamWindow)

    answer = post(admin, f"/bench/exams/{exam.id}/windows", windows_of(*spans))

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2026-11-17T08:00"' in answer.text or len(spans) == 1
    assert count(ExamWindow) == before


def test_windows_are_added_and_removed_without_script_and_nothing_is_saved_meanwhile(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    address = f"/bench/exams/{exam.id}/windows"
    typed = windows_of(("main", "2026-01-05T08:00", "2026-01-06T08:00", 3))

    more = post(admin, address, typed | {"do": "add"})
    assert more.status_code == 200
    assert "第 2 个时段" in more.text
    assert 'value="2026-01-05T08:00"' in more.text
    both = typed | windows_of(("main", "2026-01-05T08:00", "2026-01-06T08:00", 3), ("resit", "", "", 1))
    less = post(admin, address, both | {"do": "remove-0"})
    assert "第 2 个时段" not in less.text
    for odd in ("remove-9", "remove--1", "remove-x", "nonsense"):
        assert post(admin, address, both | {"do": odd}).status_code == 200
    assert get(exam.id).edit_no == exam.edit_no


def test_a_window_that_is_over_keeps_people_from_publishing(admin: Any, wang: Person) -> None:
    make_questions(10)
    small_bank()
    exam = make_draft(resit=False)
    list_people(exam, wang)
    window = get(exam.id).windows[0]
    window.opens_at, window.closes_at = window.opens_at - timedelta(days=30), window.closes_at - timedelta(days=30)
    db.session.commit()

    assert "首考时段已经过去" in admin.get(f"/bench/exams/{exam.id}").text
