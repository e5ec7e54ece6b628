"""Releasing results (公布成绩): asked by one person, done by another; what has expired is written down first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from lawedu import clock, events
from lawedu.audit import services as audit
from lawedu.core.attempt import GRACE
from lawedu.core.errors import NotAllowed, RuleBroken
from lawedu.core.exam import ExamState, WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.exams.publication import get_request
from lawedu.exams.services import RELEASE, ensure_not_sitting
from lawedu.people import approvals
from lawedu.people.models import Approval


class NotReleasable(RuleBroken):
    """Not published, released before, or cancelled (不能公布)."""

    code = "not_releasable"
    sentence = "这场考试还没有发布，或者成绩已经公布，不能办理公布。"


class MainStillOpen(RuleBroken):
    """People may still be sitting the main window (首考未结束)."""

    code = "main_still_open"
    sentence = "首考时段还没有结束，结束后才能公布成绩。"


@dataclass(frozen=True)
class ExamReleased:
    """Fact: results become official at `at`.

    Announced before the exam changes state, inside the same transaction, so that attempts first write down and mark
    what has expired by then; a handler that raises stops the release.
    """

    exam_id: int
    at: datetime


def request(actor: Actor, exam: Exam, reason: str) -> Approval:
    """Ask a second person to release. Raises NotReleasable, MainStillOpen, SitsThisExam, AlreadyRequested."""
    ensure(actor, "exam.request", exam)
    ensure_not_sitting(actor, exam)
    ensure_releasable(exam)
    return approvals.request(actor, RELEASE, exam.id, exam.title, reason)


def approve(actor: Actor, exam: Exam, note: str = "") -> None:
    """Release at another person's request. Raises NothingRequested, OwnRequest, NotReleasable, MainStillOpen."""
    ensure(actor, "exam.approve", exam)
    ensure_not_sitting(actor, exam)
    ensure_releasable(exam)
    approvals.approve(actor, get_request(exam, RELEASE), note)
    _release(actor, exam)


def release(actor: Actor, exam: Exam) -> None:
    """Release without a request: only from the command line. Raises NotReleasable, MainStillOpen."""
    if not actor.is_machine:
        raise NotAllowed
    ensure(actor, "exam.approve", exam)
    ensure_releasable(exam)
    _release(actor, exam)


def ensure_releasable(exam: Exam) -> None:
    """Raises NotReleasable, MainStillOpen."""
    if exam.state is not ExamState.PUBLISHED:
        raise NotReleasable
    closes_at = main_closes_at(exam)
    if closes_at is None or clock.now() <= closes_at + GRACE:
        raise MainStillOpen


def main_closes_at(exam: Exam) -> datetime | None:
    """When the last main window closes; None for a draft without one."""
    return max((window.closes_at for window in exam.windows if window.kind is WindowKind.MAIN), default=None)


def _release(actor: Actor, exam: Exam) -> None:
    now = clock.now()
    events.announce(ExamReleased(exam.id, now))
    db.session.flush()
    moved = (
        update(Exam)
        .where(Exam.id == exam.id, Exam.state == ExamState.PUBLISHED)
        .values(state=ExamState.RELEASED, released_at=now)
    )
    if db.session.execute(moved).rowcount == 0:  # type: ignore[attr-defined]
        raise NotReleasable
    db.session.refresh(exam)
    audit.record(actor, "exam.release", f"exam:{exam.id}")
