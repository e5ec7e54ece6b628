"""The law moved (条文变动): which bases an amendment touches, and how a citation follows its article."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lawedu.core.citation import PREAMBLE, Article, article_label, split_article
from lawedu.core.comparison import ArticleText, Fate, Pair
from lawedu.core.question_draft import Basis, PartDraft, QuestionDraft

TOUCHING = frozenset({Fate.CHANGED, Fate.RENUMBERED, Fate.RENUMBERED_CHANGED, Fate.DELETED})
_CITED = re.compile(r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?|序言")
_TITLE = re.compile(r"《([^《》]+)》$")
_PREFIX = "中华人民共和国"


@dataclass(frozen=True)
class Touched:
    """A basis whose article an amendment changed, deleted or renumbered; `position` counts from 1."""

    position: int
    basis: Basis
    pair: Pair


def article_key(article: Article) -> tuple[int, int]:
    """(33, 0), (133, 1); the preamble is (0, 0). Raises ValueError for anything else."""
    return (0, 0) if article == PREAMBLE else split_article(article)


def article_of(text: ArticleText) -> Article:
    """The article as a basis names it."""
    if text.key == (0, 0):
        return PREAMBLE
    return f"{text.number}-{text.sub}" if text.sub else text.number


def find_touched(bases: Sequence[Basis], instrument: str, new_version: date, pairs: Sequence[Pair]) -> list[Touched]:
    """The bases in an older text of this instrument whose article did not stay as it was."""
    fates = {pair.old.key: pair for pair in pairs if pair.old is not None and pair.fate in TOUCHING}
    return [
        Touched(position, basis, fates[article_key(basis.article)])
        for position, basis in enumerate(bases, 1)
        if basis.instrument == instrument and basis.version < new_version and article_key(basis.article) in fates
    ]


def move(question: QuestionDraft, new: Sequence[Basis], checked_on: date) -> QuestionDraft:
    """The same wording on another basis (依据平移): citations in explanations follow, stem and options stay.

    `new` has one basis for each old one, in order; `checked_on`: the day a person compared it.
    """
    moves = {
        (old.instrument, article_label(old.article)): article_label(now.article)
        for old, now in zip(question.basis, new, strict=True)
        if old.instrument == now.instrument and old.article != now.article
    }
    return replace(
        question,
        basis=tuple(new),
        checked_on=checked_on,
        explanation=_follow(question.explanation, moves, question.basis),
        why_not=_follow_all(question.why_not, moves, question.basis),
        parts=tuple(_follow_part(part, moves, question.basis) for part in question.parts),
    )


def names_moved_article(question: QuestionDraft, labels: Sequence[str]) -> bool:
    """Whether stem or options name one of these articles: then words must change, which only a new wording may."""
    asked = [question.stem, *question.options.values()]
    asked += [text for part in question.parts for text in (part.stem, *part.options.values())]
    return any(label in _CITED.findall(text) for text in asked for label in labels)


Moves = Mapping[tuple[str, str], str]


def _follow(text: str, moves: Moves, bases: Sequence[Basis]) -> str:
    """All at once, because 33 → 34 and 34 → 35 may come together. 《X》第三十三条 follows X only; a bare
    第三十三条 follows only when no other law of the question has an article of that number.
    """

    def successor(found: re.Match[str]) -> str:
        label = found.group()
        title = _TITLE.search(text[: found.start()])
        owners = {
            basis.instrument
            for basis in bases
            if article_label(basis.article) == label and (title is None or _same_law(title.group(1), basis.instrument))
        }
        return moves.get((owners.pop(), label), label) if len(owners) == 1 else label

    return _CITED.sub(successor, text) if moves else text


def _same_law(title: str, instrument: str) -> bool:
    return title.removeprefix(_PREFIX) == instrument.removeprefix(_PREFIX)


def _follow_all(texts: Mapping[str, str], moves: Moves, bases: Sequence[Basis]) -> dict[str, str]:
    return {key: _follow(text, moves, bases) for key, text in texts.items()}


def _follow_part(part: PartDraft, moves: Moves, bases: Sequence[Basis]) -> PartDraft:
    return replace(
        part,
        explanation=_follow(part.explanation, moves, bases),
        why_not=_follow_all(part.why_not, moves, bases),
    )
