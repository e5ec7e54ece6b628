"""Checking a chain of sealed records (审计链核对), pure: rows in order in, faults out.

Each row's seal covers its own text and the seal before it; whoever edits, deletes, inserts or swaps a row breaks the
chain at a place that can be named. Source: attempts.md, “Marking, publishing, regrading”; GB/T 22239-2019 8.1.4.3.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

START = "0" * 64


class ChainFault(StrEnum):
    """What can be wrong with a chain or its checkpoints (审计链的不符)."""

    ROW_ALTERED = "row_altered"
    ROW_MISSING = "row_missing"
    ROW_INSERTED = "row_inserted"
    HEAD_DIFFERS = "head_differs"
    HISTORY_LOST = "history_lost"
    HISTORY_REWRITTEN = "history_rewritten"
    CHECKPOINT_FORGED = "checkpoint_forged"


@dataclass(frozen=True)
class Link:
    """One stored row (审计记录): its number, the sealed text, the seal, and the columns beside the text."""

    number: int
    body: str
    mac: str
    at: datetime
    actor: str
    action: str
    subject: str
    outcome: str


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which row (0: with the chain as a whole)."""

    number: int
    code: ChainFault


def seal(key: bytes, previous: str, body: str) -> str:
    """HMAC-SHA256 in hex over the previous seal and the text."""
    return hmac.new(key, f"{previous}\n{body}".encode(), hashlib.sha256).hexdigest()


class Walk:
    """Walks a chain once, row by row; remembers where it stands and the seals somebody asked for."""

    def __init__(self, key: bytes, wanted: Iterable[int] = ()) -> None:
        self._key = key
        self._wanted = frozenset(wanted)
        self.number = 0
        self.mac = START
        self.seals: dict[int, str] = {}

    def follow(self, links: Iterable[Link]) -> Iterator[Fault]:
        """Faults of the next rows, oldest first. After a fault the walk goes on from the row as it stands."""
        for link in links:
            if link.number != self.number + 1:
                yield Fault(self.number + 1, ChainFault.ROW_MISSING)
            elif not hmac.compare_digest(seal(self._key, self.mac, link.body), link.mac) or not _says_the_same(link):
                yield Fault(link.number, ChainFault.ROW_ALTERED)
            self.number, self.mac = link.number, link.mac
            if link.number in self._wanted:
                self.seals[link.number] = link.mac

    def finish(self, head_number: int, head_mac: str) -> Iterator[Fault]:
        """Faults of the end: the head row must stand where the last row stands."""
        if head_number > self.number:
            yield Fault(self.number + 1, ChainFault.ROW_MISSING)
        elif not hmac.compare_digest(head_mac or START, self.mac):
            yield Fault(self.number, ChainFault.HEAD_DIFFERS)

    def compare(self, number: int, mac: str) -> Iterator[Fault]:
        """Faults against a checkpoint from outside the database, whose `number` was among the wanted ones."""
        if number > self.number:
            yield Fault(number, ChainFault.HISTORY_LOST)
        elif number and not hmac.compare_digest(self.seals.get(number, ""), mac):
            yield Fault(number, ChainFault.HISTORY_REWRITTEN)


def _says_the_same(link: Link) -> bool:
    """The columns are only for finding rows; they must say what the sealed text says."""
    try:
        facts: Mapping[str, Any] = json.loads(link.body)
        told = (facts["no"], facts["actor"], facts["action"], facts["subject"], facts["outcome"])
        at = datetime.fromisoformat(facts["at"])
    except (ValueError, KeyError, TypeError):
        return False
    return told == (link.number, link.actor, link.action, link.subject, link.outcome) and at == link.at
