"""Exports (导出): every file with figures or names leaves with a number and is written into the ledger."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import IO

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.audit.models import ExportRecord
from lawedu.core.policy import Actor, ensure
from lawedu.db import db

# Without letters and digits that are misread.
SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXY"
BLOCK = 1024 * 1024


def new_number(now: datetime) -> str:
    """Number of an export (导出编号), for example DC20261122-7K3MX9: the day in Beijing and a random part. It stands
    in the file, so it is chosen before the file is written; that it is new is judged by the ledger.
    """
    return f"DC{now.astimezone(clock.BEIJING):%Y%m%d}-" + "".join(secrets.choice(SYMBOLS) for _ in range(6))


def digest(file: IO[bytes]) -> str:
    """SHA-256 of a whole file, hex; leaves it at its beginning."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(BLOCK):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def record(actor: Actor, kind: str, number: str, exam_id: int, asked: str, rows: int, sha256: str) -> ExportRecord:
    """Enter a file into the ledger (导出记录) before it leaves: who, when, what was asked for, rows and hash.

    Source: security.md, “Data”. `asked` is the filter in words.
    """
    ensure(actor, "completion.export")
    entry = ExportRecord(
        number=number,
        kind=kind,
        filter=asked,
        row_count=rows,
        sha256=sha256,
        exported_by=actor.staff_number,
        exported_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    audit.record(actor, "completion.export", f"exam:{exam_id}", number=number, kind=kind, rows=rows, sha256=sha256)
    return entry


def record_view(actor: Actor, exam_id: int, shown: int) -> None:
    """Note that somebody looked at the names and standings of people (查看个人信息); source: security.md, “Audit”."""
    audit.record(actor, "completion.view_people", f"exam:{exam_id}", shown=shown)
