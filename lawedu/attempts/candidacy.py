"""A person's place in an exam (应考资格): roster, exemption, tries, outside scores, and the paper that is theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, exists, func, select

from lawedu.attempts import outside_queries, queries, results
from lawedu.attempts.models import OutsideImport, OutsideScore
from lawedu.attempts.queries import Sitting
from lawedu.core.attempt import AttemptState
from lawedu.core.errors import NotFound, Unavailable
from lawedu.core.exam import ExamKind, ExamState, StartFacts, TryFacts, Window, WindowKind
from lawedu.db import db
from lawedu.exams.models import Candidate, Decision, Exam, ExamWindow, Exemption, ExemptionKind, Form


@dataclass(frozen=True)
class ExamPlace:
    """An exam as one candidate meets it: what decides whether they may start, as a plain value."""

    exam_id: int
    kind: ExamKind
    state: ExamState
    title: str
    year: int
    duration_minutes: int
    paper_hash: str
    score_at_submit: bool
    candidate_id: int | None
    extra_minutes: int
    is_exam_staff: bool
    exempt: bool
    deferred: bool


@dataclass(frozen=True)
class NumberedWindow(Window):
    """A window with its number in the database."""

    id: int = 0


def _approved(kind: ExemptionKind, person_id: int) -> Any:
    return exists().where(
        Exemption.exam_id == Exam.id,
        Exemption.person_id == person_id,
        Exemption.kind == kind,
        Exemption.decision == Decision.APPROVED,
        Exemption.withdrawn_at.is_(None),
    )


def _places(person_id: int) -> Any:
    listed = and_(Candidate.exam_id == Exam.id, Candidate.person_id == person_id, Candidate.removed_at.is_(None))
    return select(
        Exam.id,
        Exam.kind,
        Exam.state,
        Exam.title,
        Exam.year,
        Exam.duration_minutes,
        Exam.paper_hash,
        Exam.score_at_submit,
        Candidate.id.label("candidate_id"),
        func.coalesce(Candidate.extra_minutes, 0),
        func.coalesce(Candidate.is_exam_staff, False),
        _approved(ExemptionKind.EXEMPT, person_id),
        _approved(ExemptionKind.DEFERRED, person_id),
    ).outerjoin(Candidate, listed)


def get_place(exam_id: int, person_id: int, *, lock: bool = False) -> ExamPlace:
    """A person's place in one exam. Raises NotFound: a draft, or a test that is not the annual one, does not exist
    for others.

    `lock` keeps two starts of one person apart (PostgreSQL); a person who is not listed has nothing to lock.
    """
    if lock:
        mine = select(Candidate.id).where(Candidate.exam_id == exam_id, Candidate.person_id == person_id)
        db.session.execute(mine.with_for_update())
    row = db.session.execute(_places(person_id).where(Exam.id == exam_id)).one_or_none() if exam_id < 2**31 else None
    if row is None:
        raise NotFound
    place = ExamPlace(*row)
    if place.state is ExamState.DRAFT or (place.candidate_id is None and place.kind is not ExamKind.ANNUAL):
        raise NotFound
    return place


def list_places(person_id: int, exam_ids: Sequence[int]) -> list[ExamPlace]:
    """A person's place in several exams, in the order asked for. One select."""
    rows = db.session.execute(_places(person_id).where(Exam.id.in_(exam_ids)))
    found = {row[0]: ExamPlace(*row) for row in rows}
    return [found[exam_id] for exam_id in exam_ids if exam_id in found]


@dataclass(frozen=True)
class Facts:
    """Start facts of several exams for one person, and the tries behind them."""

    start: Mapping[int, StartFacts]
    tries: Mapping[int, list[Sitting]]


def load_facts(
    places: Sequence[ExamPlace], person_id: int, now: datetime, known: Sequence[Sitting] | None = None
) -> Facts:
    """What `core.exam.may_start` needs to know of each exam. At most eight selects for any number of exams.

    `known` are the person's tries when the caller has just read them. An attempt that has expired without being
    written down is marked on the fly, so that nothing depends on the sweeper.
    """
    exam_ids = [place.exam_id for place in places]
    windows = list_windows(exam_ids)
    sittings = queries.list_tries_in(exam_ids, person_id) if known is None else known
    stored = results.list_current(sittings) if sittings else {}
    unwritten = [one.id for one in sittings if one.is_due(now)]
    computed = results.derive_many(unwritten) if unwritten else {}
    outside = _outside_tries(exam_ids, person_id)
    tries: dict[int, list[Sitting]] = {exam_id: [] for exam_id in exam_ids}
    for one in sittings:
        tries[one.exam_id].append(one)
    start = {}
    for place in places:
        kinds = {window.id: window.kind for window in windows[place.exam_id]}
        facts = [
            _try_facts(one, kinds[one.window_id], stored.get(one.id) or computed.get(one.id), now)
            for one in tries[place.exam_id]
        ]
        start[place.exam_id] = StartFacts(
            place.state,
            windows[place.exam_id],
            [*outside.get(place.exam_id, []), *facts],
            listed=place.candidate_id is not None,
            exempt=place.exempt,
            deferred=place.deferred,
        )
    return Facts(start, tries)


