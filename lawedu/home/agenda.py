"""我的学法: what is due for one person, what comes later, what is done; from the exams as their slice sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lawedu.attempts import overviews
from lawedu.attempts.overviews import ExamView, When
from lawedu.clock import BEIJING
from lawedu.core.exam import StartKind, WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db

MOST = 50
SOON = timedelta(days=2)


@dataclass(frozen=True)
class Entry:
    """One exam in 我的学法. `due_at`: its window closes, or its attempt ends; `days_left` in Beijing days."""

    view: ExamView
    opens_at: datetime | None
    due_at: datetime | None
    days_left: int
    is_soon: bool
    is_resit: bool
    in_progress: bool

    @property
    def is_done(self) -> bool:
        """Sat to the end and not failed, or excused: nothing is left to do here."""
        place = self.view.place
        return place.exempt or any(one.ended_at is not None and one.passed is not False for one in self.view.tries)


@dataclass(frozen=True)
class Agenda:
    """A person's year at a glance (我的学法)."""

    due: Sequence[Entry]
    later: Sequence[Entry]
    past: Sequence[Entry]

    @property
    def done(self) -> int:
        return sum(entry.is_done for entry in (*self.due, *self.later, *self.past))

    @property
    def total(self) -> int:
        return len(self.due) + len(self.later) + len(self.past)


def get_agenda(actor: Actor, now: datetime) -> Agenda:
    """The exams of the person, sorted by what to do first. A fixed number of selects."""
    ensure(actor, "me.view")
    ids = list(db.session.scalars(overviews.my_exams(actor.person_id).limit(MOST)))
    entries = [_entry(view, now) for view in overviews.list_views(actor.person_id, ids, now)]
    groups = {when: [entry for entry in entries if entry.view.when is when] for when in When}
    return Agenda(sorted(groups[When.NOW], key=_urgency), sorted(groups[When.LATER], key=_urgency), groups[When.PAST])


def _urgency(entry: Entry) -> float:
    return entry.due_at.timestamp() if entry.due_at else float("inf")


def _entry(view: ExamView, now: datetime) -> Entry:
    window = view.decision.window
    running = view.decision.kind is StartKind.CONTINUE
    opens_at = window.opens_at if window else None
    due_at = view.last.deadline_at if running and view.last else window.closes_at if window else None
    # A window that closes at midnight is due on the day before.
    day = (due_at - timedelta(microseconds=1)).astimezone(BEIJING).date() if due_at else None
    days = (day - now.astimezone(BEIJING).date()).days if day else 0
    soon = due_at is not None and due_at - now <= SOON
    resit = window is not None and window.kind is WindowKind.RESIT
    return Entry(view, opens_at, due_at, days, soon, resit, running)
