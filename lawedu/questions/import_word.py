"""Reading a Word document (Word 读取): paragraphs with their automatic numbers, and tables. Runs in the child process.

Words that Word itself computes (1. A. 一、) are no text of the document; without them nobody knows where a question
begins. What cannot be read, pictures and formulas, leaves a mark, so that nobody overlooks that it is missing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lawedu.core.citation import chinese_number
from lawedu.core.grid import Grid
from lawedu.core.intake_table import has_header
from lawedu.spreadsheets import UnreadableSheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PICTURES = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_UNSEEN = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}pPr", f"{W}rPr", f"{W}txbxContent"})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Ticks and crosses of the Wingdings fonts, which have no letters of their own.
_SYMBOLS = {"F0FC": "√", "F0FB": "×", "F050": "√", "F04F": "×", "F0FE": "√", "F0FD": "×", "F052": "√", "F051": "×"}
Rows = list[list[str | None]]


def read_word(data: bytes) -> tuple[list[str], list[Rows]]:
    """(lines, tables of questions). Other tables become lines, their cells apart by tabs. Raises UnreadableSheet."""
    # Heavy, and needed only in the child.
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(io.BytesIO(data))
        body = document.element.body
        numbers = _Numbers(document)
    except (OpcError, KeyError, ValueError, AttributeError, SyntaxError) as broken:
        raise UnreadableSheet from broken
    lines: list[str] = []
    tables: list[Rows] = []
    for block in _blocks(body):
        if block.tag == f"{W}p":
            lines += _paragraph(block, numbers)
            continue
        rows = [[_cell(cell, numbers) for cell in row.iter(f"{W}tc")] for row in block.iter(f"{W}tr")]
        if has_header(Grid(rows)):
            tables.append([[cell or None for cell in row] for row in rows])
        else:
            lines += ["\t".join(cell.replace("\n", " ") for cell in row if cell) for row in rows]
    return lines, tables


def _blocks(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, out of content controls and text that was added while tracking changes."""
    for child in body:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag not in _UNSEEN:
            yield from _blocks(child)


def _cell(cell: Any, numbers: _Numbers) -> str:
    return "\n".join(line for paragraph in cell.iter(f"{W}p") for line in _paragraph(paragraph, numbers) if line)


def _paragraph(paragraph: Any, numbers: _Numbers) -> list[str]:
    text = numbers.label(paragraph) + "".join(_text(paragraph))
    boxes = [
        line for box in paragraph.iter(f"{W}txbxContent") for p in box.iter(f"{W}p") for line in ["".join(_text(p))]
    ]
    return [*text.split("\n"), *(line for line in boxes if line.strip())]


def _text(element: Any, *, underlined: bool = False) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _UNSEEN or tag == _FALLBACK:
            continue
        if tag == f"{W}t":
            text = child.text or ""
            # A line to write on is often nothing but underlined spaces.
            yield "____" if underlined and not text.strip() and text else text
        elif tag == f"{W}tab":
            yield "____" if underlined else "\t"
        elif tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif tag == f"{W}noBreakHyphen":
            yield "-"
        elif tag == f"{W}sym":
            yield _SYMBOLS.get(str(child.get(f"{W}char")).upper(), "［符号］")
        elif tag in _PICTURES:
            yield "" if child.find(f".//{W}txbxContent") is not None else "［图片］"
        elif tag in (f"{M}oMath", f"{M}oMathPara"):
            yield "［公式］"
        else:
            yield from _text(child, underlined=underlined or _is_underlined(child))


def _is_underlined(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}u") if run.tag == f"{W}r" else None
    return mark is not None and mark.get(f"{W}val", "single") != "none"


class _Numbers:
    """Counts automatic numbers as Word does: by list and level, deeper levels starting anew."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.lists: dict[str, str] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.started: set[str] = set()
        self.styles = self._styles(document)
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is not None:
            self._read(part.element)

    @staticmethod
    def _styles(document: Any) -> dict[str, Any]:
        return {style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")}

    def _read(self, root: Any) -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{W}lvl"):
                form, text, start = (_value(level, name) for name in ("numFmt", "lvlText", "start"))
                levels[int(level.get(f"{W}ilvl", "0"))] = (form, text, int(start) if start.isdecimal() else 1)
            self.levels[abstract.get(f"{W}abstractNumId")] = levels
        for number in root.iter(f"{W}num"):
            number_id = number.get(f"{W}numId")
            self.lists[number_id] = _value(number, "abstractNumId")
            for override in number.iter(f"{W}lvlOverride"):
                start = _value(override, "startOverride")
                if start.isdecimal():
                    self.restarts[number_id, int(override.get(f"{W}ilvl", "0"))] = int(start)

    def label(self, paragraph: Any) -> str:
        """The number before the paragraph, as printed; empty without one or with a bullet."""
        number_id, level = self._place(paragraph)
        abstract = self.lists.get(number_id, "")
        levels = self.levels.get(abstract, {})
        if level not in levels or number_id == "0":
            return ""
        if number_id not in self.started:
            self.started.add(number_id)
            for (owner, at), start in self.restarts.items():
                if owner == number_id:
                    self.counts[abstract, at] = start - 1
        self.counts[abstract, level] = self.counts.get((abstract, level), levels[level][2] - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((abstract, deeper), None)
        return self._written(abstract, levels, level)

    def _written(self, abstract: str, levels: dict[int, tuple[str, str, int]], level: int) -> str:
        form, text, _ = levels[level]
        if form in ("bullet", "none") or "%" not in text:
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            own = levels.get(at, ("decimal", "", 1))
            return _in_form(own[0], self.counts.get((abstract, at), own[2]))

        label = re.sub(r"%(\d)", number, text)
        return label if label.endswith((" ", "、", "）", "．")) else label + " "

    def _place(self, paragraph: Any) -> tuple[str, int]:
        properties = paragraph.find(f"{W}pPr")
        style = _value(properties, "pStyle") if properties is not None else ""
        for _ in range(10):
            found = properties.find(f"{W}numPr") if properties is not None else None
            if found is not None:
                level = _value(found, "ilvl")
                return _value(found, "numId"), int(level) if level.isdecimal() else 0
            owner = self.styles.get(style)
            if owner is None:
                break
            properties, style = owner.find(f"{W}pPr"), _value(owner, "basedOn")
        return "", 0


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}{name}")
    return str(found.get(f"{W}val", "")) if found is not None else ""


def _in_form(form: str, number: int) -> str:
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        letter = chr(ord("A") + number - 1)
        return letter if form == "upperLetter" else letter.lower()
    if form.startswith(("chinese", "japaneseCounting", "ideograph")) and 1 <= number <= 9999:
        return chinese_number(number)
    return str(number)
