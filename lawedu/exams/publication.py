"""Publishing and cancelling (发布、取消): asked by one person, done by another; publishing freezes everything."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update

from lawedu import clock, events
from lawedu.audit import services as audit
from lawedu.core.errors import NotAllowed, RuleBroken
from lawedu.core.exam import ExamState
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import papers
from lawedu.exams.models import Exam
from lawedu.exams.papers import Drawn
from lawedu.exams.readiness import ensure_ready
from lawedu.exams.services import CANCEL, PUBLISH, ensure_draft, ensure_not_sitting
from lawedu.people import approval_queries, approvals
from lawedu.people.models import Approval


class AlreadyPublished(RuleBroken):
    """An exam is published once (已经发布)."""

    code = "already_published"
    sentence = "这场考试已经发布或者取消，不能再次发布。"


class ChangedSinceDrawn(RuleBroken):
    """The draft changed while its papers were being drawn (抽题之后有变动)."""

    code = "changed_since_drawn"
    sentence = "抽题之后考试内容有变动，没有发布，请刷新页面后再办理。"


class AlreadyCancelled(RuleBroken):
    """An exam is cancelled once (已经取消)."""

    code = "already_cancelled"
    sentence = "这场考试已经取消。"


class AlreadyOpened(RuleBroken):
    """People may be sitting it (已经开考)."""

    code = "already_opened"
    sentence = "考试时段已经开始，不能取消。"


class NothingRequested(RuleBroken):
    """No request waits for a decision (没有待审批的申请)."""

    code = "nothing_requested"
    sentence = "没有等待审批的申请，可能已被撤回或者处理，请刷新页面。"


@dataclass(frozen=True)
class ExamPublished:
    """Fact: the exam is frozen and its candidates may be told."""

    exam_id: int


@dataclass(frozen=True)
class ExamCancelled:
    """Fact: the exam will not be held."""

    exam_id: int


def request(actor: Actor, exam: Exam, reason: str) -> Approval:
    """Ask a second person to publish; until then nothing of the exam can be changed.

    Raises ExamFrozen, PublicationPending, SitsThisExam, NotReady.
    """
    ensure(actor, "exam.request", exam)
    ensure_draft(exam)
    ensure_not_sitting(actor, exam)
    ensure_ready(actor, exam)
    return approvals.request(actor, PUBLISH, exam.id, exam.title, reason)


def approve(actor: Actor, exam: Exam, drawn: Drawn, note: str = "") -> None:
    """Publish at another person's request, with the papers drawn for it.

    Raises NothingRequested, OwnRequest, SitsThisExam, NotReady, ChangedSinceDrawn, AlreadyPublished.
    """
    ensure(actor, "exam.approve", exam)
    ensure_not_sitting(actor, exam)
    approvals.approve(actor, get_request(exam, PUBLISH), note)
    _publish(actor, exam, drawn)


def publish(actor: Actor, exam: Exam, drawn: Drawn) -> None:
    """Publish without a request: only from the command line, by whoever runs the machine.

    Raises ExamFrozen, PublicationPending, NotReady, ChangedSinceDrawn.
    """
    if not actor.is_machine:
        raise NotAllowed
    ensure(actor, "exam.approve", exam)
    ensure_draft(exam)
    _publish(actor, exam, drawn)


def _publish(actor: Actor, exam: Exam, drawn: Drawn) -> None:
    ensure_ready(actor, exam)
    if drawn.edit_no != exam.edit_no:
        raise ChangedSinceDrawn
    digest = papers.freeze(exam, drawn)
    values = {"published_at": clock.now(), "paper_hash": digest, "form_count": drawn.per_window}
    _move(exam, ExamState.DRAFT, AlreadyPublished, state=ExamState.PUBLISHED, **values)
    events.announce(ExamPublished(exam.id))
    forms = len(drawn.main) + len(drawn.resit)
    audit.record(actor, "exam.publish", f"exam:{exam.id}", paper_hash=digest, forms=forms)


def reject(actor: Actor, exam: Exam, action: str, note: str) -> None:
    """Send a request back with what to change. Raises NothingRequested, OwnRequest."""
    ensure(actor, "exam.approve", exam)
    approvals.reject(actor, get_request(exam, action), note)


def withdraw(actor: Actor, exam: Exam, action: str) -> None:
    """Take one's own request back. Raises NothingRequested, NotTheRequester."""
    ensure(actor, "exam.request", exam)
    approvals.withdraw(actor, get_request(exam, action))


def cancel_draft(actor: Actor, exam: Exam, reason: str) -> None:
    """Give up a draft: one person may. Raises ExamFrozen, PublicationPending."""
    ensure(actor, "exam.edit", exam)
    ensure_draft(exam)
    _cancel(actor, exam, ExamState.DRAFT, reason)


def request_cancel(actor: Actor, exam: Exam, reason: str) -> Approval:
    """Ask a second person to cancel a published exam not yet open. Raises AlreadyOpened, AlreadyCancelled."""
    ensure(actor, "exam.request", exam)
    _ensure_cancellable(exam)
    return approvals.request(actor, CANCEL, exam.id, exam.title, reason)


def approve_cancel(actor: Actor, exam: Exam, note: str = "") -> None:
    """Cancel at another person's request. Raises NothingRequested, OwnRequest, AlreadyOpened, AlreadyCancelled."""
    ensure(actor, "exam.approve", exam)
    _ensure_cancellable(exam)
    request = get_request(exam, CANCEL)
    approvals.approve(actor, request, note)
    _cancel(actor, exam, ExamState.PUBLISHED, request.reason)


def _ensure_cancellable(exam: Exam) -> None:
    if exam.state is not ExamState.PUBLISHED:
        raise AlreadyCancelled
    if min(window.opens_at for window in exam.windows) <= clock.now():
        raise AlreadyOpened


def _cancel(actor: Actor, exam: Exam, state: ExamState, reason: str) -> None:
    _move(exam, state, AlreadyCancelled, state=ExamState.CANCELLED)
    events.announce(ExamCancelled(exam.id))
    audit.record(actor, "exam.cancel", f"exam:{exam.id}", reason=reason)


def get_request(exam: Exam, action: str) -> Approval:
    """The request that waits. Raises NothingRequested."""
    found = approval_queries.find_pending(action, exam.id)
    if found is None:
        raise NothingRequested
    return found


def _move(exam: Exam, before: ExamState, refusal: type[RuleBroken], **values: object) -> None:
    """One conditional update: of two that press at once one moves the exam."""
    db.session.flush()
    done = db.session.execute(update(Exam).where(Exam.id == exam.id, Exam.state == before).values(**values))
    if done.rowcount == 0:  # type: ignore[attr-defined]
        raise refusal
    db.session.refresh(exam)
