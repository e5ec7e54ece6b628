"""Review of questions (审题): opinions, comments, and what an amendment of the law did to a question."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.comparison import Fate
from lawedu.db import Base, text_enum
from lawedu.people.models import Person
from lawedu.questions.models import Question, QuestionVersion


class Verdict(StrEnum):
    """What a reviewer decided (审核意见)."""

    APPROVED = "approved"
    RETURNED = "returned"
    STILL_RIGHT = "still_right"
    EDIT = "edit"
    RETIRED = "retired"


class Review(Base):
    """Review (审核记录): who decided what about which version, and why (append-only)."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_question", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(text_enum(Verdict))
    opinion: Mapped[str] = mapped_column(Text, default="")
    # None: the machine, by loading a changed bank file.
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    reviewer: Mapped[Person | None] = relationship()
    version: Mapped[QuestionVersion] = relationship()


class QuestionComment(Base):
    """Comment on a version (意见): talk beside the decisions (append-only)."""

    __tablename__ = "question_comment"
    __table_args__ = (Index("ix_question_comment_question", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    version: Mapped[QuestionVersion] = relationship()


class AmendmentFlag(Base):
    """Amendment flag (条文变动): the law under one basis of a question moved (append-only).

    Both texts are kept, so that the queue shows what was compared whatever the library holds later.
    """

    __tablename__ = "amendment_flag"
    __table_args__ = (
        UniqueConstraint("version_id", "position", "new_version"),
        Index("ix_amendment_flag_question", "question_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    position: Mapped[int]
    instrument: Mapped[str]
    old_version: Mapped[date]
    new_version: Mapped[date]
    fate: Mapped[Fate] = mapped_column(text_enum(Fate))
    old_article: Mapped[str]
    new_article: Mapped[str | None]
    old_text: Mapped[str] = mapped_column(Text)
    new_text: Mapped[str] = mapped_column(Text)
    # The law ended as a whole; `new_version` is the day on which it did.
    is_repeal: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    question: Mapped[Question] = relationship()


class FlagSettlement(Base):
    """How a flag ended (条文变动的处理): at most one for each flag (append-only)."""

    __tablename__ = "flag_settlement"

    flag_id: Mapped[int] = mapped_column(ForeignKey("amendment_flag.id"), primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
