"""Results (成绩): derived from paper and journal, written as versions, sealed with a MAC whose key is not in the
database.

Every reading of a person's score goes through `check_seal`: who changes a score, or swaps two people's, behind the
application's back is noticed and named (promise P6).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import select, update

from lawedu.attempts import queries
from lawedu.attempts.models import Result
from lawedu.attempts.paper_queries import list_form_items
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import TamperedResult
from lawedu.core.questions import Value, canonical_json, sheet_digest
from lawedu.core.scoring import FormItem, ItemKey, Marking, MultipleRule, is_passed, mark
from lawedu.db import db
from lawedu.exams.models import Exam, ExamItem, ExamKey, Form

log = structlog.get_logger("lawedu.results")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Scheme:
    """What marking needs of a paper (评分依据): items, keys, rule and pass mark, all frozen."""

    paper_hash: str
    items: tuple[FormItem, ...]
    keys: Mapping[str, ItemKey]
    rule: MultipleRule
    pass_mark: Decimal


@dataclass(frozen=True)
class Derived:
    """A result as paper and journal give it, whether or not it is written down."""

    total: Decimal
    passed: bool
    items: dict[str, str]
    paper_hash: str
    sheet_hash: str


def load_schemes(form_ids: Sequence[int]) -> dict[int, Scheme]:
    """The schemes of some forms; two selects. This and the review after release are the only readers of keys."""
    forms = db.session.execute(
        select(Form.id, Form.exam_id, Form.hash, Form.layout, Exam.multiple_rule, Exam.pass_mark)
        .join(Exam, Exam.id == Form.exam_id)
        .where(Form.id.in_(set(form_ids)))
    ).all()
    layouts = {row.id: tuple(list_form_items(row.layout)) for row in forms}
    wanted = {int(one.item) for layout in layouts.values() for one in layout}
    keys = {
        str(row.item_id): ItemKey(row.kind, row.answer)
        for row in db.session.execute(
            select(ExamKey.item_id, ExamKey.answer, ExamItem.kind)
            .join(ExamItem, ExamItem.id == ExamKey.item_id)
            .where(ExamKey.item_id.in_(wanted))
        )
    }
    return {row.id: Scheme(row.hash, layouts[row.id], keys, row.multiple_rule, row.pass_mark) for row in forms}


def derive(scheme: Scheme, sheet: Mapping[str, Value]) -> Derived | None:
    """The result of a sheet, pure. None while written answers wait for a marker. Raises KeyMissing."""
    marking: Marking = mark(scheme.items, scheme.keys, sheet, scheme.rule)
    if marking.unmarked:
        return None
    total = marking.total.quantize(CENT)
    items = {item: str(points.quantize(CENT)) for item, points in marking.items.items()}
    return Derived(total, is_passed(total, scheme.pass_mark), items, scheme.paper_hash, sheet_digest(sheet))


def derive_many(attempt_ids: Sequence[int]) -> dict[int, Derived]:
    """Results of ended attempts as derived now, for those not written down yet. Four selects for any number of
    attempts.
    """
    sittings = queries.list_sittings(attempt_ids)
    schemes = load_schemes([sitting.form_id for sitting in sittings])
    sheets = queries.list_sheets([sitting.id for sitting in sittings])
    found = {sitting.id: derive(schemes[sitting.form_id], sheets[sitting.id]) for sitting in sittings}
    return {attempt_id: derived for attempt_id, derived in found.items() if derived is not None}


def write(sitting: Sitting, derived: Derived, now: datetime, reason: str = "") -> Result:
    """Append the next version, sealed over the one before; it becomes the current one."""
    earlier = list_versions(sitting.id)
    for row in earlier:
        check_seal(row, earlier[row.version - 2].mac if row.version > 1 else "")
    retire(sitting.id)
    result = Result(
        attempt_id=sitting.id,
        version=len(earlier) + 1,
        exam_id=sitting.exam_id,
        person_id=sitting.owner_id,
        total=derived.total,
        passed=derived.passed,
        items=derived.items,
        paper_hash=derived.paper_hash,
        sheet_hash=derived.sheet_hash,
        reason=reason,
        created_at=now,
        is_current=True,
    )
    result.mac = seal(result, earlier[-1].mac if earlier else "")
    db.session.add(result)
    db.session.flush()
    return result


def retire(attempt_id: int) -> None:
    """No version counts any more: a newer one follows, or the attempt goes on."""
    db.session.execute(
        update(Result).where(Result.attempt_id == attempt_id, Result.is_current.is_(True)).values(is_current=False)
    )


def seal(result: Any, previous: str) -> str:
    """HMAC-SHA256 in hex over everything that a score means, and the seal of the version before."""
    covered = {
        "attempt": result.attempt_id,
        "exam": result.exam_id,
        "person": result.person_id,
        "version": result.version,
        "items": result.items,
        "total": f"{result.total:.2f}",
        "passed": result.passed,
        "paper": result.paper_hash,
        "sheet": result.sheet_hash,
        "reason": result.reason,
        "previous": previous,
    }
    key: bytes = current_app.config["KEYS"]["result_mac"]
    return hmac.new(key, canonical_json(covered), hashlib.sha256).hexdigest()


def check_seal(result: Any, previous: str) -> None:
    """Raises TamperedResult, and logs it, when a stored result does not carry its seal."""
    if not hmac.compare_digest(seal(result, previous), result.mac):
        log.error("tampered result", attempt_id=result.attempt_id, version=result.version)
        raise TamperedResult(attempt_id=result.attempt_id)


def list_versions(attempt_id: int) -> list[Result]:
    """All versions of an attempt's result, oldest first, unchecked."""
    return list(db.session.scalars(select(Result).where(Result.attempt_id == attempt_id).order_by(Result.version)))


def check_chain(versions: Sequence[Any], owner_id: int) -> Any | None:
    """The version that counts, after checking the seals of all; None when none counts. Raises TamperedResult."""
    previous = ""
    for place, result in enumerate(versions, 1):
        if result.version != place or result.person_id != owner_id:
            log.error("tampered result", attempt_id=result.attempt_id, version=result.version)
            raise TamperedResult(attempt_id=result.attempt_id)
        check_seal(result, previous)
        previous = result.mac
    current = [result for result in versions if result.is_current]
    if current and (len(current) > 1 or current[0] is not versions[-1]):
        raise TamperedResult(attempt_id=current[0].attempt_id)
    return current[0] if current else None


def find_current(sitting: Sitting) -> Result | None:
    """The checked result of an attempt, None when there is none yet. Raises TamperedResult."""
    found: Result | None = check_chain(list_versions(sitting.id), sitting.owner_id)
    return found


def list_current(sittings: Sequence[Sitting]) -> dict[int, Result]:
    """The checked results of several attempts, one select. Raises TamperedResult at the first that is wrong."""
    owners = {sitting.id: sitting.owner_id for sitting in sittings}
    rows = db.session.scalars(
        select(Result).where(Result.attempt_id.in_(owners)).order_by(Result.attempt_id, Result.version)
    )
    versions: dict[int, list[Result]] = {}
    for row in rows:
        versions.setdefault(row.attempt_id, []).append(row)
    checked = {attempt_id: check_chain(found, owners[attempt_id]) for attempt_id, found in versions.items()}
    return {attempt_id: result for attempt_id, result in checked.items() if result is not None}
