"""Intake (导入识别): what stood in somebody's file, and the question understood from it.

A reader of text, of a table or of JSON makes a `Raw` of each question; `intake_understand` turns it into an
`Understood`. Whatever is not certain becomes a doubt, which a person settles: nothing is guessed in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lawedu.core.question_draft import Answer, RubricLine
from lawedu.core.questions import QuestionKind
from lawedu.core.statute_citation import Citation

# Each note takes a little off, each doubt a lot: the order in which a person looks, not a probability.
NOTE_WEIGHT, DOUBT_WEIGHT = 0.95, 0.6


@dataclass(frozen=True)
class Doubt:
    """Something to settle by hand (疑问). `code` groups doubts of one kind, so that many can be settled at once."""

    code: str
    sentence: str


@dataclass
class Raw:
    """A question as it stood in the file (原样), before anything was concluded.

    `first`, `last`: lines, or rows of a sheet, counted from 1. `key_answer` comes from a block of answers at the end.
    """

    first: int = 0
    last: int = 0
    sheet: str = ""
    number: int | None = None
    kind_word: str = ""
    section_word: str = ""
    stem: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str | None = None
    answer_list: list[str] | None = None
    key_answer: str | None = None
    explanation: str = ""
    basis: str = ""
    difficulty: str = ""
    domain: str = ""
    legend: Mapping[str, bool] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def doubt(self, code: str, sentence: str) -> None:
        """Add a doubt once."""
        found = Doubt(code, sentence)
        if found not in self.doubts:
            self.doubts.append(found)


@dataclass(frozen=True)
class Understood:
    """A question as understood (识别结果). `citations` point into the names that the caller gave."""

    first: int
    last: int
    sheet: str
    number: int | None
    kind: QuestionKind | None
    stem: str
    options: Mapping[str, str]
    answer: Answer
    rubric: tuple[RubricLine, ...]
    explanation: str
    domain: str
    difficulty: int
    citations: tuple[Citation, ...]
    unknown_laws: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """1 when nothing was concluded that the file does not say; lower with every note and doubt."""
        return round(NOTE_WEIGHT ** len(self.notes) * DOUBT_WEIGHT ** len(self.doubts), 2)


@dataclass(frozen=True)
class Unread:
    """A line that belongs to no question (未采用的行): titles, page headers, what nobody understood."""

    line: int
    text: str


@dataclass(frozen=True)
class Source:
    """What a reader found: questions as they stood, what is left over, and for JSON the entries in order."""

    raws: list[Raw]
    unread: list[Unread] = field(default_factory=list)
    entries: Sequence[object] = ()
