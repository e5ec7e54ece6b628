"""The journal of answers (作答记录): append, never change. What is acknowledged here is never lost (attempts.md,
“Saving”).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from lawedu import clock
from lawedu.attempts import paper_queries, queries
from lawedu.attempts.models import AnswerOp, LateOp
from lawedu.attempts.paper_queries import AnswerRule
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import Paused
from lawedu.core.attempt import ensure_open
from lawedu.core.errors import Closed, Refusal
from lawedu.core.policy import Actor
from lawedu.core.questions import Value, check_value
from lawedu.db import db

# What comes too late is evidence for people; nobody needs more of it than this.
LATE_LIMIT = 1000


@dataclass(frozen=True)
class RawOperation:
    """One operation as it came in: the number is checked, item and value are not."""

    seq: int
    item: Any
    value: Any


@dataclass(frozen=True)
class Batch:
    """The operations of one request (一次保存). `epoch` and `client` are the page's."""

    client: str
    epoch: int
    operations: Sequence[RawOperation] = ()


@dataclass(frozen=True)
class Rejected:
    """One operation that was refused by itself, and why."""

    seq: int
    code: str


@dataclass
class Taken:
    """What became of a batch: numbers that are in the journal, and those refused. True only after the commit."""

    sitting: Sitting
    acked: list[int] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    closed: Closed | None = None


def append(actor: Actor, attempt_id: int, batch: Batch) -> Taken:
    """Journal a batch, or keep it as late when the attempt has ended (`closed` then says which refusal to answer with).

    Raises NotFound (not this actor's attempt), Paused. Two statements when nothing was there before.
    """
    sitting = queries.get_for_saving(actor, attempt_id)
    # Read after the lock: a save that waited past the end is too late, however early it set out.
    now = clock.now()
    if sitting.is_held:
        raise Paused
    try:
        ensure_open(sitting.facts, now)
    except Closed as refusal:
        keep_late(sitting, batch, now)
        return Taken(sitting, closed=refusal)
    return store(sitting, batch, now)


def store(sitting: Sitting, batch: Batch, now: datetime) -> Taken:
    """Insert what can be journalled and compare what was there already. The caller holds the lock and has checked
    the time.

    An epoch above the attempt's own is lowered to it: numbers come from the server, and nobody outranks the next
    take-over.
    """
    rows, rejected = _checked(sitting, batch, now)
    taken = Taken(sitting, rejected=rejected)
    if rows:
        inserted = _insert(AnswerOp.__table__, list(rows.values()))
        known = _known(sitting.id, batch.client, rows.keys() - inserted)
        for seq, row in rows.items():
            if seq in inserted or _same(row, known[seq]):
                taken.acked.append(seq)
            else:
                taken.rejected.append(Rejected(seq, "conflict"))
        taken.sitting = replace(sitting, last_seq=max(sitting.last_seq, *rows))
    return taken


def _checked(sitting: Sitting, batch: Batch, now: datetime) -> tuple[dict[int, dict[str, Any]], list[Rejected]]:
    rules = paper_queries.get_rules(sitting.form_id, sitting.form_hash)
    epoch = min(batch.epoch, sitting.epoch)
    rows: dict[int, dict[str, Any]] = {}
    rejected: list[Rejected] = []
    for op in batch.operations:
        try:
            value = check(rules, op.item, op.value)
        except Refusal as refusal:
            rejected.append(Rejected(op.seq, refusal.code))
            continue
        row = {
            "attempt_id": sitting.id,
            "client": batch.client,
            "seq": op.seq,
            "epoch": epoch,
            "item": op.item,
            "value": value,
            "received_at": now,
        }
        if not _same(rows.setdefault(op.seq, row), row):
            rejected.append(Rejected(op.seq, "conflict"))
    return rows, rejected


class UnknownItem(Refusal):
    """The paper does not hold this item (试卷中没有这道题)."""

    code = "unknown_item"
    sentence = "这道题不在您的试卷中，请刷新页面后继续作答。"


def check(rules: Mapping[str, AnswerRule], item: object, value: object) -> Value:
    """The value as it is journalled. Raises UnknownItem, BadShape, TooLarge, BadText."""
    rule = rules.get(item) if isinstance(item, str) else None
    if rule is None:
        raise UnknownItem
    return check_value(rule.kind, rule.letters, value)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    # True == 1 in Python, but values are only text, lists, booleans and None: the types of equal ones agree.
    return bool(one["item"] == other["item"] and one["value"] == other["value"] and one["epoch"] == other["epoch"])


def _insert(table: Any, rows: list[dict[str, Any]]) -> set[int]:
    """Insert the rows whose identity is new; the numbers inserted."""
    connection = db.session.connection()
    result = connection.execute(_statement(table, connection.dialect.name), rows)
    return set(result.scalars())


def _statement(table: Table, dialect: str) -> Any:
    """Built once a table and engine: compiling it costs more than running it."""
    key = (table.name, dialect)
    if key not in _statements:
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        _statements[key] = insert(table).on_conflict_do_nothing().returning(table.c.seq)
    return _statements[key]


_statements: dict[tuple[str, str], Any] = {}


def _known(attempt_id: int, client: str, numbers: set[int]) -> dict[int, Mapping[str, Any]]:
    if not numbers:
        return {}
    rows = db.session.execute(
        select(AnswerOp.seq, AnswerOp.item, AnswerOp.value, AnswerOp.epoch).where(
            AnswerOp.attempt_id == attempt_id, AnswerOp.client == client, AnswerOp.seq.in_(numbers)
        )
    ).mappings()
    return {row["seq"]: dict(row) for row in rows}


def keep_late(sitting: Sitting, batch: Batch, now: datetime) -> None:
    """Keep what came after the end (迟到的作答), visible to people, never scored by itself. What the journal has is
    not late.
    """
    if not batch.operations:
        return
    rows, _ = _checked(sitting, batch, now)
    known = _known(sitting.id, batch.client, set(rows))
    late = [row for seq, row in rows.items() if seq not in known or not _same(row, known[seq])]
    if late and queries.count_late(sitting.id) + len(late) <= LATE_LIMIT:
        _insert(LateOp.__table__, late)


def append_numbered(actor: Actor, attempt_id: int, changes: Sequence[tuple[str, Value]]) -> Taken:
    """Journal the changes of a page without script: the server numbers them, under the lock.

    Raises NotFound, Paused. `closed` as in `append`.
    """
    sitting = queries.get_locked(actor, "attempt.sit", attempt_id)
    now = clock.now()
    if sitting.is_held:
        raise Paused
    batch = number(sitting, changes)
    try:
        ensure_open(sitting.facts, now)
    except Closed as refusal:
        keep_late(sitting, batch, now)
        return Taken(sitting, closed=refusal)
    return store(sitting, batch, now)


FORM_CLIENT = "form"


def number(sitting: Sitting, changes: Sequence[tuple[str, Value]]) -> Batch:
    """Changes without numbers as a batch of the next ones, in the current epoch."""
    operations = [RawOperation(sitting.next_seq + place, item, value) for place, (item, value) in enumerate(changes)]
    return Batch(FORM_CLIENT, sitting.epoch, operations)
