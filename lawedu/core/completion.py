"""Completion (完成情况): who has sat and passed, and the figures of units. The only place where these figures are
counted.

Rates are in persons, never in sittings. 应考 = 名单 − 免考 = 实考 + 缺考 + 缓考; before the end 未考 stands in place
of 缺考 (product.md, “Rules known”).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lawedu.core.errors import RuleBroken

ZERO = Decimal(0)
RATE_STEP = Decimal("0.0001")
POINT_STEP = Decimal("0.01")


class CandidateStanding(StrEnum):
    """Where one person on the roster stands (个人状态)."""

    EXEMPT = "exempt"
    DEFERRED = "deferred"
    PASSED = "passed"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    NOT_SAT = "not_sat"
    ABSENT = "absent"


class PassRateBase(StrEnum):
    """Denominator of the pass rate (合格率的分母): 实考 or 应考. Always printed with the rate."""

    SAT = "sat"
    REQUIRED = "required"


class FiguresDisagree(RuleBroken):
    """应考 is not 实考 + 缺考 + 未考 + 缓考: the figures must not be shown or reported (统计口径不一致)."""

    code = "figures_disagree"
    sentence = "统计数字不平衡：应考{required}人，实考、缺考、未考、缓考合计{parts}人。请联系考务管理员核对。"


@dataclass(frozen=True)
class CandidateFacts:
    """One person on the roster of one exam. “first” is 首考, “best” what counts after the resit; `sat` is any ended
    attempt.
    """

    exempt: bool = False
    deferred: bool = False
    first_points: Decimal | None = None
    first_passed: bool = False
    best_points: Decimal | None = None
    best_passed: bool = False
    sat: bool = False
    sat_first: bool = False
    voided_only: bool = False
    in_progress: bool = False


@dataclass(frozen=True)
class Group:
    """Persons with the same flags, as a query groups them. Sums and counts of excellent ones are over the whole
    group.
    """

    facts: CandidateFacts
    count: int = 1
    first_points_sum: Decimal = ZERO
    best_points_sum: Decimal = ZERO
    first_excellent: int = 0
    best_excellent: int = 0


def group_of(facts: CandidateFacts, excellent_mark: Decimal) -> Group:
    """One person as a group of one. The excellent mark is inclusive (含本数)."""
    return Group(
        facts,
        count=1,
        first_points_sum=facts.first_points or ZERO,
        best_points_sum=facts.best_points or ZERO,
        first_excellent=int(facts.first_passed and (facts.first_points or ZERO) >= excellent_mark),
        best_excellent=int(facts.best_passed and (facts.best_points or ZERO) >= excellent_mark),
    )


def standing(facts: CandidateFacts, final: bool, resit_offered: bool = True) -> CandidateStanding:
    """Where a person stands. `final`: the last window, resit included, has closed.

    Who was deferred and has not sat when the resit closes is 缺考; without a resit in this exam they stay 缓考.
    Whoever began counts as sat once the exam is over: 缺考 is no attempt at all (attempts.md).
    """
    if facts.exempt:
        return CandidateStanding.EXEMPT
    if facts.best_passed and not facts.voided_only:
        return CandidateStanding.PASSED
    if _has_sat(facts, final):
        return CandidateStanding.FAILED
    if facts.in_progress:
        return CandidateStanding.IN_PROGRESS
    if facts.deferred and not (final and resit_offered):
        return CandidateStanding.DEFERRED
    return CandidateStanding.ABSENT if final else CandidateStanding.NOT_SAT


def _has_sat(facts: CandidateFacts, final: bool) -> bool:
    return facts.sat or facts.voided_only or (final and facts.in_progress)


@dataclass(frozen=True)
class Figures:
    """Figures of one unit or of all, for 首考 or after the resit, in persons; `points_sum` in points over those who
    sat.
    """

    listed: int = 0
    exempt: int = 0
    required: int = 0
    sat: int = 0
    absent: int = 0
    deferred: int = 0
    not_yet: int = 0
    passed: int = 0
    excellent: int = 0
    points_sum: Decimal = ZERO

    @property
    def balanced(self) -> bool:
        """The identity 应考 = 名单 − 免考 = 实考 + 缺考 + 未考 + 缓考."""
        parts = self.sat + self.absent + self.not_yet + self.deferred
        return self.required == self.listed - self.exempt == parts and self.excellent <= self.passed <= self.sat

    @property
    def failed(self) -> int:
        """Sat and not passed (不合格)."""
        return self.sat - self.passed

    @property
    def participation_rate(self) -> Decimal | None:
        """参考率 = 实考 ÷ 应考, rounded to 0.01 %; None when nobody is required."""
        return _ratio(self.sat, self.required)

    def pass_rate(self, base: PassRateBase = PassRateBase.SAT) -> Decimal | None:
        """合格率 = 合格 ÷ 实考 (or ÷ 应考), rounded to 0.01 %; None when the denominator is 0."""
        return _ratio(self.passed, self.denominator(base))

    def excellent_rate(self, base: PassRateBase = PassRateBase.SAT) -> Decimal | None:
        """优秀率 = 优秀 ÷ 实考 (or ÷ 应考), rounded to 0.01 %; None when the denominator is 0."""
        return _ratio(self.excellent, self.denominator(base))

    def denominator(self, base: PassRateBase) -> int:
        return self.sat if base is PassRateBase.SAT else self.required

    @property
    def average(self) -> Decimal | None:
        """平均分 over those who sat, rounded to 0.01 points; a voided attempt counts as 0. None when nobody sat."""
        return (self.points_sum / self.sat).quantize(POINT_STEP, ROUND_HALF_UP) if self.sat else None


def _ratio(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(RATE_STEP, ROUND_HALF_UP) if whole else None


def add(a: Figures, b: Figures) -> Figures:
    """The figures of two disjoint sets of persons together (合计)."""
    return Figures(**{item.name: getattr(a, item.name) + getattr(b, item.name) for item in fields(Figures)})


def ensure_balanced(figures: Figures) -> Figures:
    """The same figures. Raises FiguresDisagree when the identity does not hold."""
    if not figures.balanced:
        parts = figures.sat + figures.absent + figures.not_yet + figures.deferred
        raise FiguresDisagree(required=figures.required, parts=parts)
    return figures


@dataclass(frozen=True)
class ExamFigures:
    """首考 and 补考后, apart."""

    first: Figures = Figures()
    after: Figures = Figures()

    def __add__(self, other: ExamFigures) -> ExamFigures:
        return ExamFigures(add(self.first, other.first), add(self.after, other.after))


def figures(
    groups: Iterable[Group], final: bool, *, main_closed: bool | None = None, resit_offered: bool = True
) -> ExamFigures:
    """Figures of the given persons. `main_closed` (default: `final`) turns 未考 of the first sitting into 缺考.

    首考 keeps 缓考 apart for good; after the resit the rule of `standing` holds. Raises FiguresDisagree.
    """
    result = ExamFigures()
    first_final = final if main_closed is None else main_closed
    for group in groups:
        first = _first(group, first_final)
        after = _after(group, final, resit_offered)
        result += ExamFigures(first, after)
    ensure_balanced(result.first)
    ensure_balanced(result.after)
    return result


def _first(group: Group, main_closed: bool) -> Figures:
    facts = group.facts
    if facts.exempt:
        return _count(group, CandidateStanding.EXEMPT)
    if facts.sat_first:
        place = CandidateStanding.PASSED if facts.first_passed else CandidateStanding.FAILED
        return _count(group, place, group.first_points_sum, group.first_excellent)
    if facts.deferred:
        return _count(group, CandidateStanding.DEFERRED)
    return _count(group, CandidateStanding.ABSENT if main_closed else CandidateStanding.NOT_SAT)


def _after(group: Group, final: bool, resit_offered: bool) -> Figures:
    place = standing(group.facts, final, resit_offered)
    return _count(group, place, group.best_points_sum, group.best_excellent)


def _count(group: Group, place: CandidateStanding, points_sum: Decimal = ZERO, excellent: int = 0) -> Figures:
    """All persons of the group in the one column of the identity where they belong."""
    count = group.count
    sat = place in (CandidateStanding.PASSED, CandidateStanding.FAILED)
    return Figures(
        listed=count,
        exempt=count * (place is CandidateStanding.EXEMPT),
        required=count * (place is not CandidateStanding.EXEMPT),
        sat=count * sat,
        absent=count * (place is CandidateStanding.ABSENT),
        deferred=count * (place is CandidateStanding.DEFERRED),
        not_yet=count * (place in (CandidateStanding.NOT_SAT, CandidateStanding.IN_PROGRESS)),
        passed=count * (place is CandidateStanding.PASSED),
        excellent=excellent if place is CandidateStanding.PASSED else 0,
        points_sum=points_sum if sat else ZERO,
    )
