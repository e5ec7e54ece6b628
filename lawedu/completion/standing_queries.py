"""The one grouped query behind every figure (完成情况查询); `core.completion` turns its groups into numbers.

Rates are plain sums over the results as stored: whether each still carries its seal is checked where one person's
score is read or exported, and for rates by the summary that the attempts issue brings. Attempts that have expired
without being written down are marked in Python and join the groups, so that with the sweeper off every report says
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from lawedu.attempts.tries import list_tries_of
from lawedu.completion.scope_queries import MOST_NUMBER, Filter, Reach, Reading, select_candidates
from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.completion import ZERO, CandidateFacts, Group, group_of
from lawedu.core.exam import WindowKind
from lawedu.core.standings import FLAGS, facts_from, facts_of
from lawedu.db import Points, db
from lawedu.exams.models import Decision, Exemption, ExemptionKind

CHUNK = 400


def _bit(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """PostgreSQL has no max() of booleans."""
    return case((condition, 1), else_=0)


def _tries(reading: Reading, listed: CTE | None) -> Subquery:
    """Ended tries as `core.exam.TryFacts` has them, outside scores included: of the listed people, or of all (None)."""
    exam = reading.exam
    main = [window.id for window in exam.windows if window.kind is WindowKind.MAIN]
    voided = Attempt.state == AttemptState.VOIDED
    own = (
        select(
            Attempt.person_id,
            _bit(Attempt.window_id.in_(main)).label("is_main"),
            Attempt.try_no,
            literal(0, BigInteger).label("turn"),
            _bit(voided).label("voided"),
            case((~voided, Result.total)).label("points"),
            _bit(and_(~voided, Result.passed.is_(True))).label("passed"),
        )
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.is_current.is_(True)))
        .where(Attempt.exam_id == exam.id, Attempt.state != AttemptState.IN_PROGRESS)
    )
    is_main = _bit(OutsideImport.window_kind == WindowKind.MAIN)
    outside = (
        select(
            OutsideScore.person_id,
            is_main,
            literal(0),
            (1 - is_main) * literal(MOST_NUMBER, BigInteger) + OutsideScore.id,
            literal(0),
            OutsideScore.points,
            _bit(OutsideScore.passed.is_(True)),
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
        "sat_first": func.max(_bit(is_first)),
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
        "exempt": func.max(_bit(Exemption.kind == ExemptionKind.EXEMPT)),
        "deferred": func.max(_bit(Exemption.kind == ExemptionKind.DEFERRED)),
    }
    return (
        select(Exemption.person_id, _flags(flags).label("flags"))
        .where(*_in_force(exam_id))
        .group_by(Exemption.person_id)
        .subquery("exemptions")
    )


def _flags(parts: Mapping[str, ColumnElement[int]]) -> ColumnElement[int]:
    """Bits as `core.standings.flags_of` sets them."""
    return reduce(add, (parts[name] * (1 << place) for place, name in enumerate(FLAGS) if name in parts))


def _in_force(exam_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Exemption.exam_id == exam_id, Exemption.decision == Decision.APPROVED, Exemption.withdrawn_at.is_(None))


def _ran_out(reading: Reading) -> ColumnElement[bool]:
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
    is_due = _bit(_ran_out(reading))
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


@dataclass(frozen=True)
class UnitGroup:
    """Persons of one unit with the same facts."""

    unit_id: int
    group: Group


def list_groups(reading: Reading, reach: Reach, wanted: Filter) -> list[UnitGroup]:
    """Everybody on the roster within reach and filter, as groups per unit. One grouped select; a second and those of
    the marking when somebody's attempt has expired without being written down.
    """
    facts = facts_by_person(reading, reach, wanted)
    excellent = reading.exam.excellent_mark
    query = select(
        facts.c.unit_id,
        facts.c.flags,
        func.count(),
        func.sum(facts.c.first_points),
        func.sum(facts.c.best_points),
        func.sum(_bit(facts.c.first_points >= excellent)),
        func.sum(_bit(facts.c.best_points >= excellent)),
        facts.c.due,
    ).group_by(facts.c.unit_id, facts.c.flags, facts.c.due)
    rows = db.session.execute(query).all()
    groups = [_group(row) for row in rows if not row.due]
    if any(row.due for row in rows):
        groups += [UnitGroup(one.unit_id, group_of(one.facts, excellent)) for one in stream_due(reading, reach, wanted)]
    return groups


def _group(row: Any) -> UnitGroup:
    unit_id, flags, count, first_sum, best_sum, first_excellent, best_excellent, _due = row
    facts = facts_from(flags)
    return UnitGroup(
        unit_id,
        Group(
            facts,
            count,
            first_sum or ZERO,
            best_sum or ZERO,
            first_excellent * facts.first_passed,
            best_excellent * facts.best_passed,
        ),
    )


@dataclass(frozen=True)
class PersonFacts:
    """One person on the roster with checked facts."""

    candidate_id: int
    person_id: int
    unit_id: int
    facts: CandidateFacts


def stream_due(reading: Reading, reach: Reach, wanted: Filter) -> Iterator[PersonFacts]:
    """Those whose attempt has expired without being written down, marked now."""
    listed = select_candidates(reading.exam.id, reach, wanted).subquery("listed")
    query = select(listed).join(
        Attempt,
        and_(
            Attempt.exam_id == reading.exam.id,
            Attempt.person_id == listed.c.person_id,
            Attempt.state == AttemptState.IN_PROGRESS,
            _ran_out(reading),
        ),
    )
    rows = db.session.execute(query).all()
    for start in range(0, len(rows), CHUNK):
        yield from load_facts(reading, rows[start : start + CHUNK])


def load_facts(reading: Reading, rows: Sequence[Any]) -> list[PersonFacts]:
    """Facts of some candidates (id, person_id, unit_id), every result checked, in the same order. At most nine
    selects for any number; ask for a few hundred at once. Raises TamperedResult.
    """
    people = [row.person_id for row in rows]
    tries = list_tries_of(reading.exam.id, people, reading.now)
    exempt = _list_exempt(reading.exam.id, people)
    return [
        PersonFacts(
            row.id,
            row.person_id,
            row.unit_id,
            facts_of(
                tries[row.person_id],
                exempt=(row.person_id, ExemptionKind.EXEMPT) in exempt,
                deferred=(row.person_id, ExemptionKind.DEFERRED) in exempt,
            ),
        )
        for row in rows
    ]


def _list_exempt(exam_id: int, person_ids: Sequence[int]) -> set[tuple[int, ExemptionKind]]:
    query = select(Exemption.person_id, Exemption.kind).where(*_in_force(exam_id), Exemption.person_id.in_(person_ids))
    return {(person_id, kind) for person_id, kind in db.session.execute(query)}
