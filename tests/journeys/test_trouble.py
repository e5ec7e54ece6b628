"""What goes wrong on the day: network, sessions, tabs, devices. An answer shown as saved is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from lawedu.db import db
from lawedu.people import sessions
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.journeys import stage
from tests.journeys.desk import OFFLINE, SAVED, Desk, sheet_of

pytestmark = pytest.mark.browser


def test_offline_nothing_is_called_saved_and_everything_goes_up_later(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official))
    desk.context.set_offline(True)
    for number, letter in ((1, "C"), (2, "A"), (3, "正确")):
        desk.to(number)
        desk.choose(letter)
        expect(desk.state).to_have_text("存在本机")
    expect(desk.banner).to_have_text(OFFLINE)
    desk.page.wait_for_timeout(1500)
    expect(desk.state).not_to_have_text(SAVED)
    desk.page.get_by_role("button", name="交卷", exact=True).click()
    desk.page.get_by_role("button", name="确认交卷（1 题未答）").click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("网络还没有恢复，暂时不能交卷。")
    desk.page.keyboard.press("Escape")
    assert sheet_of(attempt_id) == {}

    desk.context.set_offline(False)

    desk.is_saved()
    expect(desk.banner).to_be_hidden()
    expect(desk.page.locator("#announce")).to_have_text("网络已恢复，作答已全部上传。")
    assert sheet_of(attempt_id) == {"1": "C", "2": ["A"], "3": True}


def test_a_lost_reply_is_asked_for_again(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official))
    given = desk.lose_replies()
    desk.choose("A")
    expect(desk.state).to_have_text("存在本机")
    assert given[0] == 200
    assert sheet_of(attempt_id) == {"1": "A"}

    desk.hear_again()

    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A"}


def test_what_waits_in_the_browser_survives_a_reload(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official))
    desk.page.route("**/ops", lambda route: route.abort())
    desk.choose("D")
    expect(desk.banner).to_have_text(OFFLINE)

    desk.page.reload()
    desk.is_ready()
    expect(desk.now.get_by_role("radio").nth(3)).to_be_checked()
    assert sheet_of(attempt_id) == {}

    desk.hear_again()
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "D"}


def test_without_a_database_in_the_browser_answers_are_still_saved(desk: Desk, official: Person) -> None:
    desk.page.add_init_script("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {value: undefined})")
    attempt_id = desk.start(stage.make_exam(official))
    desk.choose("B")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "B"}


def test_a_choice_made_before_the_script_arrives_counts(desk: Desk, official: Person) -> None:
    exam = stage.make_exam(official)
    waiting: list[Route] = []
    desk.page.route("**/exam/main.js", lambda route: waiting.append(route))
    desk.page.goto(f"/exams/{exam.id}")
    desk.page.get_by_role("button", name="开始考试").click(no_wait_after=True)
    desk.page.locator("#q1 .option input").nth(1).click()
    waiting[0].continue_()
    attempt_id = desk.is_ready()

    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "B"}


def test_when_the_script_does_not_arrive_the_plain_form_is_there(desk: Desk, official: Person) -> None:
    exam = stage.make_exam(official)
    desk.page.route("**/exam/saver.js", lambda route: route.abort())
    desk.page.goto(f"/exams/{exam.id}")
    desk.page.get_by_role("button", name="开始考试").click()
    desk.page.locator("#q4 .option input").first.check()
    desk.page.get_by_role("button", name="保存作答").click()
    expect(desk.page.locator("#q4 .option input").first).to_be_checked()


def test_a_session_that_ended_is_renewed_over_the_page(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official))
    desk.choose("A")
    desk.is_saved()
    db.session.rollback()
    sessions.end_all(official.id, "test")
    db.session.commit()

    desk.to(2)
    desk.choose("B")
    layer = desk.page.get_by_role("dialog")
    expect(layer).to_contain_text("请重新登录后继续")
    expect(desk.state).to_have_text("存在本机")
    password = layer.locator("[name=password]")
    expect(password).to_be_focused()
    password.fill("wrong-Password-1")
    password.press("Enter")
    expect(layer.get_by_role("alert")).to_contain_text("您的作答都在本机，没有丢失。")
    assert sheet_of(attempt_id) == {"1": "A"}

    password.fill(cast.PASSWORD)
    password.press("Enter")

    expect(layer).to_have_count(0)
    desk.is_saved()
    expect(desk.now).to_have_id("q2")
    desk.choose("C")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "2": ["B", "C"]}
    desk.hand_in()


def test_somebody_else_signing_in_leaves_the_queue_alone(
    desk: Desk, official: Person, zhao: Person, app: object
) -> None:
    cast.grant(zhao, cast.Role.OFFICIAL)
    attempt_id = desk.start(stage.make_exam(official))
    desk.let_in(app, zhao)  # type: ignore[arg-type]

    desk.choose("C")
    expect(desk.page.get_by_role("dialog")).to_contain_text("请重新登录后继续")
    assert sheet_of(attempt_id) == {}
    desk.page.get_by_role("dialog").locator("[name=password]").fill(cast.PASSWORD)
    desk.page.keyboard.press("Enter")

    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "C"}


def test_two_tabs_never_blank_each_other(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official))
    first = desk.page
    second = desk.open_tab()
    second.goto(f"/attempts/{attempt_id}")
    desk.is_ready()
    desk.to(3)
    desk.choose("正确")
    desk.is_saved()

    desk.page = first
    desk.choose("A")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "3": True}
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(first.locator("#q3 .option input").first).to_be_checked()
    desk.page = second
    desk.choose("错误")
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "3": False}
    expect(first.get_by_role("dialog")).to_have_count(0)
    assert exam_cast.get_attempt(attempt_id).epoch == 1


def test_a_second_device_takes_over_and_the_first_reads_only(desk: Desk, phone: Desk, official: Person) -> None:
    exam = stage.make_exam(official)
    attempt_id = desk.start(exam)
    desk.choose("A")
    desk.is_saved()

    assert phone.start(exam) == attempt_id
    expect(phone.page.get_by_role("dialog")).to_contain_text("您正在另一台设备作答")
    expect(phone.now.locator(".option input").first).to_be_disabled()
    phone.page.get_by_role("button", name="在此设备继续").click()
    expect(phone.now.locator(".option input").first).to_be_enabled()
    phone.choose("B")
    phone.is_saved()

    desk.to(2)
    desk.choose("A")
    expect(desk.page.get_by_role("dialog")).to_contain_text("您正在另一台设备作答")
    desk.page.get_by_role("button", name="只查看").click()
    expect(desk.banner).to_contain_text("这里只能查看")
    desk.to(3)
    expect(desk.now.locator(".option input").first).to_be_disabled()
    desk.page.get_by_role("button", name="交卷", exact=True).click()
    desk.page.get_by_role("button", name="在此设备继续").click()
    desk.to(1)
    expect(desk.now.get_by_role("radio").nth(1)).to_be_checked()
    desk.hand_in()

    assert sheet_of(attempt_id) == {"1": "B", "2": ["A"]}
    assert exam_cast.get_attempt(attempt_id).epoch == 3


def test_signing_out_leaves_nothing_in_the_browser(desk: Desk, official: Person) -> None:
    attempt_id = desk.start(stage.make_exam(official, duration_minutes=5))
    desk.page.route("**/ops", lambda route: route.abort())
    desk.choose("A")
    expect(desk.banner).to_have_text(OFFLINE)
    desk.page.goto("/me")
    desk.page.get_by_role("button", name="退出").click()
    desk.page.wait_for_url("**/sign-in")

    assert desk.page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert desk.page.evaluate("localStorage.length") == 0
    assert sheet_of(attempt_id) == {}
