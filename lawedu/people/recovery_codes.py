"""Recovery codes (恢复码): eight for each person, shown once, each good for one sign-in without the device."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import current_app
from sqlalchemy import delete

from lawedu import clock
from lawedu.db import db
from lawedu.people import codes, factor_queries
from lawedu.people.factor_models import RecoveryCode

COUNT = 8
LENGTH = 16
GROUP = 4


def renew(person_id: int) -> list[str]:
    """Replace all codes of a person by new ones and return them, the only time they exist in clear."""
    forget(person_id)
    made = [_make() for _ in range(COUNT)]
    db.session.add_all(RecoveryCode(person_id=person_id, code_hash=hash_code(person_id, code)) for code in made)
    return made


def use(person_id: int, typed: str) -> bool:
    """Use a code up; False when the person has no such code, or no longer."""
    found = factor_queries.find_recovery_code(person_id, hash_code(person_id, typed))
    if found is None:
        return False
    found.used_at = clock.now()
    return True


def forget(person_id: int) -> None:
    """Forget all codes of a person, used ones included."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def hash_code(person_id: int, typed: str) -> str:
    """What the database keeps: keyed, so that 80 random bits suffice even for who holds a copy of the database."""
    personal: bytes = current_app.config["KEYS"]["personal"]
    key = hmac.new(personal, b"recovery-code", hashlib.sha256).digest()
    return hmac.new(key, f"{person_id}\n{codes.normalise(typed)}".encode(), hashlib.sha256).hexdigest()


def _make() -> str:
    letters = "".join(secrets.choice(codes.ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))
