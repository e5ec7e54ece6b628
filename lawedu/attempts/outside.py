"""Scores from outside (校外成绩): prepared by one exam administrator, approved by another; then they count like our
own.

Source: product.md, “Rules known” (the zone takes part in the city's exam); security.md (import of outside scores).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from lawedu import clock, storage
from lawedu.attempts import outside_queries
from lawedu.attempts.models import ImportState, MatchKind, OutsideImport, OutsideScore
from lawedu.attempts.outside_matching import Match
from lawedu.attempts.outside_queries import OPEN_MATCHES
from lawedu.audit import services as audit
from lawedu.core.errors import NotFound, RuleBroken
from lawedu.core.exam import ExamState, WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people import approval_queries, approvals
from lawedu.people.models import Approval

IMPORT = "score.import"
BATCH = 2000


class NotADraft(RuleBroken):
    """It was submitted or decided already (已提交或已处理)."""

    code = "import_not_draft"
    sentence = "这份成绩已经提交审批或者处理完毕，不能再改动。"


class NotPending(RuleBroken):
    """There is no request to decide (没有待审批的申请)."""

    code = "import_not_pending"
    sentence = "这份成绩没有待审批的申请，可能已被撤回或者处理，请刷新页面。"


class RowsUnresolved(RuleBroken):
    """Some rows have neither a person nor a decision to leave them out (有未处理的行)."""

    code = "rows_unresolved"
    sentence = "还有 {count} 行没有确定人员。请逐行选择人员，或者标为“不导入”。"


class NothingMatched(RuleBroken):
    """No row belongs to anybody (没有匹配到人员)."""

    code = "nothing_matched"
    sentence = "没有一行成绩匹配到应考人员，不能提交。"


class NotOnRoster(RuleBroken):
    """The chosen person need not sit this exam (不在应考名单)."""

    code = "not_on_roster"
    sentence = "所选人员不在这场考试的应考名单中，请核对。"


class HasARow(RuleBroken):
    """The chosen person has a score in this import already (一人两行)."""

    code = "has_a_row"
    sentence = "所选人员在第 {row_no} 行已有成绩。一人只能有一行，请先把多余的一行标为“不导入”。"


class ExamTakesNoScores(RuleBroken):
    """The exam is a draft or was cancelled (考试状态不允许)."""

    code = "exam_takes_no_scores"
    sentence = "这场考试没有发布或者已经取消，不能导入成绩。"


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    name: str
    media_type: str
    data: bytes


def prepare(
    actor: Actor, exam: Exam, source: str, window: WindowKind, upload: Upload, matches: Sequence[Match]
) -> OutsideImport:
    """Keep a sheet with its rows as a draft (准备导入); nothing counts yet. Raises ExamTakesNoScores."""
    ensure(actor, IMPORT)
    _ensure_takes(exam)
    file = storage.keep(actor, upload.name, upload.media_type, upload.data)
    batch = OutsideImport(
        exam_id=exam.id,
        source=source,
        window_kind=window,
        file_id=file.id,
        state=ImportState.DRAFT,
        created_by=actor.person_id,
        created_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    rows = [_row(batch.id, one) for one in matches]
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(OutsideScore), rows[start : start + BATCH])
    audit.record(actor, "score.prepare", f"exam:{exam.id}", batch=batch.id, rows=len(rows), sha256=file.sha256)
    return batch


def _row(batch_id: int, one: Match) -> dict[str, object]:
    return {
        "import_id": batch_id,
        "row_no": one.row.row_no,
        "name": one.row.name,
        "staff_number": one.row.staff_number,
        "mobile_tail": one.row.mobile[-4:],
        "unit_name": one.row.unit,
        "points": one.row.points,
        "passed": one.row.passed,
        "match": one.kind,
        "person_id": one.person_id,
    }


def choose(actor: Actor, batch: OutsideImport, score: OutsideScore, person_id: int) -> None:
    """Say by hand whose score a row is (人工匹配). Raises NotADraft, NotOnRoster, HasARow."""
    ensure(actor, IMPORT)
    _ensure_draft(batch)
    if not outside_queries.is_listed(batch.exam_id, person_id):
        raise NotOnRoster
    other = outside_queries.find_row_of(batch.id, person_id)
    if other is not None and other.id != score.id:
        raise HasARow(row_no=other.row_no)
    score.person_id, score.match = person_id, MatchKind.BY_HAND
    db.session.flush()
    audit.record(actor, "score.choose", f"exam:{batch.exam_id}", batch=batch.id, row=score.row_no, person=person_id)


def leave_out(actor: Actor, batch: OutsideImport, score: OutsideScore) -> None:
    """Do not import a row (不导入). Raises NotADraft."""
    ensure(actor, IMPORT)
    _ensure_draft(batch)
    score.person_id, score.match = None, MatchKind.SKIPPED
    db.session.flush()
    audit.record(actor, "score.leave_out", f"exam:{batch.exam_id}", batch=batch.id, row=score.row_no)


def leave_out_unknown(actor: Actor, batch: OutsideImport) -> int:
    """Do not import any row that found nobody on the roster (未匹配的全部不导入); how many. Raises NotADraft."""
    ensure(actor, IMPORT)
    _ensure_draft(batch)
    changed = db.session.scalars(
        update(OutsideScore)
        .where(OutsideScore.import_id == batch.id, OutsideScore.match == MatchKind.NONE)
        .values(match=MatchKind.SKIPPED)
        .returning(OutsideScore.id)
    ).all()
    audit.record(actor, "score.leave_out", f"exam:{batch.exam_id}", batch=batch.id, rows=len(changed))
    return len(changed)


def submit(actor: Actor, batch: OutsideImport, reason: str) -> Approval:
    """Ask another person to approve (提交审批). Raises NotADraft, RowsUnresolved, NothingMatched, ExamTakesNoScores."""
    ensure(actor, IMPORT)
    _ensure_draft(batch)
    _ensure_takes(batch.exam)
    counts = outside_queries.count_matches(batch.id)
    unresolved = sum(counts[kind] for kind in OPEN_MATCHES)
    if unresolved:
        raise RowsUnresolved(count=unresolved)
    if sum(counts.values()) == counts[MatchKind.SKIPPED]:
        raise NothingMatched
    batch.state = ImportState.PENDING
    return approvals.request(actor, IMPORT, batch.id, f"{batch.exam.title}：{batch.source}", reason)


def withdraw(actor: Actor, batch: OutsideImport) -> None:
    """Take the request back, to go on editing (撤回). Raises NotPending, NotTheRequester."""
    ensure(actor, IMPORT)
    approvals.withdraw(actor, _request_of(batch))
    batch.state = ImportState.DRAFT
    db.session.flush()


def discard(actor: Actor, batch: OutsideImport) -> None:
    """Give a draft up (作废): its rows stay as evidence and never count. Raises NotADraft."""
    ensure(actor, IMPORT)
    _ensure_draft(batch)
    batch.state = ImportState.REJECTED
    db.session.flush()
    audit.record(actor, "score.discard", f"exam:{batch.exam_id}", batch=batch.id)


def approve(actor: Actor, batch: OutsideImport, note: str = "") -> None:
    """Let the scores count (批准): earlier outside scores of the same people in the same sitting give way to these.

    Never by who asked or prepared it. Raises NotPending, OwnRequest, AlreadyDecided, ExamTakesNoScores.
    """
    ensure(actor, "score.approve")
    _ensure_takes(batch.exam)
    _ensure_other(actor, batch)
    approvals.approve(actor, _request_of(batch), note)
    batch.state, batch.approved_by, batch.approved_at = ImportState.APPROVED, actor.person_id, clock.now()
    people = select(OutsideScore.person_id).where(
        OutsideScore.import_id == batch.id, OutsideScore.person_id.is_not(None)
    )
    earlier = select(OutsideImport.id).where(
        OutsideImport.exam_id == batch.exam_id,
        OutsideImport.window_kind == batch.window_kind,
        OutsideImport.state == ImportState.APPROVED,
        OutsideImport.id != batch.id,
    )
    db.session.flush()
    corrected = db.session.scalars(
        update(OutsideScore)
        .where(
            OutsideScore.import_id.in_(earlier),
            OutsideScore.person_id.in_(people),
            OutsideScore.superseded_by.is_(None),
        )
        .values(superseded_by=batch.id)
        .returning(OutsideScore.id)
    ).all()
    audit.record(actor, "score.approve", f"exam:{batch.exam_id}", batch=batch.id, corrected=len(corrected))


def reject(actor: Actor, batch: OutsideImport, note: str) -> None:
    """Refuse (不同意): the scores leave no trace in any figure. Raises NotPending, OwnRequest, AlreadyDecided."""
    ensure(actor, "score.approve")
    _ensure_other(actor, batch)
    approvals.reject(actor, _request_of(batch), note)
    batch.state = ImportState.REJECTED
    db.session.flush()


def _request_of(batch: OutsideImport) -> Approval:
    found = approval_queries.find_pending(IMPORT, batch.id)
    if found is None or batch.state is not ImportState.PENDING:
        raise NotPending
    return found


def _ensure_other(actor: Actor, batch: OutsideImport) -> None:
    """Whoever prepared the rows may not approve them either, even if a third person asked."""
    if actor.person_id == batch.created_by:
        raise approvals.OwnRequest


def _ensure_draft(batch: OutsideImport) -> None:
    if batch.state is not ImportState.DRAFT:
        raise NotADraft


def _ensure_takes(exam: Exam | None) -> None:
    if exam is None:
        raise NotFound
    if exam.state not in (ExamState.PUBLISHED, ExamState.RELEASED):
        raise ExamTakesNoScores
