"""Exam (考试): its settings and windows, who may start when, and which of several tries counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.blueprint import Cell, total_points
from lawedu.core.exam_refusals import StartReason as StartReason
from lawedu.core.exam_refusals import refusal_for as refusal_for
from lawedu.core.papers import FormMode
from lawedu.core.questions import QuestionKind
from lawedu.core.scoring import MultipleRule


class ExamKind(StrEnum):
    """Kind of exam (考试类别)."""

    ANNUAL = "annual"
    PRE_APPOINTMENT = "pre_appointment"
    QUALIFICATION = "qualification"


class ExamState(StrEnum):
    """Where an exam stands (考试状态): 草拟, 已发布 (frozen), 已公布成绩, 已取消. A released exam may still have a
    window to come.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    RELEASED = "released"
    CANCELLED = "cancelled"


class WindowKind(StrEnum):
    """Kind of window (考试时段): 首考 or 补考."""

    MAIN = "main"
    RESIT = "resit"


@dataclass(frozen=True)
class Window:
    """When an exam may be started (考试时段), and how often each person may in it. Open at `opens_at`, no more at
    `closes_at`.
    """

    kind: WindowKind
    opens_at: datetime
    closes_at: datetime
    tries: int = 1


@dataclass(frozen=True)
class ExamSettings:
    """Everything that differs between places (考试规则). Marks are inclusive (含本数) and in points."""

    kind: ExamKind
    duration_minutes: int
    pass_mark: Decimal
    excellent_mark: Decimal
    full_points: Decimal
    multiple_rule: MultipleRule = MultipleRule.ALL_OR_NOTHING
    form_mode: FormMode = FormMode.INDIVIDUAL
    form_count: int = 1
    score_at_submit: bool = True
    shuffle_items: bool = True
    shuffle_options: bool = True

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)


@dataclass(frozen=True)
class Preset:
    """A ready-made exam (考试模板): settings, blueprint and windows, all of it changeable."""

    settings: ExamSettings
    cells: tuple[Cell, ...]
    windows: tuple[Window, ...]


def annual_preset(year: int) -> Preset:
    """The annual exam as 济宁 holds it (年度普法考试): 单选40×1、多选20×2、判断20×1, 60 minutes, pass 80 (product.md,
    “Rules known”).

    Main window of ten days in the second half of November, a resit of five in December; 08:00 to 18:00 Beijing time.
    """
    cells = (
        Cell(1, QuestionKind.SINGLE_CHOICE, None, None, 40, Decimal(1)),
        Cell(2, QuestionKind.MULTIPLE_CHOICE, None, None, 20, Decimal(2)),
        Cell(3, QuestionKind.TRUE_FALSE, None, None, 20, Decimal(1)),
    )
    settings = ExamSettings(
        kind=ExamKind.ANNUAL,
        duration_minutes=60,
        pass_mark=Decimal(80),
        excellent_mark=Decimal(90),
        full_points=total_points(cells),
    )
    windows = (
        Window(WindowKind.MAIN, datetime(year, 11, 16, 0, tzinfo=UTC), datetime(year, 11, 25, 10, tzinfo=UTC)),
        Window(WindowKind.RESIT, datetime(year, 12, 7, 0, tzinfo=UTC), datetime(year, 12, 11, 10, tzinfo=UTC)),
    )
    return Preset(settings, cells, windows)


@dataclass(frozen=True)
class TryFacts:
    """One attempt of a person in this exam. `state` is the effective one; points and passed are None until marked."""

    attempt_id: int
    try_no: int
    window: WindowKind
    state: AttemptState
    points: Decimal | None = None
    passed: bool | None = None

    @property
    def counts_as_passed(self) -> bool:
        """A voided attempt counts as sat and not passed, whatever its points."""
        return bool(self.passed) and self.state is not AttemptState.VOIDED


@dataclass(frozen=True)
class StartFacts:
    """What decides whether a person may start: the exam, the person's place on the roster, their tries."""

    exam_state: ExamState
    windows: Sequence[Window]
    tries: Sequence[TryFacts] = ()
    listed: bool = True
    exempt: bool = False
    deferred: bool = False


