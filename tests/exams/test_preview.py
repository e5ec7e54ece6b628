"""The preview: a sample as a candidate sees it, and not a byte of a key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lawedu.core.blueprint import Cell
from lawedu.db import db
from lawedu.exams import papers
from lawedu.people.models import Person
from tests.cast import browser
from tests.counting import count_queries
from tests.exams.setup_stage import CANARY, MULTIPLE, get, list_people, make_draft, publish, small_bank


@pytest.fixture
def admin(app: Flask, exam_admin: Person) -> Any:
    """The browser of the exam administrator."""
    return browser(app, exam_admin)


def test_the_preview_shows_the_paper_as_a_candidate_sees_it(admin: Any) -> None:
    small_bank()
    exam = make_draft(notice="请带准考证\n提前到场")

    page = admin.get(f"/bench/exams/{exam.id}/preview").text

    assert page.count("号题干") == 6
    assert "预览" in page
    assert "6 题，共 100 分" in page
    assert "请带准考证" in page
    assert page.index("单选题（3 题）") < page.index("多选题（1 题）") < page.index("判断题（2 题）")


def test_no_key_and_no_explanation_is_in_any_byte(admin: Any, wang: Person) -> None:
    small_bank()
    exam = make_draft()
    list_people(exam, wang)
    for _ in range(2):
        for part in ("", "/settings", "/windows", "/plan", "/plan/counts", "/publish", "/release", "/cancel"):
            assert CANARY.encode() not in admin.get(f"/bench/exams/{exam.id}{part}").data, part
        for sample in range(1, 6):
            answer = admin.get(f"/bench/exams/{exam.id}/preview?sample={sample}")
            assert CANARY.encode() not in answer.data
            assert "checked" not in answer.text
        if get(exam.id).published_at is None:
            publish(exam)


def test_keys_are_not_even_read(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    with count_queries() as sent:
        admin.get(f"/bench/exams/{exam.id}/preview")

    assert not [sql for sql in sent if "question_version.answer" in sql or "exam_key" in sql or "explanation" in sql]
    assert sent.count < 20


def test_samples_differ_and_none_is_a_real_paper(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    first, again, second = (papers.sample(exam, number) for number in (1, 1, 2))

    assert first == again
    assert first != second
    assert first not in papers.draw(exam).main


def test_a_plan_that_cannot_be_filled_says_which_line(admin: Any) -> None:
    small_bank()
    exam = make_draft()
    exam.cells[1].count = 50
    db.session.commit()

    page = admin.get(f"/bench/exams/{exam.id}/preview").text

    assert "样卷抽不出来" in page
    assert "第2行（多选题" in page


def test_nobody_previews_an_exam_they_sit(app: Flask, exam_admin: Person, second_exam_admin: Person) -> None:
    small_bank()
    exam = make_draft()
    list_people(exam, exam_admin)
    list_people(exam, second_exam_admin, is_exam_staff=True)

    assert browser(app, exam_admin).get(f"/bench/exams/{exam.id}/preview").status_code == 403
    assert browser(app, second_exam_admin).get(f"/bench/exams/{exam.id}/preview").status_code == 200


def test_odd_sample_numbers_show_a_sample(admin: Any) -> None:
    small_bank()
    exam = make_draft((Cell(1, MULTIPLE, None, None, 2, Decimal(50)),))
    for odd in ("0", "999999", "-1", "x", "一"):
        assert admin.get(f"/bench/exams/{exam.id}/preview", query_string={"sample": odd}).status_code == 200
