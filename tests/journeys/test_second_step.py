"""Two steps in a real browser (动态验证码): setting up, signing in, and a liaison whose session ends in mid-exam."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, expect

from lawedu import clock
from lawedu.db import db
from lawedu.people import sessions
from lawedu.people.models import Person
from tests import cast
from tests.journeys import stage
from tests.journeys.desk import Desk, sheet_of
from tests.people import second_step as step

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("two_steps")]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (390, 1366)


@pytest.fixture
def two_steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting as in production."""
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)


@pytest.fixture
def later() -> Iterator[Callable[[], None]]:
    """Moves on to the next code, which has not been used."""
    moved = time_machine.travel(clock.now(), tick=True)
    time = moved.start()
    yield lambda: time.shift(timedelta(seconds=31))
    moved.stop()


def look_over(page: Page) -> None:
    """Nothing for axe, and nothing scrolls sideways."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AXE)
        assert page.evaluate("() => axe.run().then((found) => found.violations.map((one) => one.id))") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def type_code(place: Any, code: str) -> None:
    place.locator("[name=code]").fill(code)
    place.locator("[name=code]").press("Enter")


def test_setting_up_signing_in_and_another_device(
    open_desk: Callable[..., Desk], li: Person, later: Callable[[], None]
) -> None:
    desk = open_desk()
    page = desk.page
    desk.sign_in(li)
    expect(page).to_have_url(re.compile("/sign-in/set-up$"))
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 100, "the policy lets the QR code through"
    look_over(page)
    secret = step.secret_on(page.content())
    type_code(page, step.wrong(secret))
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    type_code(page, step.code_of(secret))
    expect(page.get_by_role("heading", level=1)).to_contain_text("请保存恢复码")
    look_over(page)
    codes = page.locator("li code").all_inner_texts()
    page.get_by_role("link", name="已经保存，继续").click()
    expect(page).to_have_url(re.compile("/me$"))
    page.goto("/second-factor")
    look_over(page)

    later()
    again = open_desk()
    again.sign_in(li)
    look_over(again.page)
    type_code(again.page, step.code_of(secret))
    expect(again.page).to_have_url(re.compile("/me$"))

    third = open_desk()
    third.sign_in(li)
    third.page.get_by_role("link", name="手机不在身边，用恢复码登录").click()
    look_over(third.page)
    type_code(third.page, codes[0])
    expect(third.page.get_by_role("status")).to_contain_text("还剩 7 个")


def test_a_liaison_whose_session_ends_in_mid_exam_shows_the_code_over_the_page(
    app: Flask, open_desk: Callable[..., Desk], li: Person, later: Callable[[], None]
) -> None:
    secret = step.give_factor(li)
    exam = stage.make_exam(li)
    desk = open_desk()
    desk.sign_in(li)
    type_code(desk.page, step.code_of(secret))
    expect(desk.page).to_have_url(re.compile("/me$"))
    attempt_id = desk.start(exam)
    desk.choose("A")
    desk.is_saved()
    db.session.rollback()
    sessions.end_all(li.id, "test")
    db.session.commit()
    later()

    desk.to(2)
    desk.choose("B")
    layer = desk.page.get_by_role("dialog")
    expect(layer.locator("[name=code]")).to_be_hidden()
    layer.locator("[name=password]").fill(cast.PASSWORD)
    layer.locator("[name=password]").press("Enter")
    expect(layer.locator("[name=code]")).to_be_focused()
    type_code(layer, step.wrong(secret))
    expect(layer.get_by_role("alert")).to_contain_text("验证码不正确")
    type_code(layer, step.code_of(secret))

    expect(layer).to_have_count(0)
    desk.is_saved()
    assert sheet_of(attempt_id) == {"1": "A", "2": ["B"]}
