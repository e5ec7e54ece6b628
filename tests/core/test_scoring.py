from __future__ import annotations

from decimal import Decimal as D
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.questions import LETTERS, BadShape, QuestionKind
from lawedu.core.scoring import (
    FormItem,
    ItemKey,
    KeyMissing,
    MultipleRule,
    NeedsMarker,
    is_passed,
    mark,
    mark_item,
    to_canonical,
    to_displayed,
)

K = QuestionKind
ALL, PARTIAL = MultipleRule.ALL_OR_NOTHING, MultipleRule.PARTIAL_PER_OPTION
SINGLE = ItemKey(K.SINGLE_CHOICE, "B")
MULTIPLE = ItemKey(K.MULTIPLE_CHOICE, ("A", "C", "D"))


def points(key: Any, value: Any, rule: Any = ALL, worth: Any = D(2)) -> Any:
    return mark_item(key, value, worth, rule)


def test_a_single_choice_is_right_or_wrong() -> None:
    assert points(SINGLE, "B") == 2
    assert points(SINGLE, "A") == 0
    assert points(SINGLE, None) == 0


@pytest.mark.parametrize("value", [["A", "C"], ["A", "B", "C", "D"], ["A", "B", "C"], [], None])
def test_too_few_too_many_or_wrong_options_score_nothing_by_default(value: Any) -> None:
    assert points(MULTIPLE, value) == 0


@pytest.mark.parametrize("rule", [ALL, PARTIAL])
def test_exactly_the_right_options_score_full_points(rule: Any) -> None:
    assert points(MULTIPLE, ["D", "A", "C"], rule) == 2


def test_with_partial_points_each_right_option_counts_rounded_down() -> None:
    assert points(MULTIPLE, ["A"], PARTIAL) == D("0.66")
    assert points(MULTIPLE, ["A", "C"], PARTIAL) == D("1.33")


def test_with_partial_points_one_wrong_option_costs_everything() -> None:
    assert points(MULTIPLE, ["A", "B", "C"], PARTIAL) == 0


def test_an_indeterminate_question_follows_the_same_rule() -> None:
    assert points(ItemKey(K.INDETERMINATE_CHOICE, ("A", "B")), ["A"], PARTIAL) == 1
    assert points(ItemKey(K.INDETERMINATE_CHOICE, ("A",)), ["A"]) == 2


def test_unanswered_is_not_false() -> None:
    key = ItemKey(K.TRUE_FALSE, False)
    assert points(key, False) == 2
    assert points(key, None) == 0
    assert points(key, True) == 0


@pytest.mark.parametrize("value", [0, 1, "true", "A"])
def test_only_true_and_false_answer_a_true_false_question(value: Any) -> None:
    assert points(ItemKey(K.TRUE_FALSE, bool(value)), value) == 0


@pytest.mark.parametrize("value", ["十五日", " 十五 日", "１５日", "15日"])
def test_a_blank_accepts_any_width_case_and_spacing(value: Any) -> None:
    assert points(ItemKey(K.FILL_BLANK, ("十五日", "15日")), value) == 2


@pytest.mark.parametrize("value", ["五日", " ", None])
def test_another_text_in_a_blank_is_wrong(value: Any) -> None:
    assert points(ItemKey(K.FILL_BLANK, ("十五日", " ")), value) == 0


@pytest.mark.parametrize("kind", [K.ESSAY, K.SHORT_ANSWER, K.CASE_ANALYSIS])
def test_a_written_answer_needs_a_marker(kind: Any) -> None:
    with pytest.raises(NeedsMarker):
        points(ItemKey(kind, None), "很长的论述")


def test_letters_on_the_screen_stand_for_the_shuffled_options() -> None:
    item = FormItem("1", D(1), ("C", "A", "B"))
    assert to_canonical(item, "A") == "C"
    assert to_canonical(item, ["A", "C"]) == ["B", "C"]
    assert to_displayed(item, "C") == "A"
    assert to_canonical(FormItem("2", D(1)), False) is False


def test_a_letter_that_was_not_on_the_screen_is_refused() -> None:
    with pytest.raises(BadShape):
        to_canonical(FormItem("1", D(1), ("B", "A")), "C")


