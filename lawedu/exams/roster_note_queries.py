"""Reading notes on lists (名单问题查询)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.exams.models import Candidate
from lawedu.exams.roster_models import RosterNote
from lawedu.exams.roster_queries import units_within
from lawedu.people.models import Unit


def select_notes(exam_id: int, within: ColumnElement[bool]) -> Select[RosterNote]:
    """Notes of an exam, open ones first, in customary order of units."""
    return (
        select(RosterNote)
        .join(RosterNote.unit)
        .where(RosterNote.exam_id == exam_id, within)
        .options(contains_eager(RosterNote.unit), joinedload(RosterNote.raiser))
        .order_by(RosterNote.outcome.is_not(None), Unit.sort_path, Unit.id, RosterNote.id)
    )


def count_open(exam_ids: Sequence[int], within: ColumnElement[bool]) -> dict[int, int]:
    """Open notes by exam, over the given units."""
    query = (
        select(RosterNote.exam_id, func.count())
        .join(RosterNote.unit)
        .where(RosterNote.exam_id.in_(exam_ids), RosterNote.outcome.is_(None), within)
        .group_by(RosterNote.exam_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def get_note(actor: Actor, action: str, exam_id: int, note_id: int, *, lock: bool = False) -> RosterNote:
    """A note of this exam within the actor's units. Raises NotFound."""
    query = (
        select(RosterNote)
        .join(RosterNote.unit)
        .where(RosterNote.id == note_id, RosterNote.exam_id == exam_id, units_within(actor, action))
    )
    found = db.session.scalar(query.with_for_update(of=RosterNote) if lock else query)
    if found is None:
        raise NotFound
    return found


def find_open_removal(candidate_id: int) -> RosterNote | None:
    """The open note that wants this person off the list, if any."""
    return db.session.scalar(
        select(RosterNote).where(RosterNote.candidate_id == candidate_id, RosterNote.outcome.is_(None)).limit(1)
    )


def noted_candidates(candidate_ids: Sequence[int]) -> frozenset[int]:
    """Which of these rows have an open note."""
    query = select(RosterNote.candidate_id).where(
        RosterNote.candidate_id.in_(candidate_ids), RosterNote.outcome.is_(None)
    )
    return frozenset(found for found in db.session.scalars(query) if found is not None)


def find_candidate_of(note: RosterNote) -> Candidate | None:
    """Whom a note wants off the list."""
    return db.session.get(Candidate, note.candidate_id) if note.candidate_id else None
