"""The cast of the law library: an organizer, and a day on which the tests stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from lawedu.core.policy import Role
from lawedu.people.models import Person, Unit
from tests import cast


@pytest.fixture(autouse=True)
def in_november(app: Flask) -> Iterator[None]:
    """2026-11-22, noon in Beijing."""
    with time_machine.travel(datetime(2026, 11, 22, 4, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def organizer(office: Unit) -> Person:
    """The organizer of the lectures."""
    return cast.official(office, "钱文", Role.ORGANIZER)
