"""Who must sit (应考范围): rules, and the roster drawn from them.

Until the roster is locked the rules are the truth and the list follows them; afterwards the list is,
and every change of it carries a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Executable, exists, insert, literal, not_, select, update

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import Closed, RuleBroken
from lawedu.core.exam import ExamState
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import audience_queries as queries
from lawedu.exams.models import AudienceEffect, AudienceRule, Candidate, Exam
from lawedu.people.models import Person, PersonCategory, Unit


class RosterLocked(Closed):
    """The roster is locked (名单已锁定): rules are history, single changes carry a reason."""

    code = "roster_locked"
    sentence = "应考名单已经锁定。需要变动的，请在名单中逐人办理并写明原因。"


class ExamCancelled(Closed):
    """The exam was cancelled (考试已取消): its roster is history."""

    code = "exam_cancelled_roster"
    sentence = "这场考试已经取消，名单不能再变动。"


class NoAudience(RuleBroken):
    """No rule includes anybody (没有应考范围)."""

    code = "no_audience"
    sentence = "还没有应考范围：请先添加至少一条“纳入”规则，再生成名单。"


class RuleRepeated(RuleBroken):
    """The same rule is there already (规则重复)."""

    code = "rule_repeated"
    sentence = "已经有一条相同的规则。"


@dataclass(frozen=True)
class DrawnUp:
    """What drawing up changed (名单变动), in persons."""

    added: int
    removed: int
    moved: int
    total: int


def ensure_unlocked(exam: Exam) -> None:
    """Refuse once the list is fixed. Raises RosterLocked, ExamCancelled."""
    ensure_alive(exam)
    if exam.roster_locked_at is not None:
        raise RosterLocked


def ensure_alive(exam: Exam) -> None:
    """Refuse for an exam that will not be held. Raises ExamCancelled."""
    if exam.state is ExamState.CANCELLED:
        raise ExamCancelled


def add_rule(
    actor: Actor,
    exam: Exam,
    effect: AudienceEffect,
    unit: Unit | None = None,
    category: PersonCategory | None = None,
    leaders_only: bool = False,
) -> AudienceRule:
    """Add a rule for a group: all given conditions together, none of them meaning everybody.

    Raises RosterLocked, ExamCancelled, RuleRepeated.
    """
    ensure(actor, "exam.edit", exam)
    ensure_unlocked(exam)
    wanted = (effect, unit.id if unit else None, category, leaders_only)
    for rule in queries.list_group_rules(exam.id):
        if (rule.effect, rule.unit_id, rule.category, rule.leaders_only) == wanted:
            raise RuleRepeated
    rule = AudienceRule(exam_id=exam.id, effect=effect, unit=unit, category=category, leaders_only=leaders_only)
    db.session.add(rule)
    db.session.flush()
    audit.record(actor, "audience.add_rule", f"exam:{exam.id}", rule=rule.id, effect=effect.value, unit=wanted[1])
    return rule


def remove_rule(actor: Actor, exam: Exam, rule: AudienceRule) -> None:
    """Take a rule for a group away; the list follows at the next drawing up. Raises RosterLocked, ExamCancelled."""
    ensure(actor, "exam.edit", exam)
    ensure_unlocked(exam)
    number = rule.id
    db.session.delete(rule)
    db.session.flush()
    audit.record(actor, "audience.remove_rule", f"exam:{exam.id}", rule=number)


def draw_up(actor: Actor, exam: Exam) -> DrawnUp:
    """Make the list follow the rules: add who is missing, take off who is named no more, move who has changed units.

    A handful of statements for any number of people; a second call changes nothing. `added_at` moves with every change
    that puts a person on a unit's list, so that an earlier confirmation of that list is known to be out of date.
    Raises RosterLocked, ExamCancelled, NoAudience.
    """
    ensure(actor, "exam.edit", exam)
    ensure_unlocked(exam)
    if not queries.has_audience(exam.id):
        raise NoAudience
    now = clock.now()
    added = _add_missing(exam, now) + _bring_back(exam, now)
    moved = _follow_moves(exam, now)
    removed = _take_off(exam, now)
    flag_exam_staff(exam)
    total = queries.count_listed(exam.id)
    audit.record(actor, "audience.draw_up", f"exam:{exam.id}", added=added, removed=removed, moved=moved, total=total)
    return DrawnUp(added, removed, moved, total)


def _add_missing(exam: Exam, now: datetime) -> int:
    people = queries.required_people(exam.id).subquery()
    there = exists().where(Candidate.exam_id == exam.id, Candidate.person_id == people.c.id)
    values = {
        "exam_id": literal(exam.id),
        "person_id": people.c.id,
        "unit_id": people.c.unit_id,
        "is_exam_staff": literal(False),
        "extra_minutes": literal(0),
        "added_reason": literal(""),
        "added_at": literal(now, Candidate.added_at.type),
        "removed_reason": literal(""),
    }
    missing = select(*values.values()).where(not_(there))
    return _run(insert(Candidate).from_select(list(values), missing))


def _bring_back(exam: Exam, now: datetime) -> int:
    required = queries.required_people(exam.id).subquery()
    return _run(
        update(Candidate)
        .where(
            Candidate.exam_id == exam.id,
            Candidate.removed_at.is_not(None),
            Candidate.person_id.in_(select(required.c.id)),
        )
        .values(removed_at=None, removed_reason="", added_at=now, unit_id=_todays_unit())
    )


def _follow_moves(exam: Exam, now: datetime) -> int:
    return _run(
        update(Candidate)
        .where(Candidate.exam_id == exam.id, Candidate.removed_at.is_(None), Candidate.unit_id != _todays_unit())
        .values(unit_id=_todays_unit(), added_at=now)
    )


def _todays_unit() -> Any:
    return select(Person.unit_id).where(Person.id == Candidate.person_id).correlate(Candidate).scalar_subquery()


def _take_off(exam: Exam, now: datetime) -> int:
    required = queries.required_people(exam.id).subquery()
    return _run(
        update(Candidate)
        .where(
            Candidate.exam_id == exam.id,
            Candidate.removed_at.is_(None),
            Candidate.person_id.not_in(select(required.c.id)),
        )
        .values(removed_at=now, removed_reason="")
    )


def flag_exam_staff(exam: Exam) -> None:
    """Mark who sets or runs exams (考务回避; product.md, “Smallest crew”): they sit apart or bring an outside score."""
    staff: ColumnElement[bool] = queries.exam_staff(exam)
    here = Candidate.exam_id == exam.id
    _run(update(Candidate).where(here, Candidate.is_exam_staff.is_(False), staff).values(is_exam_staff=True))
    _run(update(Candidate).where(here, Candidate.is_exam_staff.is_(True), not_(staff)).values(is_exam_staff=False))


def _run(statement: Executable) -> int:
    """Rows touched. Loaded objects are not looked through: with 200,000 rows that would cost more than the deed."""
    result = db.session.execute(statement, execution_options={"synchronize_session": False, "preserve_rowcount": True})
    db.session.expire_all()
    return max(result.rowcount, 0) if isinstance(result, CursorResult) else 0
