from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from lawedu.core.attempt import GRACE, AttemptState
from lawedu.core.blueprint import total_items, total_points
from lawedu.core.errors import Refusal
from lawedu.core.exam import (
    ExamState,
    StartFacts,
    StartKind,
    StartReason,
    TryFacts,
    Window,
    WindowKind,
    annual_preset,
    counted,
    last_window_closed,
    may_start,
    refusal_for,
)
from lawedu.core.scoring import MultipleRule

S, R, W = StartKind, StartReason, WindowKind
DAY = timedelta(days=1)
FIRST = datetime(2026, 11, 16, tzinfo=UTC)
MAIN = Window(W.MAIN, FIRST, FIRST + 10 * DAY)
RESIT = Window(W.RESIT, FIRST + 20 * DAY, FIRST + 25 * DAY)
IN_MAIN, BETWEEN, IN_RESIT, AFTER = FIRST + DAY, FIRST + 15 * DAY, FIRST + 21 * DAY, FIRST + 30 * DAY


def make_try(**changes: Any) -> Any:
    usual = {"attempt_id": 1, "try_no": 1, "window": W.MAIN, "state": AttemptState.SUBMITTED}
    return TryFacts(**{**usual, "points": D(70), "passed": False, **changes})


def start(now: Any, *tries: Any, **changes: Any) -> Any:
    return may_start(
        StartFacts(**{"exam_state": ExamState.PUBLISHED, "windows": [MAIN, RESIT], "tries": tries, **changes}), now
    )


PASSED = make_try(points=D(85), passed=True)
FAILED = make_try()


def test_in_the_main_window_a_listed_person_starts_the_first_try() -> None:
    decision = start(IN_MAIN)
    assert (decision.kind, decision.window, decision.try_no) == (S.NEW_ATTEMPT, MAIN, 1)


def test_a_window_is_open_at_its_opening_and_closed_at_its_close() -> None:
    assert start(MAIN.opens_at).kind is S.NEW_ATTEMPT
    assert start(MAIN.closes_at - timedelta(seconds=1)).kind is S.NEW_ATTEMPT
    assert start(MAIN.closes_at).kind is S.REFUSED


def test_before_the_window_one_waits_for_it() -> None:
    decision = start(FIRST - DAY)
    assert (decision.kind, decision.reason, decision.window) == (S.REFUSED, R.TOO_EARLY, MAIN)


def test_after_the_last_window_it_is_over() -> None:
    assert start(AFTER).reason is R.CLOSED


def test_an_attempt_in_progress_is_continued_in_whatever_window() -> None:
    running = make_try(attempt_id=5, state=AttemptState.IN_PROGRESS, points=None, passed=None)
    for now in (IN_MAIN, BETWEEN, IN_RESIT):
        assert (start(now, running).kind, start(now, running).attempt_id) == (S.CONTINUE, 5)


def test_an_attempt_in_progress_is_continued_though_an_exemption_came_meanwhile() -> None:
    running = make_try(state=AttemptState.IN_PROGRESS, passed=None)
    assert start(IN_MAIN, running, exempt=True).kind is S.CONTINUE
    assert start(IN_MAIN, running, listed=False).kind is S.CONTINUE


def test_with_no_try_left_the_last_receipt_is_shown() -> None:
    decision = start(IN_MAIN, FAILED)
    assert (decision.kind, decision.attempt_id, decision.reason) == (S.LAST_RECEIPT, 1, R.TOO_EARLY)
    assert start(IN_MAIN, FAILED, windows=[MAIN]).reason is R.NO_TRIES_LEFT


def test_three_tries_are_three_and_a_pass_may_be_improved() -> None:
    three = Window(W.MAIN, MAIN.opens_at, MAIN.closes_at, tries=3)
    second = make_try(attempt_id=2, try_no=2, passed=True)
    decision = start(IN_MAIN, FAILED, second, windows=[three])
    assert (decision.kind, decision.try_no) == (S.NEW_ATTEMPT, 3)
    third = make_try(attempt_id=3, try_no=3)
    decision = start(IN_MAIN, FAILED, second, third, windows=[three])
    assert (decision.kind, decision.attempt_id, decision.reason) == (S.LAST_RECEIPT, 3, R.NO_TRIES_LEFT)


def test_a_voided_attempt_uses_up_its_try_and_opens_the_resit() -> None:
    voided = make_try(state=AttemptState.VOIDED, points=D(95), passed=True)
    assert start(IN_MAIN, voided).kind is S.LAST_RECEIPT
    assert start(IN_RESIT, voided).kind is S.NEW_ATTEMPT


@pytest.mark.parametrize(
    ("tries", "changes"), [((), {}), ((FAILED,), {}), ((), {"deferred": True})], ids=["absent", "failed", "deferred"]
)
def test_the_resit_is_for_those_absent_failed_or_deferred(tries: Any, changes: Any) -> None:
    decision = start(IN_RESIT, *tries, **changes)
    assert (decision.kind, decision.window, decision.try_no) == (S.NEW_ATTEMPT, RESIT, len(tries) + 1)


