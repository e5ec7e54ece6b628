"""Visibility (可见范围): what a candidate may see of score, keys and explanations now. Who may look at whom is
policy's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lawedu.core.attempt import GRACE
from lawedu.core.exam import ExamState, Window, last_window_closed


def may_see_score(exam_state: ExamState, score_at_submit: bool, ended: bool, released: bool) -> bool:
    """Whether a candidate may see their points: at hand-in if the exam says so, otherwise once results are released
    (公布).
    """
    if exam_state in (ExamState.DRAFT, ExamState.CANCELLED) or not ended:
        return False
    return score_at_submit or released


def may_see_keys(released: bool, windows: Sequence[Window], now: datetime, latest_deadline: datetime | None) -> bool:
    """Whether keys and explanations may leave the server: released, and nobody can answer any more.

    `latest_deadline` is the latest stored deadline of any attempt of the exam (extra time and pauses included), None
    when there is no attempt. Source: attempts.md, “Papers”: only after the last window, resit and extra time included.
    """
    if not released or not last_window_closed(windows, now, timedelta()):
        return False
    return latest_deadline is None or now > latest_deadline + GRACE
