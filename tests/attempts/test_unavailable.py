"""When the database is away or full: 503 with code and message, nothing half done, and everything works afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lawedu.attempts.models import AnswerOp, Attempt, Receipt
from lawedu.core.attempt import AttemptState
from lawedu.db import db
from tests import cast
from tests.exam_cast import Sitter


@contextmanager
def failing(word: str) -> Iterator[None]:
    """Every statement that holds the word fails as it does when the disk is full or the server gone."""

    def fail(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if word in statement:
            raise OperationalError(statement, {}, Exception("database or disk is full"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("word", ["user_session", "attempt", "INSERT INTO answer_op"])
def test_a_save_that_cannot_be_kept_is_a_503_and_works_later(sitter: Sitter, word: str) -> None:
    op = sitter.op(0, "A")
    with failing(word):
        answer = sitter.send(op)

    assert answer.status_code == 503, answer.text
    assert answer.json["code"] == "unavailable"
    assert answer.json["message"]
    assert "acked" not in answer.json
    assert cast.count(AnswerOp) == 0
    assert sitter.send(op).json["acked"] == [1]


@pytest.mark.parametrize(
    "word", ["UPDATE attempt", "INSERT INTO receipt", "INSERT INTO result", "INSERT INTO audit_event"]
)
def test_a_submit_that_breaks_half_way_leaves_the_attempt_open(sitter: Sitter, word: str) -> None:
    with failing(word):
        answer = sitter.submit(sitter.op(0, "A", seq=1), sheet={sitter.items[0]: "A"})

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert cast.count(Attempt, state=AttemptState.IN_PROGRESS) == 1
    assert cast.count(Receipt) == cast.count(AnswerOp) == 0
    assert sitter.submit(sitter.op(0, "A", seq=1), sheet={sitter.items[0]: "A"}).status_code == 200


def test_a_page_says_it_calmly(sitter: Sitter, desk: Any) -> None:
    with failing("FROM attempt"):
        answer = desk.get(f"/attempts/{sitter.id}")

    assert answer.status_code == 503
    assert "已保存" in answer.text