def test_the_resit_is_not_for_those_who_passed() -> None:
    decision = start(IN_RESIT, PASSED)
    assert (decision.kind, decision.reason, decision.attempt_id) == (S.LAST_RECEIPT, R.ALREADY_PASSED, 1)


def test_the_resit_waits_until_written_answers_are_marked() -> None:
    assert start(IN_RESIT, make_try(points=None, passed=None)).reason is R.AWAITING_RESULT


def test_the_resit_has_its_own_number_of_tries() -> None:
    resat = make_try(attempt_id=2, try_no=2, window=W.RESIT)
    assert start(IN_RESIT, FAILED, resat).reason is R.NO_TRIES_LEFT


def test_between_the_windows_those_who_failed_wait_and_those_who_passed_are_done() -> None:
    assert (start(BETWEEN, FAILED).reason, start(BETWEEN, FAILED).window) == (R.TOO_EARLY, RESIT)
    assert start(BETWEEN, PASSED).reason is R.ALREADY_PASSED


def test_who_is_deferred_may_not_sit_in_the_main_window() -> None:
    assert start(IN_MAIN, deferred=True, windows=[MAIN]).reason is R.DEFERRED
    assert start(IN_MAIN, deferred=True).window is RESIT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"listed": False}, R.NOT_LISTED),
        ({"exempt": True}, R.EXEMPT),
        ({"exam_state": ExamState.DRAFT}, R.NOT_PUBLISHED),
        ({"exam_state": ExamState.CANCELLED}, R.CANCELLED),
        ({"windows": []}, R.CLOSED),
    ],
)
def test_who_may_not_sit_is_told_why(changes: Any, reason: Any) -> None:
    decision = start(IN_MAIN, **changes)
    assert (decision.kind, decision.reason) == (S.REFUSED, reason)


def test_a_cancelled_exam_is_not_continued() -> None:
    running = make_try(state=AttemptState.IN_PROGRESS, passed=None)
    assert start(IN_MAIN, running, exam_state=ExamState.CANCELLED).kind is S.LAST_RECEIPT


def test_releasing_the_first_results_does_not_close_the_resit() -> None:
    assert start(IN_RESIT, FAILED, exam_state=ExamState.RELEASED).kind is S.NEW_ATTEMPT


@pytest.mark.parametrize("reason", list(StartReason))
def test_every_reason_has_its_refusal_with_a_sentence(reason: Any) -> None:
    refusal = refusal_for(reason)
    assert isinstance(refusal, Refusal)
    assert refusal.code == reason.value
    assert refusal.text.endswith("。")


def test_the_best_try_counts_and_the_first_stands_apart() -> None:
    best = make_try(attempt_id=2, try_no=2, points=D(90), passed=True)
    worse = make_try(attempt_id=3, try_no=3, window=W.RESIT, points=D(60))
    outcome = counted([worse, best, FAILED])
    assert (outcome.first, outcome.best) == (FAILED, best)


def test_who_sat_in_the_resit_only_has_no_first_sitting() -> None:
    resat = make_try(window=W.RESIT)
    assert (counted([resat]).first, counted([resat]).best) == (None, resat)


def test_of_equal_tries_the_earlier_counts() -> None:
    assert counted([make_try(attempt_id=2, try_no=2), FAILED]).best == FAILED


def test_a_voided_try_never_counts_when_there_is_another_and_never_passes() -> None:
    voided = make_try(state=AttemptState.VOIDED, points=D(99), passed=True)
    resat = make_try(attempt_id=2, try_no=2, window=W.RESIT, points=D(10))
    assert counted([voided, resat]).best == resat
    alone = counted([voided]).best
    assert alone == voided
    assert not voided.counts_as_passed


def test_an_attempt_in_progress_does_not_count_yet() -> None:
    assert counted([make_try(state=AttemptState.IN_PROGRESS)]).best is None


def test_an_exam_is_over_after_the_last_window_the_longest_extra_time_and_the_grace() -> None:
    end = RESIT.closes_at + timedelta(minutes=30) + GRACE
    assert not last_window_closed([RESIT, MAIN], end, timedelta(minutes=30))
    assert last_window_closed([RESIT, MAIN], end + timedelta(seconds=1), timedelta(minutes=30))
    assert not last_window_closed([], AFTER, timedelta(0))


def test_the_annual_preset_is_the_known_format() -> None:
    preset = annual_preset(2026)
    assert [(cell.count, cell.points) for cell in preset.cells] == [(40, D(1)), (20, D(2)), (20, D(1))]
    assert (total_items(preset.cells), total_points(preset.cells)) == (80, D(100))
    assert (preset.settings.duration_minutes, preset.settings.pass_mark, preset.settings.full_points) == (60, 80, 100)
    assert preset.settings.multiple_rule is MultipleRule.ALL_OR_NOTHING
    main, resit = preset.windows
    assert (main.kind, resit.kind) == (W.MAIN, W.RESIT)
    assert (main.closes_at.date() - main.opens_at.date()).days + 1 == 10
    assert main.closes_at < resit.opens_at
