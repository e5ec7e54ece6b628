from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.questions import (
    BadShape,
    BadText,
    QuestionKind,
    TooLarge,
    answered_count,
    canonical_json,
    check_value,
    sheet_digest,
)

K = QuestionKind
KEYS = ("A", "B", "C", "D")


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("empty", [None, "", []])
def test_nothing_chosen_or_written_is_none(kind: Any, empty: Any) -> None:
    assert check_value(kind, KEYS, empty) is None


@pytest.mark.parametrize("kind", [K.MULTIPLE_CHOICE, K.INDETERMINATE_CHOICE])
def test_several_choices_are_sorted_and_each_stands_once(kind: Any) -> None:
    assert check_value(kind, KEYS, ["C", "A", "C"]) == ["A", "C"]


def test_false_is_an_answer_to_a_true_false_question() -> None:
    assert check_value(K.TRUE_FALSE, (), False) is False


def test_text_stays_as_typed() -> None:
    assert check_value(K.SHORT_ANSWER, (), "  第一，\n第二 ") == "  第一，\n第二 "


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (K.SINGLE_CHOICE, "E"),
        (K.SINGLE_CHOICE, ["A"]),
        (K.SINGLE_CHOICE, True),
        (K.SINGLE_CHOICE, "AB"),
        (K.MULTIPLE_CHOICE, "A"),
        (K.MULTIPLE_CHOICE, ["A", "E"]),
        (K.MULTIPLE_CHOICE, ["A", 1]),
        (K.MULTIPLE_CHOICE, ["A", ["B"]]),
        (K.MULTIPLE_CHOICE, {"A": 1}),
        (K.TRUE_FALSE, 1),
        (K.TRUE_FALSE, "true"),
        (K.ESSAY, 12),
        (K.ESSAY, ["a"]),
    ],
)
def test_an_answer_of_another_shape_is_refused_by_name(kind: Any, value: Any) -> None:
    with pytest.raises(BadShape) as refused:
        check_value(kind, KEYS, value)
    assert refused.value.code == "bad_shape"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfff"])
def test_text_that_cannot_be_stored_is_refused_by_name(text: Any) -> None:
    with pytest.raises(BadText) as refused:
        check_value(K.ESSAY, (), text)
    assert refused.value.code == "bad_text"


def test_twenty_thousand_characters_are_taken_and_one_more_is_not() -> None:
    assert len(str(check_value(K.ESSAY, (), "法" * 20_000))) == 20_000
    with pytest.raises(TooLarge) as refused:
        check_value(K.ESSAY, (), "法" * 20_001)
    assert refused.value.code == "too_large"


def test_a_list_longer_than_any_question_is_refused() -> None:
    with pytest.raises(TooLarge):
        check_value(K.MULTIPLE_CHOICE, KEYS, ["A"] * 65)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(kind=st.sampled_from(list(K)), value=JSON)
def test_any_json_is_either_normalised_once_and_for_all_or_refused_by_name(kind: Any, value: Any) -> None:
    try:
        checked = check_value(kind, KEYS, value)
    except (BadShape, BadText, TooLarge):
        return
    assert check_value(kind, KEYS, checked) == checked
    assert canonical_json(checked).decode("utf-8")


def test_canonical_json_has_one_spelling() -> None:
    assert canonical_json({"b": "法", "a": ["A"]}) == '{"a":["A"],"b":"法"}'.encode()


def test_the_digest_is_that_of_the_contract() -> None:
    expected = hashlib.sha256(b'{"1":"A","2":["A","C"],"3":false}').hexdigest()
    assert sheet_digest({"3": False, "2": ["C", "A"], "1": "A", "4": None}) == expected


def test_the_digest_of_an_empty_sheet_is_that_of_an_empty_object() -> None:
    assert sheet_digest({"1": None}) == hashlib.sha256(b"{}").hexdigest()


def test_false_counts_as_answered_and_nothing_does_not() -> None:
    assert answered_count({"1": False, "2": None, "3": "", "4": [], "5": "A"}) == 2
