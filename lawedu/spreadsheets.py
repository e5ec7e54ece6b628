"""Reading uploaded sheets (表格读取): .xlsx, .xls and .csv, in a child process with limits.

The child runs this very module, sees no environment of ours, and answers in JSON. Whatever happens to it (memory or
time used up, a crash in the parser) becomes one named refusal here.
"""

from __future__ import annotations

import csv
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from lawedu.core.errors import BadInput
from lawedu.core.grid import Cell, Grid

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
LONGEST_CELL = 2_000
SECONDS = 30
MEMORY = 1024 * 1024 * 1024
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MACROS = ("vbaproject", "macrosheets/", "activex/", "dialogsheets/")
OUTSIDE = ("externallinks/", "connections.xml", "querytables/", "embeddings/")


class UnreadableSheet(BadInput):
    """Not a sheet that can be read (文件无法读取)."""

    code = "unreadable_sheet"
    sentence = "文件无法读取。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。"


class SheetTooLarge(BadInput):
    """Too many bytes, rows, columns or cells, or unpacks into too much (文件过大)."""

    status = 413
    code = "sheet_too_large"
    sentence = "表格太大：文件不超过 10 MB，不超过 5 万行、200 列。请删去多余的行列后重新上传。"


class SheetHasMacros(BadInput):
    """Contains programs (含有宏)."""

    code = "sheet_has_macros"
    sentence = "文件含有宏或控件，出于安全不能读取。请另存为不带宏的 .xlsx 后重新上传。"


class SheetLinksOut(BadInput):
    """Refers to other files or data connections (含有外部链接)."""

    code = "sheet_links_out"
    sentence = (
        "文件链接了其他工作簿、数据连接或嵌入对象，出于安全不能读取。请把内容复制到新表（粘贴为数值）后重新上传。"
    )


class SheetIsLocked(BadInput):
    """Encrypted with a password (文件已加密)."""

    code = "sheet_is_locked"
    sentence = "文件设有打开密码，无法读取。请取消密码后重新上传。"


class NotASheet(BadInput):
    """Some other kind of file (不是表格文件)."""

    code = "not_a_sheet"
    sentence = "这不是表格文件。可以上传 .xlsx、.xls 或 .csv；网页或 PDF 请先另存为 .xlsx。"


REFUSALS = {
    kind.code: kind
    for kind in (UnreadableSheet, SheetTooLarge, SheetHasMacros, SheetLinksOut, SheetIsLocked, NotASheet)
}


def read_grid(data: bytes, name: str) -> Grid:
    """The first visible sheet that is not empty, with merged cells. Content decides what a file is, never its name.

    Blocks up to 30 s: call it before the writing transaction. Raises UnreadableSheet, SheetTooLarge, SheetHasMacros,
    SheetLinksOut, SheetIsLocked, NotASheet (security.md, “Imports”). `name` is only for the log of the caller.
    """
    if len(data) > MOST_BYTES:
        raise SheetTooLarge
    if not data.strip():
        raise NotASheet
    command = [sys.executable, "-B", "-m", "lawedu.spreadsheets"]
    try:
        child = subprocess.run(  # noqa: S603 (our own module, no shell)
            command, input=data, capture_output=True, timeout=SECONDS, check=False, cwd=_root(), env={}
        )
    except subprocess.TimeoutExpired as late:
        raise SheetTooLarge from late
    try:
        answer: dict[str, Any] = json.loads(child.stdout)
    except ValueError as silent:
        # Killed by its memory or CPU limit, or the parser crashed: from outside the same.
        raise (SheetTooLarge if child.returncode < 0 else UnreadableSheet) from silent
    if "refused" in answer:
        raise REFUSALS[answer["refused"]]
    return grid_of(answer)


def _root() -> Path:
    return Path(__file__).resolve().parent.parent


def grid_of(answer: dict[str, Any]) -> Grid:
    """A sheet as the child described it."""
    rows = [[_cell(cell) for cell in row] for row in answer["rows"]]
    merged = [(r1, c1, r2, c2) for r1, c1, r2, c2 in answer["merged"]]
    return Grid(rows, merged, answer["sheet"], answer["other_sheets"])


