"""Beginning and going on (开始、继续、换设备): a start assigns a paper that exists already and is one cheap insert."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from lawedu import clock
from lawedu.attempts import candidacy, queries, submission
from lawedu.attempts.candidacy import ExamPlace, NumberedWindow
from lawedu.attempts.models import Attempt, Incident, IncidentKind
from lawedu.attempts.refusals import ExamStaffSitElsewhere, Paused
from lawedu.audit import services as audit
from lawedu.core.attempt import RECEIPT_RANDOM_LIMIT, AttemptState, deadline, ensure_open, fold, receipt_number
from lawedu.core.errors import NotFound, Unavailable
from lawedu.core.exam import StartDecision, StartKind, may_start, refusal_for
from lawedu.core.policy import Actor, ensure
from lawedu.core.questions import Value
from lawedu.db import db


@dataclass(frozen=True)
class Started:
    """Where pressing “开始” leads: an attempt to answer, or one that has ended and whose receipt is shown."""

    attempt_id: int
    has_ended: bool = False


def start(actor: Actor, exam_id: int) -> Started:
    """Begin (开始考试): the attempt in progress, else a new one if one is allowed, else the last receipt
    (attempts.md, “Papers”).

    Attempts that have expired are written down first. Raises NotFound, ExamStaffSitElsewhere and the refusals of
    core.exam.
    """
    ensure(actor, "exam.sit")
    place = candidacy.get_place(exam_id, actor.person_id, lock=True)
    now = clock.now()
    tries = queries.list_tries_in([exam_id], actor.person_id)
    for held in (one for one in tries if one.is_held):
        return Started(held.id)
    due = [one.id for one in tries if one.is_due(now)]
    closings = [closing for attempt_id in due if (closing := submission.expire_if_due(attempt_id, now))]
    facts = candidacy.load_facts([place], actor.person_id, now, None if due else tries)
    started = _follow(actor, place, may_start(facts.start[exam_id], now), now)
    for closing in closings:
        submission.record(actor, closing)
    return started


def _follow(actor: Actor, place: ExamPlace, decision: StartDecision, now: datetime) -> Started:
    if decision.kind is StartKind.CONTINUE and decision.attempt_id:
        return Started(decision.attempt_id)
    if decision.kind is StartKind.LAST_RECEIPT and decision.attempt_id:
        return Started(decision.attempt_id, has_ended=True)
    if decision.kind is StartKind.NEW_ATTEMPT and isinstance(decision.window, NumberedWindow) and decision.try_no:
        if place.is_exam_staff:
            raise ExamStaffSitElsewhere
        return _begin(actor, place, decision.window, decision.try_no, now)
    if decision.reason is None:
        raise NotFound
    raise refusal_for(decision.reason)


def _begin(actor: Actor, place: ExamPlace, window: NumberedWindow, try_no: int, now: datetime) -> Started:
    extra = timedelta(minutes=place.extra_minutes)
    row = {
        "exam_id": place.exam_id,
        "person_id": actor.person_id,
        "window_id": window.id,
        "form_id": candidacy.pick_form(place, window.kind, try_no),
        "try_no": try_no,
        "state": AttemptState.IN_PROGRESS,
        "started_at": now,
        "deadline_at": deadline(now, timedelta(minutes=place.duration_minutes), extra, window.closes_at),
        "extra_seconds": int(extra.total_seconds()),
        "epoch": 1,
        "receipt_number": receipt_number(place.year, secrets.randbelow(RECEIPT_RANDOM_LIMIT)),
        "receipt_salt": secrets.token_hex(16),
        "void_reason": "",
    }
    attempt_id = _insert(row)
    if attempt_id is None:
        return Started(_running(place.exam_id, actor.person_id))
    audit.record(actor, "attempt.start", f"attempt:{attempt_id}", exam=place.exam_id, try_no=try_no)
    return Started(attempt_id)


def _insert(row: dict[str, Any]) -> int | None:
    """The new attempt's number; None when one is in progress already (the unique indexes are the last judge)."""
    connection = db.session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(Attempt).on_conflict_do_nothing().returning(Attempt.id)
    return connection.execute(statement, row).scalar_one_or_none()


def _running(exam_id: int, person_id: int) -> int:
    found = db.session.scalar(
        select(Attempt.id).where(
            Attempt.exam_id == exam_id, Attempt.person_id == person_id, Attempt.state == AttemptState.IN_PROGRESS
        )
    )
    if found is None:
        # Two receipt numbers were the same: one in 10^15, and pressing again draws another.
        raise Unavailable
    return found


@dataclass(frozen=True)
class TakenOver:
    """What the device that goes on needs."""

    epoch: int
    next_seq: int
    sheet: dict[str, Value]


def take_over(actor: Actor, attempt_id: int) -> TakenOver:
    """Go on with this device (在此设备继续): a higher epoch makes the other pages read-only.

    Raises NotFound, Paused, TooLate, AlreadyEnded.
    """
    sitting = queries.get_locked(actor, "attempt.sit", attempt_id)
    now = clock.now()
    if sitting.is_held:
        raise Paused
    ensure_open(sitting.facts, now)
    db.session.execute(update(Attempt).where(Attempt.id == attempt_id).values(epoch=Attempt.epoch + 1))
    db.session.add(Incident(attempt_id=attempt_id, kind=IncidentKind.TAKE_OVER, detail=actor.address, at=now))
    operations = queries.list_operations(attempt_id)
    audit.record(actor, "attempt.take_over", f"attempt:{attempt_id}", epoch=sitting.epoch + 1)
    return TakenOver(sitting.epoch + 1, sitting.next_seq, fold(operations))
