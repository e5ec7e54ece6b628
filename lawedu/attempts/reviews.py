"""What a candidate learns afterwards (成绩与逐题解析): the score when it may be seen, keys and explanations only
after release.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lawedu.attempts import candidacy, paper_queries, queries, results
from lawedu.attempts.paper_queries import PaperItem
from lawedu.attempts.queries import Sitting
from lawedu.core.attempt import AttemptState, effective_ended_at
from lawedu.core.exam import ExamState
from lawedu.core.questions import BadShape, Value
from lawedu.core.scoring import to_displayed
from lawedu.core.visibility import may_see_keys, may_see_score
from lawedu.db import db
from lawedu.exams.models import Exam, ExamKey


@dataclass(frozen=True)
class ReviewedOption:
    """One option as it was shown; `is_right` and `why_not` are known only after release."""

    letter: str
    text: str
    is_chosen: bool
    is_right: bool
    why_not: str = ""


@dataclass(frozen=True)
class ReviewedItem:
    """One question of one's own paper after release (逐题解析), in the letters that were shown."""

    question: PaperItem
    points: Decimal
    chosen: Value
    right: Any
    options: tuple[ReviewedOption, ...]
    explanation: str
    basis: Sequence[Mapping[str, Any]]

    @property
    def is_full(self) -> bool:
        return self.points >= self.question.points


@dataclass(frozen=True)
class Outcome:
    """The result page (考试结果). `total` is None while it may not be seen, or is not marked yet."""

    sitting: Sitting
    exam: Exam
    state: AttemptState
    ended_at: datetime | None
    is_score_shown: bool
    total: Decimal | None = None
    passed: bool | None = None
    is_excellent: bool = False
    are_keys_shown: bool = False
    items: list[ReviewedItem] = field(default_factory=list)


def get_outcome(sitting: Sitting, now: datetime) -> Outcome:
    """Everything the candidate may see of an ended attempt at `now`. Raises TamperedResult."""
    exam = queries.get_exam(sitting.exam_id)
    state = sitting.state_at(now)
    ended_at = effective_ended_at(sitting.facts, now)
    released = exam.state is ExamState.RELEASED
    if not may_see_score(exam.state, exam.score_at_submit, state is not AttemptState.IN_PROGRESS, released):
        return Outcome(sitting, exam, state, ended_at, False)
    result = results.find_current(sitting) or _computed(sitting, now)
    if result is None:
        return Outcome(sitting, exam, state, ended_at, True)
    windows = candidacy.list_windows([exam.id])[exam.id]
    keys_shown = may_see_keys(released, windows, now, queries.find_latest_open_deadline(exam.id, now))
    return Outcome(
        sitting,
        exam,
        state,
        ended_at,
        True,
        result.total,
        result.passed and state is not AttemptState.VOIDED,
        result.passed and result.total >= exam.excellent_mark and state is not AttemptState.VOIDED,
        keys_shown,
        list_reviewed(sitting, result.items) if keys_shown else [],
    )


def _computed(sitting: Sitting, now: datetime) -> Any | None:
    """The result of an attempt whose expiry nobody has written down yet: the same as will be stored."""
    return results.derive_many([sitting.id]).get(sitting.id) if sitting.is_due(now) else None


def list_reviewed(sitting: Sitting, points: Mapping[str, str]) -> list[ReviewedItem]:
    """The questions with own and right answers. The caller has asked `may_see_keys`. Four selects."""
    paper = paper_queries.list_paper(sitting.form_id)
    sheet = queries.get_sheet(sitting.id)
    wanted = [int(one.item) for one in paper]
    keys = {str(key.item_id): key for key in db.session.scalars(select(ExamKey).where(ExamKey.item_id.in_(wanted)))}
    return [
        _reviewed(one, sheet.get(one.item), keys[one.item], Decimal(points.get(one.item, "0")))
        for one in paper
        if one.item in keys
    ]


def _reviewed(question: PaperItem, chosen: Value, key: ExamKey, points: Decimal) -> ReviewedItem:
    right = _displayed(question, key.answer)
    options = tuple(
        ReviewedOption(
            letter,
            text,
            is_chosen=_holds(chosen, letter),
            is_right=_holds(right, letter),
            why_not=key.why_not.get(canonical, "") if _holds(chosen, letter) else "",
        )
        for (letter, text), canonical in zip(question.options, question.order, strict=True)
    )
    basis = [_dated(one) for one in key.basis]
    return ReviewedItem(question, points, chosen, right, options, key.explanation, basis)


def _dated(basis: Mapping[str, Any]) -> dict[str, Any]:
    """The dates of a frozen legal basis as dates again: JSON keeps them as text."""
    dates = {name: date.fromisoformat(basis[name]) for name in ("version", "checked_on") if basis.get(name)}
    return {**basis, **dates}


def _displayed(question: PaperItem, answer: Any) -> Any:
    try:
        return to_displayed(question.form_item, answer)
    except BadShape:
        return answer


def _holds(value: Any, letter: str) -> bool:
    return letter == value or (isinstance(value, list) and letter in value)
