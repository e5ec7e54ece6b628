"""Counting statements (数查询): a list page must ask the same number of questions for 1 row as for 100."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from lawedu.db import db


class Statements(list[str]):
    """The statements that were sent, in order."""

    @property
    def count(self) -> int:
        return len(self)

    @property
    def reads(self) -> list[str]:
        """SELECTs only: BEGIN, COMMIT and PRAGMA are not questions."""
        return [sql for sql in self if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


@contextmanager
def count_queries() -> Iterator[Statements]:
    """Every statement that the application's engine sends inside the block.

    with count_queries() as sent:
        client.get("/bench/people")
    assert sent.count <= 8
    """
    sent = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
