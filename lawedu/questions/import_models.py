"""Importing questions (导入题目): what was understood of a file, waiting until a person has settled it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.audit.models import StoredFile
from lawedu.db import Base, text_enum
from lawedu.questions.models import Question


class ImportState(StrEnum):
    """A question of an import (导入状态)."""

    DOUBTFUL = "doubtful"
    CLEAR = "clear"
    SETTLED = "settled"
    DISCARDED = "discarded"
    SAVED = "saved"


class QuestionImport(Base):
    """Import (题目导入): one file of one author. `form` says what places count: lines, rows or entries."""

    __tablename__ = "question_import"
    __table_args__ = (Index("ix_question_import_created", "created_by", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    form: Mapped[str]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)

    file: Mapped[StoredFile] = relationship()

    @property
    def owner_id(self) -> int:
        """Whose import it is (for the policy's OWN)."""
        return self.created_by


class ImportRow(Base):
    """Question of an import (导入的一题): as understood or as settled, where it stood, and the draft it became."""

    __tablename__ = "question_import_row"
    __table_args__ = (
        UniqueConstraint("import_id", "position"),
        Index("ix_question_import_row_state", "import_id", "state", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("question_import.id"))
    position: Mapped[int]
    sheet: Mapped[str] = mapped_column(default="")
    first: Mapped[int]
    last: Mapped[int]
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState))
    confidence: Mapped[int]
    entry: Mapped[dict[str, Any]]
    original: Mapped[str] = mapped_column(Text)
    doubts: Mapped[list[Any]]
    notes: Mapped[list[Any]]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"), index=True)

    found: Mapped[QuestionImport] = relationship()
    question: Mapped[Question | None] = relationship()
