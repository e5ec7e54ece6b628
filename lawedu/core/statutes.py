"""Versions of a law in time (法律的版本与时效): which text holds on a day, and what state a law is in.

Source: 立法法 (2023) arts. 61, 104: a law applies from the day it names, not to what was done before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InstrumentKind(StrEnum):
    """Kind of instrument (效力层级), in the order in which lists show them."""

    CONSTITUTION = "constitution"
    LAW = "law"
    INTERPRETATION = "interpretation"
    AMENDMENT = "amendment"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    PARTY_REGULATION = "party_regulation"
    LOCAL_REGULATION = "local_regulation"


KIND_NAMES = {
    InstrumentKind.CONSTITUTION: "宪法",
    InstrumentKind.LAW: "法律",
    InstrumentKind.INTERPRETATION: "立法解释",
    InstrumentKind.AMENDMENT: "修正案",
    InstrumentKind.ADMINISTRATIVE_REGULATION: "行政法规",
    InstrumentKind.PARTY_REGULATION: "党内法规",
    InstrumentKind.LOCAL_REGULATION: "地方性法规",
}


class InstrumentState(StrEnum):
    """State (时效) of an instrument or of one of its versions on a day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    AMENDED = "amended"
    REPEALED = "repealed"


class VersionAct(StrEnum):
    """The act that made a text (文本由来)."""

    ADOPTED = "adopted"
    REVISED = "revised"
    AMENDED = "amended"
    PUBLISHED = "published"


@dataclass(frozen=True)
class VersionFacts:
    """What time needs to know of a version: its newest amendment, its first day in force, whether we hold the text.

    `edition` counts corrected texts of the same version; the last one is the one that is read.
    """

    id: int
    version_on: date
    in_force_on: date
    edition: int = 1
    has_text: bool = True

    @property
    def age(self) -> tuple[date, int]:
        return (self.version_on, self.edition)


@dataclass(frozen=True)
class Repeal:
    """Whether and when an instrument ended (废止); the day may be unknown."""

    is_repealed: bool = False
    on: date | None = None

    def has_come(self, day: date) -> bool:
        """Whether it had ended on that day; an unknown day counts as past."""
        return self.is_repealed and (self.on is None or self.on <= day)


def version_on_day(versions: Sequence[VersionFacts], repeal: Repeal, day: date) -> VersionFacts | None:
    """The version in force on that day: the newest whose first day has come; None before that and after the repeal."""
    if repeal.has_come(day) and repeal.on is not None:
        return None
    return max((v for v in versions if v.in_force_on <= day), key=lambda v: v.age, default=None)


def shown_version(versions: Sequence[VersionFacts], repeal: Repeal, day: date) -> VersionFacts | None:
    """The text that a reader sees first: in force on that day, else the last one that was, else the one to come.

    None when no text is held at all.
    """
    held = [version for version in versions if version.has_text]
    begun = [version for version in held if version.in_force_on <= day]
    return max(begun or held, key=lambda v: v.age, default=None)


def state_on(versions: Sequence[VersionFacts], repeal: Repeal, day: date) -> InstrumentState:
    """State of the instrument: 已废止, 尚未施行, 已修改 (a newer text holds than the one we have), else 现行有效."""
    if repeal.has_come(day):
        return InstrumentState.REPEALED
    holding = version_on_day(versions, repeal, day)
    if holding is None:
        return InstrumentState.NOT_YET
    if not holding.has_text and any(version.has_text for version in versions):
        return InstrumentState.AMENDED
    return InstrumentState.IN_FORCE


def state_of_version(
    version: VersionFacts, versions: Sequence[VersionFacts], repeal: Repeal, day: date
) -> InstrumentState:
    """State of one version: 尚未施行 before its day, 已修改 once a newer one holds."""
    if version.in_force_on > day:
        return InstrumentState.NOT_YET
    holding = version_on_day(versions, Repeal(), day)
    if holding is not None and holding.age > version.age:
        return InstrumentState.AMENDED
    return InstrumentState.REPEALED if repeal.has_come(day) else InstrumentState.IN_FORCE
