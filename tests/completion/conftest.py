"""One exam over two units, with a resit, halfway through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lawedu import clock
from lawedu.exams.models import Exam
from lawedu.people.models import Person, UnitKind
from tests import cast, exam_cast


@pytest.fixture
def village(other_unit: Any) -> Any:
    """A village below the other unit."""
    return cast.make_unit(name="柳岸社区", kind=UnitKind.VILLAGE, parent=other_unit)


@pytest.fixture
def villager(village: Any) -> Person:
    """An official of the village."""
    return cast.official(village, "刘春燕")


@pytest.fixture
def exam(wang: Person, li: Person, zhao: Person, villager: Person) -> Exam:
    """The first sitting is over, the resit is to come. Full 100 points, pass 60, excellent 90."""
    opens = clock.now() - timedelta(days=4)
    return exam_cast.make_exam(wang, li, zhao, villager, opens_at=opens, resit=True)
