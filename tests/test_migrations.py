"""Migrations (数据库迁移): they make exactly the tables of the models, and go down and up on a populated database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.engine import Engine, make_url

from lawedu.attempts.models import Attempt
from lawedu.db import Base
from lawedu.exams.models import Candidate
from lawedu.people.models import Person
from lawedu.statutes.search_index import is_index_table

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """An empty database of its own on the engine under test."""
    wanted = os.environ.get("TEST_DATABASE_URL", "")
    if not wanted:
        yield f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
        return
    parsed = make_url(wanted).set(drivername="postgresql+psycopg")
    name = f"{parsed.database}_migrations_{os.getpid()}"
    admin = create_engine(parsed, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    yield parsed.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A look at that database from outside the application."""
    made = create_engine(url)
    yield made
    made.dispose()


def is_ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """All but the search index: each engine keeps it in its own way, outside the models."""
    return not (kind == "table" and (name or "").startswith("article_search"))


def flask(url: str, folder: Path, *words: str) -> str:
    """One of our commands, in a process of its own, as an administrator runs it."""
    environment = {**os.environ, "DATABASE_URL": url, "LAWEDU_DATA": str(folder), "LAWEDU_ENV": "development"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_migrations_make_exactly_the_tables_of_the_models(url: str, engine: Engine, tmp_path: Path) -> None:
    flask(url, tmp_path, "db", "upgrade")
    with engine.connect() as connection:
        # The search index is made by each engine in its own way; it is no model.
        own = {"include_name": lambda name, kind, _parents: not (kind == "table" and is_index_table(name))}
        context = MigrationContext.configure(connection, opts={"compare_type": False, **own})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_a_populated_database_goes_down_and_up_again(url: str, engine: Engine, tmp_path: Path) -> None:
    flask(url, tmp_path, "db", "upgrade")
    flask(url, tmp_path, "bank", "load", "question_bank")
    flask(url, tmp_path, "demo", "--officials", "12", "--json")
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Person)) == 27
        assert connection.scalar(select(func.count()).select_from(Candidate))
        assert connection.scalar(select(func.count()).select_from(Attempt))
    flask(url, tmp_path, "db", "downgrade", "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    flask(url, tmp_path, "db", "upgrade")
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_second_upgrade_changes_nothing(url: str, engine: Engine, tmp_path: Path) -> None:
    flask(url, tmp_path, "db", "upgrade")
    before = inspect(engine).get_table_names()
    flask(url, tmp_path, "db", "upgrade")
    assert inspect(engine).get_table_names() == before
