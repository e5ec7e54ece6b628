"""Setting up exams (考试): settings, windows, plan, frozen papers, candidates, exemptions."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.core.exam import ExamKind, ExamState, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.questions import QuestionKind
from lawedu.core.scoring import MultipleRule
from lawedu.db import Base, text_enum
from lawedu.people.models import Person, PersonCategory, Unit


class ExemptionKind(StrEnum):
    """免考, 缓考, or the explanation of an absence (缺考说明)."""

    EXEMPT = "exempt"
    DEFERRED = "deferred"
    ABSENCE = "absence"


class ExemptionGround(StrEnum):
    """Ground (事由): the listed ones; health grounds are seen by the approver only."""

    LAW_QUALIFICATION = "law_qualification"
    OTHER_CHANNEL = "other_channel"
    LONG_TRAINING = "long_training"
    OFFICIAL_TRIP = "official_trip"
    SECONDMENT = "secondment"
    MATERNITY = "maternity"
    HEALTH = "health"
    RETIRING = "retiring"
    OTHER = "other"


class Decision(StrEnum):
    """Decision on an application (审批意见)."""

    APPROVED = "approved"
    REJECTED = "rejected"


class AudienceEffect(StrEnum):
    """Whether an audience rule adds or takes away (纳入、排除)."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Exam(Base):
    """Exam (考试). Publishing freezes settings, windows, plan and papers."""

    __tablename__ = "exam"
    __table_args__ = (Index("ix_exam_year", "year", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ExamKind] = mapped_column(text_enum(ExamKind))
    title: Mapped[str]
    year: Mapped[int]
    state: Mapped[ExamState] = mapped_column(text_enum(ExamState), default=ExamState.DRAFT)
    notice: Mapped[str] = mapped_column(Text, default="")
    duration_minutes: Mapped[int]
    pass_mark: Mapped[Decimal]
    excellent_mark: Mapped[Decimal]
    full_points: Mapped[Decimal]
    multiple_rule: Mapped[MultipleRule] = mapped_column(text_enum(MultipleRule))
    form_mode: Mapped[FormMode] = mapped_column(text_enum(FormMode))
    form_count: Mapped[int]
    shuffle_items: Mapped[bool]
    shuffle_options: Mapped[bool]
    score_at_submit: Mapped[bool]
    seed: Mapped[int]
    roster_confirm_by: Mapped[date | None]
    roster_locked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    paper_hash: Mapped[str] = mapped_column(default="")
    # Counts up with every change of a draft, so that two administrators never overwrite each other unnoticed.
    edit_no: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    windows: Mapped[list[ExamWindow]] = relationship(order_by="ExamWindow.opens_at")
    cells: Mapped[list[BlueprintCell]] = relationship(order_by="BlueprintCell.position")


class ExamWindow(Base):
    """Window (考试时段): main or resit, with a number of tries."""

    __tablename__ = "exam_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    kind: Mapped[WindowKind] = mapped_column(text_enum(WindowKind))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)


class BlueprintCell(Base):
    """Cell of the plan (组卷方案的一格): 法律领域 × 题型 × 难度 × 数量 × 分值; empty domain or difficulty means any."""

    __tablename__ = "blueprint_cell"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    domain: Mapped[str | None]
    difficulty: Mapped[int | None]
    count: Mapped[int]
    points: Mapped[Decimal]


class AudienceRule(Base):
    """Who must sit (应考范围): a unit subtree, a kind of person, leaders, or one person; included or taken away."""

    __tablename__ = "audience_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    effect: Mapped[AudienceEffect] = mapped_column(text_enum(AudienceEffect))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    category: Mapped[PersonCategory | None] = mapped_column(text_enum(PersonCategory))
    leaders_only: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()


class ExamItem(Base):
    """Question as frozen for one exam (试题快照); its key lies in another table."""

    __tablename__ = "exam_item"
    __table_args__ = (UniqueConstraint("exam_id", "version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    domain: Mapped[str]
    difficulty: Mapped[int]
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]]


class ExamKey(Base):
    """What is right (答案): read by marking, and by review after release; by nothing else."""

    __tablename__ = "exam_key"

    item_id: Mapped[int] = mapped_column(ForeignKey("exam_item.id"), primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    answer: Mapped[Any] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(Text)
    why_not: Mapped[dict[str, Any]]
    basis: Mapped[list[Any]]


class Form(Base):
    """Paper form (试卷): one paper as references, order and points; `layout` is [{item, points, order}], `hash`
    covers the snapshot.
    """

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    layout: Mapped[list[Any]]
    hash: Mapped[str]
    # The resit draws from forms of its own, so that nobody meets the paper they failed.
    window_kind: Mapped[WindowKind] = mapped_column(text_enum(WindowKind))


class Candidate(Base):
    """Candidate (应考人员): a person who must sit this exam; `unit_id` is where they count, fixed when the roster
    is locked.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("exam_id", "person_id"),
        Index("ix_candidate_unit", "exam_id", "unit_id"),
        Index("ix_candidate_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    # Someone who sets or runs this exam and must sit it too (考务回避): sits elsewhere or brings an outside score.
    is_exam_staff: Mapped[bool] = mapped_column(default=False)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    added_reason: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = relationship()
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class RosterConfirmation(Base):
    """Confirmation of a unit's list (名单核对): who, when, how many, over which list (hash); append-only, the last
    one counts.
    """

    __tablename__ = "roster_confirmation"
    __table_args__ = (Index("ix_roster_confirmation_unit", "exam_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
    person_count: Mapped[int]
    list_hash: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")


class Exemption(Base):
    """Application for 免考/缓考, or explanation of an absence (append-only); one decision follows."""

    __tablename__ = "exemption"
    __table_args__ = (
        Index("ix_exemption_person", "exam_id", "person_id"),
        Index("ix_exemption_state", "exam_id", "decision"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ExemptionKind] = mapped_column(text_enum(ExemptionKind))
    ground: Mapped[ExemptionGround] = mapped_column(text_enum(ExemptionGround))
    explanation: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[str | None] = mapped_column(ForeignKey("stored_file.id"))
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(text_enum(Decision))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    requester: Mapped[Person] = relationship(foreign_keys=[requested_by])
