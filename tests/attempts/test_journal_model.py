"""Promise P2: whatever the order, repetition and batching of requests, the sheet is the fold of the operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from lawedu.attempts import journal, queries
from lawedu.attempts.journal import Batch, RawOperation
from lawedu.attempts.models import AnswerOp, Attempt
from lawedu.core.attempt import Operation, fold
from lawedu.core.policy import Actor
from lawedu.db import db, transaction
from lawedu.people.models import Person
from tests import cast
from tests.exam_cast import Sitter

VALUES: tuple[st.SearchStrategy[Any], ...] = (
    st.sampled_from([None, "A", "B", "C", "D"]),
    st.lists(st.sampled_from("ABCD"), unique=True).map(lambda letters: sorted(letters) or None),
    st.sampled_from([None, True, False]),
)


@st.composite
def operations(draw: st.DrawFn) -> list[tuple[str, int, int, int, Any]]:
    """(client, epoch, seq, place, value): honest pages, each number used once by each tab, epochs rising with
    numbers.
    """
    found = []
    for client in draw(st.lists(st.sampled_from(["tab-1", "tab-2", "phone"]), unique=True, min_size=1)):
        numbers = sorted(draw(st.sets(st.integers(1, 40), max_size=8)))
        epochs = sorted(draw(st.lists(st.integers(1, 3), min_size=len(numbers), max_size=len(numbers))))
        for seq, epoch in zip(numbers, epochs, strict=True):
            place = draw(st.integers(0, 2))
            found.append((client, epoch, seq, place, draw(VALUES[place])))
    return found


@st.composite
def deliveries(draw: st.DrawFn, sent: Sequence[Any]) -> list[list[Any]]:
    """What reaches the server of it: every operation at least once, in any order, some again, in batches of any
    size.
    """
    again = draw(st.lists(st.sampled_from(sent), max_size=6)) if sent else []
    arriving = draw(st.permutations([*sent, *again]))
    batches: list[list[Any]] = []
    while arriving:
        size = draw(st.integers(1, len(arriving)))
        batches.append(list(arriving[:size]))
        arriving = arriving[size:]
    return batches


def send(actor: Actor, sitter: Sitter, batch: Sequence[tuple[str, int, int, int, Any]]) -> None:
    """One request a tab and epoch, as pages send them; everything must be acknowledged."""
    requests: dict[tuple[str, int], list[RawOperation]] = {}
    for client, epoch, seq, place, value in batch:
        requests.setdefault((client, epoch), []).append(RawOperation(seq, sitter.items[place], value))
    for (client, epoch), raw in requests.items():
        with transaction():
            taken = journal.append(actor, sitter.id, Batch(client, epoch, raw))
        assert taken.rejected == []
        assert set(taken.acked) == {one.seq for one in raw}


@pytest.fixture
def actor(sitting_person: Person) -> Actor:
    return cast.actor_of(sitting_person)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_delivery_of_the_same_operations_gives_the_same_sheet(
    sitter: Sitter, actor: Actor, data: st.DataObject
) -> None:
    db.session.rollback()
    with transaction():
        db.session.execute(delete(AnswerOp))
        db.session.execute(update(Attempt).values(epoch=3))
    sent = data.draw(operations())
    for batch in data.draw(deliveries(sent)):
        send(actor, sitter, batch)

    model = fold(Operation(client, epoch, seq, sitter.items[place], value) for client, epoch, seq, place, value in sent)
    assert queries.get_sheet(sitter.id) == model
    assert cast.count(AnswerOp) == len(sent)
    greatest = max((seq for _, _, seq, _, _ in sent), default=0)
    assert queries.get_sitting(actor, "attempt.sit", sitter.id).next_seq == greatest + 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 2), st.one_of(*VALUES, st.text(max_size=3), st.integers())),
        max_size=12,
    )
)
def test_whatever_a_page_sends_each_number_is_either_acknowledged_or_refused(
    sitter: Sitter, actor: Actor, ops: list[tuple[int, int, Any]]
) -> None:
    db.session.rollback()
    with transaction():
        db.session.execute(delete(AnswerOp))
        raw = [RawOperation(seq, sitter.items[place], value) for seq, place, value in ops]
        taken = journal.append(actor, sitter.id, Batch("tab", 1, raw))

    refused = [one.seq for one in taken.rejected]
    assert set(taken.acked) | set(refused) == {seq for seq, _, _ in ops}
    assert len(taken.acked) == len(set(taken.acked)) == cast.count(AnswerOp)
