"""Deriving all scores again (成绩复算): paper snapshot and journal must give what is stored (promise P5), sealed
(P6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lawedu.attempts import queries, receipts, results, traces
from lawedu.attempts.models import Receipt, Result
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import TamperedResult
from lawedu.attempts.traces import Trace
from lawedu.audit import evidence
from lawedu.audit.evidence import Problem
from lawedu.core.attempt import AttemptState
from lawedu.core.errors import Refusal
from lawedu.core.questions import Value
from lawedu.core.scoring import KeyMissing, ScoreFault
from lawedu.db import db
from lawedu.exams import snapshots
from lawedu.exams.models import ExamItem, Form

BATCH = 200


class _Papers:
    """Whether frozen forms still say what their hash covers; each form is read once a batch."""

    def __init__(self, form_ids: Sequence[int]) -> None:
        forms = db.session.execute(
            select(Form.id, Form.exam_id, Form.number, Form.layout, Form.hash).where(Form.id.in_(set(form_ids)))
        ).all()
        wanted = {int(line["item"]) for form in forms for line in form.layout}
        rows = db.session.execute(
            select(ExamItem.id, ExamItem.kind, ExamItem.stem, ExamItem.options).where(ExamItem.id.in_(wanted))
        )
        texts = {str(row.id): snapshots.item_hash(row.kind, row.stem, row.options) for row in rows}
        self._whole: dict[int, bool] = {
            form.id: snapshots.form_hash(form.exam_id, form.number, form.layout, texts) == form.hash for form in forms
        }

    def is_whole(self, form_id: int) -> bool:
        return self._whole[form_id]


@dataclass(frozen=True)
class Violation:
    """One attempt whose stored score is not what paper and journal give, and in which way."""

    attempt_id: int
    code: ScoreFault


@dataclass(frozen=True)
class Checked:
    """What one batch of attempts gave."""

    count: int
    violations: list[Violation]


def check_all(exam_id: int | None = None) -> Iterator[Checked]:
    """Compare every ended attempt, in batches."""
    after = 0
    while ids := queries.list_ids(after, BATCH, exam_id):
        after = ids[-1]
        sittings = [one for one in queries.list_sittings(ids) if one.state is not AttemptState.IN_PROGRESS]
        yield Checked(len(sittings), _check(sittings))


def _check(sittings: Sequence[Sitting]) -> list[Violation]:
    ids = [one.id for one in sittings]
    schemes = results.load_schemes([one.form_id for one in sittings]) if sittings else {}
    sheets = queries.list_sheets(ids)
    versions: dict[int, list[Result]] = {attempt_id: [] for attempt_id in ids}
    for row in db.session.scalars(
        select(Result).where(Result.attempt_id.in_(ids)).order_by(Result.attempt_id, Result.version)
    ):
        versions[row.attempt_id].append(row)
    bodies = dict(db.session.execute(select(Receipt.attempt_id, Receipt.body).where(Receipt.attempt_id.in_(ids))).all())
    found = []
    known = traces.list_traces(ids)
    papers = _Papers([one.form_id for one in sittings])
    for one in sittings:
        if not papers.is_whole(one.form_id):
            found.append(Violation(one.id, ScoreFault.PAPER_DIFFERS))
            continue
        code = _code(one, schemes[one.form_id], sheets[one.id], versions[one.id], bodies.get(one.id))
        code = code or _against_log(known[one.id], versions[one.id])
        if code:
            found.append(Violation(one.id, code))
    return found


def _code(
    sitting: Sitting, scheme: results.Scheme, sheet: dict[str, Value], versions: Sequence[Any], receipt: bytes | None
) -> ScoreFault | None:
    """What is wrong with one attempt; None when nothing is."""
    try:
        current = results.check_chain(versions, sitting.owner_id)
        derived = results.derive(scheme, sheet)
    except TamperedResult:
        return ScoreFault.TAMPERED_RESULT
    except KeyMissing:
        return ScoreFault.KEY_MISSING
    if sitting.state is not AttemptState.VOIDED and not _is_genuine(receipt, sitting):
        return ScoreFault.RECEIPT_WRONG
    if derived is None:
        return None
    if current is None:
        # A sitting that was voided while it ran has never been marked.
        return None if sitting.state is AttemptState.VOIDED else ScoreFault.RESULT_MISSING
    # A regrade says in its reason why it departs from the key; the first marking never does.
    if not current.reason and not _agrees(current, derived):
        return ScoreFault.RESULT_DIFFERS
    return ScoreFault.SHEET_DIFFERS if current.sheet_hash != derived.sheet_hash else None


def _agrees(stored: Any, derived: results.Derived) -> bool:
    return bool(
        stored.total == derived.total
        and stored.passed == derived.passed
        and stored.items == derived.items
        and stored.paper_hash == derived.paper_hash
    )


def _is_genuine(receipt: bytes | None, sitting: Sitting) -> bool:
    """Signed, and of this attempt: a genuine receipt in another's place is none."""
    try:
        content = receipts.verify(receipt or b"")
    except Refusal:
        return False
    return bool(content.get("attempt_id") == sitting.id and content["number"] == sitting.receipt_number)


def _against_log(trace: Trace, versions: Sequence[Any]) -> ScoreFault | None:
    """What the audit log, which is sealed by itself, has seen: whose attempt it is, and the newest result."""
    if trace.starter and trace.starter != trace.owner:
        return ScoreFault.OWNER_DIFFERS
    if versions and trace.seals[-1:] != [versions[-1].mac]:
        return ScoreFault.RESULT_REPLAYED
    return None


@evidence.register
def problems() -> Iterator[Problem]:
    """Every ended attempt that is not what it was, for `audit verify`."""
    for batch in check_all():
        for one in batch.violations:
            yield Problem(f"attempt:{one.attempt_id}", one.code)
