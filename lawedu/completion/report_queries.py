"""What the pages and workbooks of completion show (完成情况报表): lines of units, totals, lists of people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, false, select

from lawedu.completion.facts_queries import facts_by_person
from lawedu.completion.scope_queries import Filter, Reach, Reading, select_candidates
from lawedu.completion.standing_queries import (
    CHUNK,
    PersonFacts,
    UnitGroup,
    list_groups,
    load_facts,
    stream_due,
)
from lawedu.core.completion import CandidateFacts, CandidateStanding, ExamFigures, figures
from lawedu.core.standings import UnitStanding, flags_where, unit_standing
from lawedu.core.unit_figures import UnitLine, UnitNode, ids_of, total_of, unit_lines
from lawedu.db import db
from lawedu.exams.models import Candidate
from lawedu.people.models import Person, PersonCategory, Unit


@dataclass(frozen=True)
class UnitReport:
    """The table of units (各单位完成情况)."""

    reading: Reading
    lines: list[UnitLine]
    total: ExamFigures


def get_unit_report(reading: Reading, reach: Reach, wanted: Filter) -> UnitReport:
    """Every unit with people within reach and filter, and the total. Four selects. Raises FiguresDisagree."""
    by_unit: dict[int, list[Any]] = {}
    for one in list_groups(reading, reach, wanted):
        by_unit.setdefault(one.unit_id, []).append(one.group)
    phase = reading.phase
    own = {
        unit_id: figures(groups, phase.final, main_closed=phase.main_closed, resit_offered=phase.resit_offered)
        for unit_id, groups in by_unit.items()
    }
    return UnitReport(reading, unit_lines(_list_nodes(own), own), total_of(own.values()))


def _list_nodes(unit_ids: Collection[int]) -> list[UnitNode]:
    """These units and all above them, in customary order."""
    paths = db.session.scalars(select(Unit.path).where(Unit.id.in_(unit_ids)))
    wanted = {one for path in paths for one in ids_of(path)}
    rows = db.session.execute(
        select(Unit.id, Unit.name, Unit.path).where(Unit.id.in_(wanted)).order_by(Unit.sort_path, Unit.id)
    )
    return [UnitNode(*row) for row in rows]


def count_for_unit(reading: Reading, reach: Reach) -> dict[UnitStanding, int]:
    """How many of each kind a liaison has (已考、未考、需补考), over the whole reach."""
    counts = dict.fromkeys(UnitStanding, 0)
    for one in list_groups(reading, reach, Filter()):
        counts[unit_standing(one.group.facts, reading.phase, reading.scores_shown)] += one.group.count
    return counts


def count_standings(reading: Reading, groups: Sequence[UnitGroup]) -> dict[CandidateStanding, int]:
    """How many persons stand where."""
    counts = dict.fromkeys(CandidateStanding, 0)
    for one in groups:
        counts[reading.phase.standing(one.group.facts)] += one.group.count
    return counts


ORDERS: dict[str, tuple[Any, ...]] = {
    "unit": (Unit.sort_path, Unit.id, Person.sort_order, Person.id),
    "name": (Person.name, Person.id),
    "number": (Person.staff_number,),
}


def select_people(
    reading: Reading,
    reach: Reach,
    wanted: Filter,
    keep: Any = None,
    order: str = "unit",
    descending: bool = False,
) -> Select[*tuple[Any, ...]]:
    """(id, person_id, unit_id) of candidates, ordered, for paging; never by score. `keep`: a condition on
    CandidateFacts that the rules of the core decide (a standing); the query only compares flags.
    """
    reads_person = reach.reads_person or wanted.reads_person
    base = select_candidates(reading.exam.id, reach, wanted).join(Unit, Unit.id == Candidate.unit_id)
    base = base if reads_person else base.join(Person, Person.id == Candidate.person_id)
    columns = [column.desc() if descending else column for column in ORDERS[order]]
    if keep is None:
        return base.order_by(*columns)
    facts = facts_by_person(reading, reach, wanted)
    due = [one.candidate_id for one in stream_due(reading, reach, wanted) if keep(one.facts)]
    kept = select(facts.c.id).where(facts.c.due == 0, facts.c.flags.in_(flags_where(keep)))
    # Inside a CASE, so that PostgreSQL looks each candidate up in a hash of the kept ones: a join of them, whose
    # number it cannot know, took 25 s over 200,000. Numbers of our own rows are written into the statement: an exam
    # without a sweeper may have more of them than a driver binds.
    is_due_kept = Candidate.id.in_(bindparam("due", due, expanding=True, literal_execute=True)) if due else false()
    return base.where(case((Candidate.id.in_(kept), 1), (is_due_kept, 1), else_=0) == 1).order_by(*columns)


@dataclass(frozen=True)
class PersonLine:
    """One person on a list (名单中的一人)."""

    name: str
    staff_number: str
    unit: str
    post_title: str
    category: PersonCategory
    is_leader: bool
    facts: CandidateFacts
    standing: CandidateStanding
    unit_standing: UnitStanding


def load_people(reading: Reading, rows: Sequence[Any]) -> list[PersonLine]:
    """Rows of `select_people` as lines, in the same order, every result checked. At most ten selects. Raises
    TamperedResult.
    """
    people = {
        row.id: row
        for row in db.session.execute(
            select(
                Candidate.id,
                Person.name,
                Person.staff_number,
                Unit.name.label("unit"),
                Person.post_title,
                Person.category,
                Person.is_leader,
            )
            .join(Person, Person.id == Candidate.person_id)
            .join(Unit, Unit.id == Candidate.unit_id)
            .where(Candidate.id.in_([row.id for row in rows]))
        )
    }
    return [_line(reading, people[one.candidate_id], one) for one in load_facts(reading, rows)]


def _line(reading: Reading, row: Any, one: PersonFacts) -> PersonLine:
    return PersonLine(
        row.name,
        row.staff_number,
        row.unit,
        row.post_title,
        row.category,
        row.is_leader,
        one.facts,
        reading.phase.standing(one.facts),
        unit_standing(one.facts, reading.phase, reading.scores_shown),
    )


def stream_people(reading: Reading, query: Select[*tuple[Any, ...]]) -> Iterator[PersonLine]:
    """All lines of a list, a few hundred at a time, for a workbook of any length. Raises TamperedResult."""
    rows = db.session.execute(query).all()
    for start in range(0, len(rows), CHUNK):
        yield from load_people(reading, rows[start : start + CHUNK])
