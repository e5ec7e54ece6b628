"""Reading rosters (名单查询): whose list, who is on it, who has confirmed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from lawedu.core.errors import NotFound
from lawedu.core.exam import ExamKind, ExamState
from lawedu.core.policy import Actor, Scope, ensure, grants_for
from lawedu.db import db
from lawedu.exams.models import Candidate, Exam, RosterConfirmation
from lawedu.exams.roster_models import RosterNote
from lawedu.people.models import Person, Unit

LISTED = Candidate.removed_at.is_(None)


class ListState(StrEnum):
    """Where a unit's list stands (核对状态)."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    WAITING = "waiting"
    LATE = "late"


def units_within(actor: Actor, action: str) -> ColumnElement[bool]:
    """Units in which the actor may do `action`, as a condition on Unit."""
    found = grants_for(actor, action)
    if actor.is_machine or any(scope is Scope.ANY for _grant, scope in found):
        return true()
    paths = [grant.unit_path for grant, scope in found if scope is Scope.UNIT]
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def below(unit_path: str) -> ColumnElement[bool]:
    """Units of a subtree, its top included, as a condition on Unit."""
    return Unit.path.startswith(unit_path, autoescape=True)


def listed_in(units: ColumnElement[bool]) -> ColumnElement[bool]:
    """Candidates of these units. Units are few: asked first, they lead through the index by exam and unit."""
    return Candidate.unit_id.in_(select(Unit.id).where(units))


def shown_to_liaisons() -> ColumnElement[bool]:
    """Exams whose lists liaisons see: opened for confirmation; a pre-appointment batch leaves no trace here."""
    opened = or_(Exam.roster_confirm_by.is_not(None), Exam.roster_locked_at.is_not(None))
    return and_(opened, Exam.kind != ExamKind.PRE_APPOINTMENT, Exam.state != ExamState.CANCELLED)


def get_shown_exam(exam_id: int, *, lock: bool = False) -> Exam:
    """An exam whose list liaisons see. Raises NotFound."""
    query = select(Exam).where(Exam.id == exam_id, shown_to_liaisons())
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def select_shown_exams() -> Select[Exam]:
    """Exams whose lists liaisons see, newest first."""
    return select(Exam).where(shown_to_liaisons()).order_by(Exam.year.desc(), Exam.id.desc())


def list_own_units(actor: Actor, action: str) -> Sequence[Unit]:
    """The units for which the actor answers: the tops of the granted subtrees, in customary order."""
    paths = [grant.unit_path for grant, scope in grants_for(actor, action) if scope is Scope.UNIT]
    roots = Unit.parent_id.is_(None) if "/" in paths else false()
    tops = or_(Unit.path.in_(paths), roots)
    return db.session.scalars(select(Unit).where(tops).order_by(Unit.sort_path, Unit.id)).all()


def get_unit(actor: Actor, action: str, unit_id: int) -> Unit:
    """A unit within the actor's scope. Raises NotFound."""
    found = db.session.get(Unit, unit_id)
    if found is None:
        raise NotFound
    ensure(actor, action, found)
    return found


def select_list(exam_id: int, unit_path: str, text: str = "") -> Select[Candidate]:
    """People listed in a unit subtree, in customary order; `text` is a staff number or the beginning of a name."""
    return _people(exam_id, LISTED, text).where(listed_in(below(unit_path)))


def select_people(exam_id: int, text: str = "", removed: bool = False) -> Select[Candidate]:
    """Everybody on the roster, or everybody taken off it, in customary order, for the exam administrator."""
    return _people(exam_id, Candidate.removed_at.is_not(None) if removed else LISTED, text)


def _people(exam_id: int, condition: ColumnElement[bool], text: str) -> Select[Candidate]:
    named = or_(Person.staff_number == text.upper(), Person.name.startswith(text, autoescape=True)) if text else true()
    return (
        select(Candidate)
        .join(Candidate.person)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.exam_id == exam_id, condition, named)
        .options(contains_eager(Candidate.person), joinedload(Candidate.unit))
        .order_by(Unit.sort_path, Unit.id, Person.sort_order, Person.id)
    )


def get_listed(actor: Actor, action: str, exam_id: int, candidate_id: int, *, lock: bool = False) -> Candidate:
    """Someone on the list within the actor's units. Raises NotFound."""
    query = (
        select(Candidate)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.id == candidate_id, Candidate.exam_id == exam_id, LISTED, units_within(actor, action))
    )
    found = db.session.scalar(query.with_for_update(of=Candidate) if lock else query)
    if found is None:
        raise NotFound
    return found


def select_counts(exam_id: int) -> Select[Any]:
    """(unit, people on the list, exam staff among them) by unit, in customary order."""
    columns: list[Any] = [Unit, func.count(), func.sum(case((Candidate.is_exam_staff, 1), else_=0))]
    return (
        select(*columns)
        .join(Candidate, Candidate.unit_id == Unit.id)
        .where(Candidate.exam_id == exam_id, LISTED)
        .group_by(Unit.id)
        .order_by(Unit.sort_path, Unit.id)
    )


@dataclass(frozen=True)
class UnitList:
    """One unit's list in figures (各单位名单)."""

    unit: Unit
    people: int
    confirmed_at: datetime | None
    confirmed_by: str | None
    is_confirmed: bool
    open_notes: int

    def state(self, is_late: bool) -> ListState:
        """Where it stands; `is_late`: the day to confirm by is over."""
        if self.is_confirmed:
            return ListState.CONFIRMED
        if is_late:
            return ListState.LATE
        return ListState.CHANGED if self.confirmed_at else ListState.WAITING


