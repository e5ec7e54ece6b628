"""Warnings about one question (命题提醒): what lets people guess or misread, without being wrong by itself.

Source: questions.md of the design, “Stem and options”. Faults keep a question out of the bank; these do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lawedu.core.question_draft import PartDraft, QuestionDraft
from lawedu.core.questions import CHOICE, QuestionKind

_MARKED = re.compile(r"[“【「《]\s*(不|错误|除外)")
_ABSOLUTE = ("一定", "绝不", "绝对", "只有", "任何情况下", "一律", "必然")
PARALLEL = 3
DIFFERENCE = 12
STANDS_OUT = 1.5


def find_warnings(question: QuestionDraft) -> list[str]:
    """What a second reader should look at, a Chinese sentence each; parts of a case are named by their number."""
    found = list(_of(question))
    for number, part in enumerate(question.parts, 1):
        found += [f"第{number}小题：{sentence}" for sentence in _of(part)]
    return found


def _of(asked: PartDraft) -> Iterable[str]:
    if asked.kind not in CHOICE:
        return
    if is_negative(asked.stem) and not _MARKED.search(asked.stem):
        yield "题干用否定方式提问，请改为正面提问；确需否定的，用【不】标出否定词。"
    yield from _absolutes(asked.options)
    yield from _lengths(asked)


def is_negative(stem: str) -> bool:
    """Whether the stem asks for what is wrong or left out: 下列不属于……的是（　）."""
    clause = re.split(r"[，。；：]", stem.rstrip("。．. "))[-1]
    return bool(re.search(r"(不正确|不属于|不包括|不符合|错误|除外)[^，]{0,8}的(是|有|包括)", clause))


def _absolutes(options: Mapping[str, str]) -> Iterable[str]:
    for word in _ABSOLUTE:
        keys = [key for key, text in options.items() if word in text]
        if keys and len(keys) < len(options):
            yield f"选项{'、'.join(keys)}用了“{word}”，容易被猜出对错，请改写；法条原文如此的可以保留。"


def _lengths(asked: PartDraft) -> Iterable[str]:
    lengths = {key: len(text) for key, text in asked.options.items()}
    if len(lengths) < 2:
        return
    long, short = max(lengths.values()), min(lengths.values())
    if long > PARALLEL * short and long - short >= DIFFERENCE:
        yield f"选项长短相差过大（最长{long}字，最短{short}字），请改写得相近。"
    right = lengths.get(asked.answer, 0) if isinstance(asked.answer, str) else 0
    others = [length for key, length in lengths.items() if key != asked.answer]
    if asked.kind is QuestionKind.SINGLE_CHOICE and right > STANDS_OUT * max(others) and right - max(others) >= 4:
        yield "正确选项明显比其他选项长，容易被猜中，请改写。"
