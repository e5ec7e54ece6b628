"""Attempt (作答): one person sitting one exam once: its deadline, its state at a moment, its journal, its receipt.

Times are aware UTC. Expiry is computed here and nowhere performed: a job may only write down what this module says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from lawedu.core.errors import Closed
from lawedu.core.questions import Value, answered_count, canonical_json, canonical_sheet

GRACE = timedelta(seconds=30)


class AttemptState(StrEnum):
    """Where an attempt stands (作答状态)."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    VOIDED = "voided"


class EndReason(StrEnum):
    """Why an attempt ended (结束原因): handed in (交卷), or time ran out and what was saved counts (自动交卷)."""

    SUBMITTED = "submitted"
    EXPIRED = "expired"


class TooLate(Closed):
    """The deadline and its grace have passed (已截止)."""

    code = "too_late"
    sentence = "作答时间已到，系统已按您保存的内容自动交卷。"


class AlreadyEnded(Closed):
    """The attempt was handed in, or voided (已结束)."""

    code = "already_ended"
    sentence = "本次作答已经结束，不能再修改答案。"


@dataclass(frozen=True)
class AttemptFacts:
    """What is stored of an attempt that decides its state. `ended_at` is None until the end is written down."""

    state: AttemptState
    started_at: datetime
    deadline_at: datetime
    ended_at: datetime | None = None


def deadline(started_at: datetime, duration: timedelta, extra: timedelta, window_closes_at: datetime) -> datetime:
    """When answering ends (截止时间): own time or the window's close, each with the person's extra time added."""
    return min(started_at + duration, window_closes_at) + extra


def effective_state(facts: AttemptFacts, now: datetime) -> AttemptState:
    """The state at `now`, whether or not a job has written it down: past deadline + GRACE an open attempt is
    expired.
    """
    if facts.state is AttemptState.IN_PROGRESS and now > facts.deadline_at + GRACE:
        return AttemptState.EXPIRED
    return facts.state


def effective_ended_at(facts: AttemptFacts, now: datetime) -> datetime | None:
    """When the attempt ended, as of `now`; an expired one ended at its deadline, not when somebody noticed."""
    if effective_state(facts, now) is AttemptState.EXPIRED:
        return facts.deadline_at
    return facts.ended_at


def ensure_open(facts: AttemptFacts, now: datetime) -> None:
    """Refuse unless answers may be taken at `now`. Raises TooLate (expired), AlreadyEnded (handed in or voided)."""
    state = effective_state(facts, now)
    if state is AttemptState.EXPIRED:
        raise TooLate(deadline_at=facts.deadline_at)
    if state is not AttemptState.IN_PROGRESS:
        raise AlreadyEnded(ended_at=facts.ended_at)


@dataclass(frozen=True)
class Operation:
    """One change of one answer (一次作答操作). Its identity inside an attempt is (client, seq)."""

    client: str
    epoch: int
    seq: int
    item: str
    value: Value

    @property
    def rank(self) -> tuple[int, int, str]:
        return (self.epoch, self.seq, self.client)


def fold(ops: Iterable[Operation]) -> dict[str, Value]:
    """The sheet (答卷): per item the operation with the greatest (epoch, seq, client) wins, in whatever order they
    come.

    A winning null clears the item; cleared items are left out.
    """
    latest: dict[str, Operation] = {}
    for op in ops:
        known = latest.get(op.item)
        if known is None or op.rank > known.rank:
            latest[op.item] = op
    return {item: latest[item].value for item in sorted(latest) if latest[item].value is not None}


def next_seq(ops: Iterable[Operation]) -> int:
    """The lowest number a page may give its next operation: greatest journalled + 1, at least 1."""
    return max((op.seq for op in ops), default=0) + 1


# Without I, L, O, U and Z, which are misread or misheard; 31 is prime, which makes the check symbol catch
# every single wrong symbol and every swap of two.
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_RANDOM_LENGTH = 10
RECEIPT_RANDOM_LIMIT = len(_SYMBOLS) ** _RANDOM_LENGTH


def receipt_number(year: int, random_part: int) -> str:
    """Number of a receipt (回执编号), for example 2026-7K3MX-9QF2T-8: year, random part, check symbol.

    `random_part` is in 0 … RECEIPT_RANDOM_LIMIT − 1 (about 50 bits), chosen by the caller when the attempt starts.
    Raises ValueError outside of it.
    """
    if not 0 <= random_part < RECEIPT_RANDOM_LIMIT or not 1000 <= year <= 9999:
        raise ValueError(f"{year}, {random_part}")
    symbols = ""
    for _ in range(_RANDOM_LENGTH):
        random_part, digit = divmod(random_part, len(_SYMBOLS))
        symbols = _SYMBOLS[digit] + symbols
    return _spaced(f"{year}{symbols}")


def read_receipt_number(text: str) -> str | None:
    """The number as printed, from what a person typed (case, spaces, dashes, O for 0, I for 1); None if it is
    mistyped.
    """
    typed = "".join(text.upper().replace("O", "0").replace("I", "1").replace("L", "1").split()).replace("-", "")
    if len(typed) != 4 + _RANDOM_LENGTH + 1 or not set(typed) <= set(_SYMBOLS) or not typed[:4].isdigit():
        return None
    number = _spaced(typed[:-1])
    return number if number[-1] == typed[-1] else None


def _spaced(payload: str) -> str:
    check = sum(weight * _SYMBOLS.index(symbol) for weight, symbol in enumerate(payload, 1)) % len(_SYMBOLS)
    return f"{payload[:4]}-{payload[4:9]}-{payload[9:]}-{_SYMBOLS[check]}"


def salted_sheet_hash(salt: bytes, sheet: Mapping[str, Value]) -> str:
    """Hash of the sheet that stands on the receipt. Salted, so that nobody finds the answers by trying sheets."""
    return hashlib.sha256(salt + canonical_json(canonical_sheet(sheet))).hexdigest()


def receipt_body(
    *,
    number: str,
    exam_id: int,
    exam_title: str,
    attempt_id: int,
    paper_hash: str,
    salt: bytes,
    sheet: Mapping[str, Value],
    total_items: int,
    ended_at: datetime,
    reason: EndReason,
) -> dict[str, Any]:
    """What a receipt (交卷回执) says, before it is signed. No score, no answer, and the same for the same facts
    always.
    """
    return {
        "number": number,
        "exam_id": exam_id,
        "exam_title": exam_title,
        "attempt_id": attempt_id,
        "paper_hash": paper_hash,
        "sheet_hash": salted_sheet_hash(salt, sheet),
        "answered": answered_count(sheet),
        "total_items": total_items,
        "ended_at": ended_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "reason": reason.value,
    }
