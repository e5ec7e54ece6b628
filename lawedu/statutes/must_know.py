"""Deeds on must-know lists (应知应会清单): keep lists and their items; a person's own reading marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.errors import BadInput, RuleBroken
from lawedu.core.must_know import ListKind, read_articles, write_articles
from lawedu.core.policy import Actor, ensure
from lawedu.core.statute_citation import tidy_name
from lawedu.db import db
from lawedu.people.models import PersonCategory, Unit
from lawedu.statutes import queries
from lawedu.statutes.models import CurrentVersion, InstrumentVersion, MustKnowItem, MustKnowList, ReadingMark

_MARKED_TITLE = re.compile(r"^(?:\d{1,3}[.、．]\s*)?《(?P<title>[^《》]+(?:《[^《》]+》[^《》]*)*)》(?P<rest>.*)$")
LONGEST_TITLE = 120
MOST_LINES = 200


class ListNameTaken(RuleBroken):
    """Two lists of one name would be mixed up (清单重名)."""

    code = "list_name_taken"
    sentence = "已有名称相同的清单，请换一个名称。"


class ItemsUnclear(BadInput):
    """Nothing to add, or a line that is no title (条目无法识别)."""

    code = "items_unclear"
    sentence = "“{line}”无法识别：每行写一部法律的名称，需要限定条文的写在名称后面。"


@dataclass(frozen=True)
class ListValues:
    """What the organizer says of a list; conditions hold together, none means everybody."""

    kind: ListKind
    name: str
    note: str = ""
    unit: Unit | None = None
    category: PersonCategory | None = None
    leaders_only: bool = False
    enforcement_only: bool = False


def add_list(actor: Actor, values: ListValues) -> MustKnowList:
    """Make a new list. Raises ListNameTaken. Source: 法治宣传教育法 art. 37."""
    ensure(actor, "must_know.edit")
    made = MustKnowList(created_at=clock.now(), **_columns(values))
    db.session.add(made)
    _flush_named()
    record(actor, "must_know.add", f"must_know_list:{made.id}")
    return made


def change_list(actor: Actor, chosen: MustKnowList, values: ListValues) -> None:
    """Change name, kind or whose list it is. Raises ListNameTaken."""
    ensure(actor, "must_know.edit", chosen)
    for name, value in _columns(values).items():
        setattr(chosen, name, value)
    _flush_named()
    record(actor, "must_know.change", f"must_know_list:{chosen.id}")


def _columns(values: ListValues) -> dict[str, object]:
    return {
        "kind": values.kind,
        "name": values.name,
        "note": values.note,
        "unit_id": values.unit.id if values.unit else None,
        "category": values.category,
        "leaders_only": values.leaders_only,
        "enforcement_only": values.enforcement_only,
    }


def _flush_named() -> None:
    try:
        db.session.flush()
    except IntegrityError:
        raise ListNameTaken from None


def close_list(actor: Actor, chosen: MustKnowList) -> None:
    """Take a list out of use; it keeps its items. A second call changes nothing."""
    ensure(actor, "must_know.edit", chosen)
    if chosen.closed_at is None:
        chosen.closed_at = clock.now()
        record(actor, "must_know.close", f"must_know_list:{chosen.id}")


def reopen_list(actor: Actor, chosen: MustKnowList) -> None:
    """Bring a list back into use. A second call changes nothing."""
    ensure(actor, "must_know.edit", chosen)
    if chosen.closed_at is not None:
        chosen.closed_at = None
        record(actor, "must_know.reopen", f"must_know_list:{chosen.id}")


def add_items(actor: Actor, chosen: MustKnowList, lines: str) -> int:
    """Add a law a line, “《行政处罚法》第一条至第五条”; gives how many were new.

    A short name becomes the full title of the law it names; a law that the library does not hold stands as written. A
    title that the list has gets the articles of the new line. Raises ItemsUnclear and ArticlesUnclear.
    """
    ensure(actor, "must_know.edit", chosen)
    wanted = [line.strip() for line in lines.splitlines() if line.strip()]
    if not wanted or len(wanted) > MOST_LINES:
        raise ItemsUnclear(line=wanted[MOST_LINES][:20] if wanted else "空白")
    names = queries.names()
    titles = queries.titles()
    there = {item.title: item for item in chosen.items}
    position = max((item.position for item in chosen.items), default=0)
    added = 0
    for line in wanted:
        typed, articles = _split(line)
        instrument_id = names.get(tidy_name(typed))
        title = titles[instrument_id] if instrument_id else typed
        if title in there:
            there[title].articles = articles
            continue
        position, added = position + 1, added + 1
        there[title] = MustKnowItem(position=position, title=title, instrument_id=instrument_id, articles=articles)
        chosen.items.append(there[title])
    db.session.flush()
    record(actor, "must_know.items", f"must_know_list:{chosen.id}", added=added, lines=len(wanted))
    return added


def _split(line: str) -> tuple[str, str]:
    """Title, and articles as kept."""
    marked = _MARKED_TITLE.match(line)
    if marked:
        title, rest = marked["title"], marked["rest"]
    else:
        title, _, rest = line.partition(" ")
    title = title.strip()
    if not 2 <= len(title) <= LONGEST_TITLE:
        raise ItemsUnclear(line=line[:20])
    return title, write_articles(read_articles(rest))


def remove_item(actor: Actor, item: MustKnowItem) -> None:
    """Take a law off a list; reading marks of people stay theirs."""
    ensure(actor, "must_know.edit", item.list)
    record(actor, "must_know.remove", f"must_know_list:{item.list_id}", title=item.title)
    db.session.delete(item)
    db.session.flush()


def move_up(actor: Actor, item: MustKnowItem) -> None:
    """Put an item before the one above it; the first stays first."""
    ensure(actor, "must_know.edit", item.list)
    above = db.session.scalar(
        select(MustKnowItem)
        .where(MustKnowItem.list_id == item.list_id, MustKnowItem.position < item.position)
        .order_by(MustKnowItem.position.desc())
        .limit(1)
    )
    if above is not None:
        above.position, item.position = item.position, above.position
        db.session.flush()


def mark_read(actor: Actor, item: MustKnowItem) -> None:
    """“已读”, the person's own word, with the version that readers see today; a later click renews it."""
    ensure(actor, "must_know.read")
    mark = find_mark(actor.person_id, item.title)
    if mark is None:
        mark = ReadingMark(person_id=actor.person_id, title=item.title)
        db.session.add(mark)
    mark.read_at, mark.withdrawn_at = clock.now(), None
    mark.version_on = db.session.scalar(
        select(func.max(InstrumentVersion.version_on))
        .join(CurrentVersion, CurrentVersion.version_id == InstrumentVersion.id)
        .where(CurrentVersion.instrument_id == item.instrument_id)
    )
    db.session.flush()


def withdraw_mark(actor: Actor, item: MustKnowItem) -> None:
    """Take the mark back. Without one, nothing changes."""
    ensure(actor, "must_know.read")
    mark = find_mark(actor.person_id, item.title)
    if mark is not None and mark.withdrawn_at is None:
        mark.withdrawn_at = clock.now()
        db.session.flush()


def find_mark(person_id: int, title: str) -> ReadingMark | None:
    """The person's mark on this law, locked; withdrawn or not."""
    query = select(ReadingMark).where(ReadingMark.person_id == person_id, ReadingMark.title == title)
    return db.session.scalar(query.with_for_update())
