"""Versions of a law in time (法律的时效)."""

from __future__ import annotations

from datetime import date

from lawedu.core.statutes import (
    InstrumentState,
    Repeal,
    VersionFacts,
    shown_version,
    state_of_version,
    state_on,
    version_on_day,
)

OLD = VersionFacts(1, date(2017, 9, 1), date(2018, 1, 1))
NEW = VersionFacts(2, date(2021, 1, 22), date(2021, 7, 15))
TO_COME = VersionFacts(3, date(2026, 8, 28), date(2027, 1, 1))
NONE = Repeal()
TODAY = date(2026, 11, 22)


def test_a_version_holds_from_its_first_day_and_not_a_day_earlier() -> None:
    assert version_on_day([OLD, NEW], NONE, date(2021, 7, 14)) == OLD
    assert version_on_day([OLD, NEW], NONE, date(2021, 7, 15)) == NEW


def test_before_the_first_version_nothing_holds() -> None:
    assert version_on_day([OLD, NEW], NONE, date(2017, 12, 31)) is None
    assert state_on([OLD, NEW], NONE, date(2017, 12, 31)) is InstrumentState.NOT_YET


def test_an_adopted_text_does_not_hold_before_its_day() -> None:
    assert version_on_day([NEW, TO_COME], NONE, TODAY) == NEW
    assert state_of_version(TO_COME, [NEW, TO_COME], NONE, TODAY) is InstrumentState.NOT_YET
    assert state_of_version(NEW, [NEW, TO_COME], NONE, TODAY) is InstrumentState.IN_FORCE


def test_an_older_version_is_amended_once_a_newer_one_holds() -> None:
    assert state_of_version(OLD, [OLD, NEW], NONE, TODAY) is InstrumentState.AMENDED
    assert state_of_version(OLD, [OLD, NEW], NONE, date(2020, 1, 1)) is InstrumentState.IN_FORCE


def test_a_repealed_law_has_no_version_from_the_day_of_repeal_but_had_one_before() -> None:
    repeal = Repeal(True, date(2026, 8, 15))

    assert state_on([NEW], repeal, TODAY) is InstrumentState.REPEALED
    assert version_on_day([NEW], repeal, TODAY) is None
    assert version_on_day([NEW], repeal, date(2026, 8, 14)) == NEW
    assert state_on([NEW], repeal, date(2026, 8, 14)) is InstrumentState.IN_FORCE


def test_a_repeal_without_a_known_day_counts_as_past() -> None:
    assert state_on([NEW], Repeal(True), TODAY) is InstrumentState.REPEALED


def test_a_newer_version_without_text_leaves_the_held_text_amended() -> None:
    missing = VersionFacts(4, date(2023, 12, 29), date(2024, 3, 1), has_text=False)

    assert state_on([NEW, missing], NONE, TODAY) is InstrumentState.AMENDED
    assert shown_version([NEW, missing], NONE, TODAY) == NEW


def test_readers_see_the_text_in_force_else_the_one_to_come() -> None:
    assert shown_version([OLD, NEW, TO_COME], NONE, TODAY) == NEW
    assert shown_version([TO_COME], NONE, TODAY) == TO_COME
    assert shown_version([], NONE, TODAY) is None


def test_of_two_editions_of_one_version_the_later_is_read() -> None:
    corrected = VersionFacts(9, NEW.version_on, NEW.in_force_on, edition=2)

    assert version_on_day([corrected, NEW], NONE, TODAY) == corrected
