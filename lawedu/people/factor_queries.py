"""Reading the second factor (动态验证码查询)."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import func, select

from lawedu.core.errors import NotFound
from lawedu.core.policy import PLAIN_ROLES
from lawedu.db import db
from lawedu.people import approval_queries, role_queries
from lawedu.people.factor_models import RecoveryCode, SecondFactor
from lawedu.people.models import Approval

RESET = "factor.reset"


def is_needed(person_id: int) -> bool:
    """Whether this person signs in with two steps: the setting is on and they hold more than PLAIN_ROLES."""
    if not current_app.config["SECOND_FACTOR"]:
        return False
    return any(grant.role not in PLAIN_ROLES for grant, _until in role_queries.list_held(person_id))


def find_factor(person_id: int, *, lock: bool = False) -> SecondFactor | None:
    """The second factor that a person set up."""
    query = select(SecondFactor).where(SecondFactor.person_id == person_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def find_recovery_code(person_id: int, code_hash: str) -> RecoveryCode | None:
    """An unused recovery code of the person, locked: it is about to be used."""
    query = select(RecoveryCode).where(
        RecoveryCode.person_id == person_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query.with_for_update())


def count_recovery_codes(person_id: int) -> int:
    """How many recovery codes are left."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def get_reset(approval_id: int, *, lock: bool = False) -> Approval:
    """A request to reset somebody's factor. Raises NotFound, also for requests of another kind."""
    found = approval_queries.get_approval(approval_id, lock=lock)
    if found.action != RESET:
        raise NotFound
    return found
