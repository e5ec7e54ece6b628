"""From lines of text to questions as they stood (文本识别): Word paragraphs, text files, texts pasted together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lawedu.core.intake import Raw, Source, Unread
from lawedu.core.intake_key import apply_key, read_key
from lawedu.core.intake_layout import Layout
from lawedu.core.intake_marks import (
    Family,
    Heading,
    Line,
    Numbered,
    heading_of,
    is_key_heading,
    is_key_like,
    leads_with_tag,
    numbered,
    page_furniture,
    split_lines,
    take_tag,
)
from lawedu.core.intake_options import option_label
from lawedu.core.intake_pieces import Pieces
from lawedu.core.intake_words import legend_in

# A question this long is several that nobody could tell apart.
MOST_LINES_OF_ONE = 200


def read_lines(texts: Sequence[str]) -> Source:
    """Questions out of lines, in order, with answers from a block at the end put to them; never raises."""
    every = split_lines(texts)
    furniture = page_furniture(every)
    unread = [Unread(every[place].number, every[place].text.strip()) for place in sorted(furniture)]
    lines = [line for place, line in enumerate(every) if place not in furniture]
    cut = _key_place(lines)
    body, key_lines = (lines[:cut], lines[cut + 1 :]) if cut is not None else (lines, [])
    reader = _Reader(body, has_key=cut is not None)
    reader.read()
    if cut is not None:
        groups, left = read_key(key_lines)
        apply_key([(raw, reader.groups[i]) for i, raw in enumerate(reader.raws)], groups)
        reader.unread += left
    _share_legend(reader)
    return Source(reader.raws, sorted([*unread, *reader.unread], key=lambda line: line.line))


def _key_place(lines: Sequence[Line]) -> int | None:
    """Where a block of answers for all begins: its heading stands after questions and before any answer."""
    starts = 0
    for place, line in enumerate(lines):
        if line.name == "answer" and line.text:
            return None
        starts += bool(not line.name and line.text and (numbered(line.text) or heading_of(line.text)))
        is_head = line.name == "answer" or (not line.name and is_key_heading(line.text))
        if is_head and starts:
            # A page header may stand between the heading and the first answer.
            following = [one for one in lines[place + 1 :] if one.text or one.name][:2]
            if any(not one.name and is_key_like(one.text) for one in following):
                return place
    return None


def _share_legend(reader: _Reader) -> None:
    """A legend said once before all questions holds for all that have none of their own."""
    for raw in reader.raws:
        raw.legend = raw.legend or reader.legend


@dataclass
class _Start:
    """A line that begins a question: number (None without one), kind word, what follows."""

    number: int | None
    word: str
    rest: str


class _Reader:
    """Goes through the lines once; the place in the question (`where`) decides what an unmarked line is."""

    def __init__(self, lines: Sequence[Line], *, has_key: bool) -> None:
        self.layout = Layout(lines, has_key=has_key)
        self.raws: list[Raw] = []
        self.groups: list[int] = []
        self.unread: list[Unread] = []
        self.pieces: Pieces | None = None
        self.heading: Heading | None = None
        self.legend: dict[str, bool] = {}
        self.section_legend: dict[str, bool] = {}
        self.group, self.previous = 0, 0
        self.is_fresh, self.after_blank = True, False
        self.odd: tuple[str, str] | None = None

    def read(self) -> None:
        """All lines in turn."""
        for place, line in enumerate(self.layout.lines):
            if not line.text and not line.name:
                self.after_blank = True
                continue
            self._line(place, line)
            self.after_blank = False
        self._close()

    def _line(self, place: int, line: Line) -> None:
        if self.pieces is not None and line.number - self.pieces.raw.first > MOST_LINES_OF_ONE:
            self.pieces.raw.doubt("too_long", "这道题太长，后面可能还有没有认出的题。")
            self._close()
        if line.name:
            self._field(line)
            return
        heading = heading_of(line.text)
        if heading and self._is_heading(place, heading):
            self._open_section(line, heading)
            return
        start = self._start(place, line.text)
        if start:
            self._open(line, start)
        elif self.pieces is None:
            self._leave(line)
        elif not self.pieces.take_option(line):
            self.pieces.take_text(line, self.layout.continues(place))

    def _field(self, line: Line) -> None:
        if line.name == "stem" and self.layout.family is None:
            self._open(line, _Start(None, *take_tag(line.text)))
        elif self.pieces is None:
            self._leave(line)
        else:
            self.pieces.take_field(line)

    def _leave(self, line: Line) -> None:
        self.unread.append(Unread(line.number, line.text.strip()))
        legend = legend_in(line.text)
        if self.raws or self.heading:
            self.section_legend = legend or self.section_legend
        else:
            self.legend = legend or self.legend

    def _is_heading(self, place: int, heading: Heading) -> bool:
        if heading.word:
            return True
        if heading.style == "一" and self.layout.family is Family.CHINESE:
            return False
        following = self.layout.following(place)
        if following is None or following.name or self.layout.family is None:
            return False
        found = numbered(following.text)
        begins = found is not None and found.family is self.layout.family and found.number in (1, self.previous + 1)
        below = heading_of(following.text)
        return begins or bool(below and below.word)

    def _open_section(self, line: Line, heading: Heading) -> None:
        self._close()
        self.unread.append(Unread(line.number, line.text.strip()))
        was = self.heading
        # A topic inside 一、单选题 keeps the kind; an unknown heading of the same rank ends it.
        keeps = not heading.word and was is not None and was.style != heading.style and "题" not in heading.text
        self.heading = was if keeps else heading
        self.section_legend = legend_in(heading.text) or (self.section_legend if keeps else {})
        self.group += 1
        self.is_fresh = True

    def _start(self, place: int, text: str) -> _Start | None:
        word, rest = take_tag(text)
        found = numbered(rest) or numbered(text) or self._due(rest)
        if found is None or self.layout.family is None:
            is_start = self._begins_unnumbered(place, text)
            return _Start(None, word, rest) if is_start else None
        inner, body = take_tag(found.rest)
        start = _Start(found.number, word or inner, body)
        if found.family is not self.layout.family:
            if (self.pieces is None or self.pieces.is_complete) and self.layout.is_supported(place) and len(body) > 3:
                self._odd("odd_number", "题号的写法与其他题不同，请核对这里是不是一道题。")
                return start
            return None
        return self._in_order(place, start)

    def _due(self, text: str) -> Numbered | None:
        """3.2024年…… is a decimal elsewhere; where question 3 is due it begins question 3."""
        found = re.match(rf"\s*{self.previous + 1}\.(?=\d)", text)
        if found is None or self.layout.family is not Family.ARABIC or (self.pieces and not self.pieces.is_complete):
            return None
        return Numbered(Family.ARABIC, self.previous + 1, text[found.end() :])

    def _in_order(self, place: int, start: _Start) -> _Start | None:
        number = start.number or 0
        supported = self.layout.has_key or self.layout.is_supported(place)
        if number == self.previous + 1 or (self.is_fresh and (number == 1 or not self.raws)):
            if not supported and self.pieces is not None:
                self.pieces.raw.doubt("next_odd", "下一题没有选项也没有答案，可能是本题的一部分，请核对。")
            return start
        if not supported or not (self.pieces is None or self.pieces.is_complete):
            if self.pieces is not None:
                self.pieces.raw.doubt("numbered_line", f"题中有一行以编号 {number} 开头，请核对是否另一道题。")
            return None
        self._odd("number_gap", f"题号从 {self.previous} 变为 {number}，中间可能有题没有认出，请核对。")
        return start

    def _odd(self, code: str, sentence: str) -> None:
        """Both neighbours get the doubt: the line may belong to either."""
        if self.pieces is not None:
            self.pieces.raw.doubt(code, sentence)
        elif self.raws:
            self.raws[-1].doubt(code, sentence)
        self.odd = (code, sentence)

    def _begins_unnumbered(self, place: int, text: str) -> bool:
        leading = leads_with_tag(text)
        done = self.pieces is None or self.pieces.is_complete
        if self.layout.family is not None:
            if leading and done and self.layout.is_supported(place):
                self._odd("no_number", "这道题没有题号，请核对。")
                return True
            return False
        if self.layout.is_tagged or option_label(text):
            return leading
        directly = self.layout.is_supported(place, lines=2)
        if not done or not (directly or (self.layout.is_supported(place) and (self.is_fresh or self.after_blank))):
            return False
        if not self.is_fresh and not (directly and self.after_blank):
            self._odd("unnumbered", "题目没有题号，前后也没有空行，请核对题与题的分界。")
        return True

    def _open(self, line: Line, start: _Start) -> None:
        self._close()
        raw = Raw(first=line.number, last=line.number, number=start.number, kind_word=start.word)
        raw.section_word = (self.heading.word or self.heading.text) if self.heading else ""
        raw.legend = dict(self.section_legend)
        if start.number is not None:
            if start.number <= self.previous and not self.is_fresh:
                self.group += 1
            self.previous = start.number
        if self.odd:
            raw.doubt(*self.odd)
            self.odd = None
        self.pieces = Pieces(raw)
        self.pieces.take_stem(line.number, start.rest)
        self.is_fresh = False

    def _close(self) -> None:
        if self.pieces is not None:
            self.raws.append(self.pieces.finish())
            self.groups.append(self.group)
        self.pieces = None
