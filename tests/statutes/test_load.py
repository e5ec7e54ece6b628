"""Loading laws (载入法律)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from lawedu import clock, events
from lawedu.core.comparison import Fate
from lawedu.core.errors import NotAllowed
from lawedu.core.policy import GUEST
from lawedu.core.statute_text import Origin
from lawedu.core.statutes import InstrumentKind, InstrumentState
from lawedu.db import db, transaction
from lawedu.statutes import currency, loading, queries
from lawedu.statutes.currency import VersionBecameCurrent
from lawedu.statutes.models import Article, CurrentVersion
from tests import cast
from tests.statutes.laws import PENALTY, TEXTS, amended, fact, get_law, law, load, versions


@pytest.fixture
def told() -> Iterator[list[VersionBecameCurrent]]:
    """What the library announced."""
    heard: list[VersionBecameCurrent] = []

    def hear(one: VersionBecameCurrent) -> None:
        heard.append(one)

    events.handles(VersionBecameCurrent)(hear)
    yield heard
    events._handlers[VersionBecameCurrent].remove(hear)


def test_a_law_is_taken_in_with_its_articles(app: Flask) -> None:
    done = load(law())

    assert (done.instruments, done.versions, done.articles) == (1, 1, 4)
    assert versions() == [("2021-01-22", 1, 4)]
    assert get_law().short_title == "样例处罚法"
    assert db.session.scalars(select(Article.text).order_by(Article.position)).all() == list(TEXTS.values())


def test_a_second_load_changes_nothing(app: Flask, told: list[VersionBecameCurrent]) -> None:
    load(law(), facts=[fact()])
    before = cast.count(Article)

    assert load(law(), facts=[fact()]).is_nothing
    assert cast.count(Article) == before
    assert told == []


def test_only_who_may_load_loads(app: Flask) -> None:
    with pytest.raises(NotAllowed), transaction():
        loading.load_laws(GUEST, [law()], [], lambda: None)


def test_layout_alone_makes_no_new_version(app: Flask) -> None:
    load(law())
    spaced = {number: text.replace("，", "， ") for number, text in TEXTS.items()}

    assert load(law(spaced)).is_nothing


def test_a_newer_version_in_force_becomes_current_and_is_announced(
    app: Flask, told: list[VersionBecameCurrent]
) -> None:
    load(law())
    old = db.session.scalars(select(CurrentVersion.version_id)).one()

    load(amended(a2=TEXTS[2].replace("可以不予", "应当不予")))

    (one,) = told
    assert (one.instrument.title, one.old_version_id) == (PENALTY, old)
    assert db.session.scalars(select(CurrentVersion.version_id)).one() == one.new_version_id != old
    assert [(pair.fate, pair.old.number) for pair in one.pairs if pair.fate is not Fate.UNCHANGED and pair.old] == [
        (Fate.CHANGED, 2)
    ]


def test_an_adopted_text_becomes_current_on_its_day(app: Flask, told: list[VersionBecameCurrent]) -> None:
    load(law(), amended(in_force_on=date(2027, 1, 1), a1="新的第一条，为了规范样例处罚。"))
    assert told == []
    assert queries.standing_on(get_law(), clock.today()).shown.version_on == date(2021, 1, 22)

    with time_machine.travel(datetime(2027, 1, 1, 1, tzinfo=UTC)), transaction():
        moved = currency.refresh_current(clock.now(), clock.today())

    assert [one.instrument.title for one in moved] == [one.instrument.title for one in told] == [PENALTY]
    with time_machine.travel(datetime(2027, 1, 2, tzinfo=UTC)), transaction():
        assert currency.refresh_current(clock.now(), clock.today()) == []


def test_an_older_version_that_comes_later_changes_nothing_current(
    app: Flask, told: list[VersionBecameCurrent]
) -> None:
    load(amended())
    load(law())

    assert told == []
    assert queries.standing_on(get_law(), clock.today()).shown.version_on == date(2025, 9, 1)


def test_a_file_that_says_something_else_becomes_an_edition_and_the_first_stays(
    app: Flask, told: list[VersionBecameCurrent]
) -> None:
    load(law(origin=Origin.PACKAGE))
    load(law({**TEXTS, 2: "更正以后的第二条，违法行为轻微并及时改正，没有造成危害后果的，不予样例处罚。"}))

    assert versions() == [("2021-01-22", 1, 4), ("2021-01-22", 2, 4)]
    assert len(told) == 1
    assert load(law(origin=Origin.PACKAGE)).is_nothing


def test_the_package_never_overrides_a_file(app: Flask) -> None:
    load(law())

    assert load(law({1: "数据包里的另一种文字。"}, origin=Origin.PACKAGE)).is_nothing
    assert versions() == [("2021-01-22", 1, 4)]


def test_facts_win_over_the_days_of_a_source(app: Flask) -> None:
    load(law(in_force_on=None, origin=Origin.PACKAGE), facts=[fact(adopted_on=date(1996, 3, 17))])

    version = get_law().versions[0]
    assert (version.in_force_on, version.is_in_force_known) == (date(2021, 7, 15), True)
    assert get_law().adopted_on == date(1996, 3, 17)
    assert queries.names()["样罚法"] == get_law().id


def test_a_day_that_nobody_knows_is_said_to_be_unknown(app: Flask) -> None:
    load(law(in_force_on=None))

    assert get_law().versions[0].is_in_force_known is False


def test_facts_without_a_text_stand_as_not_held_and_the_text_fills_them(
    app: Flask, told: list[VersionBecameCurrent]
) -> None:
    newer = fact(version_on=date(2025, 9, 1), in_force_on=date(2026, 1, 1))
    load(law(), facts=[newer])
    standing = queries.standing_on(get_law(), clock.today())
    assert standing.state is InstrumentState.AMENDED
    assert standing.is_text_missing
    assert versions() == [("2021-01-22", 1, 4), ("2025-09-01", 1, 0)]

    load(amended(), facts=[newer])

    assert versions() == [("2021-01-22", 1, 4), ("2025-09-01", 1, 4)]
    assert len(told) == 1


def test_the_law_that_repeals_gives_the_day(app: Flask) -> None:
    code = "本法典自2026年8月15日起施行。《中华人民共和国样例处罚法》同时废止。"
    load(
        law(is_repealed=True),
        law({1: code}, title="中华人民共和国样例法典", version_on=date(2026, 3, 12), in_force_on=date(2026, 8, 15)),
    )

    assert get_law().repealed_on == date(2026, 8, 15)
    assert queries.standing_on(get_law(), date(2026, 8, 14)).state is InstrumentState.IN_FORCE
    assert queries.standing_on(get_law(), date(2026, 8, 15)).state is InstrumentState.REPEALED


def test_what_the_banks_list_names_is_not_repealed(app: Flask) -> None:
    load(law(is_repealed=True), facts=[fact()])

    assert get_law().is_repealed is False


def test_kinds_keep_their_order_in_the_list(app: Flask) -> None:
    load(
        law(title="样例条例", kind=InstrumentKind.ADMINISTRATIVE_REGULATION),
        law(title="样例宪法", kind=InstrumentKind.CONSTITUTION),
        law(),
    )

    found = db.session.scalars(queries.select_instruments(None, "")).all()

    assert [one.title for one in found] == ["样例宪法", PENALTY, "样例条例"]
