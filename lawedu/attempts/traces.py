"""What the audit log says of attempts (作答留痕): who started each, and the seals of the results it has seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from lawedu.attempts.models import Attempt
from lawedu.audit.models import AuditEvent
from lawedu.db import db
from lawedu.people.models import Person


@dataclass
class Trace:
    """One attempt in the log. `starter` is empty when its start was never logged (it came with demo data)."""

    owner: str = ""
    starter: str = ""
    seals: list[str] = field(default_factory=list)


def list_traces(attempt_ids: Sequence[int]) -> dict[int, Trace]:
    """The traces of some attempts; two selects."""
    found = {attempt_id: Trace() for attempt_id in attempt_ids}
    owners = (
        select(Attempt.id, Person.staff_number)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id.in_(attempt_ids))
    )
    for attempt_id, number in db.session.execute(owners):
        found[attempt_id].owner = number
    events = (
        select(AuditEvent.subject, AuditEvent.action, AuditEvent.actor_number, AuditEvent.body)
        .where(AuditEvent.subject.in_([f"attempt:{attempt_id}" for attempt_id in attempt_ids]))
        .order_by(AuditEvent.id)
    )
    for subject, action, actor, body in db.session.execute(events):
        trace = found[int(subject.partition(":")[2])]
        if action == "attempt.start":
            trace.starter = actor
        seal = _result_of(body)
        if seal:
            trace.seals.append(seal)
    return found


def _result_of(body: str) -> str:
    """A broken body is the chain's own fault and named there."""
    try:
        return str(json.loads(body)["details"].get("result") or "")
    except (ValueError, KeyError, AttributeError, TypeError):
        return ""
