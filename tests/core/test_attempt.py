from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.attempt import (
    GRACE,
    RECEIPT_RANDOM_LIMIT,
    AlreadyEnded,
    AttemptFacts,
    AttemptState,
    EndReason,
    Operation,
    TooLate,
    deadline,
    effective_ended_at,
    effective_state,
    ensure_open,
    fold,
    next_seq,
    read_receipt_number,
    receipt_body,
    receipt_number,
)

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
S = AttemptState


def make_facts(**changes: Any) -> Any:
    return AttemptFacts(**{"state": S.IN_PROGRESS, "started_at": NINE, "deadline_at": NINE + HOUR, **changes})


def test_the_deadline_is_the_duration_after_the_start() -> None:
    assert deadline(NINE, HOUR, timedelta(0), NINE + 5 * HOUR) == NINE + HOUR


def test_the_deadline_is_never_after_the_window_closes() -> None:
    assert deadline(NINE, HOUR, timedelta(0), NINE + HOUR / 2) == NINE + HOUR / 2


def test_extra_time_is_added_even_past_the_close_of_the_window() -> None:
    extra = timedelta(minutes=20)
    assert deadline(NINE, HOUR, extra, NINE + HOUR / 2) == NINE + HOUR / 2 + extra
    assert deadline(NINE, HOUR, extra, NINE + 5 * HOUR) == NINE + HOUR + extra


def test_until_the_end_of_the_grace_answers_are_taken() -> None:
    ensure_open(make_facts(), NINE + HOUR + GRACE)
    assert effective_state(make_facts(), NINE + HOUR + GRACE) is S.IN_PROGRESS


def test_after_the_deadline_and_its_grace_nothing_is_taken() -> None:
    late = NINE + HOUR + GRACE + SECOND
    assert effective_state(make_facts(), late) is S.EXPIRED
    with pytest.raises(TooLate):
        ensure_open(make_facts(), late)


def test_it_makes_no_difference_whether_a_job_has_written_the_expiry_down() -> None:
    late = NINE + 2 * HOUR
    for facts in (make_facts(), make_facts(state=S.EXPIRED, ended_at=NINE + HOUR)):
        assert effective_state(facts, late) is S.EXPIRED
        assert effective_ended_at(facts, late) == NINE + HOUR
        with pytest.raises(TooLate):
            ensure_open(facts, late)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.VOIDED])
def test_an_attempt_that_ended_takes_nothing_even_before_its_deadline(state: Any) -> None:
    facts = make_facts(state=state, ended_at=NINE + HOUR / 2)
    with pytest.raises(AlreadyEnded):
        ensure_open(facts, NINE + HOUR / 2 + SECOND)
    assert effective_state(facts, NINE + 9 * HOUR) is state
    assert effective_ended_at(facts, NINE + 9 * HOUR) == NINE + HOUR / 2


def test_an_attempt_in_progress_has_not_ended() -> None:
    assert effective_ended_at(make_facts(), NINE) is None


def make_op(**changes: Any) -> Any:
    return Operation(**{"client": "a", "epoch": 0, "seq": 1, "item": "1", "value": "A", **changes})


def test_the_later_change_of_an_answer_wins() -> None:
    assert fold([make_op(seq=1, value="A"), make_op(seq=2, value="B")]) == {"1": "B"}


def test_a_device_that_took_over_wins_over_higher_numbers_of_the_older_one() -> None:
    assert fold([make_op(epoch=0, seq=99, value="A"), make_op(client="b", epoch=1, seq=2, value="B")]) == {"1": "B"}


def test_of_two_tabs_with_the_same_number_one_wins_always() -> None:
    ops = [make_op(client="a", value="A"), make_op(client="b", value="B")]
    assert fold(ops) == fold(reversed(ops)) == {"1": "B"}


def test_a_cleared_answer_is_no_answer_and_does_not_bring_back_the_older_one() -> None:
    assert fold([make_op(seq=1, value="A"), make_op(seq=2, value=None)]) == {}


def test_false_is_kept() -> None:
    assert fold([make_op(value=False)]) == {"1": False}


def journals() -> Any:
    op = st.builds(
        Operation,
        client=st.sampled_from("abc"),
        epoch=st.integers(0, 2),
        seq=st.integers(1, 6),
        item=st.sampled_from("123"),
        value=st.none() | st.booleans() | st.sampled_from("ABCD") | st.lists(st.sampled_from("ABCD"), unique=True),
    )
    return st.lists(op, max_size=20, unique_by=lambda op: (op.client, op.seq))


