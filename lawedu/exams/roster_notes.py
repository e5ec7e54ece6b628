"""Notes on lists (名单问题): a liaison says who should be added or taken off, the exam administrator settles it."""

from __future__ import annotations

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import candidates, roster_note_queries
from lawedu.exams.audience import ensure_alive
from lawedu.exams.models import Candidate, Exam
from lawedu.exams.roster_models import RosterNote, RosterNoteKind, RosterNoteOutcome
from lawedu.people.models import Person, Unit


class AlreadyNoted(RuleBroken):
    """There is an open note on this person (已提出)."""

    code = "already_noted"
    sentence = "已经提出过应去掉该人员，正在等待考务管理员处理。"


class NoteSettled(RuleBroken):
    """The note has its outcome (已处理)."""

    code = "note_settled"
    sentence = "这条名单问题已经有处理结果，请刷新页面后再看。"


class AnswerMissing(RuleBroken):
    """Declining without a word (未写答复)."""

    code = "note_answer_missing"
    sentence = "不采纳的，请写明原因，单位联络员会看到。"


class PersonMissing(RuleBroken):
    """Whom to add has not been chosen (未选择人员)."""

    code = "note_person_missing"
    sentence = "请先选择要加入名单的人员。"


def raise_note(
    actor: Actor, exam: Exam, unit: Unit, reason: str, *, candidate: Candidate | None = None, who: str = ""
) -> RosterNote:
    """Say that `candidate` should be taken off, or that `who` (as typed) should be added to the list of `unit`.

    Possible after the lock too: the answer is then a change with a reason. Raises AlreadyNoted, ExamCancelled.
    """
    ensure(actor, "roster.confirm", unit)
    ensure_alive(exam)
    if candidate is not None and roster_note_queries.find_open_removal(candidate.id):
        raise AlreadyNoted
    note = RosterNote(
        exam_id=exam.id,
        unit=candidate.unit if candidate else unit,
        kind=RosterNoteKind.REMOVE if candidate else RosterNoteKind.ADD,
        who=candidate.person.name if candidate else who,
        candidate_id=candidate.id if candidate else None,
        reason=reason,
        raised_by=actor.person_id,
        raised_at=clock.now(),
    )
    db.session.add(note)
    db.session.flush()
    audit.record(actor, "roster.note", f"exam:{exam.id}", note=note.id, kind=note.kind.value, unit=note.unit_id)
    return note


def withdraw_note(actor: Actor, note: RosterNote) -> None:
    """Take a note back while it is open. Raises NoteSettled."""
    ensure(actor, "roster.confirm", note)
    _settle(actor, note, RosterNoteOutcome.WITHDRAWN, "")


def decline_note(actor: Actor, note: RosterNote, answer: str) -> None:
    """Leave the list as it is and say why. Raises NoteSettled, AnswerMissing."""
    ensure(actor, "roster.change", note)
    if not answer:
        raise AnswerMissing
    _settle(actor, note, RosterNoteOutcome.DECLINED, answer)


def accept_note(actor: Actor, exam: Exam, note: RosterNote, answer: str = "", person: Person | None = None) -> None:
    """Change the list as asked, with the note's reason: `person` is whom to add.

    Raises NoteSettled, PersonMissing, and what `candidates` refuses (AlreadyListed, NotOnDuty, NotOnList …).
    """
    ensure(actor, "roster.change", note)
    if note.outcome is not None:
        raise NoteSettled
    if note.kind is RosterNoteKind.REMOVE:
        candidate = roster_note_queries.find_candidate_of(note)
        if candidate is not None and candidate.removed_at is None:
            candidates.remove_candidate(actor, exam, candidate, note.reason)
    elif person is None:
        raise PersonMissing
    else:
        candidates.add_candidate(actor, exam, person, note.reason)
    _settle(actor, note, RosterNoteOutcome.DONE, answer)


def _settle(actor: Actor, note: RosterNote, outcome: RosterNoteOutcome, answer: str) -> None:
    if note.outcome is not None:
        raise NoteSettled
    note.outcome, note.answer = outcome, answer
    note.handled_by, note.handled_at = actor.person_id, clock.now()
    db.session.flush()
    audit.record(actor, "roster.note_settled", f"exam:{note.exam_id}", note=note.id, outcome=outcome.value)
