"""Units, officials, accounts, roles and sessions (单位、人员、账号、角色、会话)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lawedu.audit.models import StoredFile
from lawedu.core.policy import Role
from lawedu.db import Base, text_enum


class UnitKind(StrEnum):
    """Kind of unit (单位类别)."""

    ZONE = "zone"
    INTERNAL_OFFICE = "internal_office"
    DUAL_MANAGED = "dual_managed"
    GROUP_COMPANY = "group_company"
    SUBDISTRICT = "subdistrict"
    VILLAGE = "village"
    OTHER = "other"


class PersonCategory(StrEnum):
    """Kind of person (人员类别)."""

    CIVIL_SERVANT = "civil_servant"
    REFERENCE_MANAGED = "reference_managed"
    INSTITUTION_STAFF = "institution_staff"
    SOE_STAFF = "soe_staff"
    VILLAGE_CADRE = "village_cadre"
    MEDIATOR = "mediator"
    GRID_WORKER = "grid_worker"
    CONTRACT_STAFF = "contract_staff"


class DutyState(StrEnum):
    """Whether a person is at work (在岗状态)."""

    ACTIVE = "active"
    SECONDED_OUT = "seconded_out"
    LONG_LEAVE = "long_leave"
    RETIRED = "retired"
    LEFT = "left"


class ExamChannel(StrEnum):
    """Where a person's annual exam is run (考试渠道)."""

    ZONE = "zone"
    CITY = "city"
    LINE = "line"


class PostingKind(StrEnum):
    """编制单位 or 工作单位."""

    ESTABLISHMENT = "establishment"
    WORK = "work"


class AccountState(StrEnum):
    """Account (账号状态)."""

    NEW = "new"
    ACTIVE = "active"
    DISABLED = "disabled"


class Unit(Base):
    """Unit (单位): a node of the tree. `path` is /id/id/…/ and ends with the unit's own id; `sort_key` is the
    customary order.
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_path", "path"), Index("ix_unit_sort_path", "sort_path"))

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    kind: Mapped[UnitKind] = mapped_column(text_enum(UnitKind))
    sort_order: Mapped[int] = mapped_column(default=0)
    path: Mapped[str] = mapped_column(default="")
    # Zero-padded sort orders from the root down, so that ORDER BY sort_path gives the organs' customary order of
    # the whole tree.
    sort_path: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]

    parent: Mapped[Unit | None] = relationship(remote_side=[id])

    @property
    def unit_path(self) -> str:
        return self.path


class Person(Base):
    """Official (工作人员). `staff_number` is the 工号, or a lifelong 学法编号 given by us; unique for ever.

    `unit_id` and `work_unit_id` repeat today's counting posting and today's work posting, kept by the posting services,
    so that lists of 200,000 need no search through history. Statistics count `unit_id`.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_unit_sort", "unit_id", "sort_order", "id"),
        Index("ix_person_name", "name"),
        Index("ix_person_mobile_hash", "mobile_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_number: Mapped[str] = mapped_column(unique=True)
    number_is_ours: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    work_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    post_title: Mapped[str] = mapped_column(default="")
    grade_level: Mapped[str] = mapped_column(default="")
    category: Mapped[PersonCategory] = mapped_column(text_enum(PersonCategory))
    is_leader: Mapped[bool] = mapped_column(default=False)
    is_enforcement: Mapped[bool] = mapped_column(default=False)
    cadre_authority: Mapped[str] = mapped_column(default="")
    duty_state: Mapped[DutyState] = mapped_column(text_enum(DutyState), default=DutyState.ACTIVE)
    exam_channel: Mapped[ExamChannel] = mapped_column(text_enum(ExamChannel), default=ExamChannel.ZONE)
    sort_order: Mapped[int] = mapped_column(default=0)
    mobile_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    mobile_hash: Mapped[str | None]
    mobile_tail: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    work_unit: Mapped[Unit | None] = relationship(foreign_keys=[work_unit_id])

    @property
    def owner_id(self) -> int:
        return self.id

    @property
    def unit_path(self) -> str:
        return self.unit.path


class Posting(Base):
    """Posting (任职): person in a unit from … to …; append-only but for its end. Exactly one counts on any day."""

    __tablename__ = "posting"
    __table_args__ = (Index("ix_posting_person", "person_id", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[PostingKind] = mapped_column(text_enum(PostingKind))
    counts: Mapped[bool]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")


class Account(Base):
    """Account (账号): how one person signs in. A move never touches it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    state: Mapped[AccountState] = mapped_column(text_enum(AccountState), default=AccountState.NEW)
    password_hash: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    # One-time code of the activation slip: only its hash is kept; a new slip kills the old one.
    code_hash: Mapped[str | None] = mapped_column(index=True)
    code_expires_at: Mapped[datetime | None]
    code_issued_by: Mapped[str] = mapped_column(default="")
    activated_at: Mapped[datetime | None]


class RoleGrant(Base):
    """Grant of a role (授权): append-only but for its end; two persons: who asked and who approved."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_person", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    cadre_authority: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    expires_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit | None] = relationship()


class UserSession(Base):
    """Signed-in session (登录会话): behind the signed cookie; ends at once on every node. Grants as of sign-in (a
    change ends it).
    """

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_person", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    staff_number: Mapped[str]
    name: Mapped[str]
    unit_name: Mapped[str]
    grants: Mapped[list[Any]]
    has_factor: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str]
    agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="")


class SignInFailure(Base):
    """Failed sign-in (登录失败): counted by address and account together, then by account."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_key_at", "account_key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class RosterImport(Base):
    """Import of a roster (名册导入): the sheet as read, for the dry run and the deed after it."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[str] = mapped_column(ForeignKey("stored_file.id"))
    rows: Mapped[list[Any]]
    plan_hash: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)

    file: Mapped[StoredFile] = relationship()


class ApprovalState(StrEnum):
    """Request to a second person (审批状态)."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Approval(Base):
    """Request that needs a second person (双人审批): requester and approver are never the same."""

    __tablename__ = "approval"
    __table_args__ = (
        Index("ix_approval_subject", "action", "subject_id", "state"),
        Index(
            "uq_approval_pending",
            "action",
            "subject_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action: Mapped[str]
    subject_id: Mapped[int]
    title: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(text_enum(ApprovalState), default=ApprovalState.PENDING)
    reason: Mapped[str] = mapped_column(Text, default="")
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(Text, default="")

    requester: Mapped[Person] = relationship(foreign_keys=[requested_by])
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by])
