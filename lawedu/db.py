"""The database (数据库): one base class, the types that both engines share, and `transaction()`.

SQLite is opened so that it behaves: WAL, synchronous=FULL (an acknowledged answer survives a power cut), foreign keys
on, every writing transaction BEGIN IMMEDIATE (read-then-write under a deferred BEGIN fails at once with SQLITE_BUSY in
spite of the time-out), and writers queue on a lock, because SQLite's own busy handler starves some of them.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Engine,
    Enum,
    Integer,
    MetaData,
    Numeric,
    String,
    TypeDecorator,
    event,
    types,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from lawedu.core.errors import Unavailable

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both engines (SQLite forgets offsets)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(TypeDecorator[Decimal]):
    """Points (分值): exact to 0.01. SQLite has no decimals, so hundredths are kept as a whole number there."""

    impl = Numeric(6, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> types.TypeEngine[Any]:
        kind: types.TypeEngine[Any] = dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Numeric(8, 2))
        return kind

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return int((Decimal(value) * 100).to_integral_value())

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        if value is None:
            return None
        exact = Decimal(value) / 100 if dialect.name == "sqlite" else Decimal(value)
        return exact.quantize(Decimal("0.01"))


def text_enum(members: type[StrEnum], length: int = 32) -> Enum:
    """An enum kept as its text value with a check."""
    return Enum(
        members,
        native_enum=False,
        length=length,
        values_callable=lambda e: [m.value for m in e],
        validate_strings=True,
        create_constraint=True,
        name=members.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Every table's base."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        datetime: UtcDateTime,
        Decimal: Points,
        str: String,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


db = SQLAlchemy(metadata=Base.metadata)
_thread_lock = threading.Lock()


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below is the only one
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing") or connection.info.get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _writers_queue() -> Iterator[None]:
    """One writer at a time over all threads and processes of the embedded database, first come, first served."""
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        yield
        return
    path = Path(db.engine.url.database).with_suffix(".lock")
    with _thread_lock:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction around one deed: commits at the end, rolls back on any refusal.

    A read transaction that is open is ended first. Raises Unavailable when the database cannot take it (disk full,
    read-only, connection lost): nothing was changed then.
    """
    session = db.session
    session.rollback()
    if _depth.value:
        raise RuntimeError("a transaction is open already: services never open one")
    _depth.value = 1
    _depth.count += 1
    try:
        with _writers_queue():
            try:
                session.connection(execution_options={"writing": True})
                yield
                session.commit()
            except BaseException:
                _safe_rollback()
                raise
    except (OperationalError, DBAPIError) as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            current_app.logger.error("database refused a write", exc_info=error)
            raise Unavailable from error
        raise
    finally:
        _depth.value = 0


class _Depth(threading.local):
    value: int = 0
    count: int = 0


_depth = _Depth()


def transactions_opened() -> int:
    """How many writing transactions this thread has opened (a house rule counts them per request)."""
    return _depth.count


def _safe_rollback() -> None:
    """SQLite has rolled back by itself when the disk is full; a second ROLLBACK raises and must not hide the cause."""
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()
