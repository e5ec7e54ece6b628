"""The bank inside the system (题库)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.questions import QuestionKind
from lawedu.db import Base, text_enum


class QuestionState(StrEnum):
    """Question (题目状态)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    FLAGGED = "flagged"
    RETIRED = "retired"


class Question(Base):
    """Question (试题): its identity; the wording is in its versions. Columns repeat the current one's for counting."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_cell", "state", "kind", "domain", "difficulty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    state: Mapped[QuestionState] = mapped_column(text_enum(QuestionState))
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    domain: Mapped[str]
    difficulty: Mapped[int]
    for_practice: Mapped[bool]
    for_exam: Mapped[bool]
    version_no: Mapped[int]
    content_hash: Mapped[str]


class QuestionVersion(Base):
    """Wording of a question (试题版本): never changed once written."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "version_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version_no: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]]
    answer: Mapped[Any] = mapped_column(JSON)
    why_not: Mapped[dict[str, Any]]
    parts: Mapped[list[Any]]
    explanation: Mapped[str] = mapped_column(Text)
    domain: Mapped[str]
    difficulty: Mapped[int]
    audience: Mapped[list[Any]]
    checked_on: Mapped[date | None]
    created_at: Mapped[datetime]

    question: Mapped[Question] = relationship()
    basis: Mapped[list[LegalBasis]] = relationship(order_by="LegalBasis.position")


class LegalBasis(Base):
    """Legal basis (法律依据): the article of a version that a question rests on."""

    __tablename__ = "legal_basis"
    __table_args__ = (Index("ix_legal_basis_article", "instrument", "article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    position: Mapped[int]
    instrument: Mapped[str]
    instrument_version: Mapped[date]
    article: Mapped[str]
    paragraph: Mapped[int | None]
