"""Asking about must-know lists (应知应会查询): lists for the organizer, one's own lists with what one has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from lawedu.core.errors import NotFound
from lawedu.core.must_know import read_articles, spell_articles
from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.people.models import Person, Unit
from lawedu.statutes.models import CurrentVersion, InstrumentVersion, MustKnowItem, MustKnowList, ReadingMark


@dataclass(frozen=True)
class ItemView:
    """An item as a person sees it (清单条目): what to read, and their own mark.

    `newer_on`: the law has been amended since they read it.
    """

    item: MustKnowItem
    articles: str
    read_on: ReadingMark | None
    newer_on: date | None

    @property
    def is_read(self) -> bool:
        return self.read_on is not None and self.newer_on is None


@dataclass(frozen=True)
class ListView:
    """A list as a person sees it."""

    list: MustKnowList
    items: Sequence[ItemView]

    @property
    def read(self) -> int:
        return sum(item.is_read for item in self.items)


def select_lists(*, closed: bool) -> Select[MustKnowList]:
    """Lists in use, or those closed, in the order of the bench."""
    query = select(MustKnowList).options(joinedload(MustKnowList.unit))
    where = MustKnowList.closed_at.is_not(None) if closed else MustKnowList.closed_at.is_(None)
    return query.where(where).order_by(MustKnowList.kind, MustKnowList.name)


def count_items(list_ids: Sequence[int]) -> Mapping[int, int]:
    """Items of each list; one statement."""
    query = select(MustKnowItem.list_id, func.count()).where(MustKnowItem.list_id.in_(list_ids))
    return {list_id: count for list_id, count in db.session.execute(query.group_by(MustKnowItem.list_id))}  # noqa: C416


def get_list(list_id: int, *, lock: bool = False, only_open: bool = False) -> MustKnowList:
    """A list with its items. Raises NotFound."""
    query = select(MustKnowList).where(MustKnowList.id == list_id)
    if only_open:
        query = query.where(MustKnowList.closed_at.is_(None))
    query = query.with_for_update() if lock else query.options(selectinload(MustKnowList.items))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_item(item_id: int) -> MustKnowItem:
    """An item of a list. Raises NotFound."""
    found = db.session.get(MustKnowItem, item_id)
    if found is None:
        raise NotFound
    return found


def list_units() -> Sequence[Unit]:
    """Open units in customary order, for the select of a list."""
    return db.session.scalars(select(Unit).where(Unit.closed_on.is_(None)).order_by(Unit.sort_path, Unit.id)).all()


def find_unit(unit_id: int) -> Unit:
    """An open unit. Raises NotFound."""
    found = db.session.scalar(select(Unit).where(Unit.id == unit_id, Unit.closed_on.is_(None)))
    if found is None:
        raise NotFound
    return found


def lists_of(actor: Actor) -> tuple[list[ListView], list[MustKnowList]]:
    """The actor's own lists with their marks, and the other open lists. Lists are dozens; a few statements."""
    person = db.session.scalar(
        select(Person)
        .where(Person.id == actor.person_id)
        .options(joinedload(Person.unit), joinedload(Person.work_unit))
    )
    if person is None:
        raise NotFound
    chosen = db.session.scalars(select_lists(closed=False).options(selectinload(MustKnowList.items))).all()
    own = [one for one in chosen if _is_for(one, person)]
    views = see(actor, own)
    return views, [one for one in chosen if one not in own]


def _is_for(chosen: MustKnowList, person: Person) -> bool:
    """Every condition holds; 借调 people have the lists of both units."""
    units = [unit.path for unit in (person.unit, person.work_unit) if unit is not None]
    return (
        (chosen.unit is None or any(path.startswith(chosen.unit.path) for path in units))
        and (chosen.category is None or chosen.category is person.category)
        and (not chosen.leaders_only or person.is_leader)
        and (not chosen.enforcement_only or person.is_enforcement)
    )


def see(actor: Actor, lists: Sequence[MustKnowList]) -> list[ListView]:
    """Lists with the actor's own marks; two statements."""
    marks = {
        mark.title: mark
        for mark in db.session.scalars(
            select(ReadingMark).where(ReadingMark.person_id == actor.person_id, ReadingMark.withdrawn_at.is_(None))
        )
    }
    current = _current_versions({item.instrument_id for one in lists for item in one.items if item.instrument_id})
    return [ListView(one, [_item_view(item, marks, current) for item in one.items]) for one in lists]


def _current_versions(instrument_ids: set[int]) -> Mapping[int, date]:
    query = (
        select(CurrentVersion.instrument_id, InstrumentVersion.version_on)
        .join(InstrumentVersion, InstrumentVersion.id == CurrentVersion.version_id)
        .where(CurrentVersion.instrument_id.in_(instrument_ids))
    )
    return {instrument_id: day for instrument_id, day in db.session.execute(query)}  # noqa: C416


def _item_view(item: MustKnowItem, marks: Mapping[str, ReadingMark], current: Mapping[int, date]) -> ItemView:
    mark = marks.get(item.title)
    day = current.get(item.instrument_id or 0)
    newer = day if mark is not None and mark.version_on is not None and day and day > mark.version_on else None
    return ItemView(item, spell_articles(read_articles(item.articles)), mark, newer)
