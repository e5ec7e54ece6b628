"""What the slice does when an earlier one announces a fact (事件处理)."""

from __future__ import annotations

from lawedu import events
from lawedu.attempts import sweeper
from lawedu.exams.release import ExamReleased


@events.handles(ExamReleased)
def write_down_expired(fact: ExamReleased) -> None:
    """Before results become official, every attempt that has expired gets its receipt and result."""
    sweeper.write_down_all(fact.exam_id)
