"""Postings (任职): where people belong and work. A move ends one and opens another; account and history stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, update

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.people import people_queries
from lawedu.people.models import Person, Posting, PostingKind, Unit
from lawedu.people.roster_queries import chunks


class WrongMoveDate(RuleBroken):
    """A posting cannot begin in the future or before the one it follows (调动日期不对)."""

    status = 422
    code = "wrong_move_date"
    sentence = "日期应在上一任职开始日（{earliest}）至今天之间。"


class NothingMoved(RuleBroken):
    """The person is there already (单位没有变化)."""

    status = 422
    code = "nothing_moved"
    sentence = "{name}已经在这个单位，没有变化。"


class UnitIsClosed(RuleBroken):
    """Nobody can be posted to a closed unit (单位已撤销)."""

    status = 422
    code = "unit_is_closed"
    sentence = "单位“{name}”已经撤销，不能调入人员。"


@dataclass(frozen=True)
class Place:
    """Where a person belongs (编制单位), where they work if elsewhere (工作单位), which of the two statistics count."""

    establishment: int
    work: int | None = None
    counts_at_work: bool = False

    @property
    def counted(self) -> int:
        """The unit in whose figures the person stands."""
        return self.work if self.counts_at_work and self.work is not None else self.establishment

    @property
    def postings(self) -> dict[PostingKind, tuple[int, bool]]:
        """Open postings this needs: unit and whether it counts. Exactly one counts."""
        at_work = self.counted != self.establishment
        wanted = {PostingKind.ESTABLISHMENT: (self.establishment, not at_work)}
        if self.work is not None and self.work != self.establishment:
            wanted[PostingKind.WORK] = (self.work, at_work)
        return wanted


def place_from(postings: Sequence[Posting]) -> Place | None:
    """Today's place, from one person's open postings; None for somebody who left."""
    by_kind = {posting.kind: posting for posting in postings}
    own, work = by_kind.get(PostingKind.ESTABLISHMENT), by_kind.get(PostingKind.WORK)
    return Place(own.unit_id, work.unit_id if work else None, bool(work and work.counts)) if own else None


def settle(wanted: Mapping[int, Place], on: date, reason: str) -> None:
    """Make these the people's places from `on` (their first day there): ends what differs, opens what is missing.

    Bulk: a handful of statements for thousands of people. Person's unit columns follow. Permissions are the caller's.
    """
    ended: list[int] = []
    opened: list[dict[str, object]] = []
    for some in chunks(wanted):
        now: dict[int, dict[PostingKind, Posting]] = {person_id: {} for person_id in some}
        for posting in people_queries.list_open_postings(some):
            now[posting.person_id][posting.kind] = posting
        for person_id in some:
            needed = wanted[person_id].postings
            for kind, posting in now[person_id].items():
                if needed.get(kind) == (posting.unit_id, posting.counts):
                    needed.pop(kind)
                else:
                    ended.append(posting.id)
            opened += [
                {
                    "person_id": person_id,
                    "kind": kind,
                    "unit_id": unit,
                    "counts": counts,
                    "from_on": on,
                    "reason": reason,
                }
                for kind, (unit, counts) in needed.items()
            ]
    end(ended, on)
    if opened:
        db.session.execute(insert(Posting), opened)
    units = [{"id": i, "unit_id": place.counted, "work_unit_id": place.work} for i, place in wanted.items()]
    if units:
        db.session.execute(update(Person), units)


def end_all(person_ids: Sequence[int], on: date) -> None:
    """End every posting of people who leave or retire: whoever comes back gets a new one."""
    for some in chunks(person_ids):
        is_open = Posting.to_on.is_(None)
        db.session.execute(update(Posting).where(Posting.person_id.in_(some), is_open).values(to_on=on))


def end(posting_ids: Sequence[int], on: date) -> None:
    """End postings; `on` is the first day on which they no longer hold."""
    for some in chunks(posting_ids):
        db.session.execute(update(Posting).where(Posting.id.in_(some)).values(to_on=on))


def move(actor: Actor, person: Person, place: Place, units: Sequence[Unit], on: date, reason: str) -> None:
    """Move a person (调动、借调): `units` are those of `place`, as the actor may see them.

    Account, roles, history and today's duties stay with the person. Raises NotFound outside the scope, WrongMoveDate,
    NothingMoved, UnitIsClosed.
    """
    ensure(actor, "people.edit", person)
    now = people_queries.list_open_postings([person.id])
    if place_from(now) == place:
        raise NothingMoved(name=person.name)
    for unit in units:
        if unit.id == place.establishment:
            ensure(actor, "people.edit", _At(person, unit))
        if unit.closed_on is not None:
            raise UnitIsClosed(name=unit.name)
    earliest = max((posting.from_on for posting in now), default=date.min)
    if not earliest <= on <= clock.today():
        raise WrongMoveDate(earliest=earliest.isoformat())
    settle({person.id: place}, on, reason)
    db.session.refresh(person)
    audit.record(actor, "person.move", f"person:{person.staff_number}", unit=place.counted, on=on.isoformat())


@dataclass(frozen=True)
class _At:
    """The person as they will stand after the move: who may edit them now must still be able to afterwards."""

    person: Person
    unit: Unit

    @property
    def unit_path(self) -> str:
        return self.unit.path

    @property
    def cadre_authority(self) -> str:
        return self.person.cadre_authority
