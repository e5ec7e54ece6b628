"""Reviewing questions (审题): approve, send back, retire. The reviewer never wrote the version in question."""

from __future__ import annotations

from sqlalchemy import insert, select

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.questions import queries
from lawedu.questions.checking import check_draft, ensure_clean
from lawedu.questions.contents import content_hash, draft_of, question_values
from lawedu.questions.models import Question, QuestionOrigin, QuestionState, QuestionVersion, VersionState
from lawedu.questions.refusals import NotInUse, NotSubmitted, OpinionMissing, OwnVersion
from lawedu.questions.review_models import AmendmentFlag, FlagSettlement, Review, Verdict

IN_USE = (QuestionState.PUBLISHED, QuestionState.FLAGGED)


def approve(actor: Actor, version: QuestionVersion, opinion: str = "") -> Review:
    """Agree (审核通过): the version is in use from now on, the one before it no longer; today it was compared.

    Raises NotSubmitted, OwnVersion, CheckFailed when the law or the bank moved since it was handed in.
    """
    _ensure_reviewable(actor, version)
    question = version.question
    draft = draft_of(question.code, version)
    ensure_clean(check_draft(draft, question.id))
    review = add_review(actor, version, Verdict.APPROVED, opinion)
    release(question, version)
    settle(question.id, review)
    record(actor, "question.approve", f"question:{question.id}", version=version.version_no)
    return review


def send_back(actor: Actor, version: QuestionVersion, opinion: str) -> Review:
    """Return it to its author with what to change (退回修改). Raises NotSubmitted, OwnVersion, OpinionMissing."""
    _ensure_reviewable(actor, version)
    if not opinion:
        raise OpinionMissing
    review = add_review(actor, version, Verdict.RETURNED, opinion)
    version.state = VersionState.RETURNED
    if version.question.state is QuestionState.SUBMITTED:
        version.question.state = QuestionState.DRAFT
    record(actor, "question.send_back", f"question:{version.question_id}", version=version.version_no)
    return review


def retire(actor: Actor, question: Question, reason: str) -> Review:
    """Take a question out of use for good, with the reason (停用); a version being written is given up with it.

    `question` is locked. A new version that passes review brings it back. Raises NotInUse, OpinionMissing.
    """
    ensure(actor, "question.review")
    if question.state not in IN_USE:
        raise NotInUse
    if not reason:
        raise OpinionMissing
    review = add_review(actor, queries.get_version(question, question.version_no), Verdict.RETIRED, reason)
    if question.working_no is not None:
        queries.get_version(question, question.working_no).state = VersionState.DROPPED
        question.working_no = None
    question.state = QuestionState.RETIRED
    question.edited_here = question.origin is QuestionOrigin.FILE
    settle(question.id, review)
    record(actor, "question.retire", f"question:{question.id}")
    return review


def add_review(actor: Actor, version: QuestionVersion, verdict: Verdict, opinion: str) -> Review:
    """Write the decision down."""
    review = Review(
        question_id=version.question_id,
        version_id=version.id,
        verdict=verdict,
        opinion=opinion,
        reviewer_id=actor.person_id or None,
        created_at=clock.now(),
    )
    db.session.add(review)
    db.session.flush()
    return review


def release(question: Question, version: QuestionVersion) -> None:
    """Put a version into use; the question's columns follow it. A file question now differs from its file."""
    version.checked_on = clock.today()
    version.state = VersionState.RELEASED
    draft = draft_of(question.code, version)
    for name, value in question_values(draft, content_hash(draft)).items():
        setattr(question, name, value)
    question.version_no = version.version_no
    if question.working_no == version.version_no:
        question.working_no = None
    question.edited_here = question.origin is QuestionOrigin.FILE


def settle(question_id: int, review: Review) -> int:
    """End every open flag of a question by this decision; gives their number."""
    open_flags = (
        select(AmendmentFlag.id)
        .outerjoin(FlagSettlement, FlagSettlement.flag_id == AmendmentFlag.id)
        .where(AmendmentFlag.question_id == question_id, FlagSettlement.flag_id.is_(None))
    )
    rows = [{"flag_id": flag_id, "review_id": review.id} for flag_id in db.session.scalars(open_flags)]
    if rows:
        db.session.execute(insert(FlagSettlement), rows)
    return len(rows)


def _ensure_reviewable(actor: Actor, version: QuestionVersion) -> None:
    ensure(actor, "question.review")
    if version.state is not VersionState.SUBMITTED or version.question.working_no != version.version_no:
        raise NotSubmitted
    if version.author_id == actor.person_id:
        raise OwnVersion
