"""Deeds on the bank (题库): load it from files, write it to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import MACHINE, Actor, ensure
from lawedu.core.question_draft import Fault, QuestionDraft
from lawedu.db import db
from lawedu.questions import queries
from lawedu.questions.bank_files import DOMAINS, INSTRUMENTS, check_directory
from lawedu.questions.contents import basis_values, content_hash, entry_of, question_values, version_values
from lawedu.questions.models import LegalBasis, Question, QuestionOrigin, QuestionState, QuestionVersion
from lawedu.questions.review_models import Verdict
from lawedu.questions.reviewing import IN_USE, add_review, settle

CHUNK = 500


class BankFaulty(RuleBroken):
    """The files have faults: nothing is loaded (题库有问题)."""

    code = "bank_faulty"
    sentence = "题库有 {count} 处问题，没有载入：请先用 bank check 逐处改正。第一处是：{first}。"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults), first=str(faults[0]).rstrip("。"))
        self.faults = faults


class FolderNotEmpty(RuleBroken):
    """An export never mixes with what lies there (文件夹不是空的)."""

    code = "folder_not_empty"
    sentence = "文件夹“{name}”里已有内容：请指定一个空文件夹，以免覆盖。"


@dataclass(frozen=True)
class BankLoad:
    """What loading changed (载入结果), in questions."""

    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    # Codes of questions that differ from the files on purpose: edited or retired here, not yet exported.
    kept: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.retired)


def load_bank(actor: Actor, directory: Path) -> BankLoad:
    """Make the bank inside the system equal to the files; a second run changes nothing.

    New questions come in, changed ones get a new version, those missing from the files retire; versions once written
    never change. What was edited or retired inside the system is kept and named, until the files say the same
    (docs/decisions, “Files and editor”). A question whose law has moved (flagged) stays so until its basis changes.
    Raises BankUnreadable and BankFaulty: then nothing was changed. Source: contract.md, “A question”.
    """
    ensure(actor, "question.publish")
    reading = check_directory(directory)
    if reading.faults:
        raise BankFaulty(reading.faults)
    drafts = [draft for own in reading.questions.values() for draft in own]
    known = {question.code: question for question in db.session.scalars(select(Question))}
    kept = _kept(drafts, known)
    taken = [draft for draft in drafts if draft.id not in kept]
    done = _take_in(taken, known, clock.now())
    retired = _retire(actor, known, {draft.id for draft in drafts} | kept)
    db.session.flush()
    load = BankLoad(done["added"], done["changed"], retired, done["unchanged"], tuple(sorted(kept)))
    if not load.is_nothing:
        record(actor, "question.load", "bank", added=load.added, changed=load.changed, retired=load.retired)
    return load


def _kept(drafts: Sequence[QuestionDraft], known: Mapping[str, Question]) -> frozenset[str]:
    """Questions that the files may not touch; those that the files have caught up with are theirs again."""
    digests = {draft.id: content_hash(draft) for draft in drafts}
    kept = set()
    for code, question in known.items():
        if not question.edited_here and (question.origin is QuestionOrigin.FILE or code not in digests):
            continue
        if question.state in IN_USE and digests.get(code) == question.content_hash:
            question.origin, question.edited_here = QuestionOrigin.FILE, False
        elif question.state is QuestionState.RETIRED and code not in digests:
            question.edited_here = False
        else:
            kept.add(code)
    return frozenset(kept)


def _take_in(drafts: Sequence[QuestionDraft], known: dict[str, Question], now: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    digests = {draft.id: content_hash(draft) for draft in drafts}
    new = [draft for draft in drafts if draft.id not in known]
    numbered = [(draft, question_id, 1) for draft, question_id in zip(new, _add(new, digests), strict=True)]
    done["added"] = len(new)
    changed: list[tuple[QuestionDraft, Question]] = []
    for draft in drafts:
        question = known.get(draft.id)
        if question is None:
            continue
        if question.content_hash != digests[draft.id]:
            changed.append((draft, question))
        elif question.state is QuestionState.RETIRED:
            question.state = QuestionState.PUBLISHED
            done["changed"] += 1
        else:
            done["unchanged"] += 1
    done["changed"] += len(changed)
    moved = _moved(changed)
    numbered += _change(changed, digests, moved)
    _add_versions(numbered, now)
    for question in moved:
        settle(question.id, add_review(MACHINE, queries.get_version(question, question.version_no), Verdict.EDIT, ""))
    return done


def _moved(changed: Sequence[tuple[QuestionDraft, Question]]) -> list[Question]:
    """Flagged questions whose basis is another one now: the writer has looked at the new law."""
    flagged = [(draft, question) for draft, question in changed if question.state is QuestionState.FLAGGED]
    before = queries.list_current_bases([question.id for _, question in flagged])
    return [question for draft, question in flagged if set(draft.basis) != before.get(question.id, set())]


def _change(
    changed: Sequence[tuple[QuestionDraft, Question]], digests: Mapping[str, str], moved: Sequence[Question]
) -> list[tuple[QuestionDraft, int, int]]:
    last = queries.last_numbers([question.id for _, question in changed])
    numbered = []
    for draft, question in changed:
        stays_flagged = question.state is QuestionState.FLAGGED and question not in moved
        for name, value in question_values(draft, digests[draft.id]).items():
            setattr(question, name, value)
        if stays_flagged:
            question.state = QuestionState.FLAGGED
        question.version_no = last[question.id] + 1
        numbered.append((draft, question.id, question.version_no))
    return numbered


def _add(drafts: Sequence[QuestionDraft], digests: dict[str, str]) -> list[int]:
    if not drafts:
        return []
    rows = [{"code": draft.id, "version_no": 1} | question_values(draft, digests[draft.id]) for draft in drafts]
    statement = insert(Question).returning(Question.id, Question.code)
    ids = {row.code: row.id for row in db.session.execute(statement, rows)}
    return [ids[draft.id] for draft in drafts]


def _add_versions(numbered: Sequence[tuple[QuestionDraft, int, int]], now: datetime) -> None:
    """Two statements for many questions: a row at a time would take minutes for a large bank."""
    if not numbered:
        return
    rows = [version_values(draft, question_id, version_no, now) for draft, question_id, version_no in numbered]
    statement = insert(QuestionVersion).returning(QuestionVersion.question_id, QuestionVersion.id)
    ids = {row.question_id: row.id for row in db.session.execute(statement, rows)}
    basis = [line for draft, question_id, _ in numbered for line in basis_values(draft, ids[question_id])]
    db.session.execute(insert(LegalBasis), basis)


def _retire(actor: Actor, known: Mapping[str, Question], wanted: Collection[str]) -> int:
    gone = [question for code, question in known.items() if code not in wanted and question.state in IN_USE]
    gone = [question for question in gone if question.origin is QuestionOrigin.FILE]
    for question in gone:
        if question.state is QuestionState.FLAGGED:
            version = queries.get_version(question, question.version_no)
            settle(question.id, add_review(actor, version, Verdict.RETIRED, ""))
        question.state = QuestionState.RETIRED
    return len(gone)


def export_bank(actor: Actor, directory: Path) -> int:
    """Write the questions in use to an empty folder in the format of the bank; gives their number.

    Loading it again changes nothing. One file per law and its short name in the ids. Raises FolderNotEmpty.
    """
    ensure(actor, "question.view")
    if directory.exists() and any(directory.iterdir()):
        raise FolderNotEmpty(name=directory.name)
    files: dict[str, list[dict[str, Any]]] = {}
    domains: dict[str, None] = {}
    instruments: dict[tuple[str, Any], None] = {}
    for question, version in queries.each_in_use(CHUNK):
        folder = question.code.split("-")[0]
        files.setdefault(f"{folder}/questions.yaml", []).append(entry_of(question, version))
        domains[version.domain] = None
        instruments.update({(basis.instrument, basis.instrument_version): None for basis in version.basis})
    for name, entries in files.items():
        _write(directory / name, {"questions": entries})
    _write(directory / DOMAINS, {"domains": list(domains)})
    _write(directory / INSTRUMENTS, {"instruments": [{"title": t, "version": v} for t, v in sorted(instruments)]})
    return sum(len(entries) for entries in files.values())


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file, yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