class StartKind(StrEnum):
    """What pressing “开始” leads to."""

    CONTINUE = "continue"
    NEW_ATTEMPT = "new_attempt"
    LAST_RECEIPT = "last_receipt"
    REFUSED = "refused"


@dataclass(frozen=True)
class StartDecision:
    """`attempt_id` to continue or to show the receipt of; `window` and `try_no` of the new attempt; `reason` when
    there is none.

    With TOO_EARLY `window` is the one to wait for.
    """

    kind: StartKind
    attempt_id: int | None = None
    window: Window | None = None
    try_no: int | None = None
    reason: StartReason | None = None


def may_start(facts: StartFacts, now: datetime) -> StartDecision:
    """What `POST start` does (attempts.md, “Papers”): the attempt in progress, else a new one, else the last receipt,
    else no.
    """
    tries = sorted(facts.tries, key=lambda attempt: attempt.try_no)
    reason, window = _reason(facts, tries, now)
    in_progress = [attempt for attempt in tries if attempt.state is AttemptState.IN_PROGRESS]
    if in_progress and reason not in (StartReason.NOT_PUBLISHED, StartReason.CANCELLED):
        return StartDecision(StartKind.CONTINUE, attempt_id=in_progress[-1].attempt_id)
    if reason is None:
        next_try = tries[-1].try_no + 1 if tries else 1
        return StartDecision(StartKind.NEW_ATTEMPT, window=window, try_no=next_try)
    if tries:
        return StartDecision(StartKind.LAST_RECEIPT, attempt_id=tries[-1].attempt_id, window=window, reason=reason)
    return StartDecision(StartKind.REFUSED, window=window, reason=reason)


def _reason(facts: StartFacts, tries: Sequence[TryFacts], now: datetime) -> tuple[StartReason | None, Window | None]:
    if facts.exam_state is ExamState.DRAFT:
        return StartReason.NOT_PUBLISHED, None
    if facts.exam_state is ExamState.CANCELLED:
        return StartReason.CANCELLED, None
    if not facts.listed:
        return StartReason.NOT_LISTED, None
    if facts.exempt:
        return StartReason.EXEMPT, None
    first_no: StartReason | None = None
    for window in sorted(facts.windows, key=lambda window: window.opens_at):
        if now >= window.closes_at:
            continue
        no = _reason_in(window, facts, tries)
        if no is None:
            return (None if window.opens_at <= now else StartReason.TOO_EARLY), window
        first_no = first_no or no
    return first_no or StartReason.CLOSED, None


def _reason_in(window: Window, facts: StartFacts, tries: Sequence[TryFacts]) -> StartReason | None:
    """Why this person has no business in this window. A resit is for those absent, failed or deferred."""
    if window.kind is WindowKind.RESIT:
        if any(attempt.counts_as_passed for attempt in tries):
            return StartReason.ALREADY_PASSED
        if any(attempt.passed is None and attempt.state is not AttemptState.VOIDED for attempt in tries):
            return StartReason.AWAITING_RESULT
    elif facts.deferred:
        return StartReason.DEFERRED
    used = sum(attempt.window is window.kind for attempt in tries)
    return StartReason.NO_TRIES_LEFT if used >= window.tries else None


@dataclass(frozen=True)
class Counted:
    """What counts of a person's tries: 首考 (the first attempt in a main window) and 补考后 (the best of all)."""

    first: TryFacts | None
    best: TryFacts | None


def counted(results: Sequence[TryFacts]) -> Counted:
    """Which of several ended tries counts: the best, of equals the earlier; a voided one only when there is no
    other.
    """
    ended = sorted(
        (attempt for attempt in results if attempt.state is not AttemptState.IN_PROGRESS),
        key=lambda attempt: attempt.try_no,
    )
    first = next((attempt for attempt in ended if attempt.window is WindowKind.MAIN), None)
    return Counted(first, max(ended, key=_worth, default=None))


def _worth(attempt: TryFacts) -> tuple[bool, Decimal]:
    return attempt.state is not AttemptState.VOIDED, Decimal(-1) if attempt.points is None else attempt.points


def last_window_closed(windows: Sequence[Window], now: datetime, max_extra: timedelta) -> bool:
    """Whether nobody can answer any more: the last window, the longest extra time and the grace are over."""
    return bool(windows) and now > max(window.closes_at for window in windows) + max_extra + GRACE
