"""Reading the bank at the workbench (题库工作台查询): lists, one question with its history, what waits for a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lawedu.core.errors import NotFound
from lawedu.core.policy import Actor, ensure, may
from lawedu.core.questions import QuestionKind
from lawedu.db import db
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion, VersionState
from lawedu.questions.review_models import QuestionComment, Review

_CURRENT = and_(QuestionVersion.question_id == Question.id, QuestionVersion.version_no == Question.version_no)
RELEASED = (QuestionState.PUBLISHED, QuestionState.FLAGGED, QuestionState.RETIRED)
MOST_HISTORY = 100


@dataclass(frozen=True)
class Wanted:
    """What a list of questions is narrowed to (筛选条件); empty means any."""

    state: QuestionState | None = None
    kind: QuestionKind | None = None
    domain: str = ""
    difficulty: int | None = None
    use: str = ""
    instrument: str = ""
    text: str = ""
    only_mine: bool = False


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """What was released is seen by the whole bench, a draft by its author only, what waits for review by reviewers."""
    own = QuestionVersion.author_id == actor.person_id
    seen = or_(Question.state.in_(RELEASED), own)
    if may(actor, "question.review"):
        seen = or_(seen, Question.state == QuestionState.SUBMITTED)
    return seen


def select_questions(actor: Actor, wanted: Wanted) -> Select[Question, QuestionVersion]:
    """(question, its current version) as the actor may see them, the newest question first."""
    return (
        select(Question, QuestionVersion)
        .join(QuestionVersion, _CURRENT)
        .options(selectinload(QuestionVersion.basis), joinedload(QuestionVersion.author))
        .where(visible_to(actor), *_conditions(actor, wanted))
        .order_by(Question.id.desc())
    )


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(Question.state == wanted.state)
    if wanted.kind:
        found.append(Question.kind == wanted.kind)
    if wanted.domain:
        found.append(Question.domain == wanted.domain)
    if wanted.difficulty:
        found.append(Question.difficulty == wanted.difficulty)
    if wanted.use:
        found.append((Question.for_practice if wanted.use == "practice" else Question.for_exam).is_(True))
    if wanted.instrument:
        rests = LegalBasis.instrument.contains(wanted.instrument, autoescape=True)
        found.append(exists().where(LegalBasis.version_id == QuestionVersion.id, rests))
    if wanted.text:
        stem = QuestionVersion.stem.contains(wanted.text, autoescape=True)
        found.append(or_(stem, Question.code == wanted.text.lower()))
    if wanted.only_mine:
        mine = exists().where(QuestionVersion.question_id == Question.id, QuestionVersion.author_id == actor.person_id)
        found.append(mine.correlate(Question))
    return found


def get_question(actor: Actor, action: str, question_id: int, *, lock: bool = False) -> Question:
    """A question that the actor may see. Raises NotFound."""
    query = select(Question).join(QuestionVersion, _CURRENT).where(Question.id == question_id, visible_to(actor))
    found = db.session.scalar(query.with_for_update(of=Question) if lock else query)
    if found is None:
        raise NotFound
    ensure(actor, action)
    return found


def get_version(actor: Actor, question: Question, version_no: int) -> QuestionVersion:
    """One version that the actor may read: released ones, their own, as a reviewer those handed in. Raises NotFound."""
    query = (
        select(QuestionVersion)
        .options(selectinload(QuestionVersion.basis), joinedload(QuestionVersion.author))
        .where(QuestionVersion.question_id == question.id, QuestionVersion.version_no == version_no)
    )
    found = db.session.scalar(query)
    if found is None or not _may_read(actor, found):
        raise NotFound
    return found


def _may_read(actor: Actor, version: QuestionVersion) -> bool:
    if version.state is VersionState.RELEASED or version.author_id == actor.person_id:
        return True
    handed_in = version.state in (VersionState.SUBMITTED, VersionState.RETURNED)
    return handed_in and may(actor, "question.review")


def get_working(actor: Actor, question_id: int, *, lock: bool = False) -> QuestionVersion:
    """The version of a question that the actor is writing. Raises NotFound, also for somebody else's."""
    query = (
        select(QuestionVersion)
        .join(Question, QuestionVersion.question_id == Question.id)
        .options(selectinload(QuestionVersion.basis), joinedload(QuestionVersion.question))
        .where(Question.id == question_id, QuestionVersion.version_no == Question.working_no)
    )
    found = db.session.scalar(query.with_for_update(of=QuestionVersion) if lock else query)
    if found is None:
        raise NotFound
    ensure(actor, "question.write", found)
    return found