@given(journal=journals(), data=st.data())
def test_order_repetition_and_delay_never_change_the_sheet(journal: Any, data: Any) -> None:
    repeated = journal + data.draw(st.lists(st.sampled_from(journal), max_size=10) if journal else st.just([]))
    shuffled = data.draw(st.permutations(repeated))
    assert fold(shuffled) == fold(journal)


@given(journal=journals())
def test_an_operation_numbered_by_next_seq_always_wins(journal: Any) -> None:
    epoch = max((op.epoch for op in journal), default=0)
    last = make_op(client="a", epoch=epoch, seq=next_seq(journal), item="1", value="D")
    assert fold([*journal, last])["1"] == "D"


def test_numbers_begin_at_one() -> None:
    assert next_seq([]) == 1


def test_a_receipt_number_is_the_same_for_the_same_random_part() -> None:
    assert receipt_number(2026, 0) == "2026-00000-00000-" + receipt_number(2026, 0)[-1]
    assert receipt_number(2026, 123456) == receipt_number(2026, 123456) != receipt_number(2026, 123457)


@pytest.mark.parametrize("random_part", [-1, RECEIPT_RANDOM_LIMIT])
def test_a_random_part_out_of_range_is_an_error(random_part: Any) -> None:
    with pytest.raises(ValueError):
        receipt_number(2026, random_part)


RANDOM_PARTS = st.integers(0, RECEIPT_RANDOM_LIMIT - 1)


@given(random_part=RANDOM_PARTS)
def test_a_receipt_number_typed_by_hand_is_recognised(random_part: Any) -> None:
    number = receipt_number(2026, random_part)
    assert read_receipt_number(f" {number.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')}\n") == number


@given(random_part=RANDOM_PARTS, place=st.integers(0, 14), symbol=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXY"))
def test_one_wrong_symbol_is_noticed(random_part: Any, place: Any, symbol: Any) -> None:
    number = receipt_number(2026, random_part).replace("-", "")
    typed = number[:place] + symbol + number[place + 1 :]
    assert typed == number or read_receipt_number(typed) is None


@given(random_part=RANDOM_PARTS, place=st.integers(0, 12))
def test_two_symbols_swapped_are_noticed(random_part: Any, place: Any) -> None:
    number = receipt_number(2026, random_part).replace("-", "")
    typed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert typed == number or read_receipt_number(typed) is None


@given(text=st.text())
def test_any_text_is_a_receipt_number_or_is_not(text: Any) -> None:
    number = read_receipt_number(text)
    assert number is None or read_receipt_number(number) == number


def make_body(**changes: Any) -> Any:
    given_facts = {
        "number": "2026-00000-00000-0",
        "exam_id": 7,
        "exam_title": "2026年度普法考试",
        "attempt_id": 9,
        "paper_hash": "ab",
        "salt": b"salt",
        "sheet": {"1": "A", "2": None, "3": False},
        "total_items": 3,
        "ended_at": NINE,
        "reason": EndReason.SUBMITTED,
    }
    return receipt_body(**{**given_facts, **changes})


def test_a_receipt_says_how_many_were_answered_and_when_it_ended() -> None:
    body = make_body()
    assert (body["answered"], body["total_items"], body["reason"]) == (2, 3, "submitted")
    assert body["ended_at"] == "2026-11-20T01:00:00.000Z"


def test_a_receipt_does_not_depend_on_the_time_zone_or_on_the_order_of_the_answers() -> None:
    beijing = NINE.astimezone(timezone(timedelta(hours=8)))
    other = make_body(ended_at=beijing, sheet={"3": False, "1": "A"})
    assert json.dumps(other) == json.dumps(make_body())


def test_a_receipt_changes_with_the_answers_and_with_the_salt_but_shows_neither() -> None:
    body = make_body()
    assert body["sheet_hash"] != make_body(sheet={"1": "B", "3": False})["sheet_hash"]
    assert body["sheet_hash"] != make_body(salt=b"other")["sheet_hash"]
    assert set(body) == {
        "number",
        "exam_id",
        "exam_title",
        "attempt_id",
        "paper_hash",
        "sheet_hash",
        "answered",
        "total_items",
        "ended_at",
        "reason",
    }
