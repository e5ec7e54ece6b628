"""The bank inside the system (题库)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.question_draft import Basis
from lawedu.core.question_fields import as_article
from lawedu.core.questions import QuestionKind
from lawedu.db import Base, text_enum
from lawedu.people.models import Person


class QuestionState(StrEnum):
    """Question (题目状态)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    FLAGGED = "flagged"
    RETIRED = "retired"


class VersionState(StrEnum):
    """Version (版本状态): only a draft may still change; what has been handed in stays as it was read."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RELEASED = "released"
    DROPPED = "dropped"


class QuestionOrigin(StrEnum):
    """Where a question is kept (题目来源): in the bank files, or only inside the system."""

    FILE = "file"
    SYSTEM = "system"


class Question(Base):
    """Question (试题): its identity; the wording is in its versions. Columns repeat the current one's for counting.

    `version_no` is the released version (of a question never released: the one being written); `working_no` the
    version that is being written or reviewed beside it. `edited_here`: differs from its bank file on purpose.
    """

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_cell", "state", "kind", "domain", "difficulty"),
        Index("ix_question_state", "state", "id"),
    )

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
    working_no: Mapped[int | None]
    origin: Mapped[QuestionOrigin] = mapped_column(text_enum(QuestionOrigin), default=QuestionOrigin.FILE)
    edited_here: Mapped[bool] = mapped_column(default=False)


class QuestionVersion(Base):
    """Wording of a question (试题版本): never changed once handed in or released.

    `author_id` is None for what came from files; `reason` says why there is a new version.
    """

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "version_no"),
        Index("ix_question_version_state", "state", "id"),
        Index("ix_question_version_author", "author_id", "state"),
    )

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
    use: Mapped[list[Any]] = mapped_column(default=lambda: ["practice", "exam"])
    state: Mapped[VersionState] = mapped_column(text_enum(VersionState), default=VersionState.RELEASED)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    # Counts up with every saving, so that two windows never overwrite each other unnoticed.
    edit_no: Mapped[int] = mapped_column(default=0)

    question: Mapped[Question] = relationship()
    basis: Mapped[list[LegalBasis]] = relationship(order_by="LegalBasis.position", cascade="all, delete-orphan")
    author: Mapped[Person | None] = relationship()

    @property
    def owner_id(self) -> int | None:
        """Whose draft it is (for the policy's OWN)."""
        return self.author_id


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

    @property
    def place(self) -> Basis:
        """The basis as the core reads it."""
        article = as_article(self.article) or self.article
        return Basis(self.instrument, self.instrument_version, article, self.paragraph)
