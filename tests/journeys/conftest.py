"""A real browser against the real application: a live server in a thread on the app of the other fixtures, so that the
clock can be moved and the database looked at.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from lawedu.people.models import Person, Unit
from tests import cast
from tests.journeys.desk import Desk

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# A machine without a graphics card and without the Internet; root inside a container has no sandbox.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_request(self, *_args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def site(built_app: Flask) -> Iterator[str]:
    """The address of the application, served by threads of this process."""
    server = make_server("127.0.0.1", 0, built_app, threaded=True, request_handler=Quiet)
    # A browser may leave while a thread still writes to it; nothing may wait for such threads at the end.
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser a worker; every test gets profiles of its own."""
    program = os.environ.get("CHROMIUM") or next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    assert program, "no Chromium: install it, or deselect with -m 'not browser'"
    browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
    yield browser
    browser.close()


@pytest.fixture
def open_desk(app: Flask, site: str, chromium: Browser) -> Iterator[Callable[..., Desk]]:
    """A new device: `open_desk(person, **context)`; signed in when a person is given.

    Afterwards no page may have raised an error, and the server may have answered no fault.
    """
    desks: list[Desk] = []

    def open_one(person: Person | None = None, **changes: Any) -> Desk:
        # An office computer whose time zone is wrong: nothing may depend on it.
        settings = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", "timezone_id": "America/New_York"}
        context = chromium.new_context(base_url=site, **{**settings, **changes})
        context.set_default_timeout(10_000)
        desk = Desk(context, site)
        desks.append(desk)
        if person is not None:
            desk.let_in(app, person)
        return desk

    yield open_one
    for desk in desks:
        # A test may have closed it itself.
        with contextlib.suppress(Error):
            desk.context.close()
    assert [problem for desk in desks for problem in desk.problems] == []


@pytest.fixture
def official(unit: Unit) -> Person:
    """An official who sits exams."""
    return cast.official(unit, "王建国", cast.Role.OFFICIAL)


@pytest.fixture
def desk(open_desk: Callable[..., Desk], official: Person) -> Desk:
    """The official's office computer, signed in."""
    return open_desk(official)


@pytest.fixture
def phone(open_desk: Callable[..., Desk], official: Person) -> Desk:
    """The official's phone."""
    return open_desk(official, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
