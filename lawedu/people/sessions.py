"""Sessions (会话): a random token in the signed cookie, its hash and the whole actor in one row."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, select, update

from lawedu import clock
from lawedu.core.policy import PLAIN_ROLES, Actor, Grant, Role
from lawedu.db import db
from lawedu.people import role_queries
from lawedu.people.models import Person, UserSession

TOUCH_EVERY = timedelta(minutes=5)
CONFIRMED_FOR = timedelta(minutes=10)


# Columns of the table instead of the class, built once: every request of the site asks this first.
_SESSION = UserSession.__table__.c
_FIND = select(
    _SESSION.id,
    _SESSION.person_id,
    _SESSION.staff_number,
    _SESSION.name,
    _SESSION.unit_name,
    _SESSION.grants,
    _SESSION.has_factor,
    _SESSION.created_at,
    _SESSION.seen_at,
    _SESSION.confirmed_at,
).where(_SESSION.token_hash == bindparam("hash"), _SESSION.ended_at.is_(None))


@dataclass(frozen=True)
class OpenSession:
    """A session that is good now, as a plain value: nothing of it reads the database again."""

    id: int
    actor: Actor
    unit_name: str
    seen_at: datetime
    confirmed_at: datetime


def create(person: Person, address: str, agent: str, *, has_factor: bool = False) -> str:
    """Open a session with the roles of this moment; the token goes into the cookie, only its hash stays here.

    `has_factor`: the second factor was shown; without it the session of somebody with a role is worth nothing.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    db.session.add(
        UserSession(
            token_hash=_hash(token),
            person_id=person.id,
            staff_number=person.staff_number,
            name=person.name,
            unit_name=person.unit.short_name or person.unit.name,
            grants=[_kept(grant, until) for grant, until in role_queries.list_held(person.id)],
            has_factor=has_factor,
            address=address,
            agent=agent[:200],
            created_at=now,
            seen_at=now,
            confirmed_at=now,
        )
    )
    db.session.flush()
    return token


def find_open(token: str, address: str = "") -> OpenSession | None:
    """The session behind a token, or None when it ended, idled out, is too old or lacks the second factor. One select.

    Limits: SESSION_IDLE since it was last seen, SESSION_ABSOLUTE since sign-in (GB/T 22239-2019 8.1.4.1).
    """
    row = db.session.execute(_FIND, {"hash": _hash(token)}).one_or_none()
    if row is None:
        return None
    now = clock.now()
    config = current_app.config
    if now - row.seen_at > config["SESSION_IDLE"] or now - row.created_at > config["SESSION_ABSOLUTE"]:
        return None
    grants = _grants(row.grants)
    if config["SECOND_FACTOR"] and not row.has_factor and {grant.role for grant in grants} - PLAIN_ROLES:
        return None
    actor = Actor(row.person_id, row.staff_number, row.name, grants, address, row.id)
    return OpenSession(row.id, actor, row.unit_name, row.seen_at, row.confirmed_at)


def is_touch_due(found: OpenSession) -> bool:
    """Whether the row should hear that the session is in use: at most every five minutes; reading stays cheap."""
    return clock.now() - found.seen_at >= TOUCH_EVERY


def is_confirmed(session_id: int) -> bool:
    """Whether the password of this session was given within the last ten minutes."""
    given = db.session.scalar(select(UserSession.confirmed_at).where(UserSession.id == session_id))
    return given is not None and clock.now() - given <= CONFIRMED_FOR


def has_factor(session_id: int) -> bool:
    """Whether the second factor was shown when this session was opened."""
    return bool(db.session.scalar(select(UserSession.has_factor).where(UserSession.id == session_id)))


def touch(session_id: int) -> None:
    """Note that the session is in use now."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=clock.now()))


def end(session_id: int, reason: str) -> None:
    """End one session; a second time changes nothing."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_reason=reason)
    )


def end_all(person_id: int, reason: str) -> None:
    """End every session of a person at once, on every node: disabling, new password, changed roles."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_reason=reason)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _kept(grant: Grant, until: date | None) -> dict[str, Any]:
    return {
        "role": grant.role.value,
        "unit_path": grant.unit_path,
        "cadre_authority": grant.cadre_authority,
        "until": until.isoformat() if until else "",
    }


def _grants(kept: list[dict[str, Any]]) -> tuple[Grant, ...]:
    """A grant that runs out at midnight ends then, also inside a session."""
    today = clock.today().isoformat()
    return tuple(
        Grant(Role(one["role"]), one["unit_path"], one["cadre_authority"])
        for one in kept
        if not one["until"] or one["until"] >= today
    )
