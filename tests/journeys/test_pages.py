"""Every page that can be reached, for every role: axe-core finds nothing, and nothing scrolls sideways at any width."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import Page

from lawedu import clock
from lawedu.core.policy import PUBLIC, SIGNED_IN, Actor, Grant, Role, may
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from lawedu.web.access import permission_of
from tests import cast, exam_cast
from tests.journeys import stage
from tests.journeys.desk import Desk

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# All rules of WCAG 2.0 to 2.2, A and AA, and axe's best practices; a finding is its rule and the first three places.
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations.map(
  (one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
WIDE = {"width": 1366, "height": 768}
TALL = {"width": 390, "height": 844}
# What starts a download or speaks to machines is no page.
NO_PAGE = re.compile(r"static|\.ics|healthz|readyz|export|download|template|\.xlsx|\.csv|\.json|/counts")


@pytest.fixture
def exam(app: Flask, official: Person) -> Exam:
    """An exam open now; before it one that is over and released, sat badly by the same person."""
    now = clock.now()
    past = stage.make_exam(official, title="2025年度国家工作人员普法考试", opens_at=now - timedelta(hours=2))
    sitter = exam_cast.start(cast.browser(app, official), past.id)
    sitter.submit(sitter.op(0, "D"), sheet={sitter.items[0]: "D"})
    stage.release(past.id, closed_at=now - timedelta(hours=1))
    return stage.make_long_exam(official, twentieths=1)


def list_pages(app: Flask, who: Actor | None, values: dict[str, int]) -> Iterator[str]:
    """The addresses of every GET door that is open to them, arguments filled in from `values`."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        permission = permission_of(app, rule.endpoint)
        is_open = permission == PUBLIC or (who is not None and (permission == SIGNED_IN or may(who, permission)))
        if "GET" not in (rule.methods or ()) or not is_open or NO_PAGE.search(rule.rule):
            continue
        if rule.arguments <= values.keys():
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def look_over(page: Page, address: str, findings: list[str], status: int = 200) -> None:
    """axe at both sizes; width at four widths and with the largest text."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    answer = page.goto(address)
    # What this exam or this person has no page for, and what leads to another page, which is looked at by itself.
    assert answer is not None
    if answer.status in {403, 404, 409, 410} - {status} or not page.url.endswith(address):
        return
    assert answer.status == status, f"{answer.status} {address}"
    # An answer for a script is no page.
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return
    page.evaluate(AXE)
    findings += [f"{address} wide: {one}" for one in page.evaluate(RUN)]
    page.set_viewport_size(TALL)  # type: ignore[arg-type]
    findings += [f"{address} tall: {one}" for one in page.evaluate(RUN)]
    for width in (320, 390, 768, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        findings += _too_wide(page, f"{address} {width}px")
    page.evaluate("document.documentElement.classList.add('text-xl')")
    for width in (390, 1366):
        page.set_viewport_size({"width": width, "height": 768})
        findings += _too_wide(page, f"{address} {width}px, largest text")


def _too_wide(page: Page, words: str) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{words}: {found}px too wide"] if found > 0 else []


def test_public_pages(open_desk: Callable[..., Desk], app: Flask, exam: Exam) -> None:
    desk, findings = open_desk(), []
    for address in list_pages(app, None, {}):
        look_over(desk.page, address, findings)
    look_over(desk.page, "/no-such-page", findings, 404)
    assert not findings, "\n".join(findings)


def test_pages_of_an_official(desk: Desk, app: Flask, official: Person, exam: Exam) -> None:
    findings: list[str] = []
    attempt_id = desk.start(exam)
    values = [{"exam_id": exam.id, "attempt_id": attempt_id}, {"attempt_id": attempt_id - 1}]
    addresses = sorted({address for one in values for address in list_pages(app, cast.actor_of(official), one)})
    assert f"/attempts/{attempt_id}" in addresses
    for address in addresses:
        look_over(desk.page, address, findings)
    assert not findings, "\n".join(findings)


def test_layers_of_the_answering_page(desk: Desk, exam: Exam) -> None:
    desk.start(exam)
    desk.page.evaluate(AXE)
    findings: list[str] = []
    for name in ("check-layer", "take-over-layer", "sign-in-layer"):
        if name == "check-layer":
            desk.page.get_by_role("button", name="交卷", exact=True).click()
        else:
            desk.page.evaluate(f"import('/static/exam/dialog.js').then((layers) => layers.ask('{name}'))")
        for size in (WIDE, TALL):
            desk.page.set_viewport_size(size)  # type: ignore[arg-type]
            findings += [f"{name}: {one}" for one in desk.page.evaluate(RUN)]
            findings += _too_wide(desk.page, name)
    assert not findings, "\n".join(findings)


WORKERS = [role for role in Role if role is not Role.OFFICIAL]


@pytest.mark.parametrize("role", WORKERS)
def test_pages_of_a_workbench(
    role: Role, open_desk: Callable[..., Desk], app: Flask, office: Any, official: Person, exam: Exam
) -> None:
    scope = official.unit if role is Role.UNIT_ADMIN else None
    home = scope or office
    person = cast.official(home, "孙立新", role, scope=scope)
    # What an earlier role opens too was looked at there.
    seen = [Grant(one, scope.path if scope else "", "") for one in WORKERS[: WORKERS.index(role)]]
    before = Actor(person.id, person.staff_number, person.name, tuple(seen))
    desk, findings = open_desk(person), []
    values = {"exam_id": exam.id, "person_id": person.id, "unit_id": home.id}
    done = set(list_pages(app, before, values))
    for address in list_pages(app, cast.actor_of(person), values):
        if address.startswith("/bench") and address not in done:
            look_over(desk.page, address, findings)
    assert not findings, "\n".join(findings)
