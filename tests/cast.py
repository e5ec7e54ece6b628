"""The cast (角色): factories for units, people and accounts, and a browser that signs in through the real door."""

from __future__ import annotations

import contextvars
import itertools
import re
from functools import lru_cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.policy import MACHINE, Actor, Grant, Role
from lawedu.db import db, transaction
from lawedu.people import passwords, role_queries
from lawedu.people.models import (
    Account,
    AccountState,
    Person,
    PersonCategory,
    Posting,
    PostingKind,
    RoleGrant,
    Unit,
    UnitKind,
)

PASSWORD = "Xiang-Qian-2026"
_numbers = itertools.count(1)
_TOKEN = re.compile(
    r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"|"csrf_token": ?"([^"]+)"'
)


class Browser(FlaskClient):
    """A client whose every request runs in a context of its own, like on a server.

    No `g` and no database session is shared with the test or with another browser; what the test holds is read anew.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.rollback()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return answer


def make_unit(**changes: Any) -> Unit:
    """A unit, at the root unless `parent` is given; path and sort_path as the services keep them. Committed."""
    number = next(_numbers)
    parent: Unit | None = changes.pop("parent", None)
    values: dict[str, Any] = {
        "name": f"第{number}办公室",
        "kind": UnitKind.INTERNAL_OFFICE,
        "sort_order": number,
        **changes,
    }
    unit = Unit(parent_id=parent.id if parent else None, **values)
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.sort_path = f"{parent.sort_path if parent else ''}{unit.sort_order:06d}/"
    db.session.commit()
    return unit


def make_person(**changes: Any) -> Person:
    """An official with a number of their own and a counting posting; in a new unit unless `unit` is given."""
    number = next(_numbers)
    unit = changes.pop("unit", None) or make_unit()
    values: dict[str, Any] = {
        "staff_number": f"GX{number:05d}",
        "name": f"人员{number}",
        "category": PersonCategory.CIVIL_SERVANT,
        "sort_order": number,
        **changes,
    }
    person = Person(unit_id=unit.id, **values)
    db.session.add(person)
    db.session.flush()
    start = clock.today().replace(month=1, day=1)
    db.session.add(
        Posting(person_id=person.id, unit_id=unit.id, kind=PostingKind.ESTABLISHMENT, counts=True, from_on=start)
    )
    db.session.commit()
    return person


@lru_cache(maxsize=8)
def _hash(password: str) -> str:
    return passwords.hash_password(password)


def make_account(person: Person, password: str = PASSWORD, **changes: Any) -> Account:
    """An activated account with that password. Committed."""
    now = clock.now()
    values: dict[str, Any] = {
        "state": AccountState.ACTIVE,
        "password_hash": _hash(password),
        "password_changed_at": now,
        "activated_at": now,
        **changes,
    }
    account = Account(person_id=person.id, **values)
    db.session.add(account)
    db.session.commit()
    return account


def grant(person: Person, role: Role, unit: Unit | None = None, cadre_authority: str = "", **changes: Any) -> RoleGrant:
    """A role in force, as if asked for and approved. Committed."""
    now = clock.now()
    given = RoleGrant(
        person_id=person.id,
        role=role,
        unit_id=unit.id if unit else None,
        cadre_authority=cadre_authority,
        **{"requested_at": now, "approved_at": now, "reason": "测试", **changes},
    )
    db.session.add(given)
    db.session.commit()
    return given


def actor_of(person: Person) -> Actor:
    """The actor that the person is after signing in (without a session)."""
    grants: tuple[Grant, ...] = tuple(held for held, _until in role_queries.list_held(person.id))
    return Actor(person.id, person.staff_number, person.name, grants, "127.0.0.1")


def official(unit: Unit, name: str, *roles: Role, scope: Unit | None = None) -> Person:
    """A person of the unit with an account and these roles (each for `scope`, or for the whole tree)."""
    person = make_person(unit=unit, name=name)
    make_account(person)
    for role in roles:
        grant(person, role, scope)
    return person


def token_in(text: str) -> str:
    """The form token of a page."""
    found = _TOKEN.search(text)
    assert found, "the page carries no csrf_token"
    return next(group for group in found.groups() if group)


def sign_in(client: FlaskClient, person: Person, password: str = PASSWORD, **fields: str) -> Any:
    """Sign in through the page, token included; returns the answer."""
    number = person.staff_number
    page = client.get("/sign-in")
    data = {"staff_number": number, "password": password, "csrf_token": token_in(page.text), **fields}
    return client.post("/sign-in", data=data)


def browser(app: Flask, person: Person | None = None) -> FlaskClient:
    """A browser of its own, signed in as the person."""
    client = app.test_client()
    if person is not None:
        answer = sign_in(client, person)
        assert answer.status_code == 303, answer.text
    return client


def post(
    client: FlaskClient, url: str, data: dict[str, Any] | None = None, page: str | None = None, **kwargs: Any
) -> Any:
    """Post a form with the token of the page it stands on: `page`, else the address itself, else any with a token."""
    for place in (page, url, "/password", "/sign-in"):
        if place is None:
            continue
        answer = client.get(place)
        if answer.status_code == 200 and _TOKEN.search(answer.text):
            return client.post(url, data={"csrf_token": token_in(answer.text), **(data or {})}, **kwargs)
    raise AssertionError(f"no page with a token for {url}")


def post_json(client: FlaskClient, url: str, data: Any) -> Any:
    """Post JSON with the token in its header, as a script does."""
    token = token_in(client.get("/password").text)
    return client.post(url, json=data, headers={"X-CSRFToken": token, "X-CSRF-Token": token})


def count(model: type[Any], **where: Any) -> int:
    """Rows of a table, in the database itself."""
    db.session.rollback()
    return len(db.session.scalars(select(model).filter_by(**where)).all())


def logged(action: str, subject: str, **details: Any) -> None:
    """One event in the audit log, by the machine. Committed."""
    with transaction():
        audit.record(MACHINE, action, subject, **details)
