"""Who must sit, asked of the rules (应考范围查询)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from lawedu.core.errors import NotFound
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import AudienceEffect, AudienceRule, Candidate, Exam
from lawedu.people.models import DutyState, ExamChannel, Person, RoleGrant, Unit
from lawedu.people.role_queries import in_force

# On long leave one still belongs to the unit: who cannot sit is excused by a decision, not by leaving the list quietly.
LISTED_STATES = (DutyState.ACTIVE, DutyState.SECONDED_OUT, DutyState.LONG_LEAVE)
STAFF_ROLES = (Role.EXAM_ADMIN, Role.AUTHOR, Role.REVIEWER, Role.MARKER, Role.SECURITY_ADMIN)


def get_exam(exam_id: int, *, lock: bool = False) -> Exam:
    """The exam, for those who run it. Raises NotFound."""
    query = select(Exam).where(Exam.id == exam_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def list_group_rules(exam_id: int) -> Sequence[AudienceRule]:
    """Rules for groups, in the order they were made; rules for single persons show in the list itself."""
    query = (
        select(AudienceRule)
        .where(AudienceRule.exam_id == exam_id, AudienceRule.person_id.is_(None))
        .options(joinedload(AudienceRule.unit))
        .order_by(AudienceRule.id)
    )
    return db.session.scalars(query).all()


def get_group_rule(exam_id: int, rule_id: int) -> AudienceRule:
    """One rule of this exam. Raises NotFound."""
    found = db.session.scalar(
        select(AudienceRule).where(
            AudienceRule.id == rule_id, AudienceRule.exam_id == exam_id, AudienceRule.person_id.is_(None)
        )
    )
    if found is None:
        raise NotFound
    return found


def has_audience(exam_id: int) -> bool:
    """Whether any rule includes anybody."""
    query = select(AudienceRule.id).where(
        AudienceRule.exam_id == exam_id, AudienceRule.effect == AudienceEffect.INCLUDE
    )
    return db.session.scalar(query.limit(1)) is not None


def required_people(exam_id: int) -> Select[int, int]:
    """(person id, unit id) of everybody whom the rules name: (groups in − groups out + persons in) − persons out.

    Groups reach people at their unit (在岗、借调外出、长假) whose exam is the zone's; a person named by hand may belong
    to another channel, but never be retired or gone.
    """
    rules = list_group_rules(exam_id)
    into = [_matches(rule) for rule in rules if rule.effect is AudienceEffect.INCLUDE]
    out = [_matches(rule) for rule in rules if rule.effect is AudienceEffect.EXCLUDE]
    by_group = and_(Person.exam_channel == ExamChannel.ZONE, or_(false(), *into), not_(or_(false(), *out)))
    return (
        select(Person.id, Person.unit_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(
            Person.duty_state.in_(LISTED_STATES),
            or_(by_group, Person.id.in_(_named(exam_id, AudienceEffect.INCLUDE))),
            Person.id.not_in(_named(exam_id, AudienceEffect.EXCLUDE)),
        )
    )


def _matches(rule: AudienceRule) -> ColumnElement[bool]:
    """Every condition of a rule holds together; a rule without any means everybody."""
    parts: list[ColumnElement[bool]] = [true()]
    if rule.unit is not None:
        parts.append(Unit.path.startswith(rule.unit.path, autoescape=True))
    if rule.category is not None:
        parts.append(Person.category == rule.category)
    if rule.leaders_only:
        parts.append(Person.is_leader.is_(True))
    return and_(*parts)


def _named(exam_id: int, effect: AudienceEffect) -> Select[int | None]:
    return select(AudienceRule.person_id).where(
        AudienceRule.exam_id == exam_id, AudienceRule.effect == effect, AudienceRule.person_id.is_not(None)
    )


def exam_staff(exam: Exam) -> ColumnElement[bool]:
    """Candidates who set or run exams (考务、命题人员), whoever made this one included."""
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(STAFF_ROLES), in_force())
    return or_(Candidate.person_id.in_(holders), Candidate.person_id == (exam.created_by or 0))


def count_required(exam_id: int) -> int:
    """How many people the rules name today."""
    return db.session.scalar(select(func.count()).select_from(required_people(exam_id).subquery())) or 0


def count_listed(exam_id: int) -> int:
    """How many people stand on the list (名单)."""
    query = select(func.count()).select_from(Candidate)
    return db.session.scalar(query.where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None))) or 0


def find_person_rule(exam_id: int, person_id: int) -> AudienceRule | None:
    """The rule that names this person, if any; there is at most one."""
    return db.session.scalar(
        select(AudienceRule).where(AudienceRule.exam_id == exam_id, AudienceRule.person_id == person_id)
    )


def search_people(text: str, limit: int = 20) -> Sequence[Person]:
    """People of the zone by staff number or the beginning of the name; the first few only."""
    if not text:
        return []
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(or_(Person.staff_number == text.upper(), Person.name.startswith(text, autoescape=True)))
        .options(contains_eager(Person.unit))
        .order_by(Unit.sort_path, Unit.id, Person.sort_order, Person.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def get_person(person_id: int) -> Person:
    """The person with their unit. Raises NotFound."""
    found = db.session.scalar(select(Person).options(joinedload(Person.unit)).where(Person.id == person_id))
    if found is None:
        raise NotFound
    return found


def list_units() -> Sequence[Unit]:
    """Open units in customary order, for the select of a rule: units are hundreds where people are thousands."""
    return db.session.scalars(select(Unit).where(Unit.closed_on.is_(None)).order_by(Unit.sort_path, Unit.id)).all()


def get_candidate(exam_id: int, candidate_id: int, *, lock: bool = False) -> Candidate:
    """A row of this exam's roster, taken off or not. Raises NotFound."""
    query = select(Candidate).where(Candidate.id == candidate_id, Candidate.exam_id == exam_id)
    found = db.session.scalar(query.with_for_update() if lock else query.options(joinedload(Candidate.person)))
    if found is None:
        raise NotFound
    return found


def listed_among(exam_id: int, person_ids: Sequence[int]) -> frozenset[int]:
    """Which of these people are on the list."""
    query = select(Candidate.person_id).where(
        Candidate.exam_id == exam_id, Candidate.person_id.in_(person_ids), Candidate.removed_at.is_(None)
    )
    return frozenset(db.session.scalars(query))


def find_candidate(exam_id: int, person_id: int, *, lock: bool = False) -> Candidate | None:
    """The person's row on this exam's roster, taken off or not."""
    query = select(Candidate).where(Candidate.exam_id == exam_id, Candidate.person_id == person_id)
    return db.session.scalar(query.with_for_update() if lock else query)
