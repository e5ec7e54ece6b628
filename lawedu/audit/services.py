"""Writing the audit log (审计): append to the chain inside the deed's own transaction."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from lawedu import clock
from lawedu.audit.models import AuditEvent, AuditHead
from lawedu.core.chain import START, seal
from lawedu.core.policy import Actor
from lawedu.db import db


def record(actor: Actor, action: str, subject: str, outcome: str = "ok", **details: Any) -> AuditEvent:
    """Append one event; call it last in a deed, because it locks the head row until the commit.

    `subject` is "attempt:12", "exam:3", "person:GX0001" … : persons by number only. `details` must hold no secret,
    answer, name or phone number. Source: security.md (Audit), GB/T 22239-2019 8.1.4.3.
    """
    head = db.session.scalar(select(AuditHead).where(AuditHead.id == 1).with_for_update())
    if head is None:
        head = AuditHead(id=1, last_id=0, mac=START)
        db.session.add(head)
    at = clock.now()
    number = head.last_id + 1
    body = event_body(number, at, actor, action, subject, outcome, details)
    mac = seal(current_app.config["KEYS"]["audit_mac"], head.mac, body)
    event = AuditEvent(
        id=number,
        at=at,
        actor_number=actor.staff_number,
        action=action,
        subject=subject,
        outcome=outcome,
        body=body,
        mac=mac,
    )
    db.session.add(event)
    head.last_id, head.mac = number, mac
    db.session.flush()
    return event


def event_body(
    number: int, at: datetime, actor: Actor, action: str, subject: str, outcome: str, details: dict[str, Any]
) -> str:
    """The exact text that the MAC covers."""
    facts = {
        "no": number,
        "at": at.isoformat(timespec="microseconds"),
        "actor": actor.staff_number,
        "roles": sorted(actor.roles),
        "address": actor.address,
        "action": action,
        "subject": subject,
        "outcome": outcome,
        "details": details,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
