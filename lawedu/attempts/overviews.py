"""My exams (我的考试): what I may sit now, later, and have sat; and the rules of one exam before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from lawedu.attempts import candidacy
from lawedu.attempts.candidacy import ExamPlace, NumberedWindow
from lawedu.attempts.queries import Sitting
from lawedu.core.attempt import AttemptState, effective_ended_at
from lawedu.core.errors import Refusal
from lawedu.core.exam import (
    ExamKind,
    ExamState,
    StartDecision,
    StartFacts,
    StartKind,
    StartReason,
    may_start,
    refusal_for,
)
from lawedu.core.questions import QuestionKind
from lawedu.core.visibility import may_see_score
from lawedu.db import db
from lawedu.exams.models import BlueprintCell, Candidate, Exam, ExamWindow


class When(StrEnum):
    """Where an exam stands for this person (何时)."""

    NOW = "now"
    LATER = "later"
    PAST = "past"


@dataclass(frozen=True)
class TryView:
    """One attempt as its own candidate sees it; points and passed only when they may."""

    attempt_id: int
    try_no: int
    state: AttemptState
    started_at: datetime
    ended_at: datetime | None
    deadline_at: datetime
    is_score_shown: bool
    points: Decimal | None
    passed: bool | None


@dataclass(frozen=True)
class ExamView:
    """One exam as one candidate sees it (我的一场考试). `refusal` says why no new attempt may start, when none may."""

    place: ExamPlace
    windows: Sequence[NumberedWindow]
    decision: StartDecision
    refusal: Refusal | None
    when: When
    tries: Sequence[TryView]

    @property
    def last(self) -> TryView | None:
        return self.tries[-1] if self.tries else None


def my_exams(person_id: int) -> Select[Any]:
    """The exams whose roster names the person, newest first. A pre-appointment test stands in no list (product.md)."""
    latest = func.max(ExamWindow.closes_at)
    return (
        select(Exam.id)
        .join(Candidate, Candidate.exam_id == Exam.id)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Candidate.person_id == person_id,
            Candidate.removed_at.is_(None),
            Exam.kind != ExamKind.PRE_APPOINTMENT,
            Exam.state.in_((ExamState.PUBLISHED, ExamState.RELEASED)),
        )
        .group_by(Exam.id)
        .order_by(latest.desc(), Exam.id.desc())
    )


def list_views(person_id: int, exam_ids: Sequence[int], now: datetime) -> list[ExamView]:
    """Several exams as this person sees them, in the order asked for; a fixed number of selects."""
    places = candidacy.list_places(person_id, exam_ids)
    facts = candidacy.load_facts(places, person_id, now)
    return [_view(place, facts.start[place.exam_id], facts.tries[place.exam_id], now) for place in places]


def get_view(person_id: int, exam_id: int, now: datetime) -> ExamView:
    """One exam as this person sees it. Raises NotFound."""
    place = candidacy.get_place(exam_id, person_id)
    facts = candidacy.load_facts([place], person_id, now)
    return _view(place, facts.start[exam_id], facts.tries[exam_id], now)


def _view(place: ExamPlace, facts: StartFacts, sittings: Sequence[Sitting], now: datetime) -> ExamView:
    decision = may_start(facts, now)
    known = {one.attempt_id: one for one in facts.tries}
    tries = []
    for sitting in sittings:
        state = sitting.state_at(now)
        ended = state is not AttemptState.IN_PROGRESS
        shown = may_see_score(place.state, place.score_at_submit, ended, place.state is ExamState.RELEASED)
        result = known[sitting.id]
        tries.append(
            TryView(
                sitting.id,
                sitting.try_no,
                state,
                sitting.started_at,
                effective_ended_at(sitting.facts, now),
                sitting.deadline_at,
                shown and result.points is not None,
                result.points if shown else None,
                result.passed if shown else None,
            )
        )
    windows = [window for window in facts.windows if isinstance(window, NumberedWindow)]
    refusal = refusal_for(decision.reason) if decision.reason else None
    return ExamView(place, windows, decision, refusal, _when(decision), tries)


def _when(decision: StartDecision) -> When:
    if decision.kind in (StartKind.CONTINUE, StartKind.NEW_ATTEMPT):
        return When.NOW
    return When.LATER if decision.reason in (StartReason.TOO_EARLY, StartReason.DEFERRED) else When.PAST


@dataclass(frozen=True)
class Section:
    """One part of the paper (题型): how many questions, how many points in all."""

    kind: QuestionKind
    count: int
    points: Decimal


def list_sections(exam_id: int) -> list[Section]:
    """The parts of the paper by kind, in the order of the plan."""
    cells = db.session.execute(
        select(BlueprintCell.kind, BlueprintCell.count, BlueprintCell.points)
        .where(BlueprintCell.exam_id == exam_id)
        .order_by(BlueprintCell.position)
    )
    sections: dict[QuestionKind, Section] = {}
    for kind, count, points in cells:
        known = sections.get(kind, Section(kind, 0, Decimal(0)))
        sections[kind] = Section(kind, known.count + count, known.points + count * points)
    return list(sections.values())
