"""Whose score it is (成绩匹配): by number, then by mobile, then by name and unit; only a single sure hit counts by
itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from lawedu.attempts.models import MatchKind
from lawedu.core.outside_scores import ScoreRow
from lawedu.db import db
from lawedu.exams.models import Candidate
from lawedu.people import mobiles
from lawedu.people.models import Person, Unit

CHUNK = 400
One = TypeVar("One")


@dataclass(frozen=True)
class Listed:
    """Somebody on the roster of the exam, as far as matching looks at them."""

    person_id: int
    name: str
    staff_number: str
    mobile_hash: str
    units: frozenset[str]


@dataclass(frozen=True)
class Match:
    """A row with whom it belongs to; SEVERAL waits for a person to choose, NONE found nobody."""

    row: ScoreRow
    kind: MatchKind
    person_id: int | None = None


def match(exam_id: int, rows: Sequence[ScoreRow]) -> list[Match]:
    """Find the person of each row among those on the roster. A number or mobile whose name differs decides nothing,
    and two rows for one person are both left to be looked at.
    """
    hashes = {row.mobile: mobiles.hash_mobile(row.mobile) for row in rows if row.mobile}
    by_number = {one.staff_number: one for one in _load(exam_id, Person.staff_number, (r.staff_number for r in rows))}
    by_mobile = _grouped(_load(exam_id, Person.mobile_hash, hashes.values()), "mobile_hash")
    by_name = _grouped(_load(exam_id, Person.name, (row.name for row in rows)), "name")
    found = [
        _match(row, by_number.get(row.staff_number), by_mobile.get(hashes.get(row.mobile, ""), []), by_name)
        for row in rows
    ]
    claims: Counter[int | None] = Counter(one.person_id for one in found if one.person_id is not None)
    return [replace(one, kind=MatchKind.SEVERAL, person_id=None) if claims[one.person_id] > 1 else one for one in found]


def _match(row: ScoreRow, numbered: Listed | None, phoned: list[Listed], by_name: dict[str, list[Listed]]) -> Match:
    namesakes = by_name.get(row.name, [])
    if numbered is not None:
        return _sure(row, MatchKind.NUMBER, [numbered])
    if phoned:
        return _sure(row, MatchKind.MOBILE, phoned)
    here = [one for one in namesakes if row.unit and row.unit in one.units]
    if len(here) == 1:
        return Match(row, MatchKind.NAME_UNIT, here[0].person_id)
    return Match(row, MatchKind.SEVERAL if namesakes else MatchKind.NONE)


def _sure(row: ScoreRow, kind: MatchKind, hits: list[Listed]) -> Match:
    """One hit with the same name is sure."""
    if len(hits) == 1 and hits[0].name == row.name:
        return Match(row, kind, hits[0].person_id)
    return Match(row, MatchKind.SEVERAL)


def _load(exam_id: int, column: Any, values: Iterable[str]) -> list[Listed]:
    found = []
    for part in _parts(sorted({value for value in values if value})):
        found += [_listed(row) for row in db.session.execute(_query(exam_id, column.in_(part)))]
    return found


def _query(exam_id: int, condition: ColumnElement[bool]) -> Any:
    return (
        select(
            Person.id, Person.name, Person.staff_number, Person.mobile_hash, Unit.name.label("unit"), Unit.short_name
        )
        .join(Candidate, Candidate.person_id == Person.id)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None), condition)
        .order_by(Person.id)
    )


def _listed(row: Any) -> Listed:
    units = frozenset(name for name in (row.unit, row.short_name) if name)
    return Listed(row.id, row.name, row.staff_number, row.mobile_hash or "", units)


def _parts(values: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _grouped(people: Iterable[Listed], field: str) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = {}
    for one in people:
        found.setdefault(getattr(one, field), []).append(one)
    return found
