"""Verifying (审计核对): the chain against itself, against the checkpoints outside, and the evidence of other slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import func, select

from lawedu.audit import checkpoints, evidence
from lawedu.audit.checkpoints import Checkpoint
from lawedu.audit.evidence import Problem
from lawedu.audit.models import AuditEvent, AuditHead
from lawedu.core.chain import START, ChainFault, Fault, Link, Walk
from lawedu.db import db

BATCH = 2000
# What one report lists; a chain that broke early need not name a million rows.
MOST = 200


@dataclass
class Report:
    """What was looked at, and everything that is wrong."""

    events: int = 0
    checkpoints: int = 0
    problems: list[Problem] = field(default_factory=list)


def verify() -> Report:
    """Read the whole chain once, in batches, then the checkpoints and the registered evidence. Writes nothing.

    A problem of the chain names the first row that is wrong (“audit:12”). Source: attempts.md, promise P6.
    """
    number, mac = _head()
    marks = checkpoints.read()
    walk = Walk(current_app.config["KEYS"]["audit_mac"], [mark.number for mark in marks])
    faults = list(walk.follow(_links(number))) + list(walk.finish(number, mac)) + list(_beyond())
    report = Report(events=walk.number, checkpoints=len(marks))
    report.problems = [Problem(f"audit:{fault.number}", fault.code) for fault in faults[:MOST]]
    report.problems += _against(walk, marks)
    report.problems += evidence.problems()
    return report


def _against(walk: Walk, marks: Sequence[Checkpoint]) -> Iterator[Problem]:
    """What the checkpoints say against the chain, one problem a kind: later lines repeat what the first one says."""
    told = set()
    for mark in marks:
        if not mark.is_genuine:
            yield Problem(f"checkpoint:{mark.line}", ChainFault.CHECKPOINT_FORGED)
            continue
        for fault in walk.compare(mark.number, mark.mac):
            if fault.code not in told:
                told.add(fault.code)
                yield Problem(f"audit:{fault.number}", fault.code)


def _head() -> tuple[int, str]:
    row = db.session.execute(select(AuditHead.last_id, AuditHead.mac).where(AuditHead.id == 1)).one_or_none()
    return (row.last_id, row.mac) if row else (0, START)


def _links(until: int) -> Iterator[Link]:
    """The rows up to the head as it was read, in batches; what is appended meanwhile belongs to the next time."""
    after = 0
    columns = (
        AuditEvent.id,
        AuditEvent.body,
        AuditEvent.mac,
        AuditEvent.at,
        AuditEvent.actor_number,
        AuditEvent.action,
        AuditEvent.subject,
        AuditEvent.outcome,
    )
    while rows := db.session.execute(
        select(*columns).where(AuditEvent.id > after, AuditEvent.id <= until).order_by(AuditEvent.id).limit(BATCH)
    ).all():
        after = rows[-1].id
        yield from (Link(*row) for row in rows)


def _beyond() -> Iterator[Fault]:
    """Rows behind the head: an honest one comes in the same commit as the head, so the head is read second."""
    last = db.session.scalar(select(func.max(AuditEvent.id))) or 0
    db.session.expire_all()
    number, _ = _head()
    if last > number:
        yield Fault(number + 1, ChainFault.ROW_INSERTED)
