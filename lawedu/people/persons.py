"""People (人员): adding and editing one by hand. Rosters do the same in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import NotFound, RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.core.roster_plan import Reach
from lawedu.core.staff_numbers import own_number, running_of
from lawedu.db import db
from lawedu.people import mobiles, people_queries, postings, roles
from lawedu.people.models import (
    Account,
    AccountState,
    DutyState,
    ExamChannel,
    Person,
    PersonCategory,
    Unit,
    UserSession,
)
from lawedu.people.postings import Place, UnitIsClosed
from lawedu.people.roster_queries import chunks, list_numbers_in_use

BY_HAND, LEFT = "manual", "left"


class NumberTaken(RuleBroken):
    """Staff numbers are unique for ever, also those of people who left (工号已被使用)."""

    status = 422
    code = "number_taken"
    sentence = "工号已被使用，请核对；没有工号的可以留空，由系统编号。"


@dataclass(frozen=True)
class PersonFacts:
    """What one enters about a person. `mobile`: eleven digits, empty to clear, None to leave as it is."""

    name: str
    category: PersonCategory
    post_title: str = ""
    grade_level: str = ""
    is_leader: bool = False
    is_enforcement: bool = False
    cadre_authority: str = ""
    duty_state: DutyState = DutyState.ACTIVE
    exam_channel: ExamChannel = ExamChannel.ZONE
    sort_order: int = 0
    mobile: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The facts that are columns of Person as they stand."""
        values = asdict(self)
        values.pop("mobile")
        return values


def add(actor: Actor, unit: Unit, staff_number: str, facts: PersonFacts) -> Person:
    """A new person in `unit`; an empty staff number becomes a lifelong 学法编号.

    Raises NotFound outside the scope, NumberTaken, UnitIsClosed.
    """
    _ensure_covers(actor, unit.path, facts.cadre_authority)
    if unit.closed_on is not None:
        raise UnitIsClosed(name=unit.name)
    number = staff_number or next_own_numbers(1)[0]
    if list_numbers_in_use([number]):
        raise NumberTaken
    person = Person(staff_number=number, number_is_ours=not staff_number, unit_id=unit.id, **facts.columns)
    _set_mobile(person, facts.mobile)
    db.session.add(person)
    flush_numbers()
    postings.settle({person.id: Place(unit.id)}, clock.today(), BY_HAND)
    audit.record(actor, "person.add", f"person:{person.staff_number}", unit=unit.id)
    return person


def edit(actor: Actor, person: Person, facts: PersonFacts) -> None:
    """Change a person's particulars; unit and number have deeds of their own. Retired or gone closes the account.

    Raises NotFound outside the scope, also when the new 干部管理权限 would lie outside it.
    """
    ensure(actor, "people.edit", person)
    _ensure_covers(actor, person.unit_path, facts.cadre_authority)
    changed = [name for name, value in facts.columns.items() if getattr(person, name) != value]
    was_gone = person.duty_state in people_queries.GONE
    for name in changed:
        setattr(person, name, facts.columns[name])
    if facts.mobile is not None and _set_mobile(person, facts.mobile):
        changed.append("mobile")
    db.session.flush()
    is_gone = person.duty_state in people_queries.GONE
    if is_gone and not was_gone:
        leave(actor, [person.id])
    if was_gone and not is_gone:
        reopen_accounts([person.id])
        postings.settle({person.id: Place(person.unit_id)}, clock.today(), BY_HAND)
    if changed:
        audit.record(actor, "person.edit", f"person:{person.staff_number}", fields=sorted(changed))


def note_view(actor: Actor, person: Person) -> None:
    """Record that somebody looked at a person's data (security.md, Audit)."""
    ensure(actor, "people.view", person)
    audit.record(actor, "person.view", f"person:{person.staff_number}")


def next_own_numbers(count: int) -> list[str]:
    """The next 学法编号 of this year. Two imports at once: the unique constraint decides (NumberTaken)."""
    year = clock.today().year
    last = people_queries.last_own_number(f"XF{year}")
    start = running_of(last) if last else 0
    return [own_number(year, start + index) for index in range(1, count + 1)]


def flush_numbers() -> None:
    """Flush; a number that somebody else took meanwhile becomes its named refusal."""
    try:
        db.session.flush()
    except IntegrityError as taken:
        raise NumberTaken from taken


def mobile_columns(staff_number: str, mobile: str) -> dict[str, Any]:
    """The three columns of a mobile number: sealed for this row, hashed to find it, its end to show."""
    if not mobile:
        return {"mobile_cipher": None, "mobile_hash": None, "mobile_tail": ""}
    return {
        "mobile_cipher": mobiles.seal(staff_number, mobile),
        "mobile_hash": mobiles.hash_mobile(mobile),
        "mobile_tail": mobile[-4:],
    }


def _set_mobile(person: Person, mobile: str | None) -> bool:
    columns = mobile_columns(person.staff_number, mobile or "")
    if mobile is None or columns["mobile_hash"] == person.mobile_hash:
        return False
    for name, value in columns.items():
        setattr(person, name, value)
    return True


def leave(actor: Actor, person_ids: Sequence[int]) -> None:
    """Who is gone signs in no more and holds no role: account, slip, sessions, postings and grants end today. Bulk."""
    postings.end_all(person_ids, clock.today())
    for some in chunks(person_ids):
        db.session.execute(
            update(Account)
            .where(Account.person_id.in_(some))
            .values(state=AccountState.DISABLED, code_hash=None, code_expires_at=None)
        )
        db.session.execute(
            update(UserSession)
            .where(UserSession.person_id.in_(some), UserSession.ended_at.is_(None))
            .values(ended_at=clock.now(), ended_reason=LEFT)
        )
    roles.end_of_leavers(actor, person_ids)


def reopen_accounts(person_ids: Sequence[int]) -> None:
    """Who came back waits for a new slip: an old password is not trusted after an absence. Bulk."""
    for some in chunks(person_ids):
        db.session.execute(
            update(Account)
            .where(Account.person_id.in_(some), Account.state == AccountState.DISABLED)
            .values(state=AccountState.NEW, password_hash=None)
        )


def _ensure_covers(actor: Actor, unit_path: str, authority: str) -> None:
    ensure(actor, "people.edit")
    if not Reach.of(actor, "people.edit").covers(unit_path, authority):
        raise NotFound
