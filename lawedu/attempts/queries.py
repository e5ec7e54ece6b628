"""Reading attempts (查作答): one row as the saving path needs it, the journal, a person's tries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, exists, func, or_, select

from lawedu import clock
from lawedu.attempts.models import AnswerOp, Attempt, LateOp, Receipt, Result
from lawedu.core.attempt import GRACE, AttemptFacts, AttemptState, Operation, effective_state, fold
from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor, ensure
from lawedu.core.questions import Value
from lawedu.db import db
from lawedu.exams.models import Exam, ExamWindow, Form


@dataclass(frozen=True)
class Sitting:
    """An attempt as one row (作答), a plain value: what saving, submitting and every page of it need."""

    id: int
    exam_id: int
    owner_id: int
    window_id: int
    form_id: int
    form_hash: str
    try_no: int
    state: AttemptState
    started_at: datetime
    deadline_at: datetime
    ended_at: datetime | None
    paused_at: datetime | None
    extra_seconds: int
    epoch: int
    receipt_number: str
    receipt_salt: str
    void_reason: str
    last_seq: int

    @property
    def facts(self) -> AttemptFacts:
        return AttemptFacts(self.state, self.started_at, self.deadline_at, self.ended_at)

    @property
    def next_seq(self) -> int:
        """The lowest number a page may give its next operation."""
        return self.last_seq + 1

    @property
    def is_held(self) -> bool:
        """Paused: its time stands still until somebody resumes it, or releases the results of the exam."""
        return self.state is AttemptState.IN_PROGRESS and self.paused_at is not None

    def state_at(self, now: datetime) -> AttemptState:
        return self.state if self.is_held else effective_state(self.facts, now)

    def is_due(self, now: datetime) -> bool:
        """Expired, and not written down yet."""
        return self.state is not self.state_at(now)


# Columns of the tables instead of the classes: a save reads one row and needs no object for it.
_A, _F, _OP = Attempt.__table__.c, Form.__table__.c, AnswerOp.__table__.c
_LAST_SEQ = select(func.coalesce(func.max(_OP.seq), 0)).where(_OP.attempt_id == _A.id).scalar_subquery()
_COLUMNS = (
    _A.id,
    _A.exam_id,
    _A.person_id.label("owner_id"),
    _A.window_id,
    _A.form_id,
    _F.hash.label("form_hash"),
    _A.try_no,
    _A.state,
    _A.started_at,
    _A.deadline_at,
    _A.ended_at,
    _A.paused_at,
    _A.extra_seconds,
    _A.epoch,
    _A.receipt_number,
    _A.receipt_salt,
    _A.void_reason,
    _LAST_SEQ.label("last_seq"),
)
_ROWS: Select[Any] = select(*_COLUMNS).join_from(Attempt.__table__, Form.__table__, _F.id == _A.form_id)
_ONE = _ROWS.where(_A.id == bindparam("attempt_id"))
_SHARED = _ONE.with_for_update(of=Attempt.__table__, read=True)
_LOCKED = _ONE.with_for_update(of=Attempt.__table__)


def get_sitting(actor: Actor, action: str, attempt_id: int) -> Sitting:
    """One attempt that `actor` may see under `action`. Raises NotFound: a foreign attempt does not exist."""
    return _checked(actor, action, _ONE, attempt_id)


def get_for_saving(actor: Actor, attempt_id: int) -> Sitting:
    """The same for a save: many saves at once, but none beside a hand-in (FOR SHARE on PostgreSQL)."""
    return _checked(actor, "attempt.sit", _SHARED, attempt_id)


def get_locked(actor: Actor, action: str, attempt_id: int) -> Sitting:
    """The same for a deed that ends or changes the attempt, alone (FOR UPDATE on PostgreSQL)."""
    return _checked(actor, action, _LOCKED, attempt_id)


def _checked(actor: Actor, action: str, query: Select[Any], attempt_id: int) -> Sitting:
    # An identifier that no column can hold is an attempt that does not exist.
    row = db.session.execute(query, {"attempt_id": attempt_id}).one_or_none() if attempt_id < 2**31 else None
    if row is None:
        raise NotFound
    sitting = Sitting(*row)
    ensure(actor, action, sitting)
    return sitting


def list_sittings(attempt_ids: Sequence[int]) -> list[Sitting]:
    """Several attempts, for reports that have checked already what the reader may see."""
    rows = db.session.execute(_ROWS.where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id))
    return [Sitting(*row) for row in rows]


def list_tries_in(exam_ids: Sequence[int], person_id: int) -> list[Sitting]:
    """The attempts of a person in some exams, in order."""
    rows = db.session.execute(
        _ROWS.where(Attempt.exam_id.in_(exam_ids), Attempt.person_id == person_id).order_by(
            Attempt.exam_id, Attempt.try_no
        )
    )
    return [Sitting(*row) for row in rows]


_OPS = (
    select(_OP.client, _OP.epoch, _OP.seq, _OP.item, _OP.value)
    .where(_OP.attempt_id == bindparam("attempt_id"))
    .order_by(_OP.epoch, _OP.seq, _OP.client)
)


def list_operations(attempt_id: int) -> list[Operation]:
    """The journal of an attempt, in the order of the fold."""
    return [Operation(*row) for row in db.session.execute(_OPS, {"attempt_id": attempt_id})]


def get_sheet(attempt_id: int) -> dict[str, Value]:
    """The folded sheet (答卷)."""
    return fold(list_operations(attempt_id))


def list_journals(attempt_ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    """The journals of several attempts with the times of receipt, one select."""
    found: dict[int, list[RowMapping]] = {attempt_id: [] for attempt_id in attempt_ids}
    rows = db.session.execute(
        select(AnswerOp.__table__)
        .where(AnswerOp.attempt_id.in_(attempt_ids))
        .order_by(AnswerOp.attempt_id, AnswerOp.epoch, AnswerOp.seq, AnswerOp.client)
    ).mappings()
    for row in rows:
        found[row["attempt_id"]].append(row)
    return found


def operations_of(rows: Iterable[RowMapping]) -> list[Operation]:
    """Journal rows as operations."""
    return [Operation(row["client"], row["epoch"], row["seq"], row["item"], row["value"]) for row in rows]


def list_sheets(attempt_ids: Sequence[int]) -> dict[int, dict[str, Value]]:
    """The folded sheets of several attempts, one select."""
    return {attempt_id: fold(operations_of(rows)) for attempt_id, rows in list_journals(attempt_ids).items()}


def wait_for_saves(attempt_id: int) -> None:
    """Until saves under way have landed, so that an end that is only computed reads all of them (PostgreSQL; SQLite
    has one writer).
    """
    db.session.execute(select(Attempt.id).where(Attempt.id == attempt_id).with_for_update())


def find_receipt_bytes(attempt_id: int) -> bytes | None:
    """The stored receipt, if the end of the attempt has been written down."""
    return db.session.scalar(select(Receipt.body).where(Receipt.attempt_id == attempt_id))


def count_late(attempt_id: int) -> int:
    """How much came after the end."""
    return db.session.scalar(select(func.count()).select_from(LateOp).where(LateOp.attempt_id == attempt_id)) or 0


def list_due(now: datetime, limit: int, after_id: int = 0) -> list[int]:
    """Attempts that have expired and are not written down yet, a batch at a time."""
    query = select(Attempt.id).where(
        Attempt.state == AttemptState.IN_PROGRESS,
        Attempt.paused_at.is_(None),
        Attempt.deadline_at < now - GRACE,
        Attempt.id > after_id,
    )
    return list(db.session.scalars(query.order_by(Attempt.id).limit(limit)))


def list_all_due(exam_id: int, now: datetime) -> list[int]:
    """The same, all of one exam, as its results are released. A pause that nobody resumed ends with its window."""
    return list(
        db.session.scalars(
            select(Attempt.id)
            .join(ExamWindow, ExamWindow.id == Attempt.window_id)
            .where(
                Attempt.state == AttemptState.IN_PROGRESS,
                Attempt.deadline_at < now - GRACE,
                Attempt.exam_id == exam_id,
                or_(Attempt.paused_at.is_(None), ExamWindow.closes_at < now),
            )
            .order_by(Attempt.id)
        )
    )


def list_ids(after_id: int, limit: int, exam_id: int | None = None) -> list[int]:
    """Numbers of attempts in order, a batch at a time."""
    query = select(Attempt.id).where(Attempt.id > after_id)
    if exam_id is not None:
        query = query.where(Attempt.exam_id == exam_id)
    return list(db.session.scalars(query.order_by(Attempt.id).limit(limit)))


def list_unmarked(after_id: int, limit: int) -> list[int]:
    """Ended attempts without a result that counts, a batch at a time."""
    marked = exists().where(Result.attempt_id == Attempt.id, Result.is_current.is_(True))
    ended = Attempt.state.in_((AttemptState.SUBMITTED, AttemptState.EXPIRED))
    query = select(Attempt.id).where(Attempt.id > after_id, ended, ~marked)
    return list(db.session.scalars(query.order_by(Attempt.id).limit(limit)))


def find_latest_open_deadline(exam_id: int, now: datetime | None = None) -> datetime | None:
    """The latest deadline among attempts of an exam that may still be answered, extra time included; None when there
    is none.
    """
    moment = now or clock.now()
    return db.session.scalar(
        select(func.max(Attempt.deadline_at)).where(
            Attempt.state == AttemptState.IN_PROGRESS, Attempt.deadline_at >= moment - GRACE, Attempt.exam_id == exam_id
        )
    )


def get_exam(exam_id: int) -> Exam:
    """An exam with its windows. Raises NotFound."""
    exam = db.session.get(Exam, exam_id) if exam_id < 2**31 else None
    if exam is None:
        raise NotFound
    return exam
