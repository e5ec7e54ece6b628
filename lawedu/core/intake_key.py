"""The block of answers at the end (文末答案): read in groups, put to the questions by section and number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lawedu.core.intake import Raw, Unread
from lawedu.core.intake_marks import Family, Line, Numbered, heading_of, numbered
from lawedu.core.intake_words import kind_of_word, plain
from lawedu.core.questions import QuestionKind

_RANGE = re.compile(r"(\d{1,4})\s*[-—–~～至到]{1,2}\s*(\d{1,4})\s*题?\s*[:：、.．)）]?\s*")
_ENTRY = re.compile(r"(?:^|(?<=[\sA-Ha-h√×✓✗✔✘对错;；,，。]))(\d{1,4})\s*[、.．:：)）\s]\s*(?=\S)")
SHORT = 14


@dataclass
class Entry:
    """One answer of the block."""

    answer: str = ""
    explanation: str = ""
    line: int = 0


@dataclass
class Group:
    """Answers under one heading, or from one number 1 to the next."""

    word: str = ""
    entries: dict[int, Entry] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class _Block:
    def __init__(self) -> None:
        self.groups: list[Group] = [Group()]
        self.unread: list[Unread] = []
        self.last: Entry | None = None
        self.where = "answer"
        self.columns: list[int] = []

    def line(self, line: Line) -> None:
        text = line.text.strip()
        if line.name:
            self._field(line.name, text)
            return
        heading = heading_of(text)
        found = numbered(text) or self._expected(text)
        if heading and (heading.word or not (found and found.family is Family.ARABIC)):
            self.groups.append(Group(heading.word))
            self.last = None
        elif self._is_table(text) or self._ranges(line.number, text):
            return
        elif found and found.family is not Family.CHINESE:
            self._entries(line.number, text, found.number, found.rest)
        elif self.last is not None:
            self._append(text)
        else:
            self.unread.append(Unread(line.number, text))

    def _expected(self, text: str) -> Numbered | None:
        """4.20 is no number of a question, unless the fourth answer is due: then it is 20."""
        due = max(self.groups[-1].entries, default=0) + 1
        found = re.match(rf"\s*{due}\s*[.．]\s*(?=\d)", text)
        return Numbered(Family.ARABIC, due, text[found.end() :]) if found else None

    def _field(self, name: str, text: str) -> None:
        if self.last is None:
            return
        self.where = "explanation" if name in ("explanation", "basis") else "answer"
        if text:
            self._append(text)

    def _append(self, text: str) -> None:
        entry = self.last
        if entry is not None:
            held = getattr(entry, self.where)
            setattr(entry, self.where, f"{held}\n{text}".strip())

    def _add(self, number: int, answer: str, line: int) -> None:
        if number in self.groups[-1].entries:
            self.groups.append(Group())
        self.last = Entry(answer.strip(" ;；,，。\t　"), "", line)
        self.where = "answer"
        self.groups[-1].entries[number] = self.last

    def _ranges(self, line: int, text: str) -> bool:
        """1-5 ABCDA 6-10 …, letters together or apart."""
        narrow = plain(text)
        found = list(_RANGE.finditer(narrow))
        if not found or found[0].start() != 0:
            return False
        ends = [*(match.start() for match in found[1:]), len(narrow)]
        for match, end in zip(found, ends, strict=True):
            first, last = int(match[1]), int(match[2])
            answers = _apart(narrow[match.end() : end], last - first + 1)
            if not answers:
                self.groups[-1].faults.append(f"答案部分“{match[0].strip()}”之后的答案个数与题数不符。")
                continue
            for number, answer in enumerate(answers, first):
                self._add(number, answer, line)
        self.last = None
        return True

    def _entries(self, line: int, text: str, number: int, rest: str) -> None:
        """1.A 2.B 3.ABC in one line, or one entry with all that follows."""
        narrow = plain(text)
        found = list(_ENTRY.finditer(narrow))
        numbers = [int(match[1]) for match in found]
        if len(found) > 1 and numbers == list(range(number, number + len(found))):
            ends = [*(match.start() for match in found[1:]), len(narrow)]
            parts = [narrow[match.end() : end].strip() for match, end in zip(found, ends, strict=True)]
            if all(0 < len(part) <= SHORT for part in parts):
                for one, part in zip(numbers, parts, strict=True):
                    self._add(one, part, line)
                self.last = None
                return
        self._add(number, rest, line)

    def _is_table(self, text: str) -> bool:
        """题号 1 2 3 above 答案 A B C."""
        cells = re.split(r"[\t|]+|\s{2,}| ", plain(text).strip("| "))
        if cells[0] in ("题号", "序号") and all(cell.isdecimal() for cell in cells[1:] if cell):
            self.columns = [int(cell) for cell in cells[1:] if cell]
            return True
        if cells[0] == "答案" and self.columns:
            answers = [cell for cell in cells[1:] if cell]
            if len(answers) == len(self.columns):
                for number, answer in zip(self.columns, answers, strict=True):
                    self._add(number, answer, 0)
            else:
                self.groups[-1].faults.append("答案表中题号与答案的个数不符。")
            self.columns, self.last = [], None
            return True
        return False


def _apart(text: str, count: int) -> list[str]:
    """As many answers as there are numbers; none when they cannot be told apart."""
    words = [word for word in re.split(r"[\s,;、/|]+", text.strip(" 。.;")) if word]
    if len(words) == count:
        return words
    letters = [char for char in "".join(words) if not char.isspace()]
    is_even = all(char in "ABCDEFGHabcdefgh√×✓✗✔✘对错TFVX" for char in letters)
    # ABCDA in two halves (ABC DA) is still one letter for each; of longer words nobody knows.
    return letters if is_even and len(letters) == count and len(words) <= 2 else []


def read_key(lines: Sequence[Line]) -> tuple[list[Group], list[Unread]]:
    """The groups of answers, and lines that are none."""
    block = _Block()
    for line in lines:
        if line.text or line.name:
            block.line(line)
    return [group for group in block.groups if group.entries or group.faults], block.unread


def apply_key(placed: Sequence[tuple[Raw, int]], groups: Sequence[Group]) -> None:
    """Put answers to questions. `placed`: question and the section it stands in. What cannot be matched is doubted."""
    sections: dict[int, list[Raw]] = {}
    for raw, section in placed:
        sections.setdefault(section, []).append(raw)
    pairs = _pairs(list(sections.values()), groups)
    for raws, group in pairs:
        _put(raws, group)
    used = [group for _, group in pairs]
    if len(pairs) > 1 and any(group.entries and group not in used for group in groups):
        for raw, _ in placed:
            raw.doubt("key_left", "文末有一组答案没有找到对应的题，请核对本题的答案。")


def _pairs(sections: list[list[Raw]], groups: Sequence[Group]) -> list[tuple[list[Raw], Group]]:
    everything = [raw for raws in sections for raw in raws]
    numbers = [raw.number for raw in everything]
    if len(groups) == 1 and len(set(numbers)) == len(numbers):
        return [(everything, groups[0])]
    if len(groups) == len(sections) and all(_fits(raws, group) for raws, group in zip(sections, groups, strict=True)):
        return list(zip(sections, groups, strict=True))
    by_kind: dict[QuestionKind | None, list[Group]] = {}
    for group in groups:
        by_kind.setdefault(kind_of_word(group.word), []).append(group)
    pairs = []
    for raws in sections:
        own = by_kind.get(kind_of_word(raws[0].section_word), [])
        kinds = [kind_of_word(other[0].section_word) for other in sections]
        alone = len(own) == 1 and kinds.count(kind_of_word(raws[0].section_word)) == 1
        pairs.append((raws, own[0] if alone and kind_of_word(raws[0].section_word) else Group()))
    if len(set(numbers)) == len(numbers):
        merged = _merged(groups)
        if merged is not None:
            return [(everything, merged)]
    return pairs


def _merged(groups: Sequence[Group]) -> Group | None:
    """All groups as one when no number comes twice."""
    entries: dict[int, Entry] = {}
    for group in groups:
        if entries.keys() & group.entries.keys():
            return None
        entries |= group.entries
    return Group("", entries, [fault for group in groups for fault in group.faults])


def _fits(raws: Sequence[Raw], group: Group) -> bool:
    kinds = kind_of_word(raws[0].section_word), kind_of_word(group.word)
    same_kind = None in kinds or kinds[0] is kinds[1]
    return same_kind and len(group.entries.keys() & {raw.number for raw in raws}) * 2 >= len(raws)


def _put(raws: Sequence[Raw], group: Group) -> None:
    entries: Mapping[int, Entry] = group.entries
    missing = {raw.number or 0 for raw in raws} ^ set(entries)
    for raw in raws:
        entry = entries.get(raw.number or 0)
        if entry:
            raw.key_answer = entry.answer
            raw.explanation = raw.explanation or entry.explanation
        if missing and entries:
            some = "、".join(str(number) for number in sorted(missing - {0})[:5])
            raw.doubt("key_mismatch", f"文末答案与题目对不上（第 {some} 题），请核对本题的答案。")
        for fault in group.faults:
            raw.doubt("key_fault", fault)
