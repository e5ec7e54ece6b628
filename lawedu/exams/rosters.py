"""名单核对: units confirm who must sit, then the roster is locked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import insert

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import Closed, RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import audience_queries, roster_note_queries, roster_queries
from lawedu.exams.audience import ensure_alive, ensure_unlocked, flag_exam_staff
from lawedu.exams.models import Candidate, Exam, RosterConfirmation
from lawedu.exams.roster_queries import ListTotals, hash_lines
from lawedu.people.models import Unit

MOST_ON_PAPER = 2000


class NobodyListed(RuleBroken):
    """The list is empty (名单为空)."""

    code = "nobody_listed"
    sentence = "应考名单中还没有人员，请先在“应考范围”中生成名单。"


class DayInThePast(RuleBroken):
    """The day to confirm by is over already (核对截止日期已过)."""

    code = "confirm_by_past"
    sentence = "核对截止日期不能早于今天，请重新填写。"


class NotOpened(RuleBroken):
    """Units have not been asked yet (尚未开始核对)."""

    code = "roster_not_opened"
    sentence = "这场考试的名单还没有开始核对。"


class ListIsLocked(Closed):
    """Too late to confirm (名单已锁定)."""

    code = "roster_list_locked"
    sentence = "应考名单已经锁定，不能再确认。发现问题请填写“名单问题”，由考务管理员处理。"


class AlreadyLocked(RuleBroken):
    """Locked once and for good (已经锁定)."""

    code = "roster_already_locked"
    sentence = "应考名单已经锁定，不必再次办理。"


class ListChanged(RuleBroken):
    """The list is not the one the liaison looked at (名单有变化)."""

    code = "list_changed"
    sentence = "您打开页面以后名单有变化，请重新核对下面的名单后再确认。"


class NotesOpen(RuleBroken):
    """What is wrong on the list has not been settled (问题未处理)."""

    code = "roster_notes_open"
    sentence = "还有{count}条名单问题没有处理，处理完或者撤回以后再确认。"


class TooManyForPaper(RuleBroken):
    """Hundreds of sheets in one go (打印人数过多)."""

    code = "too_many_for_paper"
    sentence = "名单超过 {most} 人，请按下级单位分别打印。"


def open_confirmation(actor: Actor, exam: Exam, by_date: date) -> None:
    """Ask the units to confirm by the end of `by_date` (Beijing); again to move the day.

    Raises NobodyListed, DayInThePast, RosterLocked, ExamCancelled.
    """
    ensure(actor, "roster.change", exam)
    ensure_unlocked(exam)
    if by_date < clock.today():
        raise DayInThePast
    if not audience_queries.count_listed(exam.id):
        raise NobodyListed
    exam.roster_confirm_by = by_date
    db.session.flush()
    audit.record(actor, "roster.open", f"exam:{exam.id}", by=by_date.isoformat())


def confirm(actor: Actor, exam: Exam, unit: Unit, list_hash: str, note: str = "") -> int:
    """Confirm the list of a unit and everything below it (a 街道 covers its villages); returns the persons confirmed.

    `list_hash` is the hash of the list that was looked at. One row per listing unit is written, each with its own
    hash, so that a later change in one village leaves the others confirmed. Possible until the lock: late is better
    than never.
    Raises NotOpened, ListIsLocked, ListChanged, NotesOpen, NobodyListed, ExamCancelled.
    """
    ensure(actor, "roster.confirm", unit)
    ensure_alive(exam)
    if exam.roster_locked_at is not None:
        raise ListIsLocked
    if exam.roster_confirm_by is None:
        raise NotOpened
    within = roster_queries.below(unit.path)
    waiting = roster_note_queries.count_open([exam.id], within).get(exam.id, 0)
    if waiting:
        raise NotesOpen(count=waiting)
    if roster_queries.list_hash(exam.id, unit.path) != list_hash:
        raise ListChanged
    rows = list(_confirmations(exam.id, unit.path, actor.person_id, clock.now(), note))
    if not rows:
        raise NobodyListed
    db.session.execute(insert(RosterConfirmation), rows)
    people: int = sum(row["person_count"] for row in rows)
    audit.record(actor, "roster.confirm", f"exam:{exam.id}", unit=unit.id, people=people, list_hash=list_hash)
    return people


def _confirmations(exam_id: int, unit_path: str, by: int, at: datetime, note: str) -> Iterator[dict[str, Any]]:
    for unit_id, lines in groupby(roster_queries.stream_list(exam_id, unit_path), key=lambda line: line[0]):
        counter = _Counter(lines)
        digest = hash_lines(counter)
        yield {
            "exam_id": exam_id,
            "unit_id": unit_id,
            "confirmed_by": by,
            "confirmed_at": at,
            "person_count": counter.count,
            "list_hash": digest,
            "note": note,
        }


class _Counter(Iterator[tuple[int, str]]):
    """Counts what passes through, so that a list is read once."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self.lines, self.count = lines, 0

    def __next__(self) -> tuple[int, str]:
        line = next(self.lines)
        self.count += 1
        return line


def lock(actor: Actor, exam: Exam) -> ListTotals:
    """Fix the roster: from now on every change carries a reason, and moved people count where they were listed.

    Units that have not confirmed do not hold the exam up; how many they were is recorded. Raises AlreadyLocked,
    NobodyListed, ExamCancelled.
    """
    ensure(actor, "roster.change", exam)
    ensure_alive(exam)
    if exam.roster_locked_at is not None:
        raise AlreadyLocked
    all_units = roster_queries.units_within(actor, "roster.change")
    total = roster_queries.totals([exam.id], all_units).get(exam.id, ListTotals())
    if not total.people:
        raise NobodyListed
    flag_exam_staff(exam)
    exam.roster_locked_at = clock.now()
    db.session.flush()
    audit.record(
        actor,
        "roster.lock",
        f"exam:{exam.id}",
        people=total.people,
        units=total.units,
        unconfirmed_units=total.waiting_units,
    )
    return total


def list_for_paper(exam: Exam, unit: Unit, *, alone: bool = False, most: int = MOST_ON_PAPER) -> Sequence[Candidate]:
    """A unit's whole list for printing, at most `most` persons; `alone` leaves the units below it out.

    Raises TooManyForPaper.
    """
    query = roster_queries.select_list(exam.id, unit.path)
    if alone:
        query = query.where(Candidate.unit_id == unit.id)
    rows = db.session.scalars(query.limit(most + 1)).all()
    if len(rows) > most:
        raise TooManyForPaper(most=most)
    return rows
