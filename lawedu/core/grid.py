"""A sheet as offices keep it (表格): cells cleaned, the header found under title rows, merged cells carried down.

Nothing here knows what the columns mean; rosters and imported scores bring their own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lawedu.core.errors import BadInput

Cell = str | float | int | bool | date | None
HEADER_ROWS = 30
SCIENTIFIC = re.compile(r"^[+-]?\d+(?:\.\d+)?[eE][+]?\d{1,2}$")
# Chinese characters and their punctuation: a space next to one of them is layout, never part of a word.
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·、，。（）]"
SPACE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


class NoHeader(BadInput):
    """No row of the sheet looks like a header (没有找到表头)."""

    code = "no_header"
    sentence = "没有找到表头：前 30 行中没有同时包含{wanted}的一行。请使用模板，或检查表头文字。"


class EmptySheet(BadInput):
    """The sheet has no rows below its header (没有内容)."""

    code = "empty_sheet"
    sentence = "表格中没有内容。请确认上传的是填好的表格。"


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet. `merged`: (first row, first column, last row, last column), counted from 0, ends included."""

    rows: Sequence[Sequence[Cell]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    sheet: str = ""
    other_sheets: Sequence[str] = ()

    def at(self, row: int, column: int) -> Cell:
        """The cell; None outside the sheet."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if 0 <= column < len(cells) else None


@dataclass(frozen=True)
class Header:
    """Where the header stands and which column holds which field; `unread` are headings that no field claims."""

    row: int
    columns: Mapping[str, int]
    unread: Sequence[str] = field(default_factory=tuple)


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: whole numbers without “.0”, full-width letters made plain, spaces tidied."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    return tidy(str(cell))


def tidy(text: str) -> str:
    """NFKC (full-width digits), invisible marks away, runs of space to one, none beside a Chinese character."""
    plain = SPACE.sub(" ", unicodedata.normalize("NFKC", text.replace("　", " "))).strip(" '`’‘")
    plain = re.sub(rf"(?<={CJK}) (?=\S)|(?<=\S) (?={CJK})", "", plain)
    return "".join(c for c in plain if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()


def is_scientific(text: str) -> bool:
    """Whether a number was written as 1.38E+10."""
    return bool(SCIENTIFIC.match(text))


def expand_scientific(text: str) -> str:
    """1.3812345678E+10 → 13812345678; the text itself when it is no whole number."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    return str(int(value)) if value == value.to_integral_value() else text


def heading(cell: Cell, known: Collection[str] = ()) -> str:
    """A heading for comparison: no spaces, no * and ：; remarks in brackets away unless `known` has them."""
    text = SPACE.sub("", unicodedata.normalize("NFKC", text_of(cell))).strip("*:#。.")
    return text if text in known else re.sub(r"[(\[【].*?[)\]】]", "", text).strip("*:#。.")


def find_header(grid: Grid, words: Mapping[str, Sequence[str]], required: Sequence[str]) -> Header:
    """The first of the top 30 rows that names every required field.

    `words` maps a field to its headings, best first: of two columns for a field, the better heading wins.
    A header over two rows (单位 merged over 编制单位, 工作单位) is read from its lower row. Raises NoHeader.
    """
    known = {word for synonyms in words.values() for word in synonyms}
    for number in range(min(HEADER_ROWS, len(grid.rows))):
        names = [heading(cell, known) for cell in grid.rows[number]]
        columns = _claim(names, words)
        if len(columns) < 2 or not all(name in columns for name in required):
            continue
        if _has_second_row(grid, number, known):
            number, names = number + 1, _lower_names(grid, number, names, known)
            columns = _claim(names, words)
        unread = [name for i, name in enumerate(names) if name and i not in columns.values()]
        return Header(number, columns, tuple(unread))
    raise NoHeader(wanted="、".join(f"“{words[name][0]}”" for name in required))


def _claim(names: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for name, synonyms in words.items():
        for word in synonyms:
            if word in names and names.index(word) not in columns.values():
                columns[name] = names.index(word)
                break
    return columns


def _has_second_row(grid: Grid, number: int, known: Collection[str]) -> bool:
    """Only when cells of this row are merged with others and the row below names fields too."""
    if not any(top == number and (bottom > top or right > left) for top, left, bottom, right in grid.merged):
        return False
    below = grid.rows[number + 1] if number + 1 < len(grid.rows) else ()
    return any(heading(cell, known) in known for cell in below)


def _lower_names(grid: Grid, number: int, upper: Sequence[str], known: Collection[str]) -> list[str]:
    width = max(len(upper), len(grid.rows[number + 1]))
    lower = [heading(grid.at(number + 1, column), known) for column in range(width)]
    return [low or (upper[column] if column < len(upper) else "") for column, low in enumerate(lower)]


@dataclass(frozen=True)
class Carried:
    """A value of a column, with its row (from 0). `is_guess`: a blank cell took the value above without a merge."""

    row: int
    value: Cell
    is_guess: bool = False


def carried_down(grid: Grid, column: int, first: int) -> list[Carried]:
    """The column from row `first` on: a merged value for each of its rows, a blank cell with the value above it.

    .csv and pasted sheets lose the merge, hence the second; an empty row ends a block and nothing is carried over it.
    """
    origin = {
        row: top
        for top, left, bottom, right in grid.merged
        if left <= column <= right and bottom > top
        for row in range(max(top, first), min(bottom, len(grid.rows) - 1) + 1)
    }
    found: list[Carried] = []
    above: Cell = None
    for number in range(first, len(grid.rows)):
        if not any(text_of(cell) for cell in grid.rows[number]):
            above = None
        value = grid.at(number, column)
        if not text_of(value) and number in origin:
            value = grid.at(origin[number], column)
        is_guess = not text_of(value) and bool(text_of(above))
        above = above if is_guess else value
        found.append(Carried(number, above, is_guess))
    return found
