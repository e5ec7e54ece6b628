"""What the gathering pages read (汇总查询)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lawedu.core.exam import ExamKind, ExamState
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Exam, ExamWindow
from lawedu.people.models import Approval, ApprovalState

MOST_APPROVALS = 50
SHOWN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class AnnouncedWindow:
    """A window of the annual exam on the home page (考试安排)."""

    title: str
    window: ExamWindow
    is_open: bool


def list_announced_exams(now: datetime) -> list[AnnouncedWindow]:
    """Windows of published annual exams, open, to come or just over; pre-appointment tests never stand here."""
    rows = db.session.execute(
        select(Exam.title, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.kind == ExamKind.ANNUAL,
            Exam.state.in_((ExamState.PUBLISHED, ExamState.RELEASED)),
            ExamWindow.closes_at > now - SHOWN_AFTER,
        )
        .order_by(ExamWindow.opens_at)
        .limit(6)
    )
    return [AnnouncedWindow(title, window, window.opens_at <= now < window.closes_at) for title, window in rows]


@dataclass(frozen=True)
class Waiting:
    """A request that waits (待审批事项), with the endpoint where it is decided and that endpoint's argument."""

    request: Approval
    endpoint: str
    argument: str


# Where each kind of request is decided: the page belongs to the slice that does the deed.
DECIDED_AT = {
    "exam.publish": ("exams.publication.show", "exam_id"),
    "exam.release": ("exams.release.show", "exam_id"),
    "exam.cancel": ("exams.publication.cancel_form", "exam_id"),
    "score.import": ("outside.show", "import_id"),
}


def list_pending_approvals(actor: Actor) -> Sequence[Waiting]:
    """Requests of others that wait for a decision, oldest first; one's own cannot be decided by oneself."""
    ensure(actor, "exam.approve")
    found = db.session.scalars(
        select(Approval)
        .where(
            Approval.state == ApprovalState.PENDING,
            Approval.requested_by != actor.person_id,
            Approval.action.in_(DECIDED_AT),  # other kinds have lists and deciders of their own
        )
        .options(joinedload(Approval.requester))
        .order_by(Approval.requested_at)
        .limit(MOST_APPROVALS)
    )
    return [Waiting(one, *DECIDED_AT[one.action]) for one in found]
