"""How a text is laid out (版式): how its questions are numbered, what follows a line, at which width lines break."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from lawedu.core.intake_marks import Family, Line, heading_of, numbered, take_tag
from lawedu.core.intake_options import has_answer_or_options, option_label

LOOK_AHEAD = 40


class Layout:
    """The lines of a text, without page headers and the block of answers, and what is known of them beforehand."""

    def __init__(self, lines: Sequence[Line], *, has_key: bool) -> None:
        self.lines = lines
        self.has_key = has_key
        self.family = self._main_family()
        self.is_tagged = self.family is None and self._has_tags()
        self.full = _full_width(lines)

    def continues(self, place: int) -> bool:
        """Whether the line above is as long as lines get: then this one is its second half."""
        above = self.lines[place - 1] if place else None
        return bool(self.full and above and above.text and _width(above.text) >= self.full - 4)

    def following(self, place: int) -> Line | None:
        """The next line that is not empty."""
        return next((line for line in self.lines[place + 1 :] if line.text or line.name), None)

    def is_supported(self, place: int, lines: int = LOOK_AHEAD) -> bool:
        """Whether options or an answer follow, within so many lines, before the next numbered line."""
        _word, rest = take_tag(self.lines[place].text)
        if has_answer_or_options(rest):
            return True
        own = numbered(rest)
        for line in self.lines[place + 1 : place + lines]:
            if line.name in ("answer", "options"):
                return True
            if line.name or not line.text:
                continue
            if option_label(line.text) == "A":
                return True
            other = numbered(line.text)
            heading = heading_of(line.text)
            if (other and own and other.family is own.family) or (heading and heading.word):
                return False
        return False

    def _main_family(self) -> Family | None:
        """The way of numbering after which most often options or an answer follow."""
        supported: Counter[Family] = Counter()
        seen: Counter[Family] = Counter()
        for place, line in enumerate(self.lines):
            heading = None if line.name or not line.text else heading_of(line.text)
            found = None if line.name or (heading and heading.word) else numbered(take_tag(line.text)[1])
            if found:
                seen[found.family] += 1
                supported[found.family] += self.is_supported(place)
        best = max(seen, key=lambda family: (supported[family], seen[family]), default=None)
        # One number in a text without numbers is part of a sentence.
        return best if best and (supported[best] or (self.has_key and seen[best])) else None

    def _has_tags(self) -> bool:
        return (
            sum(bool(take_tag(line.text)[0]) for line in self.lines if not line.name and not heading_of(line.text)) > 1
        )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text.rstrip())


def _full_width(lines: Sequence[Line]) -> int:
    """The width at which lines are broken, 0 when they are not: many lines are equally long and none is longer."""
    widths = [_width(line.text) for line in lines if line.text and not line.name]
    longest = max(widths, default=0)
    full = sum(width >= longest - 4 for width in widths)
    return longest if 40 <= longest <= 130 and full >= max(4, len(widths) // 20) else 0
