"""An official's whole exam in a browser, and what survives on the way."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from lawedu.core.attempt import AttemptState
from lawedu.people.models import Person
from tests import exam_cast
from tests.journeys import stage
from tests.journeys.desk import Desk, sheet_of

pytestmark = pytest.mark.browser


def test_an_official_sits_a_whole_exam(open_desk: Callable[..., Desk], official: Person) -> None:
    stage.make_exam(official)
    desk = open_desk()
    desk.record_bodies()
    page = desk.page

    desk.sign_in(official)
    expect(page).to_have_url(re.compile("/me$"))
    page.get_by_role("link", name=re.compile("^去考试")).click()
    expect(page.get_by_text("合格线")).to_be_visible()
    page.get_by_role("button", name="开始考试").click()
    attempt_id = desk.is_ready()

    desk.choose("A")
    desk.is_saved()
    page.get_by_role("button", name=re.compile("^标记")).click()
    page.get_by_role("button", name="下一题").click()
    desk.choose("B", "D")
    desk.to(3)
    desk.choose("错误")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "2": ["B", "D"], "3": False}

    page.get_by_role("button", name="交卷", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("还有 1 道题没有作答，1 道题做了标记。")
    expect(page.get_by_role("button", name="返回继续作答")).to_be_focused()
    page.get_by_role("dialog").get_by_role("button", name="第 4 题").click()
    expect(desk.now).to_have_id("q4")
    desk.choose("A", "B")
    desk.choose("B")
    desk.hand_in()
    expect(page.get_by_text("已交卷。")).to_be_visible()
    expect(page.get_by_text("4 / 4 题")).to_be_visible()
    page.get_by_role("link", name="查看考试结果").click()
    expect(page.get_by_text("满分 100")).to_be_visible()
    expect(page.locator(".score__num")).to_contain_text("100")

    assert sheet_of(attempt_id) == {"1": "A", "2": ["B", "D"], "3": False, "4": ["A"]}
    assert exam_cast.get_attempt(attempt_id).state is AttemptState.SUBMITTED
    assert len(desk.bodies) > 10
    assert [body for body in desk.bodies if exam_cast.CANARY in body or '"answer"' in body] == []


def test_a_reload_brings_back_answers_place_and_flags(desk: Desk, official: Person) -> None:
    desk.start(stage.make_exam(official))
    desk.to(2)
    desk.choose("A", "C")
    desk.page.get_by_role("button", name=re.compile("^标记")).click()
    desk.is_saved()

    desk.page.reload()
    desk.is_ready()

    expect(desk.now).to_have_id("q2")
    expect(desk.now.locator("input:checked")).to_have_count(2)
    expect(desk.page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    expect(desk.page.locator("#sheet .cell").nth(1)).to_have_attribute("aria-label", "第2题，已作答，已标记，当前题")
    expect(desk.page.get_by_role("dialog")).to_have_count(0)


def test_a_closed_tab_goes_on_where_it_was(desk: Desk, official: Person) -> None:
    exam = stage.make_exam(official)
    attempt_id = desk.start(exam)
    desk.to(3)
    desk.choose("正确")
    desk.is_saved()

    desk.page.close()
    desk.open_tab()
    assert desk.start(exam) == attempt_id

    expect(desk.now).to_have_id("q3")
    expect(desk.now.get_by_role("radio", name="正确")).to_be_checked()
    desk.choose("错误")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"3": False}


def test_typed_answers_are_saved_without_leaving_the_field(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(exam_cast.make_exam(official, items=(*stage.FOUR_KINDS, *stage.WRITTEN)))
    desk.to(5)
    desk.page.get_by_label("填写答案").press_sequentially("六十日f1t")
    expect(desk.state).to_have_text("正在保存…")
    desk.page.keyboard.press("Enter")

    desk.is_saved()
    expect(desk.page.get_by_role("dialog")).to_have_count(0)
    assert sheet_of(attempt_id) == {"5": "六十日f1t"}
