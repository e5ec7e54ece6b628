"""Shapes of what leaves (报文): the JSON of contract.md, and times in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lawedu.attempts.journal import Taken
from lawedu.attempts.paper_queries import PaperItem
from lawedu.attempts.queries import Sitting
from lawedu.core.questions import Value


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def saved(taken: Taken, now: datetime, digest: str | None) -> dict[str, Any]:
    """The answer to a save; sent after the commit only."""
    reply: dict[str, Any] = {
        "acked": taken.acked,
        "rejected": [{"seq": one.seq, "code": one.code} for one in taken.rejected],
        "next_seq": taken.sitting.next_seq,
        "server_now": instant(now),
        "deadline_at": instant(taken.sitting.deadline_at),
        "epoch": taken.sitting.epoch,
    }
    if digest is not None:
        reply["digest"] = digest
    return reply


def attempt_block(
    sitting: Sitting, paper: Sequence[PaperItem], sheet: dict[str, Value], now: datetime, csrf_token: str
) -> dict[str, Any]:
    """What the answering page carries for its script."""
    return {
        "attempt_id": sitting.id,
        "epoch": sitting.epoch,
        "deadline_at": instant(sitting.deadline_at),
        "server_now": instant(now),
        "next_seq": sitting.next_seq,
        "csrf_token": csrf_token,
        "items": items_block(paper),
        "sheet": sheet,
    }


def items_block(paper: Sequence[PaperItem]) -> list[dict[str, Any]]:
    """What a script must know of each question: kind and letters, no text."""
    return [
        {"item": one.item, "kind": one.kind.value, "options": [letter for letter, _ in one.options]} for one in paper
    ]
