"""Deeds on the bank (题库): load it from files, write it to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.core.question_draft import Fault, QuestionDraft
from lawedu.db import db
from lawedu.questions import queries
from lawedu.questions.bank_files import DOMAINS, INSTRUMENTS, check_directory
from lawedu.questions.contents import basis_values, content_hash, entry_of, question_values, version_values
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion

IN_USE = (QuestionState.PUBLISHED, QuestionState.FLAGGED)
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

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.retired)


def load_bank(actor: Actor, directory: Path) -> BankLoad:
    """Make the bank inside the system equal to the files; a second run changes nothing.

    New questions come in, changed ones get a new version, those missing from the files retire; versions once written
    never change. A question whose law has moved (flagged) stays so until its content changes. Raises BankUnreadable and
    BankFaulty: then nothing was changed. Source: contract.md, “A question”.
    """
    ensure(actor, "question.publish")
    reading = check_directory(directory)
    if reading.faults:
        raise BankFaulty(reading.faults)
    drafts = [draft for own in reading.questions.values() for draft in own]
    known = {question.code: question for question in db.session.scalars(select(Question))}
    done = _take_in(drafts, known, clock.now())
    retired = _retire(known, {draft.id for draft in drafts})
    db.session.flush()
    load = BankLoad(done["added"], done["changed"], retired, done["unchanged"])
    if not load.is_nothing:
        record(actor, "question.load", "bank", added=load.added, changed=load.changed, retired=load.retired)
    return load


def _take_in(drafts: Sequence[QuestionDraft], known: dict[str, Question], now: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    digests = {draft.id: content_hash(draft) for draft in drafts}
    new = [draft for draft in drafts if draft.id not in known]
    numbered = [(draft, question_id, 1) for draft, question_id in zip(new, _add(new, digests), strict=True)]
    done["added"] = len(new)
    for draft in drafts:
        question = known.get(draft.id)
        if question is None:
            continue
        if question.content_hash != digests[draft.id]:
            question.version_no += 1
            for name, value in question_values(draft, digests[draft.id]).items():
                setattr(question, name, value)
            numbered.append((draft, question.id, question.version_no))
            done["changed"] += 1
        elif question.state is QuestionState.RETIRED:
            question.state = QuestionState.PUBLISHED
            done["changed"] += 1
        else:
            done["unchanged"] += 1
    _add_versions(numbered, now)
    return done


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


def _retire(known: dict[str, Question], wanted: set[str]) -> int:
    gone = [question for code, question in known.items() if code not in wanted and question.state in IN_USE]
    for question in gone:
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
