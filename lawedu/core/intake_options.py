"""Options (选项识别): one on each line, several in a line, glued, or together in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lawedu.core.intake_words import judgement_of, plain, tidy
from lawedu.core.questions import LETTERS

# More letters than a question may have, so that too many are seen and not swallowed.
ALL_LETTERS = "ABCDEFGHIJ"
_STRONG = r"\s*[.．、,，:：)）\]】·]\s*"
_WIDE = {letter: chr(ord(letter) + 0xFEE0) for letter in ALL_LETTERS}
Option = tuple[str, str]


def _label(letter: str, *, weak: bool = False) -> str:
    letters = f"[{letter}{_WIDE[letter]}{letter.lower()}]" if not weak else f"[{letter}{_WIDE[letter]}]"
    after = rf"(?:{_STRONG}|[\s　]+(?=\S))" if weak else _STRONG
    return rf"(?:[（(\[【]\s*{letters}\s*[)）\]】]\s*[.、：:]?\s*|{letters}{after})"


_AT_START = {
    letter: re.compile(rf"^[\s　*]*{_label(letter)}|^[\s　*]*{_label(letter, weak=True)}") for letter in ALL_LETTERS
}
# Inside a line a label follows space, a sign or a Chinese character: never a letter or a figure (U.S.B., 3B、). A
# letter with nothing but space behind it counts only where columns begin.
_INSIDE = {
    letter: re.compile(
        rf"(?<![A-Za-z0-9])(?:[（(\[【]\s*[{letter}{_WIDE[letter]}]\s*[)）\]】]\s*[.、：:]?\s*|"
        rf"[{letter}{_WIDE[letter]}]{_STRONG}|(?:(?<=\t)|(?<=  ))[{letter}{_WIDE[letter]}][\s　]+(?=\S))"
    )
    for letter in ALL_LETTERS
}


def option_label(text: str) -> str:
    """The letter that the line begins with as an option; empty when it is none."""
    first = plain(text.lstrip(" \t　*（([【"))[:1].upper()
    return first if first in _AT_START and first and _AT_START[first].match(text) else ""


def without_label(letter: str, text: str) -> str:
    """“A. 三日” as the text of option A, in a place that holds nothing but this option."""
    start = _AT_START[letter].match(text) if option_label(text) == letter else None
    return text[start.end() :] if start else text


def split_options(lines: Sequence[str]) -> tuple[list[Option], list[str]]:
    """(options, doubts) from lines that each begin with a label. A line is cut only at labels that the next line does
    not carry itself, so “B、” inside option A stays where it is.
    """
    found: list[Option] = []
    doubts: list[str] = []
    labels = [option_label(line) for line in lines]
    alone = all(_next(labels[i]) == labels[i + 1] for i in range(len(labels) - 1)) and len(labels) > 1
    for i, (line, label) in enumerate(zip(lines, labels, strict=True)):
        following = labels[i + 1] if i + 1 < len(labels) else ""
        pieces = _cut(line, label, following)
        if alone and i + 1 == len(labels) and len(pieces) > 1:
            doubts.append("最后一行可能含有不止一个选项，请核对。")
        if any(len(_INSIDE[letter].findall(line)) > 1 for letter, _ in pieces[1:]) or _is_uneven(line, pieces):
            doubts.append("同一行里的选项写法不一，或者字母出现不止一次，请核对选项的划分。")
        found += pieces
    return [(label, text.strip()) for label, text in found], doubts


def _is_uneven(line: str, pieces: Sequence[Option]) -> bool:
    """Whether one label stands with space before it and another without, or another letter follows it (E、F座)."""
    gaps, at = set(), 0
    for letter, text in pieces[1:]:
        found = _INSIDE[letter].search(line, at)
        if found is None:
            return True
        gaps.add(found.start() > 0 and line[found.start() - 1].isspace())
        at = found.end()
        if re.match(r"[A-JＡ-Ｊ](?![A-Za-z0-9])", text.lstrip()):
            return True
    return len(gaps) > 1


def _next(label: str) -> str:
    place = ALL_LETTERS.find(label) + 1
    return ALL_LETTERS[place] if 0 < place < len(ALL_LETTERS) else ""


def _cut(line: str, label: str, following: str) -> list[Option]:
    start = _AT_START[label].match(line)
    rest = line[start.end() :] if start else line
    pieces: list[Option] = []
    while True:
        succ = _next(label)
        cut = _INSIDE[succ].search(rest) if succ and succ != following else None
        # An option without words is no option: “A、B两家公司” names two companies.
        if cut is None or not rest[: cut.start()].strip(" ,，;；、\t　") or not rest[cut.end() :].strip():
            return [*pieces, (label, rest)]
        pieces.append((label, rest[: cut.start()]))
        rest, label = rest[cut.end() :], succ


def options_in_stem(text: str) -> tuple[str, list[Option], bool]:
    """(stem, options, is_doubtful) of a question in one line with its options; without options the text as it is."""
    places = [m for m in _INSIDE["A"].finditer(text) if len(_cut("A." + text[m.end() :], "A", "")) >= 2]
    if not places:
        return text, [], False
    pieces = _cut("A." + text[places[-1].end() :], "A", "")
    is_doubtful = len(places) > 1 or _is_uneven(text[places[-1].start() :], pieces)
    return text[: places[-1].start()].strip(), [(k, t.strip()) for k, t in pieces], is_doubtful


_SEPARATORS = ("\n", "||", "|", "｜", "$$", "##", "@@", "\t", ";", "；", ",", "，", "、", "/")
WEAK_SEPARATORS = frozenset(",，、/")


def split_cell(text: str) -> tuple[list[Option], str]:
    """(options, separator) of a cell that holds all of them; the separator is empty when labels cut it."""
    body = text.strip()
    if body[:1] in "[{" and body[-1:] in "]}":
        body = body[1:-1]
    lines = [line for line in body.split("\n") if line.strip()]
    if lines and option_label(lines[0]) == "A":
        groups = _joined(lines)
        options, _ = split_options(groups)
        return _without_separators(options), ""
    for separator in _SEPARATORS:
        parts = [part.strip() for part in body.split(separator) if part.strip()]
        if len(parts) >= 2:
            return [("", part.strip("\"'") if separator == "," else part) for part in parts], separator
    return ([("", body)] if body else []), ""


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines that begin with a label, others appended to the one above."""
    found: list[str] = []
    for line in lines:
        if option_label(line) or not found:
            found.append(line)
        else:
            found[-1] += line
    return found


