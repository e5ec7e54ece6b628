"""Single changes of a roster (名单个别变动)."""

from __future__ import annotations

from dataclasses import dataclass

from lawedu import clock, events
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import audience_queries as queries
from lawedu.exams.audience import ensure_alive, flag_exam_staff
from lawedu.exams.models import AudienceEffect, AudienceRule, Candidate, Exam
from lawedu.people.models import Person


class ReasonMissing(RuleBroken):
    """A change after the lock without a reason (变动理由)."""

    code = "roster_reason_missing"
    sentence = "名单已经锁定，变动须写明原因。"


class AlreadyListed(RuleBroken):
    """The person is on the list already (已在名单)."""

    code = "already_listed"
    sentence = "{name}已经在这场考试的应考名单中。"


class NotOnList(RuleBroken):
    """The person has been taken off already (已不在名单)."""

    code = "not_on_list"
    sentence = "该人员已经不在应考名单中，请刷新页面后再看。"


class NotOnDuty(RuleBroken):
    """Retired or gone (已退休、已离开): nobody's candidate."""

    code = "not_on_duty"
    sentence = "{name}已退休或者已离开本单位，不能列入应考名单。"


@dataclass(frozen=True)
class CandidateRemoved:
    """Fact: someone is being taken off a roster. A handler may refuse (who has sat stays in the figures)."""

    exam_id: int
    person_id: int


def add_candidate(actor: Actor, exam: Exam, person: Person, reason: str = "") -> Candidate:
    """Put one person on the list, counted in today's unit; lasts through later drawing up.

    `reason` is required after the lock. Raises ReasonMissing, AlreadyListed, NotOnDuty, ExamCancelled.
    """
    ensure(actor, "roster.change", exam)
    _ensure_reason(exam, reason)
    if person.duty_state not in queries.LISTED_STATES:
        raise NotOnDuty(name=person.name)
    candidate = queries.find_candidate(exam.id, person.id, lock=True)
    if candidate is not None and candidate.removed_at is None:
        raise AlreadyListed(name=person.name)
    if candidate is None:
        candidate = Candidate(exam_id=exam.id, person_id=person.id)
        db.session.add(candidate)
    candidate.unit_id, candidate.added_at, candidate.added_reason = person.unit_id, clock.now(), reason
    candidate.removed_at, candidate.removed_reason = None, ""
    _name(exam, person.id, AudienceEffect.INCLUDE)
    db.session.flush()
    flag_exam_staff(exam)
    _record(actor, exam, "roster.add", person.staff_number, reason)
    return candidate


def remove_candidate(actor: Actor, exam: Exam, candidate: Candidate, reason: str = "") -> None:
    """Take one person off the list; lasts through later drawing up.

    `reason` is required after the lock. Raises ReasonMissing, NotOnList, ExamCancelled, and what a handler of
    CandidateRemoved refuses.
    """
    ensure(actor, "roster.change", exam)
    _ensure_reason(exam, reason)
    if candidate.removed_at is not None:
        raise NotOnList
    events.announce(CandidateRemoved(exam.id, candidate.person_id))
    candidate.removed_at, candidate.removed_reason = clock.now(), reason
    _name(exam, candidate.person_id, AudienceEffect.EXCLUDE)
    db.session.flush()
    _record(actor, exam, "roster.remove", candidate.person.staff_number, reason)


def _ensure_reason(exam: Exam, reason: str) -> None:
    ensure_alive(exam)
    if exam.roster_locked_at is not None and not reason:
        raise ReasonMissing


def _name(exam: Exam, person_id: int, effect: AudienceEffect) -> None:
    """Before the lock the rules are the truth: a change by hand is a rule for one person; later they are history."""
    if exam.roster_locked_at is not None:
        return
    rule = queries.find_person_rule(exam.id, person_id)
    if rule is None:
        rule = AudienceRule(exam_id=exam.id, person_id=person_id)
        db.session.add(rule)
    rule.effect = effect


def _record(actor: Actor, exam: Exam, action: str, staff_number: str, reason: str) -> None:
    locked = exam.roster_locked_at is not None
    audit.record(actor, action, f"exam:{exam.id}", person=staff_number, reason=reason, after_lock=locked)
