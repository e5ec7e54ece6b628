"""组卷方案: the editor, its live count, its refusals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests.cast import browser, post
from tests.counting import count_queries
from tests.exams.setup_stage import get, make_draft, make_questions, small_bank

Row = tuple[str, str, str, str, str]
GOOD: Row = ("single_choice", "行政处罚", "2", "5", "20")


@pytest.fixture
def admin(app: Flask, exam_admin: Person) -> Any:
    """The browser of the exam administrator."""
    return browser(app, exam_admin)


@pytest.fixture
def exam(app: Flask) -> Exam:
    """A draft over the small bank."""
    small_bank()
    return make_draft()


def plan_of(exam: Exam, *rows: Row, do: str = "save") -> dict[str, Any]:
    fields: dict[str, Any] = {"edit_no": exam.edit_no, "do": do}
    for number, row in enumerate(rows):
        for name, value in zip(("kind", "domain", "difficulty", "count", "points"), row, strict=True):
            fields[f"rows-{number}-{name}"] = value
    return fields


def cells(exam: Exam) -> list[tuple[Any, ...]]:
    return [(c.position, c.kind.value, c.domain, c.difficulty, c.count, c.points) for c in get(exam.id).cells]


def test_a_plan_is_saved_in_the_order_of_the_page(admin: Any, exam: Exam) -> None:
    rows = (("true_false", "", "2", "4", "2.5"), ("multiple_choice", "", "", "3", "10"), GOOD)

    answer = post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, *rows))

    assert answer.status_code == 303
    assert cells(exam) == [
        (1, "true_false", None, 2, 4, Decimal("2.50")),
        (2, "multiple_choice", None, None, 3, Decimal(10)),
        (3, "single_choice", "行政处罚", 2, 5, Decimal(20)),
    ]


def test_the_page_shows_what_the_bank_has_and_the_sums(admin: Any, exam: Exam) -> None:
    page = admin.get(f"/bench/exams/{exam.id}/plan").text

    assert "<span data-supply>8</span>" in page
    assert "<b data-items>6</b>" in page
    assert "<b data-total>100</b>" in page
    assert "<div data-differs hidden>" in page
    assert page.index("行政处罚") < page.index("行政许可与强制")


def test_a_sum_that_differs_is_warned_about_and_may_be_saved(admin: Any, exam: Exam) -> None:
    assert (
        post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, ("single_choice", "", "", "3", "1"))).status_code
        == 303
    )

    page = admin.get(f"/bench/exams/{exam.id}/plan").text
    assert "<div data-differs>" in page
    assert "总分与卷面总分 100 分不一致" in page
    assert "组卷方案的总分与卷面总分不一致" in admin.get(f"/bench/exams/{exam.id}").text


def test_a_plan_that_cannot_be_filled_is_refused_with_the_line_named(admin: Any, exam: Exam) -> None:
    before = cells(exam)
    rows = (GOOD, ("multiple_choice", "行政处罚", "3", "7", "1"))

    answer = post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, *rows))

    assert answer.status_code == 409
    assert "第2行（多选题·行政处罚·难度3）需要7题，题库中可用的只有6题" in answer.text
    assert 'value="7"' in answer.text
    assert "6，缺 1 题" in answer.text
    assert cells(exam) == before


def test_no_question_serves_two_lines(admin: Any, exam: Exam) -> None:
    """Twelve single choices, eight of them 行政处罚: each line by itself could be filled."""
    rows = (("single_choice", "", "", "6", "1"), ("single_choice", "行政处罚", "", "7", "1"))

    answer = post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, *rows))

    assert answer.status_code == 409
    assert "第1行（单选题·不限领域·不限难度）需要6题，题库中可用的只有5题" in answer.text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("single_choice", "", "", "0", "1"), "数量须是不小于 1 的整数"),
        (("single_choice", "", "", "两", "1"), "数量须是不小于 1 的整数"),
        (("single_choice", "", "", "", "1"), "数量须是不小于 1 的整数"),
        (("single_choice", "", "", "99999", "1"), "数量须是不小于 1 的整数"),
        (("single_choice", "", "", "1", "0"), "每题分值须大于 0"),
        (("single_choice", "", "", "1", "1.234"), "每题分值须大于 0"),
        (("single_choice", "", "", "1", "-1"), "每题分值须大于 0"),
        (("single_choice", "", "", "1", "NaN"), "每题分值须大于 0"),
        (("single_choice", "", "", "1", "101"), "每题分值须大于 0"),
        (("single_choice", "没有的领域", "", "1", "1"), "法律领域不在题库中"),
    ],
)
def test_a_wrong_line_is_refused_at_its_field_and_stays_as_typed(admin: Any, exam: Exam, row: Row, words: str) -> None:
    before = cells(exam)

    answer = post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, GOOD, row))

    assert answer.status_code == 422
    assert words in answer.text
    assert not row[3] or f'value="{row[3]}"' in answer.text
    assert f'value="{row[4]}"' in answer.text
    assert cells(exam) == before


@pytest.mark.parametrize(
    "row", [("essay", "", "", "1", "1"), ("single_choice", "", "9", "1", "1"), ("", "", "", "1", "1")]
)
def test_choices_that_are_not_offered_are_refused(admin: Any, exam: Exam, row: Row) -> None:
    assert post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, row)).status_code == 422


def test_too_many_questions_are_refused(admin: Any, exam: Exam) -> None:
    make_questions(301)
    answer = post(admin, f"/bench/exams/{exam.id}/plan", plan_of(exam, ("single_choice", "", "", "301", "0.1")))

    assert answer.status_code == 409
    assert "不超过 300 题" in answer.text


def test_lines_are_added_and_removed_without_script(admin: Any, exam: Exam) -> None:
    address, before = f"/bench/exams/{exam.id}/plan", cells(exam)

    more = post(admin, address, plan_of(exam, ("single_choice", "", "", "还没想好", "1"), do="add"))
    assert more.text.count("<tr data-row>") == 2
    assert 'value="还没想好"' in more.text
    assert "需要更正" not in more.text
    less = post(admin, address, plan_of(exam, GOOD, ("true_false", "", "", "3", "1"), do="remove-0"))
    assert less.text.count("<tr data-row>") == 1
    assert 'value="3"' in less.text
    assert cells(exam) == before


def test_who_saves_second_hears_of_the_first(admin: Any, exam: Exam) -> None:
    first, second = plan_of(exam, GOOD), plan_of(exam, ("true_false", "", "", "3", "7"))
    post(admin, f"/bench/exams/{exam.id}/plan", first)

    answer = post(admin, f"/bench/exams/{exam.id}/plan", second)

    assert answer.status_code == 409
    assert "被修改过" in answer.text
    assert 'value="7"' in answer.text
    assert len(cells(exam)) == 1


def test_the_live_count_answers_for_what_is_typed_so_far(admin: Any, exam: Exam) -> None:
    rows = ["single_choice|行政处罚||9|2", "true_false||2|x|1", "multiple_choice|||6|5", "broken"]

    with count_queries() as sent:
        figures = admin.get(f"/bench/exams/{exam.id}/plan/counts", query_string={"r": rows}).get_json()

    assert figures["lines"][0] == {"supply": 8, "missing": 1, "points": "18"}
    assert figures["lines"][1] == {"supply": None, "missing": 0, "points": ""}
    assert (figures["items"], figures["total"], figures["full"], figures["differs"]) == (15, "48", "100", True)
    assert len(sent.reads) <= 4
    assert admin.get(f"/bench/exams/{exam.id}/plan/counts").get_json()["items"] == 0


def test_the_live_count_stays_quick_and_small_for_many_lines(admin: Any, exam: Exam) -> None:
    rows = ["indeterminate_choice|行政复议与诉讼|5|100|99.99"] * 500
    figures = admin.get(f"/bench/exams/{exam.id}/plan/counts", query_string={"r": rows}).get_json()

    assert len(figures["lines"]) == 60
