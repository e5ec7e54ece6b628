"""Reading requests to a second person (审批查询)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lawedu.core.errors import NotFound
from lawedu.db import db
from lawedu.people.models import Approval, ApprovalState


def get_approval(approval_id: int, *, lock: bool = False) -> Approval:
    """One request. Raises NotFound."""
    query = select(Approval).where(Approval.id == approval_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def find_pending(action: str, subject_id: int) -> Approval | None:
    """The request that waits for a decision on this subject."""
    return db.session.scalar(
        select(Approval).where(
            Approval.action == action, Approval.subject_id == subject_id, Approval.state == ApprovalState.PENDING
        )
    )


def select_pending(actions: Collection[str]) -> Select[Approval]:
    """Waiting requests of these kinds, the oldest first, for a paged list."""
    return (
        select(Approval)
        .options(joinedload(Approval.requester))
        .where(Approval.action.in_(actions), Approval.state == ApprovalState.PENDING)
        .order_by(Approval.requested_at, Approval.id)
    )


def list_for(action: str, subject_id: int) -> list[Approval]:
    """Every request ever made on this subject, the latest first."""
    query = (
        select(Approval)
        .options(joinedload(Approval.requester), joinedload(Approval.decider))
        .where(Approval.action == action, Approval.subject_id == subject_id)
        .order_by(Approval.id.desc())
        .limit(50)
    )
    return list(db.session.scalars(query))
