"""Scoring (评分): points as a pure function of form, key, sheet and rule. Points are Decimal with two places."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from lawedu.core.errors import RuleBroken
from lawedu.core.questions import LETTERS, OBJECTIVE, SEVERAL, BadShape, QuestionKind, Value

ZERO = Decimal(0)
CENT = Decimal("0.01")

Answer = str | bool | Sequence[str] | None


class MultipleRule(StrEnum):
    """How a question with several right options is marked (多选题评分规则)."""

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL_PER_OPTION = "partial_per_option"


class NeedsMarker(RuleBroken):
    """A written answer has no points until a person has marked it (须人工阅卷)."""

    code = "needs_marker"
    sentence = "这道题是主观题，须由阅卷人评分。"


class ScoreFault(StrEnum):
    """What can be wrong with the evidence of a score (成绩证据的不符)."""

    TAMPERED_RESULT = "tampered_result"
    PAPER_DIFFERS = "paper_differs"
    KEY_MISSING = "key_missing"
    RECEIPT_WRONG = "receipt_wrong"
    RESULT_MISSING = "result_missing"
    RESULT_DIFFERS = "result_differs"
    SHEET_DIFFERS = "sheet_differs"
    OWNER_DIFFERS = "owner_differs"
    RESULT_REPLAYED = "result_replayed"


class KeyMissing(RuleBroken):
    """The paper holds an item whose key was not frozen with it: marking would invent a score."""

    code = "key_missing"
    sentence = "试卷中编号为{item}的题没有标准答案，不能评分，请联系考务管理员。"


@dataclass(frozen=True)
class ItemKey:
    """What is right (标准答案), in canonical option keys: a key, several, true or false, or the accepted texts."""

    kind: QuestionKind
    answer: Answer


@dataclass(frozen=True)
class FormItem:
    """One item of a form (试卷中的一题). Displayed letter i stands for the frozen question's option `order[i]`."""

    item: str
    points: Decimal
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marking:
    """Points per item, their sum, the full points of the form, and the items that wait for a marker."""

    items: dict[str, Decimal]
    total: Decimal
    full: Decimal
    unmarked: tuple[str, ...] = ()


def mark_item(key: ItemKey, value: Value, points: Decimal, rule: MultipleRule) -> Decimal:
    """Points for one answer given in canonical option keys, between 0 and `points`. Raises NeedsMarker for essays.

    Default 少选、多选、错选均不得分; `partial_per_option`: any wrong option 0, else the share of the right ones chosen,
    rounded down to 0.01 (product.md, “Rules known”).
    """
    if key.kind not in OBJECTIVE:
        raise NeedsMarker
    if value is None:
        return ZERO
    if key.kind in SEVERAL:
        return _mark_several(key, value, points, rule)
    if key.kind is QuestionKind.FILL_BLANK:
        return points if isinstance(value, str) and _fold(value) in _accepted(key) else ZERO
    # Python says True == 1 and "A" == "A": the type is part of the answer.
    return points if type(value) is type(key.answer) and value == key.answer else ZERO


def _mark_several(key: ItemKey, value: Value, points: Decimal, rule: MultipleRule) -> Decimal:
    if not isinstance(value, list) or not isinstance(key.answer, Sequence):
        return ZERO
    chosen, right = set(value), set(key.answer)
    if chosen == right:
        return points
    if rule is MultipleRule.ALL_OR_NOTHING or not chosen <= right:
        return ZERO
    return (points * len(chosen) / len(right)).quantize(CENT, rounding=ROUND_DOWN)


def _accepted(key: ItemKey) -> set[str]:
    texts = [key.answer] if isinstance(key.answer, str) else key.answer
    # A blank accepted text would make every blank answer right.
    return {_fold(text) for text in texts if _fold(text)} if isinstance(texts, Sequence) else set()


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def to_canonical(form_item: FormItem, value: Value) -> Value:
    """A value in displayed letters, in canonical option keys. Raises BadShape for a letter that is not displayed."""
    return _translate(dict(zip(LETTERS, form_item.order, strict=False)), value)


def to_displayed(form_item: FormItem, canonical_value: Value) -> Value:
    """A value in canonical option keys, in the letters this person saw. Raises BadShape for an unknown key."""
    return _translate(dict(zip(form_item.order, LETTERS, strict=False)), canonical_value)


def _translate(letters: Mapping[str, str], value: Value) -> Value:
    if not letters or value is None or isinstance(value, bool):
        return value
    try:
        return letters[value] if isinstance(value, str) else sorted(letters[letter] for letter in value)
    except (KeyError, TypeError) as error:
        raise BadShape from error


def mark(
    form: Sequence[FormItem], keys: Mapping[str, ItemKey], sheet: Mapping[str, Value], rule: MultipleRule
) -> Marking:
    """Mark a sheet in displayed letters. Written answers score 0 until marked and stand in `unmarked`.

    A value of the wrong shape is a wrong answer, never an error: one odd row must not keep an attempt from closing.
    Raises KeyMissing.
    """
    items: dict[str, Decimal] = {}
    unmarked: list[str] = []
    for form_item in form:
        key = keys.get(form_item.item)
        if key is None:
            raise KeyMissing(item=form_item.item)
        if key.kind not in OBJECTIVE:
            unmarked.append(form_item.item)
        items[form_item.item] = _points(form_item, key, sheet.get(form_item.item), rule)
    full = sum((form_item.points for form_item in form), ZERO)
    return Marking(items, sum(items.values(), ZERO), full, tuple(unmarked))


def _points(form_item: FormItem, key: ItemKey, value: Value, rule: MultipleRule) -> Decimal:
    try:
        return mark_item(key, to_canonical(form_item, value), form_item.points, rule)
    except (BadShape, NeedsMarker):
        return ZERO


def is_passed(total: Decimal, pass_mark: Decimal) -> bool:
    """Whether the total passes (合格): the pass mark itself does (含本数)."""
    return total >= pass_mark