def _without_separators(options: Sequence[Option]) -> list[Option]:
    """Separators that stand after every option but the last are layout; one that stands once is the writer's."""
    if len(options) < 2:
        return list(options)
    for mark in ",，;；、|｜$#/":
        if all(text.rstrip().endswith(mark) for _, text in options[:-1]):
            return [(label, text.rstrip().rstrip(mark).rstrip()) for label, text in options]
    return list(options)


_RIGHT_MARK = re.compile(r"\s*(?:[（(【\[]\s*(?:正确答案|正确选项|正确|答案|√|✓|✔|对)\s*[】)）\]]|[√✓✔])\s*$")


def take_right_mark(text: str) -> tuple[str, bool]:
    """The option without （正确） behind it, and whether it stood there."""
    found = _RIGHT_MARK.search(text)
    if found and found.start() > 0:
        return text[: found.start()].rstrip(), True
    return text, False


def judgement_options(options: Sequence[Option]) -> dict[str, bool]:
    """{"A": True, "B": False} for two options that say right and wrong; empty for any others."""
    values = {label or LETTERS[i]: judgement_of(text) for i, (label, text) in enumerate(options)}
    known = {label: value for label, value in values.items() if value is not None}
    return known if len(options) == 2 and sorted(known.values()) == [False, True] else {}


def same_text(one: str, other: str) -> bool:
    """Whether two texts are equal apart from width, space and closing signs."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", plain(tidy(text))).rstrip(".。;；,，").casefold()


_IN_BRACKETS = re.compile(
    r"[（(【\[]\s*([A-Ha-hＡ-Ｈ][A-Ha-hＡ-Ｈ、,，\s]*|√|×|✓|✔|✗|✘|对|错|正确|错误|[VvXxTtFf])\s*[）)】\]]"
)


def answers_in_brackets(text: str) -> list[re.Match[str]]:
    """Brackets of a stem that hold nothing but letters or a judgement: （B）, (A、C), （√）."""
    return list(_IN_BRACKETS.finditer(text))


@lru_cache(512)
def has_answer_or_options(text: str) -> bool:
    """Whether the line that begins a question holds its answer or its options as well."""
    return bool(answers_in_brackets(text)) or bool(options_in_stem(text)[1])
