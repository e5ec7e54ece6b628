from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lawedu.core.exam import ExamState, Window, WindowKind
from lawedu.core.visibility import may_see_keys, may_see_score

DAY = timedelta(days=1)
FIRST = datetime(2026, 11, 16, tzinfo=UTC)
MAIN = Window(WindowKind.MAIN, FIRST, FIRST + 10 * DAY)
RESIT = Window(WindowKind.RESIT, FIRST + 20 * DAY, FIRST + 25 * DAY)
AFTER = FIRST + 26 * DAY


def keys(**changes: Any) -> Any:
    usual = {"released": True, "windows": [MAIN, RESIT], "now": AFTER, "latest_deadline": RESIT.closes_at}
    return may_see_keys(**{**usual, **changes})


def test_keys_are_shown_after_the_last_window_and_the_release() -> None:
    assert keys()
    assert keys(latest_deadline=None)


def test_keys_are_not_shown_before_the_release() -> None:
    assert not keys(released=False)


def test_keys_are_not_shown_between_the_main_window_and_the_resit_though_released() -> None:
    assert not keys(now=FIRST + 15 * DAY)


def test_keys_are_not_shown_while_somebody_with_extra_time_still_answers() -> None:
    assert not keys(latest_deadline=AFTER)
    assert not keys(latest_deadline=AFTER - timedelta(seconds=30))
    assert keys(latest_deadline=AFTER - timedelta(seconds=31))


def test_keys_of_an_exam_without_windows_are_never_shown() -> None:
    assert not keys(windows=[])


@pytest.mark.parametrize(
    ("state", "at_submit", "ended", "released", "seen"),
    [
        (ExamState.PUBLISHED, True, True, False, True),
        (ExamState.PUBLISHED, True, False, False, False),
        (ExamState.PUBLISHED, False, True, False, False),
        (ExamState.RELEASED, False, True, True, True),
        (ExamState.RELEASED, False, False, True, False),
        (ExamState.CANCELLED, True, True, True, False),
        (ExamState.DRAFT, True, True, True, False),
    ],
)
def test_the_score_is_shown_at_hand_in_or_after_the_release(
    state: Any, at_submit: Any, ended: Any, released: Any, seen: Any
) -> None:
    assert may_see_score(state, at_submit, ended, released) is seen
