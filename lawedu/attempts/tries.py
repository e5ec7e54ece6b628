"""Tries of many people (作答汇总): own attempts with their checked results, and approved outside scores, as plain
facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lawedu.attempts import outside_queries, results
from lawedu.attempts.models import Attempt, OutsideImport, OutsideScore, Result
from lawedu.core.attempt import AttemptFacts, AttemptState, effective_state
from lawedu.core.exam import TryFacts
from lawedu.db import db
from lawedu.exams.models import ExamWindow

_RESULT = (
    Result.attempt_id,
    Result.version,
    Result.exam_id,
    Result.person_id,
    Result.total,
    Result.passed,
    Result.items,
    Result.paper_hash,
    Result.sheet_hash,
    Result.reason,
    Result.mac,
    Result.is_current,
)


def list_tries_of(exam_id: int, person_ids: Sequence[int], now: datetime) -> dict[int, list[TryFacts]]:
    """The tries of some people in one exam, in order, by person. Three selects, and five more when some attempt has
    expired without being written down: it is marked here, so that nothing depends on the sweeper.

    Ask for at most a few hundred people at once. Raises TamperedResult at the first result without its seal.
    """
    found: dict[int, list[TryFacts]] = {person_id: [] for person_id in person_ids}
    for person_id, known in _outside(exam_id, person_ids):
        found[person_id].append(known)
    attempts = _attempts(exam_id, person_ids)
    states = {row.id: _state(row, now) for row in attempts}
    due = [row.id for row in attempts if states[row.id] is not row.state]
    marked: dict[int, Any] = {**_checked(attempts), **(results.derive_many(due) if due else {})}
    for row in attempts:
        result = marked.get(row.id)
        points, passed = (result.total, result.passed) if result else (None, None)
        found[row.person_id].append(TryFacts(row.id, row.try_no, row.kind, states[row.id], points, passed))
    return found


def _state(row: Any, now: datetime) -> AttemptState:
    """While an attempt is paused, its time stands still."""
    if row.paused_at is not None:
        return AttemptState(row.state)
    return effective_state(AttemptFacts(row.state, row.started_at, row.deadline_at), now)


def _attempts(exam_id: int, person_ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(
        select(
            Attempt.id,
            Attempt.person_id,
            Attempt.try_no,
            Attempt.state,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.paused_at,
            ExamWindow.kind,
        )
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id.in_(person_ids))
        .order_by(Attempt.person_id, Attempt.try_no)
    ).all()


def _checked(attempts: Sequence[Any]) -> dict[int, Any]:
    """The current results, each chain of versions checked."""
    owners = {row.id: row.person_id for row in attempts}
    versions: dict[int, list[Any]] = {}
    for row in db.session.execute(
        select(*_RESULT).where(Result.attempt_id.in_(owners)).order_by(Result.attempt_id, Result.version)
    ):
        versions.setdefault(row.attempt_id, []).append(row)
    current = {attempt_id: results.check_chain(rows, owners[attempt_id]) for attempt_id, rows in versions.items()}
    return {attempt_id: row for attempt_id, row in current.items() if row is not None}


def _outside(exam_id: int, person_ids: Sequence[int]) -> list[tuple[int, TryFacts]]:
    """Approved outside scores, 首考 before 补考; number 0, because no attempt of ours stands behind them."""
    rows = db.session.execute(
        select(OutsideScore.person_id, OutsideImport.window_kind, OutsideScore.points, OutsideScore.passed)
        .join(OutsideImport, OutsideImport.id == OutsideScore.import_id)
        .where(OutsideImport.exam_id == exam_id, OutsideScore.person_id.in_(person_ids), outside_queries.counts())
        .order_by(OutsideImport.window_kind, OutsideScore.id)
    )
    return [
        (person_id, TryFacts(0, 0, kind, AttemptState.SUBMITTED, points, passed))
        for person_id, kind, points, passed in rows
        if person_id is not None
    ]