def _cell(cell: Any) -> Cell:
    return date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell


# From here on: what runs in the child.


def limit() -> None:
    """Memory, time and no writing, for the child."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(data: bytes) -> dict[str, Any]:
    if data[:8] == OLE:
        check_ole(data)
        return _workbook(data)
    if data[:4] == b"PK\x03\x04":
        check_zip(data)
        return _workbook(data)
    return _text(data)


def check_ole(data: bytes) -> None:
    """An .xls, or an encrypted .xlsx in the same envelope. Names in its directory are UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetIsLocked
    if any(word.encode("utf-16-le") in data for word in ("_VBA_PROJECT", "Macros")):
        raise SheetHasMacros


def check_zip(data: bytes, folder: str = "xl/", outside: Sequence[str] = OUTSIDE) -> None:
    """Counted from the directory before anything is unpacked; whoever lies there meets the memory limit. `folder`
    names the kind of document. Raises SheetTooLarge, SheetIsLocked, NotASheet, SheetHasMacros, SheetLinksOut.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as broken:
        raise UnreadableSheet from broken
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise SheetTooLarge
    if any(entry.file_size > 1_000_000 and entry.file_size > entry.compress_size * MOST_RATIO for entry in entries):
        raise SheetTooLarge
    if any(entry.flag_bits & 1 for entry in entries):
        raise SheetIsLocked
    if not any(name.startswith(folder) for name in names):
        raise NotASheet
    if any(word in name for name in names for word in MACROS):
        raise SheetHasMacros
    if any(word in name for name in names for word in outside):
        raise SheetLinksOut
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4096).replace(b"\x00", b"").upper():
                    raise UnreadableSheet


def _workbook(data: bytes) -> dict[str, Any]:
    return next(every_sheet(data))


def every_sheet(data: bytes) -> Iterator[dict[str, Any]]:
    """The visible sheets that are not empty, in order (the first visible one when all are); only for a child process.

    Raises SheetIsLocked, SheetTooLarge, UnreadableSheet.
    """
    # Heavy, and needed only in the child.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
        filled = [name for name in shown if book.get_sheet_by_name(name).end is not None]
        for name in filled or shown[:1] or [""]:
            sheet = book.get_sheet_by_name(name)
            height, width = sheet.total_height, sheet.total_width
            if height > MOST_ROWS + 100 or width > MOST_COLUMNS or height * width > MOST_CELLS:
                raise SheetTooLarge
            rows = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
            others = [other for other in filled if other != name]
            yield {"rows": rows, "merged": merged, "sheet": sheet.name, "other_sheets": others}
    except PasswordError as locked:
        raise SheetIsLocked from locked
    except (CalamineError, IndexError, OSError, ValueError) as broken:
        raise UnreadableSheet from broken


def _plain(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell[:LONGEST_CELL] or None
    if isinstance(cell, datetime):
        return {"date": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return cell


def _text(data: bytes) -> dict[str, Any]:
    """A .csv (or a text with tabs) in UTF-8, UTF-16 or GB18030, whatever it is called."""
    text = decoded(data)
    head = text[:2000].lstrip().lower()
    if head.startswith(("<", "{", "%pdf")) or "\x00" in text:
        raise NotASheet
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    rows = [[cell[:LONGEST_CELL] or None for cell in row] for row in _lines(text, delimiter)]
    return {"rows": rows, "merged": [], "sheet": "", "other_sheets": []}


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or GB18030, without its byte order mark. Raises NotASheet."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASheet


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    cells = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            cells += len(row)
            if number > MOST_ROWS + 100 or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise SheetTooLarge
            yield row
    except csv.Error as broken:
        raise UnreadableSheet from broken


def main() -> None:
    """The child: bytes in, JSON out."""
    data = sys.stdin.buffer.read()
    limit()
    try:
        answer = _answer(data)
    except BadInput as refusal:
        answer = {"refused": refusal.code}
    except MemoryError:
        answer = {"refused": SheetTooLarge.code}
    json.dump(answer, sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
