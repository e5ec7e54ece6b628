"""Judging an import (识别评判): each question as its writer meant it against what was understood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lawedu.core.intake import Understood
from lawedu.core.questions import CHOICE
from tests.questions.samples import Question


@dataclass
class Verdict:
    """Figures of one file: `right` without a hand, `doubted` (right or not), `silent`: wrong, and nobody is told."""

    total: int = 0
    right: int = 0
    doubted: int = 0
    silent: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.right / self.total if self.total else 1.0


def judge(meant: Sequence[Question], found: Sequence[Understood], *, explanations: bool = True) -> Verdict:
    """Compare in order. A question that is missing is silently wrong unless a neighbour carries a doubt."""
    verdict = Verdict(total=len(meant))
    pairs, extra = _align(meant, found)
    for place, (question, understood) in enumerate(pairs):
        if understood is None:
            before = next((one for _, one in reversed(pairs[:place]) if one), None)
            after = next((one for _, one in pairs[place:] if one), None)
            if any(one.doubts for one in (before, after, *extra) if one):
                verdict.doubted += 1
            else:
                verdict.silent.append(f"missing: {question.stem}")
            continue
        wrong = differences(question, understood, explanations=explanations)
        if understood.doubts:
            verdict.doubted += 1
        elif wrong:
            verdict.silent.append(f"{question.stem[:40]}: {'; '.join(wrong)}")
        else:
            verdict.right += 1
    verdict.silent += [f"invented: {one.stem[:60]}" for one in extra if not one.doubts]
    return verdict


def _align(
    meant: Sequence[Question], found: Sequence[Understood]
) -> tuple[list[tuple[Question, Understood | None]], list[Understood]]:
    if len(meant) == len(found):
        return list(zip(meant, found, strict=True)), []
    matcher = SequenceMatcher(None, [bare(q.stem) for q in meant], [bare(u.stem) for u in found], autojunk=False)
    pairs: list[tuple[Question, Understood | None]] = []
    extra: list[Understood] = []
    for _, a1, a2, b1, b2 in matcher.get_opcodes():
        count = min(a2 - a1, b2 - b1)
        pairs += [(meant[a1 + i], found[b1 + i] if i < count else None) for i in range(a2 - a1)]
        extra += found[b1 + count : b2]
    return pairs, extra


def differences(question: Question, found: Understood, *, explanations: bool = True) -> list[str]:
    """What is not as it was meant; layout (space, width of brackets) does not count."""
    wrong = []
    if found.kind is not question.kind:
        wrong.append(f"kind {found.kind}")
    if _stem(question.stem, question) != _stem(found.stem, question):
        wrong.append(f"stem {found.stem!r}")
    if [bare(text) for text in question.options] != [bare(text) for text in found.options.values()]:
        wrong.append(f"options {dict(found.options)}")
    expected, answer = question.answer, found.answer
    if isinstance(expected, tuple) and isinstance(answer, tuple):
        expected, answer = tuple(map(bare, expected)), tuple(map(bare, answer))
    if answer != expected:
        wrong.append(f"answer {found.answer!r} for {question.answer!r}")
    if explanations and bare(question.explanation) != bare(found.explanation):
        wrong.append(f"explanation {found.explanation!r}")
    return wrong


def bare(text: str) -> str:
    """Without space, one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _stem(text: str, question: Question) -> str:
    """A stem that gives the answer in brackets gains a blank where it had none."""
    plain = bare(text)
    return plain.replace("()", "") if question.kind in CHOICE else plain
