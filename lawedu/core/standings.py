"""From tries to standing (个人状态的由来): what the tries of one person amount to, and what a liaison is told of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from lawedu.core.attempt import AttemptState
from lawedu.core.completion import CandidateFacts, CandidateStanding, standing
from lawedu.core.exam import TryFacts, Window, WindowKind, counted, last_window_closed

# The yes-or-no facts of a person, each with its bit: a query groups people by the sum of them.
FLAGS = ("exempt", "deferred", "sat", "sat_first", "first_passed", "best_passed", "voided_only", "in_progress")


def facts_of(tries: Sequence[TryFacts], *, exempt: bool = False, deferred: bool = False) -> CandidateFacts:
    """What the tries of a person in one exam amount to. A voided try counts as sat, not passed and without points
    (product.md, “Rules known”); an outside score is a try like our own, with number 0.
    """
    which = counted(tries)
    ended = [attempt for attempt in tries if attempt.state is not AttemptState.IN_PROGRESS]
    return CandidateFacts(
        exempt=exempt,
        deferred=deferred,
        first_points=_points(which.first),
        first_passed=_passed(which.first),
        best_points=_points(which.best),
        best_passed=_passed(which.best),
        sat=bool(ended),
        sat_first=which.first is not None,
        voided_only=bool(ended) and all(attempt.state is AttemptState.VOIDED for attempt in ended),
        in_progress=len(ended) < len(tries),
    )


def _points(attempt: TryFacts | None) -> Decimal | None:
    return None if attempt is None or attempt.state is AttemptState.VOIDED else attempt.points


def _passed(attempt: TryFacts | None) -> bool:
    return attempt is not None and attempt.counts_as_passed


def flags_of(facts: CandidateFacts) -> int:
    """The yes-or-no facts as one number, the first of FLAGS in the lowest bit."""
    return sum(bool(getattr(facts, name)) << place for place, name in enumerate(FLAGS))


def facts_from(flags: int) -> CandidateFacts:
    """The yes-or-no facts behind a number of `flags_of`, without points."""
    found = {name: bool(flags >> place & 1) for place, name in enumerate(FLAGS)}
    return CandidateFacts(
        exempt=found["exempt"],
        deferred=found["deferred"],
        sat=found["sat"],
        sat_first=found["sat_first"],
        first_passed=found["first_passed"],
        best_passed=found["best_passed"],
        voided_only=found["voided_only"],
        in_progress=found["in_progress"],
    )


def flags_where(is_wanted: Callable[[CandidateFacts], bool]) -> list[int]:
    """Every number whose facts are wanted: a query filters by standing without knowing the rule."""
    return [flags for flags in range(1 << len(FLAGS)) if is_wanted(facts_from(flags))]


@dataclass(frozen=True)
class Phase:
    """How far an exam has come (考试进度): `main_closed` the first sitting is over, `final` the resit too."""

    main_closed: bool = False
    final: bool = False
    resit_offered: bool = False

    @property
    def resit_to_come(self) -> bool:
        """Whether who needs a resit can still have one."""
        return self.resit_offered and not self.final

    def standing(self, facts: CandidateFacts) -> CandidateStanding:
        """Where a person stands in this phase."""
        return standing(facts, self.final, self.resit_offered)


def phase_of(windows: Sequence[Window], now: datetime, still_answering: frozenset[WindowKind]) -> Phase:
    """The phase at `now`. `still_answering`: kinds of windows in which somebody's attempt is open, so that extra time
    and pauses keep a window from counting as over; nobody can start after its close.
    """
    main = [window for window in windows if window.kind is WindowKind.MAIN]
    is_over = last_window_closed(windows, now, timedelta()) and not still_answering
    main_over = last_window_closed(main, now, timedelta()) and WindowKind.MAIN not in still_answering
    return Phase(main_over or is_over, is_over, len(main) < len(windows))


class UnitStanding(StrEnum):
    """What a liaison is told of a person (单位所见): 已考, 未考, 需补考, 免考, 缓考. Never points."""

    DONE = "done"
    NOT_YET = "not_yet"
    NEEDS_RESIT = "needs_resit"
    EXEMPT = "exempt"
    DEFERRED = "deferred"


_PLAIN = {
    CandidateStanding.EXEMPT: UnitStanding.EXEMPT,
    CandidateStanding.PASSED: UnitStanding.DONE,
    CandidateStanding.FAILED: UnitStanding.DONE,
    CandidateStanding.IN_PROGRESS: UnitStanding.NOT_YET,
    CandidateStanding.ABSENT: UnitStanding.NOT_YET,
    CandidateStanding.NOT_SAT: UnitStanding.NOT_YET,
    CandidateStanding.DEFERRED: UnitStanding.DEFERRED,
}


def unit_standing(facts: CandidateFacts, phase: Phase, scores_shown: bool) -> UnitStanding:
    """What the liaison of the unit is told. Who failed needs the resit from the moment scores are shown; who is
    absent or deferred, from the close of the first sitting.
    """
    place = phase.standing(facts)
    failed = place is CandidateStanding.FAILED and scores_shown
    missed = place in (CandidateStanding.NOT_SAT, CandidateStanding.DEFERRED) and phase.main_closed
    return UnitStanding.NEEDS_RESIT if phase.resit_to_come and (failed or missed) else _PLAIN[place]
