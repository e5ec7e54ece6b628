"""Ends of an attempt (交卷、自动交卷): one submission, one receipt, the objective questions marked at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update

from lawedu import clock
from lawedu.attempts import journal, paper_queries, queries, receipts, results
from lawedu.attempts.journal import Batch
from lawedu.attempts.models import Attempt
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import Paused
from lawedu.audit import services as audit
from lawedu.core.attempt import AlreadyEnded, AttemptState, EndReason, effective_state, fold
from lawedu.core.policy import MACHINE, Actor
from lawedu.core.questions import Value, sheet_digest
from lawedu.core.scoring import KeyMissing
from lawedu.db import db

log = structlog.get_logger("lawedu.submission")


@dataclass(frozen=True)
class HandedIn:
    """The attempt has ended: the exact bytes of its receipt."""

    receipt: bytes


@dataclass(frozen=True)
class Resync:
    """The page shows another sheet than the server has: nobody hands in what they did not see."""

    sheet: dict[str, Value]
    next_seq: int


@dataclass(frozen=True)
class Closing:
    """An end that was written down, and what the audit log will say of it."""

    receipt: bytes
    action: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)


def submit(actor: Actor, attempt_id: int, batch: Batch, digest: str) -> HandedIn | Resync:
    """Hand in (交卷), once and for good: a second call returns the first receipt, one that comes too late the
    expired one's.

    `digest` is that of the sheet the page shows. Raises NotFound, Paused, AlreadyEnded (voided without a receipt).
    """
    sitting = queries.get_locked(actor, "attempt.sit", attempt_id)
    return _submit(actor, sitting, batch, digest, clock.now())


def submit_changes(actor: Actor, attempt_id: int, changes: list[tuple[str, Value]], digest: str) -> HandedIn | Resync:
    """Hand in from a page without script: the server numbers its changes. As `submit`; `digest` is that of the sheet
    rendered.
    """
    sitting = queries.get_locked(actor, "attempt.sit", attempt_id)
    now = clock.now()
    rendered = queries.get_sheet(attempt_id)
    if sitting.state_at(now) is AttemptState.IN_PROGRESS and sheet_digest(rendered) != digest:
        return Resync(rendered, sitting.next_seq)
    shown = sheet_digest({**rendered, **_acceptable(sitting, changes)})
    return _submit(actor, sitting, journal.number(sitting, changes), shown, now)


def _acceptable(sitting: Sitting, changes: list[tuple[str, Value]]) -> dict[str, Value]:
    rules = paper_queries.get_rules(sitting.form_id, sitting.form_hash)
    return {item: journal.check(rules, item, value) for item, value in changes}


def _submit(actor: Actor, sitting: Sitting, batch: Batch, digest: str, now: datetime) -> HandedIn | Resync:
    if sitting.is_held:
        raise Paused
    if sitting.state_at(now) is not AttemptState.IN_PROGRESS:
        journal.keep_late(sitting, batch, now)
        return HandedIn(_last_receipt(sitting, now))
    taken = journal.store(sitting, batch, now)
    sheet = fold(queries.list_operations(sitting.id))
    if digest != sheet_digest(sheet):
        return Resync(sheet, taken.sitting.next_seq)
    closing = close(sitting, sheet, now, EndReason.SUBMITTED)
    record(actor, closing)
    return HandedIn(closing.receipt)


def _last_receipt(sitting: Sitting, now: datetime) -> bytes:
    stored = queries.find_receipt_bytes(sitting.id)
    if stored is not None:
        return stored
    if sitting.state_at(now) is AttemptState.VOIDED:
        raise AlreadyEnded
    closing = expire(sitting, now)
    record(MACHINE, closing)
    return closing.receipt


def expire_if_due(attempt_id: int, now: datetime, *, even_held: bool = False) -> Closing | None:
    """Write down an expiry, under the lock; None when there is nothing to write (any more). The caller records the
    closing.

    `even_held` ends a pause that nobody resumed: releasing results does that.
    """
    sitting = queries.get_locked(MACHINE, "attempt.sit", attempt_id)
    state = effective_state(sitting.facts, now) if even_held else sitting.state_at(now)
    return expire(sitting, now) if state is not sitting.state else None


def expire(sitting: Sitting, now: datetime) -> Closing:
    """Write down that an attempt has expired (自动交卷): it ended at its deadline. The caller holds the lock."""
    return close(sitting, queries.get_sheet(sitting.id), now, EndReason.EXPIRED)


def close(sitting: Sitting, sheet: Mapping[str, Value], now: datetime, reason: EndReason) -> Closing:
    """End an attempt that is in progress: state, receipt, result. The receipt stands even when marking cannot be done.

    The caller records the returned closing in the audit log at the end of its deed. Raises AlreadyEnded when
    somebody else was first.
    """
    ended_at = now if reason is EndReason.SUBMITTED else sitting.deadline_at
    changed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == sitting.id, Attempt.state == AttemptState.IN_PROGRESS)
        .values(state=AttemptState(reason.value), ended_at=ended_at)
        .returning(Attempt.id)
    ).one_or_none()
    if changed is None:
        raise AlreadyEnded
    receipt = receipts.issue(sitting, receipts.get_paper_facts(sitting.form_id), sheet, ended_at, reason)
    receipts.keep(sitting, receipt, now)
    mac = _mark(sitting, sheet, now)
    details = {"reason": reason.value, "sheet": sheet_digest(sheet), "result": mac, "receipt": sitting.receipt_number}
    return Closing(receipt, f"attempt.{reason.value}", f"attempt:{sitting.id}", details)


def _mark(sitting: Sitting, sheet: Mapping[str, Value], now: datetime) -> str:
    """Mark what can be marked at once; a paper that cannot be marked is logged and left to `scores recompute`."""
    try:
        derived = results.derive(results.load_schemes([sitting.form_id])[sitting.form_id], sheet)
    except KeyMissing as refusal:
        log.error("not marked", attempt_id=sitting.id, reason=refusal.text)
        return ""
    return results.write(sitting, derived, now).mac if derived else ""


def record(actor: Actor, closing: Closing) -> None:
    """The end of an attempt in the audit log, with the hash of its answers and the seal of its result."""
    audit.record(actor, closing.action, closing.subject, **closing.details)