def find_working(question: Question) -> QuestionVersion | None:
    """The version beside the released one, with its author; for saying that there is one, not what it says."""
    query = select(QuestionVersion).options(joinedload(QuestionVersion.author))
    return db.session.scalar(
        query.where(
            QuestionVersion.question_id == question.id, QuestionVersion.version_no == (question.working_no or 0)
        )
    )


@dataclass(frozen=True)
class History:
    """All that happened to a question (修改记录): versions, decisions, comments; the latest first."""

    versions: Sequence[QuestionVersion]
    reviews: Sequence[Review]
    comments: Sequence[QuestionComment]


def read_history(actor: Actor, question: Question) -> History:
    """What the actor may see of a question's past; three statements."""
    versions = db.session.scalars(
        select(QuestionVersion)
        .options(joinedload(QuestionVersion.author))
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.version_no.desc())
        .limit(MOST_HISTORY)
    )
    readable = [version for version in versions if _may_read(actor, version)]
    shown = {version.id for version in readable}
    reviews = db.session.scalars(
        select(Review)
        .options(joinedload(Review.reviewer), joinedload(Review.version))
        .where(Review.question_id == question.id)
        .order_by(Review.id.desc())
        .limit(MOST_HISTORY)
    )
    comments = db.session.scalars(
        select(QuestionComment)
        .options(joinedload(QuestionComment.person), joinedload(QuestionComment.version))
        .where(QuestionComment.question_id == question.id)
        .order_by(QuestionComment.id.desc())
        .limit(MOST_HISTORY)
    )
    return History(
        readable,
        [review for review in reviews if review.version_id in shown],
        [comment for comment in comments if comment.version_id in shown],
    )


def select_to_review(actor: Actor, *, own: bool = False) -> Select[Question, QuestionVersion]:
    """(question, version) handed in by others (or by oneself: to see, not to decide), the oldest first."""
    mine = QuestionVersion.author_id == actor.person_id
    return (
        select(Question, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .options(selectinload(QuestionVersion.basis), joinedload(QuestionVersion.author))
        .where(
            QuestionVersion.state == VersionState.SUBMITTED,
            Question.working_no == QuestionVersion.version_no,
            mine if own else ~mine,
        )
        .order_by(QuestionVersion.submitted_at, QuestionVersion.id)
    )


def get_submitted(actor: Actor, version_id: int, *, lock: bool = False) -> QuestionVersion:
    """A version that waits for a review, or that just was reviewed. Raises NotFound for drafts and files."""
    ensure(actor, "question.review")
    query = (
        select(QuestionVersion)
        .options(selectinload(QuestionVersion.basis), joinedload(QuestionVersion.question))
        .where(QuestionVersion.id == version_id, QuestionVersion.submitted_at.is_not(None))
    )
    found = db.session.scalar(query.with_for_update(of=QuestionVersion) if lock else query)
    if found is None or not _may_read(actor, found):
        raise NotFound
    return found


def count_by_state(actor: Actor) -> dict[QuestionState, int]:
    """Visible questions by state; one statement."""
    query = (
        select(Question.state, func.count())
        .join(QuestionVersion, _CURRENT)
        .where(visible_to(actor))
        .group_by(Question.state)
    )
    return {row.state: row[1] for row in db.session.execute(query)}
