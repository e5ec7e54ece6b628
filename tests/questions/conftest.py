"""The people of the question bench."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu.people.models import Person, Unit
from tests.cast import browser
from tests.questions import bench_stage


@pytest.fixture
def han(office: Unit) -> Person:
    """An author."""
    return bench_stage.author(office)


@pytest.fixture
def zheng(office: Unit) -> Person:
    """A reviewer."""
    return bench_stage.reviewer(office)


@pytest.fixture
def author(app: Flask, han: Person) -> Any:
    """The author's browser."""
    return browser(app, han)


@pytest.fixture
def reviewer(app: Flask, zheng: Person) -> Any:
    """The reviewer's browser."""
    return browser(app, zheng)
