"""Exporting questions (题目导出): a workbook of everything, a paper to print; each file stands in the export ledger."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from lawedu import clock, workbooks
from lawedu.audit import services as audit
from lawedu.audit.models import ExportRecord
from lawedu.core.citation import place_label
from lawedu.core.policy import Actor, ensure
from lawedu.core.questions import KIND_NAMES, LETTERS, QuestionKind
from lawedu.db import db
from lawedu.questions import bench_queries, paper_documents
from lawedu.questions.bench_queries import Wanted
from lawedu.questions.contents import entry_of
from lawedu.questions.models import LegalBasis, Question, QuestionVersion
from lawedu.questions.refusals import NothingToExport, TooManyForPaper
from lawedu.workbooks import Column, Kind, Sheet

CHUNK = 500
MOST_ON_PAPER = 300
COLUMNS = (
    Column("编号", width=14),
    Column("题型", width=12),
    Column("题干", width=50),
    *(Column(f"选项{letter}", width=24) for letter in LETTERS),
    Column("答案", width=14),
    Column("错在哪里", width=40),
    Column("解析", width=50),
    Column("法律依据", width=36),
    Column("法律领域", width=16),
    Column("难度", Kind.NUMBER, 6),
    Column("用途", width=12),
    Column("核对日期", Kind.DATE, 12),
)
USES = {"practice": "练习", "exam": "考试"}


def new_number(now: datetime) -> str:
    """Number of an export (导出编号); it stands in the file, so it is chosen before the file is written."""
    return f"TK{now.astimezone(clock.BEIJING):%Y%m%d}-{secrets.token_hex(3).upper()}"


def write_workbook(actor: Actor, wanted: Wanted, mark: str) -> tuple[BytesIO, int]:
    """All chosen questions, a row each (a case has a row for the case and one for each part); rows are not kept.

    Gives the file and the number of rows.
    """
    ensure(actor, "question.export")
    file = BytesIO()
    rows = (row for question, version in _each(actor, wanted) for row in _rows(question, version))
    count = workbooks.write(file, Sheet("题库", COLUMNS, rows, mark=mark))
    return file, count


def write_paper(actor: Actor, wanted: Wanted, title: str, *, with_key: bool, mark: str) -> tuple[BytesIO, int]:
    """A paper to print, by kinds, with or without key. Raises NothingToExport, TooManyForPaper."""
    ensure(actor, "question.export")
    chosen = []
    for question, version in _each(actor, wanted):
        chosen.append((entry_of(question, version), [place_of(row) for row in version.basis]))
        if len(chosen) > MOST_ON_PAPER:
            raise TooManyForPaper(most=MOST_ON_PAPER)
    if not chosen:
        raise NothingToExport
    return paper_documents.paper(title, chosen[::-1], with_key=with_key, mark=mark), len(chosen)


def record(actor: Actor, kind: str, number: str, asked: str, rows: int, file: BytesIO) -> None:
    """Enter a file into the ledger before it leaves (导出记录): who, when, what was asked for, rows and hash.

    Source: security.md, “Data”.
    """
    ensure(actor, "question.export")
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    db.session.add(
        ExportRecord(
            number=number,
            kind=kind,
            filter=asked,
            row_count=rows,
            sha256=sha256,
            exported_by=actor.staff_number,
            exported_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record(actor, "question.export", "bank", number=number, kind=kind, rows=rows, sha256=sha256)


def _each(actor: Actor, wanted: Wanted) -> Iterator[tuple[Question, QuestionVersion]]:
    """A chunk at a time, by id downwards, so that a large bank is never in memory at once."""
    query, before = bench_queries.select_questions(actor, wanted).limit(CHUNK), 2**31 - 1
    while True:
        rows = db.session.execute(query.where(Question.id < before)).all()
        yield from ((row[0], row[1]) for row in rows)
        if len(rows) < CHUNK:
            return
        before = rows[-1][0].id
        db.session.expunge_all()


def _rows(question: Question, version: QuestionVersion) -> Iterator[Sequence[workbooks.Value]]:
    entry = entry_of(question, version)
    about = (
        "；".join(place_of(row) for row in version.basis),
        version.domain,
        version.difficulty or None,
        "、".join(USES[name] for name in version.use if name in USES),
        version.checked_on,
    )
    yield (question.code, *_asked(entry), *about)
    for number, part in enumerate(entry.get("parts", ()), 1):
        yield (f"{question.code}({number})", *_asked(part), *([None] * len(about)))


def _asked(entry: dict[str, Any]) -> tuple[workbooks.Value, ...]:
    options = entry.get("options", {})
    why_not = entry.get("why_not", {})
    names = {"true": "正确", "false": "错误"}
    return (
        KIND_NAMES[QuestionKind(entry["kind"])],
        entry["stem"],
        *(options.get(letter) for letter in LETTERS),
        paper_documents.key_words(entry),
        "\n".join(f"{names.get(key, key)}：{text}" for key, text in why_not.items()),
        entry.get("explanation", ""),
    )


def place_of(row: LegalBasis) -> str:
    """《…》第…条第…款（… 文本）."""
    return f"《{row.instrument}》{place_label(row.article, row.paragraph)}（{row.instrument_version} 文本）"
