"""What a line begins with (行首标记): a number, a field such as 答案, a heading; and lines that are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lawedu.core.citation import read_number
from lawedu.core.intake_words import CLOSE, KIND_WORD, OPEN, one_of, plain, readable

MOST_LINES = 60_000
LONGEST_LINE = 4_000
# A line is looked at again by each of the lines before it that ask what follows.
CACHED = 512
_O, _C = re.escape(OPEN), re.escape(CLOSE)
_CHINESE = "[一二三四五六七八九十百零〇]{1,6}"

FIELDS = {
    "explanation": [
        "答案解析",
        "试题解析",
        "题目解析",
        "参考解析",
        "名师解析",
        "答题解析",
        "解析",
        "评析",
        "分析",
        "详解",
        "解答",
        "点评",
        "解题思路",
        "试题评析",
    ],
    "answer": ["正确答案", "标准答案", "参考答案", "本题答案", "答案选项", "正确选项", "答案"],
    "basis": ["法律依据", "法规依据", "法条依据", "政策依据", "依据", "法条", "出处", "来源", "参考法条"],
    "difficulty": ["难度系数", "难易程度", "难易度", "难度等级", "难度"],
    "domain": ["知识点", "考点", "考查点", "法律领域", "所属领域", "所属法律", "领域", "类别", "分类", "专业", "标签"],
    "kind": ["题目类型", "试题类型", "题型"],
    "score": ["本题分值", "分值", "分数"],
    "stem": ["题干", "题目", "试题", "问题"],
    "options": ["备选答案", "选项"],
}
FIELD_OF = {word: name for name, words in FIELDS.items() for word in words}
_WORD = one_of(FIELD_OF)
_BRACKETED = rf"[{_O}]\s*(?P<b>{_WORD})\s*[{_C}]\s*[:：]?"
_START = re.compile(
    rf"^\s*(?:{_BRACKETED}|(?P<c>{_WORD})\s*(?:是|为)?\s*[:：]|(?P<a>正确答案|标准答案|参考答案|答案)\s*(?:是|为)?\s*"
    r"(?:[\s　]+(?=\S)|(?=[A-HＡ-Ｈa-h√×✓✗对错正])))"
)
_BARE_START = re.compile(r"^\s*(?P<a>答案解析|试题解析|解析|正确答案|标准答案|参考答案|答案)\s*$")
_INSIDE = re.compile(
    rf"[{_O}]\s*(?:{_WORD})\s*[{_C}]|(?<=[\s。；;）)】])(?:{one_of(FIELDS['explanation'])}|{one_of(FIELDS['answer'])})\s*[:：]"
)
_WRAPPED_ANSWER = re.compile(rf"[（(]\s*(?:{one_of(FIELDS['answer'])})\s*[:：]\s*([^（）()]{{1,30}})[）)]")


@dataclass(frozen=True)
class Line:
    """A line, or a part of it that is a field of its own. `number` counts from 1; `name` is the field."""

    number: int
    text: str
    name: str = ""


class Family(StrEnum):
    """How questions are numbered (题号形式)."""

    ARABIC = "arabic"
    BRACKET = "bracket"
    CHINESE = "chinese"


@dataclass(frozen=True)
class Numbered:
    """A line that may begin a question."""

    family: Family
    number: int
    rest: str


@dataclass(frozen=True)
class Heading:
    """A heading over questions: its kind word (empty for a topic) and in which way it is numbered itself."""

    word: str
    style: str
    text: str


# Layout only; patterns that look for space in front of something would take for ever over thousands of them.
_GAP = re.compile(r"[^\S\n]{9,}")


def _narrow_gap(gap: re.Match[str]) -> str:
    return "\t" if "\t" in gap[0] else " " * 8


def split_lines(texts: Sequence[str]) -> list[Line]:
    """Readable lines, fields that follow others in one line on a line of their own; empty lines are kept."""
    found: list[Line] = []
    for number, text in enumerate(texts[:MOST_LINES], 1):
        for part in _GAP.sub(_narrow_gap, readable(text)).split("\n"):
            # A cut is never silent: the mark makes a doubt.
            part = part if len(part) <= LONGEST_LINE else part[:LONGEST_LINE] + "�"
            found += _fields_of(number, part.rstrip()) if part.strip() else [Line(number, "")]
    return found


def _fields_of(number: int, text: str) -> Iterator[Line]:
    wrapped = _WRAPPED_ANSWER.search(text)
    if wrapped and not _START.match(text):
        text = text[: wrapped.start()] + text[wrapped.end() :]
    start, name = 0, ""
    while True:
        line = field_start(number, text[start:])
        name = line.name if line else ""
        # In an explanation people write “答案：B” too; only a bracketed field ends it.
        found = next((m for m in _INSIDE.finditer(text, start + 1) if _ends(name, m[0])), None)
        end = found.start() if found else len(text)
        yield field_start(number, text[start:end]) or Line(number, text[start:end].rstrip())
        if not found:
            break
        start = end
    if wrapped:
        yield Line(number, wrapped[1].strip(), "answer")


def _ends(name: str, mark: str) -> bool:
    return name not in ("explanation", "basis") or mark[0] in OPEN


def field_start(number: int, text: str) -> Line | None:
    """The line as a field, when it begins with the name of one."""
    found = _START.match(text) or _BARE_START.match(text)
    if not found:
        return None
    groups = found.groupdict()
    word = groups.get("b") or groups.get("c") or groups["a"]
    return Line(number, text[found.end() :].strip(), FIELD_OF[word])


_TAG = rf"[{_O}]\s*(?P<tag>{KIND_WORD})\s*[{_C}]"
_LEADING_TAG = re.compile(rf"^\s*(?:{_TAG}|(?P<word>{KIND_WORD})\s*[:：])\s*[、.．]?\s*")
_TRAILING_TAG = re.compile(rf"\s*{_TAG}\s*[。.]?\s*$")
_SCORE = re.compile(rf"[{_O}]\s*(?:本题)?\s*\d{{1,3}}(?:\.\d)?\s*分\s*[{_C}]")


def leads_with_tag(text: str) -> bool:
    """Whether the line begins with a kind: 【单选题】…"""
    return bool(_LEADING_TAG.match(text))


@lru_cache(CACHED)
def take_tag(text: str) -> tuple[str, str]:
    """(kind word, text without it): 【单选题】 or （多选） at either end; a score （2分） at either end goes too."""
    word = ""
    for _ in range(3):
        before = text
        for pattern in (_LEADING_TAG, _TRAILING_TAG):
            found = pattern.search(text)
            if found:
                word = word or found["tag"] or found.groupdict().get("word") or ""
                text = text[: found.start()] + text[found.end() :]
        score = _SCORE.search(text)
        if score and (not text[: score.start()].strip() or not text[score.end() :].strip(" 。.")):
            text = text[: score.start()] + text[score.end() :]
        if text == before:
            break
    return word, text.strip()


_ARABIC = re.compile(
    r"^\s*[*★]?\s*(?:(?:第|题目?)\s*(?P<a>\d{1,4})\s*题?\s*[、.,:)]?|"
    r"(?P<b>\d{1,4})\s*(?:、|[.,:](?!\d)|\)|题[、.:]|[\t ]+(?=\S)))"
)
_BRACKET = re.compile(r"^\s*\(\s*(?P<a>\d{1,4})\s*\)\s*[、.]?")
_CHINESE_NO = re.compile(rf"^\s*(?P<a>{_CHINESE})\s*[、.]")


@lru_cache(CACHED)
def numbered(text: str) -> Numbered | None:
    """The number at the head of the line, in front of which a kind may stand; None without one."""
    # Widths only: a position in the normal text must be one in the text itself. A wide stop is never a decimal point.
    narrow = _WIDE_STOP.sub("、", text).translate(_NARROW)
    for family, pattern in ((Family.ARABIC, _ARABIC), (Family.BRACKET, _BRACKET), (Family.CHINESE, _CHINESE_NO)):
        found = pattern.match(narrow)
        if not found:
            continue
        written = next(group for group in found.groups() if group)
        try:
            return Numbered(family, read_number(written), text[found.end() :].strip())
        except ValueError:
            return None
    return None


_WIDE_STOP = re.compile(r"(?<=[0-9０-９])．")
_NARROW = {ord(wide): narrow for wide, narrow in zip("（）．，：　＊", "().,: *", strict=True)}
_NARROW |= {0xFF10 + digit: str(digit) for digit in range(10)}

_HEAD = re.compile(
    rf"^\s*(?P<style>第\s*(?:{_CHINESE}|\d{{1,3}})\s*(?:部分|大题|章|节|篇|单元)|[（(]\s*{_CHINESE}\s*[）)]|{_CHINESE}(?=\s*[、.．:：])|"
    r"\d{1,2}(?=\s*[、.．]))?\s*[、.．:：]?\s*"
)
_KIND_HEAD = re.compile(rf"^[{_O}]?\s*(?P<word>{KIND_WORD})\s*[{_C}]?\s*(?:部分)?\s*[:：]?\s*(?P<tail>.*)$")
_TAIL = re.compile(
    r"^(?:[（(【\[][^（）()]*(?:题|分|选|√|正确|错)[^（）()]*[）)】\]]\s*)*(?:[，,。.：:]?\s*(?:共|每|本|以下|下列各|请|计|总).{0,80})?\s*[。.]?$"
)


@lru_cache(CACHED)
def heading_of(text: str) -> Heading | None:
    """A heading with a kind (一、单项选择题（每题2分）), or a numbered topic (第二章 行政许可法); None otherwise."""
    head = _HEAD.match(text)
    style = _style(head["style"] or "") if head else ""
    rest = text[head.end() :].strip() if head else text.strip()
    kind = _KIND_HEAD.match(rest)
    if kind and _TAIL.match(kind["tail"]) and len(rest) < 160:
        return Heading(kind["word"], style, text.strip())
    if (
        style in ("第", "（", "一")
        and 0 < len(rest) <= 40
        and not re.search(rf"[。！？?；;]$|[_＿]{{2}}|[{_O}]\s*[{_C}]", rest)
    ):
        return Heading("", style, text.strip())
    return None


def _style(mark: str) -> str:
    if not mark:
        return ""
    return "第" if mark[0] == "第" else "（" if mark[0] in "（(" else "1" if mark[0].isdigit() else "一"


_KEY_HEAD = re.compile(
    r"(?:参考|标准|正确)?答案(?:(?:及|与|和|、|&)?(?:试题|题目)?(?:解析|详解|评析|分析))?(?:部分|一览表?|汇总|表)?"
)
_RANGE = re.compile(r"\d{1,4}\s*[-—–~～至到]{1,2}\s*\d{1,4}")


def is_key_heading(text: str) -> bool:
    """参考答案 alone on its line, perhaps after the name of the bank."""
    line = plain(text).strip("：:。【】[]()-—*# ")
    found = _KEY_HEAD.search(line)
    if found is None or found.end() != len(line) or len(line) > 40:
        return False
    return not numbered(text) and not re.search(rf"[，。：:；;、？?]|[{_O}]\s*[{_C}]", line[: found.start()])


def is_key_like(text: str) -> bool:
    """Whether a line could be the first of a block of answers: a range, a number, a heading, a table of numbers."""
    line = plain(text)
    is_numbered = bool(re.match(r"(?:题号|序号)|\d{1,4}\s*[.、]", line)) or numbered(text) is not None
    return bool(_RANGE.match(line)) or is_numbered or heading_of(text) is not None


_PAGE = re.compile(
    r"^[\s\-—–―_·|]*(?:第\s*\d+\s*页|共\s*\d+\s*页|\d+\s*/\s*\d+\s*页?|page\s*\d+(?:\s*of\s*\d+)?|[\s,，/|()（）;；-])+[\s\-—–―_·|]*$",
    re.I,
)
_DASHED = re.compile(r"^\s*[-—–―]\s*\d{1,4}\s*[-—–―]\s*$")
_SENTENCE_END = tuple("。！？?；;：:，,、")


def page_furniture(lines: Sequence[Line]) -> set[int]:
    """Places in `lines` of page headers and footers: numbers of pages, and short lines that come back unchanged.

    A line that begins like a part of a question, ends like a sentence or names an article is never one.
    """
    shapes = [_shape(line) for line in lines]
    often = {shape for shape, times in Counter(filter(None, shapes)).items() if times >= 2}
    return {
        place
        for place, line in enumerate(lines)
        if not line.name and (shapes[place] in often or _is_page_mark(line.text))
    }


def _is_page_mark(text: str) -> bool:
    if len(text) > 60:
        return False
    return bool(_DASHED.match(text) or (_PAGE.match(text) and re.search(r"\d", text) and text.strip(" -—–―_·|")))


def _shape(line: Line) -> str:
    text = plain(line.text)
    if line.name or not 4 <= len(text) <= 60 or text.endswith(_SENTENCE_END) or numbered(line.text):
        return ""
    if heading_of(line.text) or re.match(r"[\(\[【]?[A-Ha-h][\)\]】]?[.、:)\s]", text) or take_tag(text)[0]:
        return ""
    if re.search(rf"第.{{1,9}}条|[{_O}]\s*[{_C}]|__|\t|^(?:故|因此|所以|综上|本题|选)", text) or is_key_heading(text):
        return ""
    return re.sub(r"\d+", "#", re.sub(r"\s", "", text))
