"""Importing questions (导入题目): a file is understood and kept, a person settles doubts, then drafts are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from lawedu import clock, storage
from lawedu.audit.services import record
from lawedu.core.errors import RuleBroken
from lawedu.core.intake import DOUBT_WEIGHT, NOTE_WEIGHT
from lawedu.core.intake_understand import understand
from lawedu.core.policy import Actor, ensure
from lawedu.core.question_fields import WRITTEN
from lawedu.core.questions import CHOICE, SEVERAL, QuestionKind
from lawedu.db import db
from lawedu.questions import drafting, import_queries
from lawedu.questions.import_checks import Checked, check_all
from lawedu.questions.import_files import Reading
from lawedu.questions.import_models import ImportRow, ImportState, QuestionImport
from lawedu.questions.import_queries import ACTION, READY

MOST_UNREAD = 200
Entry = Mapping[str, Any]


class NothingReady(RuleBroken):
    """No question of the import is without doubt (没有可导入的题)."""

    code = "nothing_ready"
    sentence = "没有可以导入的题：每道题都还有疑问，或者已经导入、舍弃。请先处理疑问。"


class RowIsSaved(RuleBroken):
    """A question that has become a draft is edited there (已经导入)."""

    code = "row_is_saved"
    sentence = "这道题已经导入为草稿，请到题库中修改。"


class RowIncomplete(RuleBroken):
    """A doubt is settled only when kind, stem, options and answer fit together (这道题还不完整)."""

    code = "row_incomplete"
    sentence = "这道题还不完整：{missing}。"


@dataclass(frozen=True)
class Upload:
    """A file as it came, and what the importer chose for questions that say nothing of it themselves."""

    name: str
    media_type: str
    data: bytes
    domain: str = ""
    use: tuple[str, ...] = ("practice", "exam")


def preview(actor: Actor, reading: Reading, domains: Collection[str], upload: Upload) -> list[Checked]:
    """What would be kept, without keeping anything."""
    ensure(actor, ACTION)
    found = understand(reading.source.raws, import_queries.law_names())
    return check_all(found, domains, upload.domain, upload.use)


def dry_run(actor: Actor, upload: Upload, reading: Reading, domains: Collection[str]) -> QuestionImport:
    """Keep the file and what was understood of it; no question comes into the bank."""
    checked = preview(actor, reading, domains, upload)
    file = storage.keep(actor, upload.name, upload.media_type, upload.data)
    unread = [[line.line, line.text[:200]] for line in reading.source.unread[:MOST_UNREAD]]
    found = QuestionImport(
        file_id=file.id,
        form=reading.form,
        created_by=actor.person_id,
        created_at=clock.now(),
        summary={"name": file.name, "unread": unread, "unread_count": len(reading.source.unread)},
    )
    db.session.add(found)
    db.session.flush()
    rows = [_row(found.id, place, one, reading) for place, one in enumerate(checked, 1)]
    db.session.execute(insert(ImportRow), rows)
    doubtful = sum(row["state"] is ImportState.DOUBTFUL for row in rows)
    record(
        actor, "question.import_checked", f"import:{found.id}", rows=len(rows), doubtful=doubtful, sha256=file.sha256
    )
    return found


def _row(import_id: int, position: int, one: Checked, reading: Reading) -> dict[str, Any]:
    place = one.understood
    return {
        "import_id": import_id,
        "position": position,
        "sheet": place.sheet,
        "first": place.first,
        "last": place.last,
        "state": ImportState.DOUBTFUL if one.doubts else ImportState.CLEAR,
        "confidence": confidence(one.doubts, one.notes),
        "entry": one.entry,
        "original": reading.original(place.sheet, place.first, place.last),
        "doubts": [list(doubt) for doubt in one.doubts],
        "notes": one.notes,
    }


def confidence(doubts: Sequence[Any], notes: Sequence[Any]) -> int:
    """In percent; for the order in which a person looks, no probability."""
    return round(100 * DOUBT_WEIGHT ** len(doubts) * NOTE_WEIGHT ** len(notes))


def settle(actor: Actor, row: ImportRow, entry: Entry) -> None:
    """The question as a person says it is (处理疑问). Raises RowIsSaved, RowIncomplete."""
    _ensure_open(actor, row)
    missing = what_is_missing(entry)
    if missing:
        raise RowIncomplete(missing="，".join(missing))
    row.entry, row.doubts, row.state = dict(entry), [], ImportState.SETTLED
    record(actor, "question.import_settled", f"import:{row.import_id}", row=row.position)


def confirm(actor: Actor, found: QuestionImport, code: str) -> int:
    """All doubts of one kind are settled as proposed (一并确认), of questions that are whole; returns how many."""
    ensure(actor, ACTION, found)
    done = 0
    for row in import_queries.list_rows(found, [ImportState.DOUBTFUL]):
        left = [doubt for doubt in row.doubts if doubt[0] != code]
        if len(left) == len(row.doubts) or what_is_missing(row.entry):
            continue
        row.doubts, done = left, done + 1
        row.state = row.state if left else ImportState.SETTLED
    db.session.flush()
    if done:
        record(actor, "question.import_confirmed", f"import:{found.id}", doubt=code, rows=done)
    return done


def discard(actor: Actor, row: ImportRow) -> None:
    """Leave a question out (舍弃); it can come back. Raises RowIsSaved."""
    _ensure_open(actor, row)
    row.state = ImportState.DISCARDED
    record(actor, "question.import_discarded", f"import:{row.import_id}", row=row.position)


def restore(actor: Actor, row: ImportRow) -> None:
    """Take a discarded question up again, with the doubts it had. Raises RowIsSaved."""
    _ensure_open(actor, row)
    if row.state is ImportState.DISCARDED:
        row.state = ImportState.DOUBTFUL if row.doubts else ImportState.CLEAR
        record(actor, "question.import_restored", f"import:{row.import_id}", row=row.position)


def apply(actor: Actor, found: QuestionImport) -> int:
    """Write the questions without doubts as drafts of the actor; returns how many. The others go on waiting.

    Raises NothingReady. `found` is locked, so that two clicks do not write twice.
    """
    ensure(actor, ACTION, found)
    rows = import_queries.list_rows(found, READY)
    if not rows:
        raise NothingReady
    _write_drafts(actor, found, rows)
    found.applied_at = clock.now()
    record(actor, "question.import", f"import:{found.id}", questions=len(rows))
    return len(rows)


def _write_drafts(actor: Actor, found: QuestionImport, rows: Sequence[ImportRow]) -> None:
    versions = drafting.create_many(actor, [(row.entry, _reason(found, row)) for row in rows])
    for row, version in zip(rows, versions, strict=True):
        row.state, row.question_id = ImportState.SAVED, version.question_id
    db.session.flush()


def _reason(found: QuestionImport, row: ImportRow) -> str:
    place = f"{row.first}" if row.first == row.last else f"{row.first}–{row.last}"
    return f"导入自“{found.summary['name']}”{row.sheet} {place}"[:200]


def _ensure_open(actor: Actor, row: ImportRow) -> None:
    ensure(actor, ACTION, row.found)
    if row.state is ImportState.SAVED:
        raise RowIsSaved


def what_is_missing(entry: Entry) -> list[str]:
    """What keeps an entry from being a draft: kind, stem, and options and answer that fit the kind."""
    if not entry.get("kind"):
        return ["没有选择题型"]
    kind, options, answer = QuestionKind(entry["kind"]), entry.get("options") or {}, entry.get("answer")
    missing = [] if entry.get("stem") else ["没有题干"]
    if kind in CHOICE:
        if len(options) < 2 or not all(options.values()):
            missing.append("选项少于两个，或者有空的选项")
        letters = {answer} if isinstance(answer, str) else set(answer or ())
        least = 2 if kind is QuestionKind.MULTIPLE_CHOICE else 1
        if not letters <= set(options) or len(letters) < least or (kind not in SEVERAL and not isinstance(answer, str)):
            missing.append("答案与题型、选项不符")
    elif kind is QuestionKind.TRUE_FALSE and not isinstance(answer, bool):
        missing.append("没有写明正确还是错误")
    elif kind is QuestionKind.FILL_BLANK and not answer:
        missing.append("没有答案")
    elif kind in WRITTEN and not entry.get("rubric"):
        missing.append("没有参考答案")
    return missing
