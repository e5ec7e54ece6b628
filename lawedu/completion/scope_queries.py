"""Who is seen by whom (可见范围): exams with figures, and the candidates that an actor may see under a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import selectinload

from lawedu.attempts.models import Attempt
from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.errors import NotFound
from lawedu.core.exam import ExamKind, ExamState, Window, WindowKind
from lawedu.core.policy import Actor, Scope, ensure, grants_for
from lawedu.core.standings import Phase, phase_of
from lawedu.core.unit_figures import ids_of
from lawedu.core.visibility import may_see_score
from lawedu.db import db
from lawedu.exams.models import Candidate, Exam, ExamWindow
from lawedu.people.models import Person, PersonCategory, Unit

MOST_EXAMS = 60
MOST_UNITS = 300
MOST_NUMBER = 2**31


@dataclass(frozen=True)
class Filter:
    """What a reader asked for (筛选): a unit with all below it, a kind of person, leaders, a name or number."""

    unit_path: str = ""
    category: PersonCategory | None = None
    is_leader: bool | None = None
    text: str = ""

    @property
    def reads_person(self) -> bool:
        """Whether it asks for something that stands in Person."""
        return self.category is not None or self.is_leader is not None or bool(self.text)


@dataclass(frozen=True)
class Reading:
    """One exam as a report reads it: phase and visibility at one moment."""

    exam: Exam
    phase: Phase
    scores_shown: bool
    now: datetime


def list_exams() -> Sequence[Exam]:
    """Exams that have figures, the latest first. A pre-appointment batch leaves no trace here (product.md, “Rules
    known”).
    """
    return db.session.scalars(
        select(Exam).where(_has_figures()).order_by(Exam.year.desc(), Exam.id.desc()).limit(MOST_EXAMS)
    ).all()


def get_reading(exam_id: int, now: datetime) -> Reading:
    """An exam with its phase at `now`. Raises NotFound."""
    exam = db.session.scalar(
        select(Exam).where(Exam.id == min(exam_id, MOST_NUMBER - 1), _has_figures()).options(selectinload(Exam.windows))
    )
    if exam is None:
        raise NotFound
    windows = [Window(one.kind, one.opens_at, one.closes_at, one.tries) for one in exam.windows]
    released = exam.state is ExamState.RELEASED
    shown = may_see_score(exam.state, exam.score_at_submit, True, released)
    return Reading(exam, phase_of(windows, now, _still_answering(exam.id, now)), shown, now)


def _has_figures() -> ColumnElement[bool]:
    return and_(Exam.state.in_((ExamState.PUBLISHED, ExamState.RELEASED)), Exam.kind != ExamKind.PRE_APPOINTMENT)


def _still_answering(exam_id: int, now: datetime) -> frozenset[WindowKind]:
    query = (
        select(ExamWindow.kind)
        .join(Attempt, Attempt.window_id == ExamWindow.id)
        .where(
            ExamWindow.exam_id == exam_id,
            Attempt.state == AttemptState.IN_PROGRESS,
            or_(Attempt.deadline_at >= now - GRACE, Attempt.paused_at.is_not(None)),
        )
        .distinct()
    )
    return frozenset(db.session.scalars(query))


@dataclass(frozen=True)
class Reach:
    """Whom an actor may see (可见人员), as a condition on Candidate, and on Person where 干部管理权限 limits it."""

    condition: ColumnElement[bool] | None = None
    reads_person: bool = False


EVERYBODY = Reach()


def within(actor: Actor, action: str) -> Reach:
    """Candidates for whom `actor` may do `action`: by the unit where they count, and by 干部管理权限. Raises
    NotAllowed.
    """
    ensure(actor, action)
    if is_unlimited(actor, action):
        return EVERYBODY
    grants = [grant for grant, _scope in grants_for(actor, action)]
    parts = [
        and_(
            _below(grant.unit_path),
            Person.cadre_authority == grant.cadre_authority if grant.cadre_authority else true(),
        )
        for grant in grants
    ]
    return Reach(or_(*parts), any(grant.cadre_authority for grant in grants))


def _below(unit_path: str) -> ColumnElement[bool]:
    """As a list of units and not as a join: the index by exam and unit finds their people at once."""
    return Candidate.unit_id.in_(select(Unit.id).where(Unit.path.startswith(unit_path, autoescape=True)))


def is_unlimited(actor: Actor, action: str) -> bool:
    """Whether the actor sees everybody: then one line over all is theirs, too."""
    return actor.is_machine or any(
        scope is Scope.ANY or (grant.unit_path == "/" and not grant.cadre_authority)
        for grant, scope in grants_for(actor, action)
    )


def select_candidates(exam_id: int, reach: Reach, wanted: Filter) -> Select[int, int, int]:
    """(candidate id, person id, unit id) of everybody on the roster within reach and filter; unordered. Person is
    joined only where something asks for it: over 200,000 rows that is most of the time.
    """
    query = select(Candidate.id, Candidate.person_id, Candidate.unit_id).where(
        Candidate.exam_id == exam_id, Candidate.removed_at.is_(None)
    )
    if reach.reads_person or wanted.reads_person:
        query = query.join(Person, Person.id == Candidate.person_id)
    if reach.condition is not None:
        query = query.where(reach.condition)
    if wanted.unit_path:
        query = query.where(_below(wanted.unit_path))
    if wanted.category is not None:
        query = query.where(Person.category == wanted.category)
    if wanted.is_leader is not None:
        query = query.where(Person.is_leader.is_(wanted.is_leader))
    if wanted.text:
        named = Person.name.contains(wanted.text, autoescape=True)
        query = query.where(or_(Person.staff_number == wanted.text.upper(), named))
    return query


def list_units(exam_id: int, reach: Reach) -> Sequence[Unit]:
    """Units to choose from, in customary order: those with candidates in reach and those above them. When there are too
    many, only those that have units below; the table leads further down.
    """
    own = select_candidates(exam_id, reach, Filter()).with_only_columns(Candidate.unit_id).distinct()
    paths = db.session.scalars(select(Unit.path).where(Unit.id.in_(own)))
    numbers = {one for path in paths for one in ids_of(path)}
    units = db.session.scalars(select(Unit).where(Unit.id.in_(numbers)).order_by(Unit.sort_path, Unit.id)).all()
    if len(units) <= MOST_UNITS:
        return units
    parents = {unit.parent_id for unit in units}
    return [unit for unit in units if unit.id in parents][:MOST_UNITS]


def get_unit(exam_id: int, reach: Reach, unit_id: int) -> Unit:
    """A unit with candidates in reach at or below it. Raises NotFound: other units do not exist for this reader."""
    unit = db.session.get(Unit, min(unit_id, MOST_NUMBER - 1))
    if unit is None:
        raise NotFound
    below = select_candidates(exam_id, reach, Filter(unit_path=unit.path)).limit(1)
    if db.session.execute(below).first() is None:
        raise NotFound
    return unit


def list_tops(actor: Actor, action: str) -> Sequence[Unit]:
    """The units for which the actor answers: the tops of the granted subtrees, in customary order."""
    paths = {grant.unit_path for grant, _scope in grants_for(actor, action)}
    tops = Unit.parent_id.is_(None) if "/" in paths else Unit.path.in_(paths)
    return db.session.scalars(select(Unit).where(tops).order_by(Unit.sort_path, Unit.id)).all()
