"""Time of a sitting (加时、暂停、恢复) and voiding it (作废): named deeds with a reason, each with its audit event."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from lawedu import clock
from lawedu.attempts import candidacy, queries, results, submission
from lawedu.attempts.models import Attempt, Receipt, TimeChange, TimeChangeKind
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import (
    AlreadyPaused,
    AlreadyReleased,
    AlreadyVoided,
    BadMinutes,
    NotExtendable,
    NotPaused,
    NotRunning,
    ReasonMissing,
    SamePerson,
)
from lawedu.audit import services as audit
from lawedu.core.attempt import AttemptState, deadline
from lawedu.core.exam import ExamState
from lawedu.core.policy import MACHINE, Actor
from lawedu.core.visibility import may_see_keys
from lawedu.db import db
from lawedu.exams.models import Exam, ExamWindow

MOST_MINUTES = 600


def extend(actor: Actor, attempt_id: int, minutes: int, reason: str) -> datetime:
    """Give extra time (加时) of `minutes`; reopens an attempt that expired, never one that was handed in. The new
    deadline.

    Raises NotFound, NotAllowed, BadMinutes, ReasonMissing, NotExtendable, AlreadyReleased. Source: attempts.md,
    “Life of an attempt”.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadMinutes
    sitting = _locked(actor, "exam.time", attempt_id, reason)
    return _give(actor, sitting, TimeChangeKind.EXTEND, minutes * 60, reason)


def pause(actor: Actor, attempt_id: int, reason: str) -> None:
    """Stop the taking of answers (暂停) until `resume`. Raises NotFound, NotAllowed, ReasonMissing, NotRunning,
    AlreadyPaused.
    """
    sitting = _locked(actor, "exam.time", attempt_id, reason)
    now = clock.now()
    if sitting.paused_at is not None:
        raise AlreadyPaused
    if sitting.state_at(now) is not AttemptState.IN_PROGRESS:
        raise NotRunning
    db.session.execute(update(Attempt).where(Attempt.id == attempt_id).values(paused_at=now))
    _note(actor, sitting, TimeChangeKind.PAUSE, 0, reason)


def resume(actor: Actor, attempt_id: int, reason: str) -> datetime:
    """Go on after a pause (恢复), longer by its length, also when the deadline passed meanwhile. The new deadline.

    Raises NotFound, NotAllowed, ReasonMissing, NotPaused, NotExtendable, AlreadyReleased.
    """
    sitting = _locked(actor, "exam.time", attempt_id, reason)
    if sitting.paused_at is None:
        raise NotPaused
    length = max(timedelta(), clock.now() - sitting.paused_at)
    # Rounded up: nobody loses part of a second to a pause.
    return _give(actor, sitting, TimeChangeKind.RESUME, -(-length // timedelta(seconds=1)), reason)


def _locked(actor: Actor, action: str, attempt_id: int, reason: str) -> Sitting:
    if not reason.strip():
        raise ReasonMissing
    return queries.get_locked(actor, action, attempt_id)


def _give(actor: Actor, sitting: Sitting, kind: TimeChangeKind, seconds: int, reason: str) -> datetime:
    if sitting.state not in (AttemptState.IN_PROGRESS, AttemptState.EXPIRED):
        raise NotExtendable
    exam = db.session.execute(
        select(Exam.state, Exam.duration_minutes, ExamWindow.closes_at)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(ExamWindow.id == sitting.window_id)
    ).one()
    now = clock.now()
    if exam.state is ExamState.RELEASED and _is_decided(sitting, now):
        raise AlreadyReleased
    extra = sitting.extra_seconds + seconds
    until = deadline(
        sitting.started_at, timedelta(minutes=exam.duration_minutes), timedelta(seconds=extra), exam.closes_at
    )
    if sitting.is_due(now):
        # As if the sweeper had been there first: what is superseded stands on record either way.
        closing = submission.expire(sitting, now)
        submission.record(MACHINE, closing)
    _reopen(sitting, extra, until)
    _note(actor, sitting, kind, seconds, reason, deadline=until.isoformat())
    return until


def _is_decided(sitting: Sitting, now: datetime) -> bool:
    """Whether its result is out, or the keys are: a resit still runs after the main window's results were released."""
    if sitting.state_at(now) is not AttemptState.IN_PROGRESS:
        return True
    windows = candidacy.list_windows([sitting.exam_id])[sitting.exam_id]
    return may_see_keys(True, windows, now, queries.find_latest_open_deadline(sitting.exam_id, now))


def _reopen(sitting: Sitting, extra: int, until: datetime) -> None:
    """An attempt that runs on has no receipt and no result that counts: those of its expiry are superseded."""
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == sitting.id)
        .values(state=AttemptState.IN_PROGRESS, ended_at=None, paused_at=None, extra_seconds=extra, deadline_at=until)
    )
    db.session.execute(delete(Receipt).where(Receipt.attempt_id == sitting.id))
    results.retire(sitting.id)


def void(actor: Actor, attempt_id: int, reason: str, requested_by: Actor) -> None:
    """Void (作废): takes two persons, one who asks and one who approves; counts as sat and not passed.

    Raises NotFound, NotAllowed, ReasonMissing, SamePerson, AlreadyVoided.
    """
    if actor.person_id == requested_by.person_id:
        raise SamePerson
    sitting = _locked(actor, "exam.approve", attempt_id, reason)
    if sitting.state is AttemptState.VOIDED:
        raise AlreadyVoided
    now = clock.now()
    ended_at = sitting.ended_at or min(now, sitting.deadline_at)
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == sitting.state)
        .values(state=AttemptState.VOIDED, ended_at=ended_at, paused_at=None, void_reason=reason)
    )
    audit.record(
        actor,
        "attempt.void",
        f"attempt:{attempt_id}",
        reason=reason,
        requested_by=requested_by.staff_number,
        state_before=sitting.state.value,
    )


def _note(actor: Actor, sitting: Sitting, kind: TimeChangeKind, seconds: int, reason: str, **details: Any) -> None:
    db.session.add(
        TimeChange(
            attempt_id=sitting.id, kind=kind, seconds=seconds, reason=reason, by=actor.staff_number, at=clock.now()
        )
    )
    audit.record(
        actor,
        f"attempt.{kind.value}",
        f"attempt:{sitting.id}",
        reason=reason,
        seconds=seconds,
        **details,
    )
