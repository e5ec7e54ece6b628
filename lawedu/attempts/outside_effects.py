"""What an import would change (导入的影响): each person's counted score before and after, by the rules of the core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lawedu.attempts.models import ImportState, OutsideImport, OutsideScore
from lawedu.attempts.tries import list_tries_of
from lawedu.core.attempt import AttemptState
from lawedu.core.completion import CandidateFacts
from lawedu.core.exam import TryFacts
from lawedu.core.standings import facts_of


@dataclass(frozen=True)
class Effect:
    """One person: what counts now, and what would count with the score of this row."""

    before: CandidateFacts
    after: CandidateFacts

    @property
    def changes_best(self) -> bool:
        """Whether the score that counts in the end, or 合格, would be another one."""
        before, after = self.before, self.after
        return (before.best_points, before.best_passed) != (after.best_points, after.best_passed)

    @property
    def changes(self) -> bool:
        """Whether anything would be another one, 首考 included."""
        return self.changes_best or self.before.first_points != self.after.first_points


def list_effects(batch: OutsideImport, scores: Sequence[OutsideScore], now: datetime) -> dict[int, Effect]:
    """Effects by row, for a page of rows that have a person. An approved import counts already: nothing changes any
    more.

    Raises TamperedResult.
    """
    people = [score.person_id for score in scores if score.person_id is not None]
    tries = list_tries_of(batch.exam_id, people, now) if people else {}
    found = {}
    for score in scores:
        if score.person_id is None:
            continue
        mine = tries[score.person_id]
        before = facts_of(mine)
        after = before if batch.state is ImportState.APPROVED else facts_of(_with(batch, score, mine))
        found[score.id] = Effect(before, after)
    return found


def _with(batch: OutsideImport, score: OutsideScore, tries: Sequence[TryFacts]) -> list[TryFacts]:
    """The same tries, an earlier outside score of the same sitting replaced by this one."""
    kept = [one for one in tries if one.attempt_id or one.window is not batch.window_kind]
    return [TryFacts(0, 0, batch.window_kind, AttemptState.SUBMITTED, score.points, score.passed), *kept]
