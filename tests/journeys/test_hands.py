"""Other hands: the keyboard alone, a phone, a browser without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from lawedu.core.attempt import AttemptState
from lawedu.people.models import Person
from tests import exam_cast
from tests.journeys import stage
from tests.journeys.desk import Desk, sheet_of

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement !== document.body && document.activeElement.getClientRects().length > 0"
# Every link, button and field that is not inside a sentence, smaller than a fingertip either way.
SMALL = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const isSeen = (one) => one.offsetParent !== null && one.getClientRects().length && !one.closest(".skip-link");
  const isInSentence = (one) => one.tagName === "A" && one.closest("p, li, dd, .notice")
    && getComputedStyle(one).display === "inline" && one.parentElement.textContent.trim() !== one.textContent.trim();
  const found = [];
  for (const one of document.querySelectorAll(all)) {
    const {width, height} = one.getBoundingClientRect();
    if (isSeen(one) && !isInSentence(one) && (width < 43.5 || height < 43.5)) {
      found.push(`${one.tagName} ${one.textContent.trim().slice(0, 20)} ${Math.round(width)}×${Math.round(height)}`);
    }
  }
  return found;
}"""


def test_a_whole_exam_with_the_keyboard_alone(open_desk: Callable[..., Desk], official: Person) -> None:
    exam = stage.make_exam(official)
    desk = open_desk()
    page, press = desk.page, desk.page.keyboard.press
    page.goto("/sign-in?next=/exams/" + str(exam.id))
    _tab_to(page, "[name=staff_number]")
    page.keyboard.type(official.staff_number)
    _tab_to(page, "[name=password]")
    page.keyboard.type(exam_cast.cast.PASSWORD)
    press("Enter")
    page.wait_for_url(re.compile(rf"\d/exams/{exam.id}$"))
    _tab_to(page, "main form button")
    press("Enter")
    attempt_id = desk.is_ready()

    press("c")
    expect(page.locator("#announce")).to_have_text("已选 C")
    press("1")
    press("f")
    expect(page.locator("#announce")).to_have_text("已标记本题")
    press("t")
    expect(page.locator("#announce")).to_have_text(re.compile(r"剩余 (1:00:00|59:\d\d)"))
    press("ArrowRight")
    expect(desk.now).to_have_id("q2")
    assert page.evaluate(FOCUSED)
    for key in ("a", "b", "c", "b"):
        press(key)
    press("ArrowRight")
    press("ArrowRight")
    expect(desk.now).to_have_id("q4")
    press("ArrowLeft")
    # Inside the options the arrows are the radio buttons' own.
    _tab_to(page, "#q3 .option input")
    press("ArrowDown")
    expect(desk.now.get_by_role("radio", name="错误")).to_be_checked()
    expect(desk.now).to_have_id("q3")
    order = []
    for _ in range(3):
        press("Tab")
        order.append(page.evaluate("document.activeElement.id"))
    assert order == ["previous", "flag", "next"]
    press("Enter")
    expect(desk.now).to_have_id("q4")
    assert page.evaluate(FOCUSED)
    press("Control+a")
    press("Enter")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "2": ["A", "C"], "3": False}

    _tab_to(page, "[data-hand-in]")
    press("Enter")
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-hand-in]:focus")).to_have_count(1)
    press("Enter")
    for _ in range(6):
        press("Tab")
        assert page.evaluate("Boolean(document.activeElement.closest('.layer'))")
    _tab_to(page, "[data-confirm]")
    press("Enter")
    page.wait_for_url("**/receipt")
    assert exam_cast.get_attempt(attempt_id).state is AttemptState.SUBMITTED


def test_single_keys_can_be_switched_off_for_good(desk: Desk, official: Person) -> None:
    desk.start(stage.make_exam(official))
    desk.page.get_by_text("键盘操作").click()
    desk.page.get_by_label("启用单键快捷键").uncheck()
    desk.page.reload()
    desk.is_ready()
    desk.page.keyboard.press("a")
    expect(desk.now.locator("input:checked")).to_have_count(0)


