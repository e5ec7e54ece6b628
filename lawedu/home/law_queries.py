"""Questions that rest on an article (条文上的试题): a number only, never the question."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from lawedu.db import db
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion


def count_questions_on(title: str, article: str) -> int:
    """Published questions whose current wording rests on this article of this law."""
    current = and_(QuestionVersion.question_id == Question.id, QuestionVersion.version_no == Question.version_no)
    query = (
        select(func.count(Question.id.distinct()))
        .join(QuestionVersion, current)
        .join(LegalBasis, LegalBasis.version_id == QuestionVersion.id)
        .where(Question.state == QuestionState.PUBLISHED, LegalBasis.instrument == title, LegalBasis.article == article)
    )
    return db.session.scalar(query) or 0
