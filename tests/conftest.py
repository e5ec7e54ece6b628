"""The cast and the stage: a real database for every test, on SQLite, or on PostgreSQL with TEST_DATABASE_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, request
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lawedu.application import create_app
from lawedu.core.policy import Role
from lawedu.db import Base, db, transactions_opened
from lawedu.people.models import Person, Unit, UnitKind
from tests import cast

os.environ.setdefault("LAWEDU_ENV", "testing")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One database a worker: a file, or a PostgreSQL database of its own that goes away afterwards."""
    wanted = os.environ.get("TEST_DATABASE_URL", "")
    if not wanted:
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite3'}"
        return
    url = make_url(wanted).set(drivername="postgresql+psycopg")
    name = f"{url.database}_lawedu_{os.getpid()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(scope="session")
def built_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with its tables made once a worker."""
    data: Path = tmp_path_factory.mktemp("data")
    # Cheap password hashing: the strength of argon2 is not what these tests are about.
    app = create_app(
        LAWEDU_DATA=data,
        SQLALCHEMY_DATABASE_URI=database_url,
        TESTING=True,
        ENVIRONMENT="testing",
        RATE_LIMITS=False,
        ARGON2={"memory_cost": 64, "time_cost": 1, "parallelism": 1},
    )
    app.test_client_class = cast.Browser
    _hold_one_transaction_a_request(app)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _hold_one_transaction_a_request(app: Flask) -> None:
    """The house rule, held over every request of every test: the edge commits once.

    A request that changes opens one writing transaction around its deed; one more is for audit and throttling. A GET
    opens none, but for the note that personal data was looked at.
    """

    def begin() -> None:
        g.transactions_before = transactions_opened()

    def check(answer: Any) -> Any:
        opened = transactions_opened() - g.get("transactions_before", transactions_opened())
        most = 2 if request.method == "POST" else 1
        assert opened <= most, f"{request.method} {request.path} opened {opened} writing transactions"
        return answer

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(check)


@pytest.fixture
def app(built_app: Flask) -> Iterator[Flask]:
    """The application inside a context, every table empty."""
    with built_app.app_context():
        _empty()
        yield built_app
        db.session.rollback()
        db.session.remove()


def _empty() -> None:
    names = [table.name for table in Base.metadata.sorted_tables]
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " RESTART IDENTITY CASCADE")
            )
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            for name in reversed(names):
                connection.execute(text(f'DELETE FROM "{name}"'))  # noqa: S608 (names of our own tables)


@pytest.fixture
def client(app: Flask) -> Any:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def unit(app: Flask) -> Unit:
    """The unit of wang and li."""
    return cast.make_unit(name="经济发展局", short_name="经发局")


@pytest.fixture
def other_unit(app: Flask) -> Unit:
    """A unit elsewhere."""
    return cast.make_unit(name="兴城街道", kind=UnitKind.SUBDISTRICT)


@pytest.fixture
def wang(unit: Unit) -> Person:
    """An official."""
    return cast.official(unit, "王建国")


@pytest.fixture
def li(unit: Unit) -> Person:
    """The liaison of the same unit."""
    return cast.official(unit, "李晓梅", Role.UNIT_ADMIN, scope=unit)


@pytest.fixture
def zhao(other_unit: Unit) -> Person:
    """An official elsewhere."""
    return cast.official(other_unit, "赵海涛")


@pytest.fixture
def office(app: Flask) -> Unit:
    """The office that runs the site."""
    return cast.make_unit(name="党政办公室", short_name="党政办")


@pytest.fixture
def exam_admin(office: Unit) -> Person:
    """An exam administrator."""
    return cast.official(office, "孙立新", Role.EXAM_ADMIN)


@pytest.fixture
def second_exam_admin(office: Unit) -> Person:
    """Another exam administrator: the second person."""
    return cast.official(office, "周明", Role.EXAM_ADMIN)


@pytest.fixture
def hr(office: Unit) -> Person:
    """An HR officer for the whole zone."""
    return cast.official(office, "吴敏", Role.HR)


@pytest.fixture
def security_admin(office: Unit) -> Person:
    """The security administrator."""
    return cast.official(office, "郑远", Role.SECURITY_ADMIN)
