"""Everything of every attempt (作答全量导出), for load programs and auditors: contract.md, “attempts dump”.

Expired attempts that nobody has written down yet read the same as those that were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lawedu import clock
from lawedu.attempts import queries, receipts, results
from lawedu.attempts.models import Attempt, Receipt, Result
from lawedu.attempts.queries import Sitting
from lawedu.attempts.shapes import instant
from lawedu.core.attempt import fold
from lawedu.core.questions import Value
from lawedu.db import db
from lawedu.people.models import Person

BATCH = 200


def attempts(exam_id: int | None = None) -> Iterator[dict[str, Any]]:
    """One mapping an attempt, in batches, so that 200,000 of them need no more memory than 200. Raises
    TamperedResult.
    """
    now = clock.now()
    after = 0
    while batch := queries.list_ids(after, BATCH, exam_id):
        after = batch[-1]
        yield from _entries(batch, now)


def _entries(attempt_ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    sittings = queries.list_sittings(attempt_ids)
    numbers = dict(
        db.session.execute(
            select(Attempt.id, Person.staff_number)
            .join(Person, Person.id == Attempt.person_id)
            .where(Attempt.id.in_(attempt_ids))
        ).all()
    )
    journals = queries.list_journals(attempt_ids)
    sheets = {attempt_id: fold(queries.operations_of(rows)) for attempt_id, rows in journals.items()}
    stored = dict(
        db.session.execute(select(Receipt.attempt_id, Receipt.body).where(Receipt.attempt_id.in_(attempt_ids))).all()
    )
    versions = _versions(sittings, now)
    return [
        {
            "attempt_id": one.id,
            "exam_id": one.exam_id,
            "staff_number": numbers[one.id],
            "state": one.state_at(now).value,
            "started_at": instant(one.started_at),
            "deadline_at": instant(one.deadline_at),
            "ops": [_operation(row) for row in journals[one.id]],
            "sheet": sheets[one.id],
            "receipt": _receipt(one, stored.get(one.id), sheets[one.id], now),
            "results": versions[one.id],
        }
        for one in sittings
    ]


def _operation(row: Any) -> dict[str, Any]:
    return {
        "client": row["client"],
        "seq": row["seq"],
        "epoch": row["epoch"],
        "item": row["item"],
        "value": row["value"],
        "received_at": instant(row["received_at"]),
    }


def _receipt(sitting: Sitting, stored: bytes | None, sheet: dict[str, Value], now: datetime) -> Any:
    if stored is None and sitting.is_due(now):
        stored = receipts.expired(sitting, receipts.get_paper_facts(sitting.form_id), sheet)
    return json.loads(stored) if stored is not None else None


def _versions(sittings: Sequence[Sitting], now: datetime) -> dict[int, list[dict[str, Any]]]:
    """The versions of each attempt's result, seals checked; for an expiry not written down, the one that will be
    written.
    """
    ids = [one.id for one in sittings]
    found: dict[int, list[Any]] = {attempt_id: [] for attempt_id in ids}
    for row in db.session.scalars(
        select(Result).where(Result.attempt_id.in_(ids)).order_by(Result.attempt_id, Result.version)
    ):
        found[row.attempt_id].append(row)
    for one in sittings:
        results.check_chain(found[one.id], one.owner_id)
    shown = {attempt_id: [_version(row.version, row) for row in rows] for attempt_id, rows in found.items()}
    due = [one.id for one in sittings if one.is_due(now)]
    for attempt_id, derived in (results.derive_many(due) if due else {}).items():
        shown[attempt_id].append(_version(len(shown[attempt_id]) + 1, derived))
    return shown


def _version(number: int, result: Any) -> dict[str, Any]:
    return {"version": number, "total": f"{result.total:.2f}", "passed": result.passed}
