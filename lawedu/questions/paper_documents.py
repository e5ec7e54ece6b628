"""A paper in Word (Word 试卷): to print, and to change where an office must; with or without the key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lawedu.core.citation import chinese_number
from lawedu.core.questions import KIND_NAMES, QuestionKind

SONG, HEI = "宋体", "黑体"
# Control characters that XML has no place for; a stored text has none, a file that fails would be worse than one less.
_UNWRITABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
ORDER = tuple(QuestionKind)
Chosen = tuple[dict[str, Any], Sequence[str]]


def paper(title: str, chosen: Sequence[Chosen], *, with_key: bool, mark: str) -> BytesIO:
    """The paper, A4 upright: entries grouped by kind and numbered through; `chosen`: (entry, its places in the law)."""
    document: Any = docx.Document()
    _set_up(document, mark)
    _line(document, title, size=18, font=HEI, centred=True)
    _line(document, "单位：　　　　　　　　姓名：　　　　　　得分：", size=11, centred=True)
    keys: list[tuple[int, dict[str, Any], Sequence[str]]] = []
    number = 0
    groups = [(kind, [one for one in chosen if one[0]["kind"] == kind.value]) for kind in ORDER]
    for place, (kind, group) in enumerate([found for found in groups if found[1]], 1):
        _line(document, f"{chinese_number(place)}、{KIND_NAMES[kind]}（共 {len(group)} 题）", size=13, font=HEI)
        for entry, bases in group:
            number += 1
            _asked(document, f"{number}. ", entry)
            for part_number, part in enumerate(entry.get("parts", ()), 1):
                _asked(document, f"（{part_number}）", part)
            keys.append((number, entry, bases))
    if with_key:
        document.add_page_break()
        _line(document, "参考答案与解析", size=16, font=HEI, centred=True)
        for key_number, entry, bases in keys:
            _key(document, f"{key_number}. ", entry, bases)
    file = BytesIO()
    document.save(file)
    file.seek(0)
    return file


def _set_up(document: Any, mark: str) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = SONG, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.footer.paragraphs[0].text = mark.translate(_UNWRITABLE)


def _line(document: Any, text: str, *, size: float = 11, font: str = SONG, centred: bool = False) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text.translate(_UNWRITABLE))
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # Chinese characters take their font from here only
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(4)


def _asked(document: Any, number: str, entry: dict[str, Any]) -> None:
    stem = entry["stem"] + ("（　）" if entry["kind"] == "true_false" and "（　）" not in entry["stem"] else "")
    _line(document, f"{number}{stem}")
    for key, text in entry.get("options", {}).items():
        _line(document, f"　　{key}. {text}")
    for _ in range({"short_answer": 5, "essay": 10}.get(entry["kind"], 0)):
        _line(document, "")


def _key(document: Any, number: str, entry: dict[str, Any], bases: Iterable[str]) -> None:
    for place, asked in enumerate([entry, *entry.get("parts", ())]):
        words = key_words(asked)
        head = number if place == 0 else f"（{place}）"
        if words or place == 0:
            _line(document, f"{head}{words}")
        if asked.get("explanation"):
            _line(document, f"　　解析：{asked['explanation']}")
    _line(document, f"　　依据：{'；'.join(bases)}")


def key_words(entry: dict[str, Any]) -> str:
    """The key in one line: letters, 正确 or 错误, accepted texts, or the points of a model answer."""
    answer = entry.get("answer")
    if entry.get("rubric"):
        return "；".join(f"{line['text']}（{line['points']}分）" for line in entry["rubric"])
    if isinstance(answer, bool):
        return "正确" if answer else "错误"
    if isinstance(answer, list):
        return ("" if entry.get("options") else "／").join(answer)
    return str(answer or "")