@dataclass(frozen=True)
class ListTotals:
    """All lists together (汇总): units and persons, confirmed and all."""

    units: int = 0
    people: int = 0
    confirmed_units: int = 0
    confirmed_people: int = 0

    @property
    def waiting_units(self) -> int:
        return self.units - self.confirmed_units


def _lists(exam_ids: Sequence[int], within: ColumnElement[bool]) -> Any:
    """People per exam and unit, with the moment when somebody last came onto the list."""
    return (
        select(
            Candidate.exam_id,
            Candidate.unit_id,
            func.count().label("people"),
            func.max(Candidate.added_at).label("changed_at"),
        )
        .where(Candidate.exam_id.in_(exam_ids), LISTED, listed_in(within))
        .group_by(Candidate.exam_id, Candidate.unit_id)
        .subquery("lists")
    )


def _last(exam_ids: Sequence[int]) -> Any:
    """The last confirmation of each unit's list."""
    newest = (
        select(func.max(RosterConfirmation.id))
        .where(RosterConfirmation.exam_id.in_(exam_ids))
        .group_by(RosterConfirmation.exam_id, RosterConfirmation.unit_id)
    )
    return select(RosterConfirmation).where(RosterConfirmation.id.in_(newest)).subquery("last")


def _notes() -> Any:
    return (
        select(RosterNote.exam_id, RosterNote.unit_id, func.count().label("open_notes"))
        .where(RosterNote.outcome.is_(None))
        .group_by(RosterNote.exam_id, RosterNote.unit_id)
        .subquery("notes")
    )


def _joined(columns: Sequence[Any], lists: Any, last: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(lists)
        .join(Unit, Unit.id == lists.c.unit_id)
        .outerjoin(last, and_(last.c.exam_id == lists.c.exam_id, last.c.unit_id == lists.c.unit_id))
    )


def _still_true(lists: Any, last: Any) -> ColumnElement[bool]:
    """A confirmation holds while nobody came onto the list after it and nobody left (then the count is smaller)."""
    unchanged = lists.c.changed_at <= last.c.confirmed_at
    return and_(last.c.id.is_not(None), last.c.person_count == lists.c.people, unchanged)


def select_unit_lists(
    exam_id: int, within: ColumnElement[bool], *, confirmed: bool | None = None, noted: bool = False
) -> Select[Any]:
    """Rows for `unit_list`, one per unit that has people on the list, in customary order."""
    lists, last, notes = _lists([exam_id], within), _last([exam_id]), _notes()
    holds = _still_true(lists, last)
    columns = (Unit, lists.c.people, last.c.confirmed_at, Person.name, case((holds, 1), else_=0), notes.c.open_notes)
    query = (
        _joined(columns, lists, last)
        .outerjoin(notes, and_(notes.c.exam_id == lists.c.exam_id, notes.c.unit_id == lists.c.unit_id))
        .outerjoin(Person, Person.id == last.c.confirmed_by)
        .order_by(Unit.sort_path, Unit.id)
    )
    if confirmed is not None:
        query = query.where(case((holds, 1), else_=0) == int(confirmed))
    return query.where(notes.c.open_notes > 0) if noted else query


def unit_list(row: Row[Any]) -> UnitList:
    """A row of `select_unit_lists` by its names."""
    unit, people, confirmed_at, name, holds, open_notes = tuple(row)
    return UnitList(unit, people, confirmed_at, name, bool(holds), open_notes or 0)


def totals(exam_ids: Sequence[int], within: ColumnElement[bool]) -> dict[int, ListTotals]:
    """Totals by exam over the given units; one statement for a whole page of exams."""
    if not exam_ids:
        return {}
    lists, last = _lists(exam_ids, within), _last(exam_ids)
    holds = _still_true(lists, last)
    columns = (
        lists.c.exam_id,
        func.count(),
        func.sum(lists.c.people),
        func.sum(case((holds, 1), else_=0)),
        func.sum(case((holds, lists.c.people), else_=0)),
    )
    query = _joined(columns, lists, last).group_by(lists.c.exam_id)
    return {exam_id: ListTotals(*(int(value) for value in rest)) for exam_id, *rest in db.session.execute(query)}


def find_last_confirmation(exam_id: int, unit_path: str) -> tuple[datetime, str] | None:
    """When and by whom a list of the subtree was last confirmed."""
    query = (
        select(RosterConfirmation.confirmed_at, Person.name)
        .join(Unit, Unit.id == RosterConfirmation.unit_id)
        .join(Person, Person.id == RosterConfirmation.confirmed_by)
        .where(RosterConfirmation.exam_id == exam_id, below(unit_path))
        .order_by(RosterConfirmation.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def hash_lines(lines: Iterator[tuple[int, str]]) -> str:
    """SHA-256 over unit and staff number of everybody, in the order given; hex."""
    digest = hashlib.sha256()
    for unit_id, staff_number in lines:
        digest.update(json.dumps([unit_id, staff_number]).encode() + b"\n")
    return digest.hexdigest()


def stream_list(exam_id: int, unit_path: str) -> Iterator[tuple[int, str]]:
    """(unit id, staff number) of everybody on the list of a subtree, ordered by both, without holding them all."""
    query = (
        select(Candidate.unit_id, Person.staff_number)
        .join(Person, Person.id == Candidate.person_id)
        .where(Candidate.exam_id == exam_id, LISTED, listed_in(below(unit_path)))
        .order_by(Candidate.unit_id, Person.staff_number)
        .execution_options(yield_per=2000)
    )
    for row in db.session.execute(query):
        yield row[0], row[1]


def list_hash(exam_id: int, unit_path: str) -> str:
    """Hash of a subtree's list (名单校验码): the same as long as nobody comes or goes."""
    return hash_lines(stream_list(exam_id, unit_path))
