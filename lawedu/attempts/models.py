"""Sitting an exam (作答): attempts, the journal of answers, receipts, results, outside scores."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.attempt import AttemptState
from lawedu.core.exam import WindowKind
from lawedu.db import Base, text_enum
from lawedu.exams.models import Exam, ExamWindow, Form
from lawedu.people.models import Person


class TimeChangeKind(StrEnum):
    """Extra time, pause, resume (加时、暂停、恢复)."""

    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"


class IncidentKind(StrEnum):
    """Things seen during a sitting (考试情况): information, never a verdict."""

    FOCUS_LOSS = "focus_loss"
    TAKE_OVER = "take_over"
    ADDRESS_CHANGE = "address_change"


class ImportState(StrEnum):
    """Import of outside scores (校外成绩导入)."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class MatchKind(StrEnum):
    """How a row found its person (匹配方式)."""

    NUMBER = "number"
    MOBILE = "mobile"
    NAME_UNIT = "name_unit"
    BY_HAND = "by_hand"
    SEVERAL = "several"
    NONE = "none"
    SKIPPED = "skipped"


class Attempt(Base):
    """Attempt (作答): one person sitting one exam once, with the paper they were given."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("exam_id", "person_id", "try_no"),
        Index(
            "uq_attempt_one_open",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'in_progress'"),
            postgresql_where=text("state = 'in_progress'"),
        ),
        Index("ix_attempt_person", "person_id"),
        Index("ix_attempt_due", "state", "deadline_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("exam_window.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    try_no: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(text_enum(AttemptState), default=AttemptState.IN_PROGRESS)
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    extra_seconds: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(default=1)
    # Fixed at the start, so that the receipt of an expired attempt is a pure function.
    receipt_number: Mapped[str] = mapped_column(unique=True)
    receipt_salt: Mapped[str]
    void_reason: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = relationship()
    window: Mapped[ExamWindow] = relationship()
    form: Mapped[Form] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def owner_id(self) -> int:
        return self.person_id


class AnswerOp(Base):
    """One change of one answer (作答记录): append-only; the sheet is a fold over these."""

    __tablename__ = "answer_op"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    client: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    epoch: Mapped[int]
    item: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON(none_as_null=False))
    received_at: Mapped[datetime]


class LateOp(Base):
    """What came after the end (迟到的作答): kept apart, visible to people, never scored by itself."""

    __tablename__ = "late_op"
    __table_args__ = (UniqueConstraint("attempt_id", "client", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[int]
    item: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    received_at: Mapped[datetime]


class TimeChange(Base):
    """Extra time, pause, resume (时间调整): append-only, with reason and person."""

    __tablename__ = "time_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[TimeChangeKind] = mapped_column(text_enum(TimeChangeKind))
    seconds: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str]
    at: Mapped[datetime]


class Incident(Base):
    """Incident (考试情况): append-only information."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[IncidentKind] = mapped_column(text_enum(IncidentKind))
    detail: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Receipt(Base):
    """Receipt (交卷回执): the exact signed bytes; one per attempt, append-only (an extension supersedes an expired
    one).
    """

    __tablename__ = "receipt"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Result(Base):
    """Result (成绩): append-only versions derived from paper snapshot and journal; MAC over the previous version's
    MAC.
    """

    __tablename__ = "result"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    total: Mapped[Decimal]
    passed: Mapped[bool]
    items: Mapped[dict[str, Any]]
    paper_hash: Mapped[str]
    sheet_hash: Mapped[str]
    reason: Mapped[str]
    mac: Mapped[str]
    created_at: Mapped[datetime]
    # The version that counts; an older one keeps its row and its MAC.
    is_current: Mapped[bool] = mapped_column(default=True)


class OutsideImport(Base):
    """Import of outside scores (外部成绩导入): prepared by one exam administrator, approved by another."""

    __tablename__ = "outside_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    source: Mapped[str]
    window_kind: Mapped[WindowKind] = mapped_column(text_enum(WindowKind))
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState), default=ImportState.DRAFT)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]

    exam: Mapped[Exam] = relationship()


class OutsideScore(Base):
    """One outside score (外部成绩): counts like our own once its import is approved."""

    __tablename__ = "outside_score"
    __table_args__ = (
        Index("ix_outside_score_person", "person_id"),
        Index("ix_outside_score_import", "import_id", "row_no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("outside_import.id"))
    row_no: Mapped[int]
    name: Mapped[str]
    staff_number: Mapped[str] = mapped_column(default="")
    mobile_tail: Mapped[str] = mapped_column(default="")
    unit_name: Mapped[str] = mapped_column(default="")
    points: Mapped[Decimal]
    passed: Mapped[bool]
    match: Mapped[MatchKind] = mapped_column(text_enum(MatchKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # A later import for the same exam and window that was approved (a correction by the organizer): the row stays,
    # but counts no more.
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("outside_import.id"))

    person: Mapped[Person | None] = relationship()
    batch: Mapped[OutsideImport] = relationship(foreign_keys=[import_id])
