"""Writing workbooks (表格导出): .xlsx as offices pass them on, with typed cells, so that no text ever becomes a
formula.

Rows are written as they come and never kept: a list of 200,000 people takes a few megabytes of memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Value = str | int | Decimal | date | None
FONT = "宋体"
LONGEST_CELL = 2000
# What a cell of text may not hold: control characters that XML has no place for, and lone surrogates.
UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))


class Kind(StrEnum):
    """Kind of a column (列的类型)."""

    TEXT = "text"
    NUMBER = "number"
    POINTS = "points"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column: heading, kind, width in characters."""

    title: str
    kind: Kind = Kind.TEXT
    width: int = 10


@dataclass(frozen=True)
class Sheet:
    """One table to write. `lines` stand under the title (filter, explanation), `total` under the rows, `signs` are
    the words of the signature line at the foot, `mark` is the line that says who exported it, when and under which
    number.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    lines: Sequence[str] = ()
    total: Sequence[Value] = ()
    signs: Sequence[str] = field(default_factory=tuple)
    mark: str = ""


def write(target: IO[bytes], sheet: Sheet) -> int:
    """Write the table as .xlsx into an open file; returns how many rows it has. A percentage comes as a share (0.953).

    Text is text, whatever it begins with: formulas, links and numbers out of strings are switched off.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(sheet_name(sheet.title))
        looks = _Looks(book)
        _set_up(page, sheet)
        head = _write_head(page, sheet, looks)
        row = head
        for row, values in enumerate(sheet.rows, head + 1):
            _write_row(page, row, sheet.columns, values, looks.cells)
        count = row - head
        page.autofilter(head, 0, max(row, head + 1), len(sheet.columns) - 1)
        if sheet.total:
            row += 1
            _write_row(page, row, sheet.columns, sheet.total, looks.totals)
        _write_foot(page, row + 2, sheet, looks)
    return count


def sheet_name(title: str) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\ and no quote at either end."""
    return "".join(c for c in title if c not in "[]:*?/\\")[:31].strip("' ") or "表"


class _Looks:
    """Formats of one workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        grid = {**base, "border": 1, "border_color": "#9AA5AF"}
        bold = {**grid, "bold": True, "bg_color": "#EEF2F5"}
        self.title: Format = book.add_format({**base, "bold": True, "font_size": 16, "align": "center"})
        self.line: Format = book.add_format({**base, "font_color": "#465462"})
        self.head: Format = book.add_format({**bold, "align": "center", "text_wrap": True})
        self.cells = {kind: book.add_format({**grid, **form}) for kind, form in _FORMS.items()}
        self.totals = {kind: book.add_format({**bold, **form}) for kind, form in _FORMS.items()}


_FORMS: dict[Kind, dict[str, str]] = {
    Kind.TEXT: {"num_format": "@"},
    Kind.NUMBER: {"num_format": "0"},
    Kind.POINTS: {"num_format": "0.00"},
    Kind.PERCENT: {"num_format": "0.0%"},
    Kind.DATE: {"num_format": "yyyy-mm-dd"},
}


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    """Printing as offices need it: A4 across, one page wide, the header on every page."""
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(0.5, 0.5, 0.6, 0.7)
    page.fit_to_pages(1, 0)
    head = _head_row(sheet)
    page.repeat_rows(head)
    page.freeze_panes(head + 1, 1)
    # & starts a code in headers and footers.
    page.set_footer("&L" + sheet.mark.replace("&", "&&")[:200] + "&R第 &P 页，共 &N 页")


def _head_row(sheet: Sheet) -> int:
    return 1 + len(sheet.lines) + bool(sheet.mark)


def _write_head(page: Worksheet, sheet: Sheet, looks: _Looks) -> int:
    """Title, lines and headings; returns the row of the headings."""
    last = len(sheet.columns) - 1
    page.set_row(0, 30)
    page.merge_range(0, 0, 0, max(last, 1), clean(sheet.title), looks.title)
    head = _head_row(sheet)
    for row, line in enumerate([*sheet.lines, *([sheet.mark] if sheet.mark else [])], 1):
        page.write_string(row, 0, clean(line), looks.line)
    page.set_row(head, 32)
    for number, column in enumerate(sheet.columns):
        page.write_string(head, number, column.title, looks.head)
    return head


def _write_row(
    page: Worksheet, row: int, columns: Sequence[Column], values: Sequence[Value], formats: dict[Kind, Format]
) -> None:
    for number, (column, value) in enumerate(zip(columns, values, strict=True)):
        form = formats[column.kind]
        if value is None:
            page.write_blank(row, number, None, form)
        elif isinstance(value, str):
            page.write_string(row, number, clean(value), form)
        elif isinstance(value, date):
            page.write_datetime(row, number, value, form)
        else:
            page.write_number(row, number, value, form)


def _write_foot(page: Worksheet, row: int, sheet: Sheet, looks: _Looks) -> None:
    for number, word in zip(_spread(len(sheet.signs), len(sheet.columns)), sheet.signs, strict=True):
        page.write_string(row, number, f"{word}：", looks.line)


def _spread(count: int, width: int) -> Iterator[int]:
    """Columns for the words at the foot, evenly over the width."""
    yield from (place * width // max(count, 1) for place in range(count))


def clean(text: str) -> str:
    """Text that a workbook can hold."""
    return text.translate(UNWRITABLE)[:LONGEST_CELL]
