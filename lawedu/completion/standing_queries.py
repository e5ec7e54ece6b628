"""The one grouped query behind every figure (完成情况查询); `core.completion` turns its groups into numbers.

Rates are plain sums over the results as stored: whether each still carries its seal is checked where one person's
score is read or exported, and for rates by the summary that the attempts issue brings. Attempts that have expired
without being written down are marked in Python and join the groups, so that with the sweeper off every report says
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select

from lawedu.attempts.models import Attempt
from lawedu.attempts.tries import list_tries_of
from lawedu.completion.facts_queries import bit, facts_by_person, in_force, ran_out
from lawedu.completion.scope_queries import Filter, Reach, Reading, select_candidates
from lawedu.core.attempt import AttemptState
from lawedu.core.completion import ZERO, CandidateFacts, Group, group_of
from lawedu.core.standings import facts_from, facts_of
from lawedu.db import db
from lawedu.exams.models import Exemption, ExemptionKind

CHUNK = 400


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
        func.sum(bit(facts.c.first_points >= excellent)),
        func.sum(bit(facts.c.best_points >= excellent)),
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
            ran_out(reading),
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
    query = select(Exemption.person_id, Exemption.kind).where(*in_force(exam_id), Exemption.person_id.in_(person_ids))
    return {(person_id, kind) for person_id, kind in db.session.execute(query)}
