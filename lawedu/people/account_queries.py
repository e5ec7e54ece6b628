"""Reading accounts (账号查询)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lawedu.core.errors import NotFound
from lawedu.db import db
from lawedu.people.models import Account, Person


def find_by_login(name: str, mobile_hash: str = "") -> Account | None:
    """The account for a staff number, else for a registered mobile; one that two people registered finds nobody."""
    numbers = {name, name.upper()}
    joined = select(Account).join(Person, Person.id == Account.person_id)
    found = db.session.scalar(joined.where(Person.staff_number.in_(numbers)).limit(1))
    if found is not None or not mobile_hash:
        return found
    several = db.session.scalars(joined.where(Person.mobile_hash == mobile_hash).limit(2)).all()
    return several[0] if len(several) == 1 else None


def get_account(person_id: int, *, lock: bool = False) -> Account:
    """The account of a person. Raises NotFound."""
    query = select(Account).where(Account.person_id == person_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def get_person(person_id: int) -> Person:
    """The person with their unit, for deeds of their own account. Raises NotFound."""
    found = db.session.scalar(select(Person).options(joinedload(Person.unit)).where(Person.id == person_id))
    if found is None:
        raise NotFound
    return found


def find_by_code(code_hash: str, *, lock: bool = False) -> Account | None:
    """The account that waits for a one-time code."""
    query = select(Account).where(Account.code_hash == code_hash)
    return db.session.scalar(query.with_for_update() if lock else query)


def accounts_of(person_ids: Sequence[int]) -> dict[int, Account]:
    """Accounts by person, locked: they are about to change. For one unit at a time, not for everybody."""
    query = select(Account).where(Account.person_id.in_(person_ids)).order_by(Account.id).with_for_update()
    return {account.person_id: account for account in db.session.scalars(query)}


def find_account(person_id: int) -> Account | None:
    """The account of a person, if there is one."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))