def test_a_whole_exam_on_a_phone(phone: Desk, official: Person) -> None:
    exam = stage.make_exam(official)
    page = phone.page
    page.goto("/me")
    assert page.evaluate(SMALL) == []
    page.get_by_role("link", name=re.compile("^去考试")).tap()
    page.wait_for_url("**/exams/*")
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name="开始考试").tap()
    attempt_id = phone.is_ready()
    assert page.evaluate(SMALL) == []

    page.locator("#q1 .option input").nth(2).tap()
    _is_called_away_and_back(page)
    page.get_by_role("link", name=re.compile("^答题卡")).tap()
    expect(page.locator("#sheet")).to_be_in_viewport()
    page.locator("#sheet [data-goto='2']").tap()
    expect(phone.now.locator(".question__no")).to_be_in_viewport()
    page.locator("#q2 .option input").nth(0).tap()
    phone.is_saved()

    # The back key leads out of the exam once; coming back nothing is missing.
    page.go_back()
    expect(page).to_have_url(re.compile(f"/exams/{exam.id}$"))
    page.get_by_role("button", name="继续作答").tap()
    assert phone.is_ready() == attempt_id
    expect(phone.now).to_have_id("q2")
    expect(page.locator("#q2 .option input").nth(0)).to_be_checked()

    page.get_by_role("button", name="交卷", exact=True).tap()
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name=re.compile("^确认交卷")).tap()
    page.wait_for_url("**/receipt")
    assert page.evaluate(SMALL) == []
    assert sheet_of(attempt_id) == {"1": "C", "2": ["A"]}
    page.go_back()
    expect(page).not_to_have_url(re.compile("/attempts/"))


def test_the_fixed_bars_of_a_phone_hide_no_option(phone: Desk, official: Person) -> None:
    phone.start(stage.make_long_exam(official))
    last = phone.now.locator(".option label").last
    phone.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    phone.page.locator("#q1 .option input").last.focus()
    foot = phone.page.locator(".exam-foot").bounding_box()
    box = last.bounding_box()
    bar = phone.page.locator(".exam-bar").bounding_box()
    assert foot
    assert box
    assert bar
    assert bar["y"] + bar["height"] <= box["y"]
    assert box["y"] + box["height"] <= foot["y"]


def test_a_whole_exam_without_script(open_desk: Callable[..., Desk], official: Person) -> None:
    exam = stage.make_exam(official)
    desk = open_desk(java_script_enabled=False)
    page = desk.page
    desk.sign_in(official)
    page.get_by_role("link", name=re.compile("^去考试")).click()
    page.get_by_role("button", name="开始考试").click()
    _tick(page, "q1", "乙")
    _tick(page, "q2", "甲")
    page.get_by_role("button", name="保存作答").click()
    expect(page.locator("#save-state")).to_contain_text("已保存 2 题")
    _tick(page, "q3", "错误")
    page.get_by_role("button", name="保存并检查交卷").click()
    expect(page.get_by_text("还有 1 道题没有作答。")).to_be_visible()
    page.get_by_role("link", name="第 4 题").click()
    _tick(page, "q4", "丙")
    _tick(page, "q2", "甲")
    _tick(page, "q2", "丁")
    page.get_by_role("button", name="交卷", exact=True).click()
    expect(page.get_by_text("全部 4 道题都已作答。")).to_be_visible()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_text("已交卷。")).to_be_visible()

    attempt_id = int(page.url.split("/")[-2])
    assert sheet_of(attempt_id) == {"1": "A", "2": ["A"], "3": False, "4": ["A"]}
    assert exam_cast.get_attempt(attempt_id).exam_id == exam.id


def _tick(page: Any, question: str, words: str) -> None:
    """Click the option that says so; again takes it back where several may be chosen."""
    page.locator(f"#{question} .option", has_text=words).locator("input").click()


def _tab_to(page: Any, selector: str) -> None:
    """Press Tab until it has the focus; the focus is always on something that can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        assert page.evaluate(FOCUSED + " || document.activeElement === document.body")
    raise AssertionError(f"Tab does not lead to {selector}")


def _is_called_away_and_back(page: Any) -> None:
    """A telephone call: the page is hidden and shown again."""
    for state in ("hidden", "visible"):
        page.evaluate(
            """(state) => {
              Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
              Object.defineProperty(document, "hidden", {value: state === "hidden", configurable: true});
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )
