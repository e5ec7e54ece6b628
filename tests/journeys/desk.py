"""What a person does at a device (操作台): sign in, start, answer, hand in; and what came over the wire meanwhile."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page, Request, Response, Route, expect

from lawedu.attempts import queries
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast

SAVED = re.compile(r"^已保存 \d\d:\d\d:\d\d$")
OFFLINE = "网络已断开，作答已保存在本机，恢复后自动上传。请继续答题，不要关闭本页面。"


class Desk:
    """One browser profile with one page open."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.context = context
        self.site = site
        self.problems: list[str] = []
        self.bodies: list[str] = []
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """Another tab of the same browser; it becomes the one in hand."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("response", self._heard)
        self.page = page
        return page

    def _heard(self, response: Response) -> None:
        if response.status >= 500 and response.status != 503:
            self.problems.append(f"{response.status} {response.url}")

    def record_bodies(self) -> None:
        """From now on keep every answer of the server (only while nothing is routed)."""

        def keep(request: Request) -> None:
            answer = request.response()
            if answer is not None and not 300 <= answer.status < 400:
                self.bodies.append(answer.text())

        self.page.on("requestfinished", keep)

    def let_in(self, app: Flask, person: Person) -> None:
        """Signed in through the real door by another client, whose cookie this browser gets."""
        cookie = cast.browser(app, person).get_cookie("session")
        assert cookie is not None
        self.context.add_cookies([{"name": "session", "value": cookie.value, "url": self.site}])

    def sign_in(self, person: Person) -> None:
        """The sign-in page."""
        self.page.goto("/sign-in")
        self.page.locator("[name=staff_number]").fill(person.staff_number)
        self.page.locator("[name=password]").fill(cast.PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="登录").click()

    def start(self, exam: Exam) -> int:
        """From the rules to the answering page, ready; the attempt's number."""
        self.page.goto(f"/exams/{exam.id}")
        self.page.get_by_role("button", name=re.compile("开始考试|继续作答")).click()
        return self.is_ready()

    def is_ready(self) -> int:
        """The answering page has taken over from the plain form."""
        self.page.wait_for_selector("#paper.is-ready")
        return int(self.page.url.split("/attempts/")[1].split("#")[0].split("?")[0])

    @property
    def now(self) -> Any:
        """The question on the screen."""
        return self.page.locator(".card--question:visible")

    def choose(self, *letters: str) -> None:
        """Click options of the question on the screen by their letter, or by 正确 and 错误."""
        for letter in letters:
            self.now.locator(".option").filter(has=self.page.get_by_text(letter, exact=True)).locator("input").click()

    def to(self, number: int) -> None:
        """Jump through the answer sheet."""
        self.page.locator(f"#sheet [data-goto='{number}']").click()
        expect(self.now).to_have_id(f"q{number}")

    @property
    def state(self) -> Any:
        """The line that says whether everything is saved."""
        return self.page.locator("#save-state")

    @property
    def banner(self) -> Any:
        """The line across the page."""
        return self.page.locator("#offline")

    def is_saved(self) -> None:
        """The page says so."""
        expect(self.state).to_have_text(SAVED)

    def hand_in(self) -> None:
        """交卷, whatever is unanswered, up to the receipt."""
        self.page.get_by_role("button", name="交卷", exact=True).click()
        self.page.get_by_role("button", name=re.compile("^确认交卷")).click()
        self.page.wait_for_url("**/receipt")

    def lose_replies(self, path: str = "**/ops") -> list[int]:
        """From now on the server hears and does, but its answers are lost; the statuses that it gave."""
        given: list[int] = []

        def lose(route: Route) -> None:
            given.append(route.fetch().status)
            route.abort("connectionreset")

        self.page.route(path, lose)
        return given

    def hear_again(self, path: str = "**/ops") -> None:
        """The end of it."""
        self.page.unroute(path)


def sheet_of(attempt_id: int) -> dict[str, Any]:
    """What the journal says, question number of the paper → value."""
    db.session.rollback()
    items = [str(one["item"]) for one in exam_cast.get_attempt(attempt_id).form.layout]
    sheet = queries.get_sheet(attempt_id)
    return {str(items.index(item) + 1): value for item, value in sheet.items()}
