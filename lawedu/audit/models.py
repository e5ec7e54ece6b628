"""Audit log (审计日志): who did what, when; a chain of HMACs. Persons by number only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lawedu.db import Base


class AuditEvent(Base):
    """Audit event (审计记录): append-only; `body` is the exact text that `mac` covers together with the previous
    mac.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject", "id"),
        Index("ix_audit_event_actor", "actor_number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_number: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    outcome: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    mac: Mapped[str]


class AuditHead(Base):
    """Head of the chain (链头): one row, locked to append (locking the tail row forks under load on PostgreSQL)."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    last_id: Mapped[int] = mapped_column(default=0)
    mac: Mapped[str] = mapped_column(default="")


class StoredFile(Base):
    """Uploaded file (上传文件): kept under a random name outside the web root; who, when, what hash."""

    __tablename__ = "stored_file"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]


class ExportRecord(Base):
    """Export (导出记录): number, person, time, filter, rows and hash of every file that left with personal data
    (append-only).
    """

    __tablename__ = "export_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    filter: Mapped[str] = mapped_column(Text)
    row_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    exported_by: Mapped[str]
    exported_at: Mapped[datetime]
