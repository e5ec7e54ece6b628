"""Reading a question file (试题文件读取): Word, Excel, text, CSV and JSON, in a child process with limits.

The child runs this very module, sees no environment of ours and answers in JSON, as in `lawedu.spreadsheets`. Content
decides what a file is, never its name.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lawedu import spreadsheets
from lawedu.core.errors import BadInput
from lawedu.core.grid import Grid, text_of
from lawedu.core.intake import Source
from lawedu.core.intake_entries import read_entries
from lawedu.core.intake_table import has_header, read_sheets
from lawedu.core.intake_text import read_lines
from lawedu.questions.import_word import read_word

MOST_LINES = 60_000
MOST_CHARACTERS = 5_000_000
MOST_QUESTIONS = 5_000
LONGEST_ORIGINAL = 6_000


class FileTooLarge(BadInput):
    """Too many bytes, or unpacks into too much (文件过大)."""

    status = 413
    code = "question_file_too_large"
    sentence = "文件太大：不超过 10 MB、6 万行、5000 道题。请分成几个文件上传。"


class UnreadableFile(BadInput):
    """Damaged, or not what it seems (文件无法读取)."""

    code = "unreadable_question_file"
    sentence = "文件无法读取，可能已损坏。请用 Word、Excel 或 WPS 打开，另存为 .docx 或 .xlsx 后重新上传。"


class FileHasMacros(BadInput):
    """Contains programs (含有宏)."""

    code = "question_file_has_macros"
    sentence = "文件含有宏或控件，出于安全不能读取。请另存为不带宏的 .docx 或 .xlsx 后重新上传。"


class FileIsLocked(BadInput):
    """Encrypted with a password (文件已加密)."""

    code = "question_file_is_locked"
    sentence = "文件设有打开密码，无法读取。请取消密码后重新上传。"


class OldWordFile(BadInput):
    """A .doc of before 2007 (旧版 Word)."""

    code = "old_word_file"
    sentence = "这是旧版 Word 文件（.doc）。请用 Word 或 WPS 打开，另存为 .docx 后重新上传。"


class NotAQuestionFile(BadInput):
    """Some other kind of file (不是可以读取的文件)."""

    code = "not_a_question_file"
    sentence = (
        "这种文件不能读取。可以上传 Word（.docx）、Excel（.xlsx、.xls）、文本、CSV 或 JSON；PDF 和网页请先另存为 Word。"
    )


class NoQuestions(BadInput):
    """Nothing in the file looks like a question (没有识别出试题)."""

    code = "no_questions"
    sentence = (
        "文件中没有识别出试题。请确认每道题有题号，选项以 A、B、C 开头，答案以“答案”开头，或者使用有“题干”一列的表格。"
    )


OWN = {
    kind.code: kind
    for kind in (FileTooLarge, UnreadableFile, FileHasMacros, FileIsLocked, OldWordFile, NotAQuestionFile)
}
_SAME = {
    spreadsheets.UnreadableSheet.code: UnreadableFile,
    spreadsheets.SheetTooLarge.code: FileTooLarge,
    spreadsheets.SheetHasMacros.code: FileHasMacros,
    spreadsheets.SheetIsLocked.code: FileIsLocked,
    spreadsheets.NotASheet.code: NotAQuestionFile,
}


@dataclass(frozen=True)
class Reading:
    """What was read: `form` is text, word, sheet or json; places of questions count in its lines, rows or entries.

    `originals`: the same places as they stood in the file, by sheet (empty for lines and entries).
    """

    form: str
    source: Source
    originals: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def original(self, sheet: str, first: int, last: int) -> str:
        """The words of the file from one place to another."""
        return "\n".join(self.originals.get(sheet, ())[max(0, first - 1) : last])[:LONGEST_ORIGINAL]


def read_file(data: bytes) -> Reading:
    """Questions as they stand in a file. Blocks up to 30 s: call it before the writing transaction.

    Raises FileTooLarge, UnreadableFile, FileHasMacros, FileIsLocked, OldWordFile, NotAQuestionFile, NoQuestions,
    NoHeader, NotQuestions, SheetLinksOut.
    """
    if len(data) > spreadsheets.MOST_BYTES:
        raise FileTooLarge
    if not data.strip():
        raise NoQuestions
    answer = _ask_child(data)
    reading = _understand_form(answer)
    if not reading.source.raws:
        raise NoQuestions
    if len(reading.source.raws) > MOST_QUESTIONS:
        raise FileTooLarge
    return reading


def _understand_form(answer: dict[str, Any]) -> Reading:
    form = answer["form"]
    if form == "json":
        source = read_entries(answer["content"])
        return Reading(
            form, source, {"": [json.dumps(entry, ensure_ascii=False, indent=1) for entry in source.entries]}
        )
    tables = [_grid(table) for table in answer["tables"]]
    if form == "sheet":
        sheets = {table.sheet if len(tables) > 1 else "": _rows_as_text(table) for table in tables}
        return Reading(form, read_sheets(tables), sheets)
    source = read_lines(answer["lines"])
    originals = {"": answer["lines"]}
    for number, table in enumerate(tables, 1):
        # Tables of a document: their rows count by themselves.
        found = read_sheets([replace(table, sheet=f"表{number}")])
        for raw in found.raws:
            raw.sheet = f"表{number}"
        source.raws.extend(found.raws)
        source.unread.extend(found.unread)
        originals[f"表{number}"] = _rows_as_text(table)
    return Reading(form, source, originals)


def _rows_as_text(table: Grid) -> list[str]:
    return ["　｜　".join(filter(None, (text_of(cell) for cell in row))) for row in table.rows]


def _grid(table: dict[str, Any]) -> Grid:
    return spreadsheets.grid_of({"merged": [], "sheet": "", "other_sheets": [], **table})


def _ask_child(data: bytes) -> dict[str, Any]:
    command = [sys.executable, "-B", "-m", "lawedu.questions.import_files"]
    try:
        child = subprocess.run(  # noqa: S603 (our own module, no shell)
            command, input=data, capture_output=True, timeout=spreadsheets.SECONDS, check=False, cwd=_root(), env={}
        )
    except subprocess.TimeoutExpired as late:
        raise FileTooLarge from late
    try:
        answer: dict[str, Any] = json.loads(child.stdout)
    except ValueError as silent:
        # Killed by its memory or CPU limit, or the parser crashed: from outside the same.
        raise (FileTooLarge if child.returncode < 0 else UnreadableFile) from silent
    code = answer.get("refused")
    if code:
        raise (OWN.get(code) or _SAME.get(code) or spreadsheets.REFUSALS[code])
    return answer


def _root() -> Path:
    return Path(__file__).resolve().parent.parent.parent


# From here on: what runs in the child.


def _answer(data: bytes) -> dict[str, Any]:
    if data[:8] == spreadsheets.OLE:
        return _old_office(data)
    if data[:4] == b"PK\x03\x04":
        return _office(data)
    return _text(data)


def _old_office(data: bytes) -> dict[str, Any]:
    spreadsheets.check_ole(data)
    if "WordDocument".encode("utf-16-le") in data:
        raise OldWordFile
    return {"form": "sheet", "tables": list(spreadsheets.every_sheet(data))}


def _office(data: bytes) -> dict[str, Any]:
    if b"word/document.xml" not in data:
        spreadsheets.check_zip(data)
        return {"form": "sheet", "tables": list(spreadsheets.every_sheet(data))}
    # A document may hold pictures and objects of other programs: they are not opened, only their place is marked.
    spreadsheets.check_zip(data, "word/", ())
    lines, tables = read_word(data)
    if len(lines) > MOST_LINES or sum(map(len, lines)) > MOST_CHARACTERS:
        raise FileTooLarge
    return {"form": "word", "lines": lines, "tables": [{"rows": rows} for rows in tables]}


def _text(data: bytes) -> dict[str, Any]:
    text = spreadsheets.decoded(data)
    head = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if head.startswith(("<", "%pdf", "{\\rtf")) or "\x00" in text:
        raise NotAQuestionFile
    if len(text) > MOST_CHARACTERS:
        raise FileTooLarge
    if head.startswith(("[", "{")) and (content := _parsed(text)) is not None:
        return {"form": "json", "content": content}
    rows = _rows(text)
    if rows is not None:
        return {"form": "sheet", "tables": [{"rows": rows}]}
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise FileTooLarge
    return {"form": "text", "lines": lines, "tables": []}


def _parsed(text: str) -> Any:
    """JSON, or None: a text may begin with [单选题] as well."""
    try:
        return json.loads(text.lstrip("\ufeff"))
    except ValueError:
        if text.lstrip("\ufeff \t\r\n")[:2] in ("[{", '{"'):
            raise UnreadableFile from None
        return None
    except RecursionError:
        raise UnreadableFile from None


def _rows(text: str) -> list[list[str | None]] | None:
    """The text as a table when one of its first lines is a header of questions."""
    for delimiter in ",\t;":
        head = [line.split(delimiter) for line in text.lstrip("\ufeff").splitlines()[:31]]
        if not any(len(row) > 2 for row in head) or not has_header(
            Grid([[cell.strip('" ') for cell in row] for row in head])
        ):
            continue
        try:
            return [
                [cell or None for cell in row]
                for row in csv.reader(text.lstrip("\ufeff").splitlines(True), delimiter=delimiter)
            ]
        except csv.Error:
            raise UnreadableFile from None
    return None


def main() -> None:
    """The child: bytes in, JSON out."""
    data = sys.stdin.buffer.read()
    spreadsheets.limit()
    try:
        answer = _answer(data)
        json.dump(answer, sys.stdout, ensure_ascii=True)
    except BadInput as refusal:
        json.dump({"refused": refusal.code}, sys.stdout)
    except (MemoryError, RecursionError):
        json.dump({"refused": FileTooLarge.code}, sys.stdout)


if __name__ == "__main__":
    main()
