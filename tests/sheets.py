"""Sheets as offices send them (表格样本): real .xlsx files, a hand-made .xls, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, merged: Sequence[tuple[int, int, int, int]] = (), **options: Any) -> bytes:
    """A workbook with one sheet 名单; `merged` cells (counted from 0) keep the value of their first cell."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name in options.get("sheets_before", ()):
            book.add_worksheet(name)
        sheet = book.add_worksheet("名单")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
        for first_row, first_column, last_row, last_column in merged:
            value = rows[first_row][first_column]
            sheet.merge_range(first_row, first_column, last_row, last_column, value)
        for name in options.get("sheets_after", ()):
            book.add_worksheet(name).write(0, 0, "别的内容")
        if "cell" in options:
            sheet.write(*options["cell"])
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same archive with one more part."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", method) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def replaced(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same archive with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            after.writestr(name, content)
    return buffer.getvalue()


def csv_bytes(rows: Rows, encoding: str = "gb18030", delimiter: str = ",") -> bytes:
    """Rows as text."""
    lines = [delimiter.join("" if cell is None else str(cell) for cell in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xls(rows: Rows) -> bytes:
    """The smallest .xls (BIFF8 in an OLE envelope) that holds these texts and numbers."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + text)
            elif cell is not None:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A, b"")
    name = "名单".encode("utf-16-le")
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    start = len(bof) + 4 + 8 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IHBB", start, 0, 2, 1) + name)
    return ole({"Workbook": bof + bound + _record(0x000A, b"") + sheet})


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file; every stream is padded beyond the size that would put it into the mini stream."""
    padded = {name: body.ljust(max(4096, -(-len(body) // 512) * 512), b"\0") for name, body in streams.items()}
    fat: list[int] = [0xFFFFFFFD, 0xFFFFFFFE]
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for index, (name, body) in enumerate(padded.items(), start=1):
        start, sectors = len(fat), len(body) // 512
        fat += [*range(start + 1, start + sectors), 0xFFFFFFFE]
        entries.append(_entry(name, 2, start, len(body), right=index + 1 if index < len(padded) else 0xFFFFFFFF))
    entries += [b"\0" * 128] * (4 - len(entries))
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    return head.ljust(512, b"\xff") + table + b"".join(entries) + b"".join(padded.values())


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    body += struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36
    return body + struct.pack("<IQ", start, size)
