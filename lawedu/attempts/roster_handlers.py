"""What a sitting means for the roster (作答对名单的约束): who has sat stays in the figures."""

from __future__ import annotations

from sqlalchemy import select

from lawedu import events
from lawedu.attempts.models import Attempt, ImportState, OutsideImport, OutsideScore
from lawedu.core.errors import RuleBroken
from lawedu.db import db
from lawedu.exams.candidates import CandidateRemoved
from lawedu.exams.exemptions import ExemptionApproved
from lawedu.exams.models import ExemptionKind


class SatAlready(RuleBroken):
    """The person has sat this exam (已参加考试): taking them out would hide a result."""

    code = "sat_already"
    sentence = "该人员已经参加本场考试，不能再移出名单或者批准免考。"


@events.handles(CandidateRemoved)
def keep_on_roster(fact: CandidateRemoved) -> None:
    """Refuse to take someone off who has begun or whose outside score counts. Raises SatAlready."""
    if _has_sat(fact.exam_id, fact.person_id):
        raise SatAlready


@events.handles(ExemptionApproved)
def keep_required(fact: ExemptionApproved) -> None:
    """Refuse 免考 after a sitting; a 缓考 may follow one, because the sitting still counts then. Raises SatAlready."""
    if fact.kind is ExemptionKind.EXEMPT and _has_sat(fact.exam_id, fact.person_id):
        raise SatAlready


def _has_sat(exam_id: int, person_id: int) -> bool:
    own = select(Attempt.id).where(Attempt.exam_id == exam_id, Attempt.person_id == person_id)
    outside = (
        select(OutsideScore.id)
        .join(OutsideImport, OutsideImport.id == OutsideScore.import_id)
        .where(
            OutsideImport.exam_id == exam_id,
            OutsideImport.state == ImportState.APPROVED,
            OutsideScore.person_id == person_id,
        )
    )
    return any(db.session.scalar(query.limit(1)) is not None for query in (own, outside))