def _try_facts(sitting: Sitting, kind: WindowKind, result: Any, now: datetime) -> TryFacts:
    points = result.total if result else None
    passed = result.passed if result else None
    return TryFacts(sitting.id, sitting.try_no, kind, sitting.state_at(now), points, passed)


def _outside_tries(exam_ids: Sequence[int], person_id: int) -> dict[int, list[TryFacts]]:
    """Approved outside scores count like our own; number 0, because no attempt of ours stands behind them."""
    rows = db.session.execute(
        select(OutsideImport.exam_id, OutsideImport.window_kind, OutsideScore.points, OutsideScore.passed)
        .join(OutsideImport, OutsideImport.id == OutsideScore.import_id)
        .where(OutsideScore.person_id == person_id, OutsideImport.exam_id.in_(exam_ids), outside_queries.counts())
    )
    found: dict[int, list[TryFacts]] = {}
    for row in rows:
        known = TryFacts(0, 0, row.window_kind, AttemptState.SUBMITTED, row.points, row.passed)
        found.setdefault(row.exam_id, []).append(known)
    return found


def list_windows(exam_ids: Sequence[int]) -> dict[int, list[NumberedWindow]]:
    """The windows of some exams, earliest first. One select."""
    found: dict[int, list[NumberedWindow]] = {exam_id: [] for exam_id in exam_ids}
    rows = db.session.execute(
        select(
            ExamWindow.exam_id,
            ExamWindow.kind,
            ExamWindow.opens_at,
            ExamWindow.closes_at,
            ExamWindow.tries,
            ExamWindow.id,
        )
        .where(ExamWindow.exam_id.in_(exam_ids))
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    )
    for exam_id, kind, opens_at, closes_at, tries, number in rows:
        found[exam_id].append(NumberedWindow(kind, opens_at, closes_at, tries, number))
    return found


def pick_form(place: ExamPlace, kind: WindowKind, try_no: int) -> int:
    """The paper of this try: candidates take the forms of the window in turn, a further try the next one.

    One for each candidate there, this gives everyone their own; with a few balanced ones, neighbours on the roster get
    different ones and all are used equally often. Raises Unavailable when the exam has no paper.
    """
    if place.candidate_id is None:
        raise NotFound
    found = _find_form(place, place.candidate_id, kind, try_no)
    if found is None:
        # What was kept is of another exam with this number: a demo database was filled anew.
        _form_range.cache_clear()
        found = _find_form(place, place.candidate_id, kind, try_no)
    if found is None:
        raise Unavailable
    return found


def _find_form(place: ExamPlace, candidate_id: int, kind: WindowKind, try_no: int) -> int | None:
    forms = _form_range(place.exam_id, place.paper_hash, kind)
    if not forms.count:
        return None
    turn = (candidate_id - forms.first_candidate + try_no - 1) % forms.count
    query = select(Form.id).where(Form.exam_id == place.exam_id, Form.window_kind == forms.kind)
    if forms.has_gaps:
        return db.session.scalar(query.order_by(Form.number).offset(turn).limit(1))
    return db.session.scalar(query.where(Form.number == forms.first_number + turn))


@dataclass(frozen=True)
class _FormRange:
    kind: WindowKind
    count: int
    first_number: int
    has_gaps: bool
    first_candidate: int


@lru_cache(maxsize=256)
def _form_range(exam_id: int, paper_hash: str, kind: WindowKind) -> _FormRange:
    """Frozen with the papers. A resit without forms of its own takes those of the main window."""
    rows = db.session.execute(
        select(Form.window_kind, func.count(), func.min(Form.number), func.max(Form.number))
        .where(Form.exam_id == exam_id)
        .group_by(Form.window_kind)
    ).all()
    known = {row[0]: row for row in rows}
    chosen = known.get(kind) or (rows[0] if rows else None)
    first = db.session.scalar(select(func.min(Candidate.id)).where(Candidate.exam_id == exam_id)) or 0
    if chosen is None:
        return _FormRange(kind, 0, 0, False, first)
    shown, count, least, most = chosen
    return _FormRange(shown, count, least, most - least + 1 != count, first)