@given(order=st.permutations("ABCD"), value=st.lists(st.sampled_from("ABCD"), unique=True, min_size=1).map(sorted))
def test_there_and_back_the_letters_are_the_same(order: Any, value: Any) -> None:
    item = FormItem("1", D(1), tuple(order))
    assert to_displayed(item, to_canonical(item, value)) == value
    assert to_canonical(item, to_displayed(item, value)) == value


FORM = [FormItem("1", D(1), ("D", "C", "B", "A")), FormItem("2", D(2), ("A", "B", "C", "D")), FormItem("3", D(10))]
PAPER_KEYS = {"1": SINGLE, "2": MULTIPLE, "3": ItemKey(K.ESSAY, None)}


def test_a_sheet_is_marked_by_the_letters_each_person_saw() -> None:
    marking = mark(FORM, PAPER_KEYS, {"1": "C", "2": ["A", "C", "D"], "3": "论述"}, ALL)
    assert marking.items == {"1": D(1), "2": D(2), "3": D(0)}
    assert (marking.total, marking.full, marking.unmarked) == (D(3), D(13), ("3",))


def test_an_empty_sheet_scores_nothing_of_the_full_points() -> None:
    marking = mark(FORM, PAPER_KEYS, {}, ALL)
    assert (marking.total, marking.full) == (D(0), D(13))


@pytest.mark.parametrize("odd", ["Z", ["A", "Z"], True, 3, {"A": 1}, ["A", ["B"]]])
def test_an_odd_value_is_a_wrong_answer_and_keeps_no_attempt_from_closing(odd: Any) -> None:
    assert mark(FORM, PAPER_KEYS, {"1": odd, "2": odd}, ALL).total == 0


def test_an_item_without_a_key_is_refused_and_not_scored_as_wrong() -> None:
    with pytest.raises(KeyMissing):
        mark(FORM, {"1": SINGLE}, {}, ALL)


@st.composite
def papers(draw: Any) -> Any:
    rng = Random(draw(st.integers()))  # noqa: S311 - invents test papers
    form, keys, sheet = [], {}, {}
    for number in range(draw(st.integers(0, 8))):
        item, kind = str(number), rng.choice([K.SINGLE_CHOICE, K.MULTIPLE_CHOICE, K.TRUE_FALSE])
        letters = LETTERS[: rng.randint(2, 6)]
        right = sorted(rng.sample(letters, rng.randint(1, len(letters))))
        answer = {K.SINGLE_CHOICE: right[0], K.MULTIPLE_CHOICE: tuple(right), K.TRUE_FALSE: rng.random() < 0.5}[kind]
        order = () if kind is K.TRUE_FALSE else tuple(rng.sample(letters, len(letters)))
        form.append(FormItem(item, D(rng.randint(1, 500)) / 100, order))
        keys[item] = ItemKey(kind, answer)
        given_value = {
            K.SINGLE_CHOICE: rng.choice(letters),
            K.MULTIPLE_CHOICE: rng.sample(letters, 2),
            K.TRUE_FALSE: True,
        }
        sheet[item] = rng.choice([None, given_value[kind]])
    return form, keys, sheet


@given(paper=papers(), rule=st.sampled_from(MultipleRule))
def test_no_item_scores_less_than_nothing_or_more_than_its_points(paper: Any, rule: Any) -> None:
    form, keys, sheet = paper
    marking = mark(form, keys, sheet, rule)
    for item in form:
        assert 0 <= marking.items[item.item] <= item.points
    assert marking.total == sum(marking.items.values()) <= marking.full


@given(paper=papers())
def test_partial_points_never_take_away_what_the_strict_rule_gives(paper: Any) -> None:
    form, keys, sheet = paper
    assert mark(form, keys, sheet, PARTIAL).total >= mark(form, keys, sheet, ALL).total


@given(paper=papers(), rule=st.sampled_from(MultipleRule))
def test_the_right_answers_score_full_points(paper: Any, rule: Any) -> None:
    form, keys, _ = paper
    answers = {item: list(key.answer) if isinstance(key.answer, tuple) else key.answer for item, key in keys.items()}
    sheet = {item.item: to_displayed(item, answers[item.item]) for item in form}
    marking = mark(form, keys, sheet, rule)
    assert marking.total == marking.full


def test_the_pass_mark_itself_passes() -> None:
    assert is_passed(D("80.00"), D(80))
    assert not is_passed(D("79.99"), D(80))
