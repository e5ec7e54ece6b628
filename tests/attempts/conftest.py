"""One candidate in one exam that is open now."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast


@pytest.fixture
def sitting_person(unit: Any) -> Person:
    """A candidate: an official by role, as the roster gives it."""
    return cast.official(unit, "王建国", cast.Role.OFFICIAL)


@pytest.fixture
def stranger(other_unit: Any) -> Person:
    """Another candidate, elsewhere."""
    return cast.official(other_unit, "赵海涛", cast.Role.OFFICIAL)


@pytest.fixture
def exam(sitting_person: Person, stranger: Person) -> Exam:
    """An annual exam, open now, three questions worth 100 points."""
    return exam_cast.make_exam(sitting_person, stranger)


@pytest.fixture
def desk(app: Flask, sitting_person: Person) -> Any:
    """The candidate's browser."""
    return cast.browser(app, sitting_person)


@pytest.fixture
def sitter(desk: Any, exam: Exam) -> exam_cast.Sitter:
    """The candidate with the answering page open."""
    return exam_cast.start(desk, exam)
