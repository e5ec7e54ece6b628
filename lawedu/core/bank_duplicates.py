"""Duplicates in the bank (重复试题): the same question twice, or nearly, anywhere in it."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lawedu.core.question_draft import QuestionDraft

# Percent of common three-character pieces from which two stems are the same question in other words; a changed period
# or subject in a usual stem stays above it.
NEAR = 70
_PIECE = 3


@dataclass(frozen=True)
class Likeness:
    """Two questions, by their index, that are the same (`exact`) or nearly."""

    first: int
    second: int
    exact: bool


def find_alike(questions: Sequence[QuestionDraft]) -> list[Likeness]:
    """Pairs with the same options and the same or nearly the same wording, each pair once, the earlier question first.

    Exact for all pairs above NEAR: only the rarest pieces of each text are looked up, because two texts that share less
    than one of those cannot reach it. So 5,000 questions need no 12 million comparisons.
    """
    texts = [_normal(question.stem + "".join(part.stem for part in question.parts)) for question in questions]
    groups: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for index, question in enumerate(questions):
        groups[_option_set(question)].append(index)
    pairs = [
        Likeness(first, second, texts[first] == texts[second])
        for group in groups.values()
        for first, second in _near([(index, texts[index]) for index in group])
    ]
    return sorted(pairs, key=lambda pair: (pair.second, pair.first))


def find_like(question: QuestionDraft, others: Sequence[QuestionDraft]) -> list[tuple[int, bool]]:
    """Which of the others, by their index, is this question again, and whether exactly; quick enough while typing."""
    own = _option_set(question)
    indexes = [index for index, other in enumerate(others) if _option_set(other) == own]
    pairs = find_alike([*(others[index] for index in indexes), question])
    return [(indexes[pair.first], pair.exact) for pair in pairs if pair.second == len(indexes)]


def _option_set(question: QuestionDraft) -> frozenset[str]:
    return frozenset(_normal(text) for text in _option_texts(question))


def _option_texts(question: QuestionDraft) -> Iterable[str]:
    yield from question.options.values()
    for part in question.parts:
        yield from part.options.values()


def _normal(text: str) -> str:
    """Letters, digits and characters only: punctuation, spaces and width do not make another question."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _near(texts: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    pieces = {index: _pieces(text) for index, text in texts}
    frequency = Counter(piece for own in pieces.values() for piece in own)
    rare_in: defaultdict[str, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    for index, own in pieces.items():
        rarest = sorted(own, key=lambda piece: (frequency[piece], piece))
        prefix = rarest[: len(own) - _least_common(len(own)) + 1]
        candidates = {other for piece in prefix for other in rare_in[piece]}
        pairs += [(other, index) for other in sorted(candidates) if _alike(pieces[other], own)]
        for piece in prefix:
            rare_in[piece].append(index)
    return pairs


def _pieces(text: str) -> frozenset[str]:
    return frozenset(text[start : start + _PIECE] for start in range(max(1, len(text) - _PIECE + 1)))


def _alike(a: frozenset[str], b: frozenset[str]) -> bool:
    common = len(a & b)
    return 100 * common >= NEAR * (len(a) + len(b) - common)


def _least_common(size: int) -> int:
    """How many pieces of a text of this size any text must share to be NEAR; in whole numbers, because 0.7 is not
    7/10.
    """
    return -(-NEAR * size // 100)
