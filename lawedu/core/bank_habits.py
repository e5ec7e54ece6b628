"""Habits of a bank file (命题习惯): patterns over many questions by which people guess the key without knowing the
law.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lawedu.core.question_draft import PartDraft, QuestionDraft
from lawedu.core.questions import QuestionKind

# Below these numbers chance alone makes patterns.
ENOUGH_SINGLES = 8
ENOUGH_JUDGEMENTS = 6
MOST_LONGEST = 0.45
MOST_AT_ONE_KEY = 0.45
LEAST_OF_ONE_JUDGEMENT = 0.3


def find_habits(questions: Sequence[QuestionDraft]) -> list[str]:
    """What is wrong with a file as a whole, a Chinese sentence each. Cases count with each of their parts."""
    asked = list(_asked(questions))
    singles = [one for one in asked if one.kind is QuestionKind.SINGLE_CHOICE and one.answer in one.options]
    judgements = [one for one in asked if one.kind is QuestionKind.TRUE_FALSE]
    habits: list[str] = []
    if len(singles) >= ENOUGH_SINGLES:
        habits += _lengths(singles) + _positions(singles)
    if len(judgements) >= ENOUGH_JUDGEMENTS:
        habits += _judgements(judgements)
    return habits


def _asked(questions: Sequence[QuestionDraft]) -> Iterable[PartDraft]:
    for question in questions:
        yield question
        yield from question.parts


def _lengths(singles: Sequence[PartDraft]) -> list[str]:
    longest = sum(_right_is_longest(one) for one in singles)
    if longest <= MOST_LONGEST * len(singles):
        return []
    return [f"{len(singles)}道单选题中有{longest}道正确选项最长，请改写选项，使各选项长短相当。"]


def _right_is_longest(one: PartDraft) -> bool:
    right = len(one.options[str(one.answer)])
    return all(len(text) < right for key, text in one.options.items() if key != one.answer)


def _positions(singles: Sequence[PartDraft]) -> list[str]:
    key, count = Counter(str(one.answer) for one in singles).most_common(1)[0]
    if count <= MOST_AT_ONE_KEY * len(singles):
        return []
    return [f"{len(singles)}道单选题中有{count}道答案为{key}，请调换部分题的选项顺序，使答案分布均匀。"]


def _judgements(judgements: Sequence[PartDraft]) -> list[str]:
    right = sum(one.answer is True for one in judgements)
    wrong = len(judgements) - right
    if min(right, wrong) >= LEAST_OF_ONE_JUDGEMENT * len(judgements):
        return []
    return [f"判断题中{right}道正确、{wrong}道错误，请改写一部分，使两者大致各半。"]
