"""Requests that need a second person (双人审批): the slice that owns the subject asks its permission first."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.people import approval_queries
from lawedu.people.models import Approval, ApprovalState


class OwnRequest(RuleBroken):
    """Requester and approver are never the same person (不得审批本人的申请)."""

    code = "own_request"
    sentence = "这是您本人提出的申请，须由另一位有权限的同志审批。"


class AlreadyRequested(RuleBroken):
    """Such a request waits already (已有待审批的申请)."""

    code = "already_requested"
    sentence = "同一事项已有一份申请在等待审批，请先等待处理或者撤回。"


class AlreadyDecided(RuleBroken):
    """The request was decided or withdrawn before (申请已处理)."""

    code = "already_decided"
    sentence = "这份申请已经处理过了，请刷新页面查看结果。"


class NotTheRequester(RuleBroken):
    """Only who asked may take a request back (只能撤回本人的申请)."""

    code = "not_the_requester"
    sentence = "只有申请人本人可以撤回申请。"


def request(actor: Actor, action: str, subject_id: int, title: str, reason: str) -> Approval:
    """Ask a second person (提出申请). Raises AlreadyRequested while one waits for the same action and subject."""
    if approval_queries.find_pending(action, subject_id) is not None:
        raise AlreadyRequested
    approval = Approval(
        action=action,
        subject_id=subject_id,
        title=title,
        reason=reason,
        state=ApprovalState.PENDING,
        requested_by=actor.person_id,
        requested_at=clock.now(),
    )
    db.session.add(approval)
    try:
        db.session.flush()
    except IntegrityError as error:  # two asked at once: the unique index is the last judge
        raise AlreadyRequested from error
    audit.record(actor, f"{action}.request", f"approval:{approval.id}", subject_id=subject_id)
    return approval


def approve(actor: Actor, approval: Approval, note: str = "") -> Approval:
    """Agree (同意); the owning slice then does its deed in the same transaction. Raises OwnRequest, AlreadyDecided."""
    return _decide(actor, approval, ApprovalState.APPROVED, note)


def reject(actor: Actor, approval: Approval, note: str) -> Approval:
    """Refuse (不同意), with what to change. Raises OwnRequest, AlreadyDecided."""
    return _decide(actor, approval, ApprovalState.REJECTED, note)


def withdraw(actor: Actor, approval: Approval) -> Approval:
    """Take one's own request back (撤回). Raises NotTheRequester, AlreadyDecided."""
    _ensure_waiting(approval)
    if approval.requested_by != actor.person_id:
        raise NotTheRequester
    approval.state = ApprovalState.WITHDRAWN
    approval.decided_at = clock.now()
    audit.record(actor, f"{approval.action}.withdraw", f"approval:{approval.id}", subject_id=approval.subject_id)
    return approval


def _decide(actor: Actor, approval: Approval, state: ApprovalState, note: str) -> Approval:
    _ensure_waiting(approval)
    if actor.person_id == approval.requested_by or actor.person_id == 0:
        raise OwnRequest
    approval.state = state
    approval.decided_by, approval.decided_at, approval.decision_note = actor.person_id, clock.now(), note
    verb = "approve" if state is ApprovalState.APPROVED else "reject"
    audit.record(actor, f"{approval.action}.{verb}", f"approval:{approval.id}", subject_id=approval.subject_id)
    return approval


def _ensure_waiting(approval: Approval) -> None:
    """Look again under a lock: two approvers may press at once."""
    db.session.refresh(approval, with_for_update={"of": Approval})
    if approval.state is not ApprovalState.PENDING:
        raise AlreadyDecided
