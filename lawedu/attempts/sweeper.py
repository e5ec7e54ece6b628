"""Writing down what is already true (到时登记): expired attempts get their receipt and result, one transaction each.

Nothing depends on it: every page and report computes the same without it (attempts.md, “Life of an attempt”).
"""

from __future__ import annotations

from lawedu import clock
from lawedu.attempts import queries, results, submission
from lawedu.attempts.queries import Sitting
from lawedu.audit import services as audit
from lawedu.core.attempt import AttemptState
from lawedu.core.policy import MACHINE


def write_down(attempt_id: int) -> bool:
    """Write down one expiry with its audit event; False when there is nothing to write. The caller's transaction is
    for this one only.
    """
    closing = submission.expire_if_due(attempt_id, clock.now())
    if closing is None:
        return False
    submission.record(MACHINE, closing)
    return True


def write_down_all(exam_id: int) -> int:
    """All expiries of one exam in the caller's transaction, as releasing its results does. How many."""
    now = clock.now()
    closings = []
    for attempt_id in queries.list_all_due(exam_id, now):
        closing = submission.expire_if_due(attempt_id, now, even_held=True)
        if closing is not None:
            closings.append(closing)
    for closing in closings:
        submission.record(MACHINE, closing)
    return len(closings)


def mark_again(attempt_id: int) -> bool:
    """Mark an ended attempt that has no result, because marking was not possible when it ended. Raises KeyMissing,
    TamperedResult.
    """
    sitting: Sitting = queries.get_locked(MACHINE, "attempt.sit", attempt_id)
    ended = sitting.state in (AttemptState.SUBMITTED, AttemptState.EXPIRED)
    if not ended or results.find_current(sitting) is not None:
        return False
    derived = results.derive_many([attempt_id]).get(attempt_id)
    if derived is None:
        return False
    result = results.write(sitting, derived, clock.now())
    audit.record(MACHINE, "attempt.mark", f"attempt:{attempt_id}", result=result.mac)
    return True
