"""免考、缓考, and explanations of absence: applied for by the liaison, decided by an exam administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lawedu import clock, events
from lawedu.audit import services as audit
from lawedu.core.errors import Closed, RuleBroken
from lawedu.core.exam import WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import exemption_queries as queries
from lawedu.exams.audience import ensure_alive
from lawedu.exams.exemption_documents import Scan
from lawedu.exams.exemption_queries import ApplicationState
from lawedu.exams.models import Candidate, Decision, Exam, ExamWindow, Exemption, ExemptionGround, ExemptionKind
from lawedu.people.models import Unit
from lawedu.storage import keep

G = ExemptionGround
# Which ground speaks for what: a trip puts an exam off, it does not end the duty.
GROUNDS: dict[ExemptionKind, Sequence[ExemptionGround]] = {
    ExemptionKind.EXEMPT: (
        G.LAW_QUALIFICATION,
        G.OTHER_CHANNEL,
        G.LONG_TRAINING,
        G.SECONDMENT,
        G.MATERNITY,
        G.HEALTH,
        G.RETIRING,
        G.OTHER,
    ),
    ExemptionKind.DEFERRED: (G.OFFICIAL_TRIP, G.LONG_TRAINING, G.SECONDMENT, G.MATERNITY, G.HEALTH, G.OTHER),
    ExemptionKind.ABSENCE: (G.OFFICIAL_TRIP, G.LONG_TRAINING, G.SECONDMENT, G.MATERNITY, G.HEALTH, G.OTHER),
}


class GroundUnfit(RuleBroken):
    """The ground does not speak for this kind (事由不适用)."""

    code = "ground_unfit"
    sentence = "所选事由不适用于这一类申请，请重新选择。"


class ExplanationMissing(RuleBroken):
    """其他 needs words (未写说明)."""

    code = "explanation_missing"
    sentence = "事由为“其他”的，请写明具体情况。"


class DocumentMissing(RuleBroken):
    """免考 and 缓考 need the stamped form (缺少盖章申请表)."""

    code = "document_missing"
    sentence = "申请免考、缓考须上传本单位盖章的申请表扫描件。"


class AlreadyApplied(RuleBroken):
    """One application of a kind at a time (重复申请)."""

    code = "already_applied"
    sentence = "{name}在这场考试中已有一份同类申请在审或者已获同意，不能重复提出。"


class TooLateToApply(Closed):
    """The last window is over (考试已结束)."""

    code = "exemption_too_late"
    sentence = "考试时段已全部结束，不能再申请免考、缓考。缺考的，请填写缺考说明。"


class TooEarlyToExplain(RuleBroken):
    """Nobody is absent before the first window is over (尚无缺考)."""

    code = "absence_too_early"
    sentence = "首考时段结束以后才能填写缺考说明；事先不能参加的，请申请缓考。"


class ApplicationSettled(RuleBroken):
    """Decided or withdrawn (已办结)."""

    code = "application_settled"
    sentence = "这份申请已经办结或者撤回，请刷新页面后再看。"


class OwnApplication(RuleBroken):
    """Nobody decides what they asked for, or what is for themselves (本人回避)."""

    code = "own_application"
    sentence = "本人提出的或者涉及本人的申请，须由另一位考务管理员审批。"


class RejectionReasonMissing(RuleBroken):
    """Refusing without a word (未写理由)."""

    code = "rejection_reason_missing"
    sentence = "不同意的，请写明理由，单位联络员会看到。"


@dataclass(frozen=True)
class ExemptionApproved:
    """Fact: an application is being approved. A handler may refuse (免考 for someone who has sat)."""

    exam_id: int
    person_id: int
    kind: ExemptionKind


def apply(
    actor: Actor,
    exam: Exam,
    candidate: Candidate,
    kind: ExemptionKind,
    ground: ExemptionGround,
    explanation: str = "",
    scan: Scan | None = None,
) -> Exemption:
    """Apply for someone on the own unit's list. `candidate` comes locked: it is what two liaisons would race for.

    Raises GroundUnfit, ExplanationMissing, DocumentMissing, AlreadyApplied, TooLateToApply, TooEarlyToExplain,
    ExamCancelled.
    """
    ensure(actor, "exemption.apply", candidate.unit)
    ensure_alive(exam)
    now = clock.now()
    _ensure_in_time(kind, exam.windows, now)
    _ensure_complete(kind, ground, explanation, scan)
    if queries.find_standing(exam.id, candidate.person_id, kind):
        raise AlreadyApplied(name=candidate.person.name)
    exemption = Exemption(
        exam_id=exam.id,
        person_id=candidate.person_id,
        kind=kind,
        ground=ground,
        explanation=explanation,
        file_id=keep(actor, scan.name, scan.media_type, scan.data).id if scan else None,
        requested_by=actor.person_id,
        requested_at=now,
    )
    db.session.add(exemption)
    db.session.flush()
    # The ground stays out of the log: health is nobody's business there.
    _record(actor, "exemption.apply", exemption, kind=kind.value, document=scan is not None)
    return exemption


def _ensure_complete(kind: ExemptionKind, ground: ExemptionGround, explanation: str, scan: Scan | None) -> None:
    if ground not in GROUNDS[kind]:
        raise GroundUnfit
    if ground is G.OTHER and not explanation:
        raise ExplanationMissing
    if kind is not ExemptionKind.ABSENCE and scan is None:
        raise DocumentMissing


def _ensure_in_time(kind: ExemptionKind, windows: Sequence[ExamWindow], now: datetime) -> None:
    if kind is ExemptionKind.ABSENCE:
        main_ends = [window.closes_at for window in windows if window.kind is WindowKind.MAIN]
        if not main_ends or now < max(main_ends):
            raise TooEarlyToExplain
    elif windows and now >= max(window.closes_at for window in windows):
        raise TooLateToApply


def withdraw(actor: Actor, exemption: Exemption, unit: Unit) -> None:
    """Take an application back while it is open; `unit` is where the person is listed. Raises ApplicationSettled."""
    ensure(actor, "exemption.apply", unit)
    _ensure_open(exemption)
    exemption.withdrawn_at = clock.now()
    db.session.flush()
    _record(actor, "exemption.withdraw", exemption)


def decide(actor: Actor, exemption: Exemption, decision: Decision, note: str = "") -> None:
    """Approve or refuse, once; never one's own. An approved 缓考 leaves a sitting visible (core/completion.standing).

    Raises ApplicationSettled, OwnApplication, RejectionReasonMissing, and what a handler of ExemptionApproved refuses.
    """
    ensure(actor, "exemption.decide", exemption)
    _ensure_open(exemption)
    if actor.person_id in (exemption.requested_by, exemption.person_id):
        raise OwnApplication
    if decision is Decision.REJECTED and not note:
        raise RejectionReasonMissing
    if decision is Decision.APPROVED:
        events.announce(ExemptionApproved(exemption.exam_id, exemption.person_id, exemption.kind))
    exemption.decision, exemption.decision_note = decision, note
    exemption.decided_by, exemption.decided_at = actor.person_id, clock.now()
    db.session.flush()
    _record(actor, "exemption.decide", exemption, kind=exemption.kind.value, decision=decision.value)


def _ensure_open(exemption: Exemption) -> None:
    if queries.state_of(exemption) is not ApplicationState.OPEN:
        raise ApplicationSettled


def record_reading(actor: Actor, exemption_id: int) -> None:
    """Write down that a stamped form was opened: it holds personal data (security.md, Audit)."""
    audit.record(actor, "exemption.read_document", f"exemption:{exemption_id}")


def _record(actor: Actor, action: str, exemption: Exemption, **details: Any) -> None:
    person = exemption.person.staff_number
    audit.record(actor, action, f"exemption:{exemption.id}", exam=exemption.exam_id, person=person, **details)
