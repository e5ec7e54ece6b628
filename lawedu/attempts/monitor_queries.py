"""The running exam per unit (考场监控): one grouped query, true with the sweeper off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select

from lawedu.attempts.models import AnswerOp, Attempt
from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Candidate, Decision, Exemption, ExemptionKind
from lawedu.people.models import Unit


@dataclass(frozen=True)
class UnitProgress:
    """One unit's people by where they stand. `listed` counts those who must sit; exempt and deferred stand apart."""

    unit_id: int
    name: str
    listed: int
    not_started: int
    in_progress: int
    handed_in: int
    expired: int
    excused: int

    @property
    def ended(self) -> int:
        """Handed in, or ended by the clock with what was saved."""
        return self.handed_in + self.expired


@dataclass(frozen=True)
class Progress:
    """The whole exam (考试进度). `last_saved_at` is when the server last took an answer."""

    units: Sequence[UnitProgress]
    total: UnitProgress
    last_saved_at: datetime | None


def get_progress(actor: Actor, exam_id: int, now: datetime) -> Progress:
    """Every listed person once, by their latest attempt: a voided one and its resit are not two people."""
    ensure(actor, "exam.monitor")
    rows = db.session.execute(_grouped(exam_id, now))
    units = [UnitProgress(*row) for row in rows]
    sums = [
        sum(getattr(unit, name) for unit in units)
        for name in UnitProgress.__annotations__
        if name not in ("unit_id", "name")
    ]
    last = db.session.scalar(
        select(func.max(AnswerOp.received_at))
        .join(Attempt, Attempt.id == AnswerOp.attempt_id)
        .where(Attempt.exam_id == exam_id, Attempt.state == AttemptState.IN_PROGRESS)
    )
    return Progress(units, UnitProgress(0, "", *sums), last)


def _grouped(exam_id: int, now: datetime) -> Any:
    latest = _latest(exam_id)
    tried = and_(Attempt.exam_id == exam_id, Attempt.person_id == latest.c.person_id, Attempt.try_no == latest.c.try_no)
    excused = and_(_excused(), Attempt.id.is_(None))
    return (
        select(
            Unit.id,
            Unit.name,
            _count(~excused),
            _count(and_(Attempt.id.is_(None), ~excused)),
            _count(and_(Attempt.state == AttemptState.IN_PROGRESS, ~_over(now))),
            _count(Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.VOIDED))),
            _count(
                or_(Attempt.state == AttemptState.EXPIRED, and_(Attempt.state == AttemptState.IN_PROGRESS, _over(now)))
            ),
            _count(excused),
        )
        .select_from(Candidate)
        .join(Unit, Unit.id == Candidate.unit_id)
        .outerjoin(latest, latest.c.person_id == Candidate.person_id)
        .outerjoin(Attempt, tried)
        .where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None))
        .group_by(Unit.id, Unit.name, Unit.sort_path)
        .order_by(Unit.sort_path, Unit.id)
    )


def _latest(exam_id: int) -> Any:
    last = func.max(Attempt.try_no).label("try_no")
    return select(Attempt.person_id, last).where(Attempt.exam_id == exam_id).group_by(Attempt.person_id).subquery()


def _over(now: datetime) -> Any:
    """Deadline and grace have passed; a paused attempt waits for whoever paused it."""
    return and_(Attempt.deadline_at < now - GRACE, Attempt.paused_at.is_(None))


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _excused() -> Any:
    return exists().where(
        Exemption.exam_id == Candidate.exam_id,
        Exemption.person_id == Candidate.person_id,
        Exemption.kind.in_((ExemptionKind.EXEMPT, ExemptionKind.DEFERRED)),
        Exemption.decision == Decision.APPROVED,
        Exemption.withdrawn_at.is_(None),
    )
