"""Question draft (试题草稿): a question as read from a bank file, with nothing but facts in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from lawedu.core.citation import Article
from lawedu.core.questions import QuestionKind

Answer = str | bool | tuple[str, ...] | None


@dataclass(frozen=True)
class Fault:
    """One thing wrong (问题): file, question (id, or its place in the file), one sentence saying what to do.

    A fault keeps a question out; a warning (提醒) is for a second look.
    """

    file: str
    question: str
    sentence: str

    def __str__(self) -> str:
        place = "：".join(part for part in (self.file, self.question) if part)
        return f"{place}：{self.sentence}"


@dataclass(frozen=True)
class Basis:
    """The article a question rests on (法律依据), in the text of one version, named by its date."""

    instrument: str
    version: date
    article: Article
    paragraph: int | None = None

    @property
    def key(self) -> str:
        return f"{self.instrument}|{self.article}"


@dataclass(frozen=True)
class RubricLine:
    """One point of a model answer (评分要点) and what it is worth."""

    points: Decimal
    text: str


@dataclass(frozen=True)
class PartDraft:
    """What is asked and what is right: a question by itself, or one part of a case (案例的小题)."""

    kind: QuestionKind
    stem: str
    options: Mapping[str, str] = field(default_factory=dict)
    answer: Answer = None
    why_not: Mapping[str, str] = field(default_factory=dict)
    explanation: str = ""
    rubric: tuple[RubricLine, ...] = ()


@dataclass(frozen=True)
class QuestionDraft(PartDraft):
    """A whole question as a bank file says it (FORMAT.md). `parts` only in cases."""

    id: str = ""
    basis: tuple[Basis, ...] = ()
    domain: str = ""
    difficulty: int = 0
    audience: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    checked_on: date | None = None
    parts: tuple[PartDraft, ...] = ()
