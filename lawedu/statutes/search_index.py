"""The search index (检索索引): FTS5 on SQLite, a tsvector with GIN on PostgreSQL; made with the article table.

It is no model: both engines keep it in their own way. The migration and `create_all` both run the statements below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, Connection, event, text

from lawedu.core.statute_search import pieces
from lawedu.statutes.models import SEARCH_TABLE as TABLE
from lawedu.statutes.models import Article

CREATE: Mapping[str, Sequence[str]] = {
    "sqlite": (
        # Only the index is kept: the words are read from the article itself.
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, content='', tokenize='unicode61')",
        # Articles are never deleted one by one (they are frozen); an emptied library empties its index.
        f"CREATE TRIGGER {TABLE}_emptied AFTER DELETE ON article WHEN NOT EXISTS (SELECT 1 FROM article)"  # noqa: S608
        f" BEGIN INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all'); END",
    ),
    "postgresql": (
        f"CREATE TABLE {TABLE} (article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,"
        " words TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{TABLE}_words ON {TABLE} USING GIN (words)",
    ),
}
DROP: Mapping[str, Sequence[str]] = {
    "sqlite": (f"DROP TRIGGER IF EXISTS {TABLE}_emptied", f"DROP TABLE IF EXISTS {TABLE}"),
    "postgresql": (f"DROP TABLE IF EXISTS {TABLE}",),
}
_ADD = {
    "sqlite": text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:id, :words)"),  # noqa: S608 (our own name)
    "postgresql": text(
        f"INSERT INTO {TABLE} (article_id, words) VALUES (:id, to_tsvector('simple', :words))"  # noqa: S608
    ),
}

for _dialect, _statements in CREATE.items():
    for _statement in _statements:
        event.listen(Article.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def is_index_table(name: str | None) -> bool:
    """Whether a table of the database belongs to the index: comparing models with the database leaves these out."""
    return bool(name) and str(name).startswith(TABLE)


def add_to_index(connection: Connection, articles: Sequence[tuple[int, str]]) -> None:
    """Index articles: (id, text) pairs. One statement for all of them."""
    rows = [{"id": article_id, "words": " ".join(pieces(words))} for article_id, words in articles]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)
