"""Questions (试题): kinds, the shape an answer may have, and the one canonical form in which answers are hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from enum import StrEnum

from lawedu.core.errors import BadInput


class QuestionKind(StrEnum):
    """Kind of question (题型)."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    INDETERMINATE_CHOICE = "indeterminate_choice"
    FILL_BLANK = "fill_blank"
    SHORT_ANSWER = "short_answer"
    ESSAY = "essay"
    CASE_ANALYSIS = "case_analysis"


# Refusals and faults of the core name a kind to people; pages take their labels from the wording registry.
KIND_NAMES: Mapping[QuestionKind, str] = {
    QuestionKind.SINGLE_CHOICE: "单选题",
    QuestionKind.MULTIPLE_CHOICE: "多选题",
    QuestionKind.TRUE_FALSE: "判断题",
    QuestionKind.INDETERMINATE_CHOICE: "不定项选择题",
    QuestionKind.FILL_BLANK: "填空题",
    QuestionKind.SHORT_ANSWER: "简答题",
    QuestionKind.ESSAY: "论述题",
    QuestionKind.CASE_ANALYSIS: "案例分析题",
}

SEVERAL = frozenset({QuestionKind.MULTIPLE_CHOICE, QuestionKind.INDETERMINATE_CHOICE})
CHOICE = SEVERAL | {QuestionKind.SINGLE_CHOICE}
OBJECTIVE = CHOICE | {QuestionKind.TRUE_FALSE, QuestionKind.FILL_BLANK}

LETTERS = "ABCDEFGH"
TEXT_LIMIT = 20_000
# Nobody chooses more often than there are letters; a longer list is a mistake or an attack.
LIST_LIMIT = 64

Value = str | list[str] | bool | None


class BadShape(BadInput):
    """The value is not an answer to this kind of question (答案形式不符)."""

    code = "bad_shape"
    sentence = "答案的形式与题型不符，请刷新页面后重新作答。"


class TooLarge(BadInput):
    """The text is longer than TEXT_LIMIT characters (答案过长)."""

    code = "too_large"
    sentence = "答案过长，请压缩到两万字以内。"


class BadText(BadInput):
    """The text holds characters that cannot be stored: NUL or half of a surrogate pair (无法保存的字符)."""

    code = "bad_text"
    sentence = "答案中有无法保存的字符，请删去后重新输入。"


def check_value(kind: QuestionKind, option_keys: Collection[str], value: object) -> Value:
    """The value as it is journalled: chosen letters sorted and unique, nothing chosen or written as None.

    Text stays exactly as typed. Raises BadShape, TooLarge, BadText (attempts.md, “Saving”).
    """
    if value is None or value == "" or value == []:
        return None
    if kind is QuestionKind.TRUE_FALSE:
        if not isinstance(value, bool):
            raise BadShape
        return value
    if kind in SEVERAL:
        return _check_letters(option_keys, value)
    text = _check_text(value)
    if kind is QuestionKind.SINGLE_CHOICE and text not in option_keys:
        raise BadShape
    return text


def _check_letters(option_keys: Collection[str], value: object) -> list[str]:
    if not isinstance(value, list):
        raise BadShape
    if len(value) > LIST_LIMIT:
        raise TooLarge
    letters = {_check_text(letter) for letter in value}
    if not letters <= set(option_keys):
        raise BadShape
    return sorted(letters)


def _check_text(value: object) -> str:
    if not isinstance(value, str):
        raise BadShape
    if len(value) > TEXT_LIMIT:
        raise TooLarge
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadText
    return value


def canonical_json(thing: object) -> bytes:
    """The one spelling of a JSON value that is hashed and signed: sorted keys, no spaces, UTF-8, no escapes."""
    spelt = json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return spelt.encode("utf-8")


def canonical_sheet(sheet: Mapping[str, Value]) -> dict[str, Value]:
    """The sheet (答卷) without unanswered items, lists sorted."""
    return {
        item: sorted(value) if isinstance(value, list) else value for item, value in sheet.items() if _is_answer(value)
    }


def sheet_digest(sheet: Mapping[str, Value]) -> str:
    """Lower-case hex SHA-256 of the canonical sheet (contract.md, “Values”)."""
    return hashlib.sha256(canonical_json(canonical_sheet(sheet))).hexdigest()


def answered_count(sheet: Mapping[str, Value]) -> int:
    """How many items have an answer (已答题数). False is an answer; an empty text or list is none."""
    return sum(_is_answer(value) for value in sheet.values())


def _is_answer(value: Value) -> bool:
    return value is not None and value != "" and value != []
