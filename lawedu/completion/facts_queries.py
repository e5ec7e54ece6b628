"""The facts of everybody on a roster in one select (人员事实查询), for groups and for lists.

`core.standings` has the same rules for the tries of one person; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from lawedu.attempts import outside_queries
from lawedu.attempts.models import Attempt, OutsideImport, OutsideScore, Result
from lawedu.completion.scope_queries import MOST_NUMBER, Filter, Reach, Reading, select_candidates
from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.exam import WindowKind
from lawedu.core.standings import FLAGS
from lawedu.db import Points
from lawedu.exams.models import Decision, Exemption, ExemptionKind


def bit(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 or 0: PostgreSQL has no max() of booleans."""
    return case((condition, 1), else_=0)


def _tries(reading: Reading, listed: CTE | None) -> Subquery:
    """Ended tries as `core.exam.TryFacts` has them, outside scores included: of the listed people, or of all (None)."""
    exam = reading.exam
    main = [window.id for window in exam.windows if window.kind is WindowKind.MAIN]
    voided = Attempt.state == AttemptState.VOIDED
    own = (
        select(
            Attempt.person_id,
            bit(Attempt.window_id.in_(main)).label("is_main"),
            Attempt.try_no,
            literal(0, BigInteger).label("turn"),
            bit(voided).label("voided"),
            case((~voided, Result.total)).label("points"),
            bit(and_(~voided, Result.passed.is_(True))).label("passed"),
        )
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.is_current.is_(True)))
        .where(Attempt.exam_id == exam.id, Attempt.state != AttemptState.IN_PROGRESS)
    )
    is_main = bit(OutsideImport.window_kind == WindowKind.MAIN)
    outside = (
        select(
            OutsideScore.person_id,
            is_main,
            literal(0),
            (1 - is_main) * literal(MOST_NUMBER, BigInteger) + OutsideScore.id,
            literal(0),
            OutsideScore.points,
            bit(OutsideScore.passed.is_(True)),
        )
        .join(OutsideImport, OutsideImport.id == OutsideScore.import_id)
        .where(OutsideImport.exam_id == exam.id, outside_queries.counts())
    )
    if listed is not None:
        people = select(listed.c.person_id)
        own = own.where(Attempt.person_id.in_(people))
        outside = outside.where(OutsideScore.person_id.in_(people))
    return union_all(own, outside).subquery("tries")


def _counted(tries: Subquery) -> Subquery:
    """Per person what `core.exam.counted` says: the first try of the first sitting, and the best of all."""
    row = tries.c
    first_order = (row.is_main.desc(), row.try_no, row.turn)
    worth = func.coalesce(row.points, literal(Decimal(-1), Points))
    best_order = (row.voided, worth.desc(), row.try_no, row.turn)
    first = func.row_number().over(partition_by=row.person_id, order_by=first_order)
    best = func.row_number().over(partition_by=row.person_id, order_by=best_order)
    ranked = select(*row, first.label("first"), best.label("best")).subquery("ranked")
    is_first, is_best = and_(ranked.c.first == 1, ranked.c.is_main == 1), ranked.c.best == 1
    flags = {
        "sat": literal(1),
        "sat_first": func.max(bit(is_first)),
        "first_passed": func.max(case((is_first, ranked.c.passed), else_=0)),
        "best_passed": func.max(case((is_best, ranked.c.passed), else_=0)),
        "voided_only": func.min(ranked.c.voided),
    }
    return (
        select(
            ranked.c.person_id,
            _flags(flags).label("flags"),
            func.max(case((is_first, ranked.c.points))).label("first_points"),
            func.max(case((is_best, ranked.c.points))).label("best_points"),
        )
        .group_by(ranked.c.person_id)
        .subquery("counted")
    )


def _exemptions(exam_id: int) -> Subquery:
    """Per person 免考 and 缓考; an approval that was given twice counts once."""
    flags = {
        "exempt": func.max(bit(Exemption.kind == ExemptionKind.EXEMPT)),
        "deferred": func.max(bit(Exemption.kind == ExemptionKind.DEFERRED)),
    }
    return (
        select(Exemption.person_id, _flags(flags).label("flags"))
        .where(*in_force(exam_id))
        .group_by(Exemption.person_id)
        .subquery("exemptions")
    )


def _flags(parts: Mapping[str, ColumnElement[int]]) -> ColumnElement[int]:
    """Bits as `core.standings.flags_of` sets them."""
    return reduce(add, (parts[name] * (1 << place) for place, name in enumerate(FLAGS) if name in parts))


def in_force(exam_id: int) -> tuple[ColumnElement[bool], ...]:
    """Approved exemptions of an exam, as conditions on Exemption."""
    return (Exemption.exam_id == exam_id, Exemption.decision == Decision.APPROVED, Exemption.withdrawn_at.is_(None))


def ran_out(reading: Reading) -> ColumnElement[bool]:
    """Of an attempt that is stored as in progress: its time is over (while it is paused, its time stands still)."""
    return and_(Attempt.deadline_at < reading.now - GRACE, Attempt.paused_at.is_(None))


COLUMNS: dict[str, Any] = {
    "id": Integer,
    "unit_id": Integer,
    "first_points": Points,
    "best_points": Points,
    "flags": Integer,
    "due": Integer,
}


def _part(person_id: Any, known: Mapping[str, Any]) -> Select[Any]:
    """All COLUMNS for one part of the facts, the unknown ones empty."""
    return select(
        person_id.label("person_id"),
        *(known.get(name, cast(null(), kind)).label(name) for name, kind in COLUMNS.items()),
    )


def facts_by_person(reading: Reading, reach: Reach, wanted: Filter) -> Subquery:
    """One row for everybody on the roster: candidate `id`, `person_id`, `unit_id`, `flags` (core.standings), points
    of first and best try, and `due` for whose attempt has expired without being written down: their flags do not
    count yet.

    Roster, tries, exemptions and open attempts are laid one below the other, each at most once a person, and summed up.
    Joins of them were tried first: whether SQLite builds an index for those hangs on a guess, a wrong one costs 20 s.
    """
    exam_id = reading.exam.id
    listed = select_candidates(exam_id, reach, wanted).cte("listed")
    is_everybody = reach.condition is None and wanted == Filter()
    counted = _counted(_tries(reading, None if is_everybody else listed)).c
    exemptions = _exemptions(exam_id).c
    in_progress = _flags({"in_progress": literal(1)})
    is_due = bit(ran_out(reading))
    parts = union_all(
        _part(listed.c.person_id, {"id": listed.c.id, "unit_id": listed.c.unit_id}),
        _part(counted.person_id, dict(counted)),
        _part(exemptions.person_id, dict(exemptions)),
        _part(Attempt.person_id, {"flags": in_progress, "due": is_due}).where(
            Attempt.exam_id == exam_id, Attempt.state == AttemptState.IN_PROGRESS
        ),
    ).subquery("parts")
    row = parts.c
    return (
        select(
            row.person_id,
            *(func.max(row[name]).label(name) for name in ("id", "unit_id", "first_points", "best_points")),
            func.coalesce(func.sum(row.flags), 0).label("flags"),
            func.coalesce(func.max(row.due), 0).label("due"),
        )
        .group_by(row.person_id)
        .having(func.max(row.id).is_not(None))
        .subquery("facts")
    )
