"""Units in their tree (单位)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.policy import MACHINE, Actor, Role
from lawedu.db import db, transaction
from lawedu.people import people_queries, units
from lawedu.people.models import Unit, UnitKind, UserSession
from lawedu.people.units import UnitFacts
from tests.cast import actor_of, browser, count, grant, make_person, make_unit, official


@pytest.fixture
def zone(app: Flask) -> Unit:
    return make_unit(name="高新区", kind=UnitKind.ZONE, sort_order=1)


@pytest.fixture
def hr(zone: Unit) -> Actor:
    return actor_of(official(zone, "陈思", Role.HR))


def made(hr: Actor, parent: Unit | None, name: str, order: int | None = None) -> Unit:
    with transaction():
        return units.create(hr, parent, UnitFacts(name, UnitKind.SUBDISTRICT, "", order))


def names(actor: Actor) -> list[str]:
    return [unit.name for unit in people_queries.list_units(actor)]


def fresh(unit: Unit) -> Unit:
    db.session.expire_all()
    return db.session.get_one(Unit, unit.id)


def test_new_units_stand_last_and_the_tree_keeps_the_customary_order(zone: Unit, hr: Actor) -> None:
    second, first = made(hr, zone, "乙街道", 20), made(hr, zone, "甲街道", 10)
    made(hr, second, "乙一村")
    made(hr, first, "甲一村")
    made(hr, zone, "丙街道")
    assert names(hr) == ["高新区", "甲街道", "甲一村", "乙街道", "乙一村", "丙街道"]
    assert fresh(second).path == f"/{zone.id}/{second.id}/"


def test_equal_orders_keep_their_subtrees_together(zone: Unit, hr: Actor) -> None:
    one, two = made(hr, zone, "甲街道", 10), made(hr, zone, "乙街道", 10)
    made(hr, one, "甲一村", 2)
    made(hr, two, "乙一村", 1)
    assert names(hr) == ["高新区", "甲街道", "甲一村", "乙街道", "乙一村"]


def test_a_move_takes_the_whole_subtree_along(zone: Unit, hr: Actor) -> None:
    old, new = made(hr, zone, "甲街道"), made(hr, zone, "乙街道")
    group = made(hr, old, "片区")
    village = made(hr, group, "东风村")
    with transaction():
        units.move(hr, fresh(group), fresh(new))
    assert fresh(village).path == f"/{zone.id}/{new.id}/{group.id}/{village.id}/"
    assert fresh(group).parent_id == new.id
    assert names(hr) == ["高新区", "甲街道", "乙街道", "片区", "东风村"]
    assert fresh(old).path == f"/{zone.id}/{old.id}/"


def test_a_new_order_takes_the_subtree_along(zone: Unit, hr: Actor) -> None:
    first, second = made(hr, zone, "甲街道"), made(hr, zone, "乙街道")
    made(hr, second, "乙一村")
    with transaction():
        units.edit(hr, fresh(second), UnitFacts("乙街道办事处", UnitKind.SUBDISTRICT, "乙街道", 1))
    assert names(hr) == ["高新区", "乙街道办事处", "乙一村", "甲街道"]
    assert fresh(first).name == "甲街道"


def test_a_unit_cannot_stand_below_itself(zone: Unit, hr: Actor) -> None:
    upper = made(hr, zone, "甲街道")
    lower = made(hr, upper, "甲一村")
    for target in (lower, upper):
        with pytest.raises(units.UnitCycle), transaction():
            units.move(hr, fresh(upper), fresh(target))


def test_names_are_unique_under_one_parent_only(zone: Unit, hr: Actor) -> None:
    one, two = made(hr, zone, "甲街道"), made(hr, zone, "乙街道")
    village = made(hr, one, "东风村")
    made(hr, two, "东风村")
    with pytest.raises(units.UnitNameTaken):
        made(hr, one, "东风村")
    with pytest.raises(units.UnitNameTaken), transaction():
        units.move(hr, fresh(village), fresh(two))
    with pytest.raises(units.UnitNameTaken), transaction():
        units.edit(hr, fresh(two), UnitFacts("甲街道", UnitKind.SUBDISTRICT))


def test_a_unit_closes_only_when_nobody_is_left(zone: Unit, hr: Actor) -> None:
    unit = made(hr, zone, "甲街道")
    person = make_person(unit=fresh(unit))
    with pytest.raises(units.UnitNotEmpty, match="1 名在册人员"), transaction():
        units.close(hr, fresh(unit))
    with transaction():
        person = db.session.get_one(type(person), person.id)
        person.unit_id = zone.id
    with transaction():
        units.close(hr, fresh(unit))
        units.close(hr, fresh(unit))
    assert fresh(unit).closed_on is not None
    assert "甲街道" not in names(hr)
    with pytest.raises(units.UnitClosed), transaction():
        units.edit(hr, fresh(unit), UnitFacts("新名", UnitKind.OTHER))
    made(hr, zone, "甲街道")


def test_the_village_list_is_made_in_one_go(zone: Unit, hr: Actor) -> None:
    with transaction():
        made_units = units.create_many(hr, fresh(zone), ["东风村", "西风村"], UnitKind.VILLAGE)
    assert [unit.sort_order for unit in made_units] == [10, 20]
    with pytest.raises(units.UnitNameTaken), transaction():
        units.create_many(hr, fresh(zone), ["南风村", "东风村"], UnitKind.VILLAGE)
    assert count(Unit, name="南风村") == 0


def test_only_units_within_the_scope_are_touched(zone: Unit, hr: Actor) -> None:
    mine, other = made(hr, zone, "甲街道"), made(hr, zone, "乙街道")
    limited = actor_of(official(fresh(mine), "李甲", Role.HR, scope=fresh(mine)))
    assert names(limited) == ["甲街道"]
    for deed in (
        lambda: units.edit(limited, fresh(other), UnitFacts("改", UnitKind.OTHER)),
        lambda: units.create(limited, fresh(other), UnitFacts("新", UnitKind.OTHER)),
        lambda: units.create(limited, None, UnitFacts("新", UnitKind.OTHER)),
        lambda: units.move(limited, fresh(mine), fresh(zone)),
        lambda: units.close(limited, fresh(other)),
        lambda: people_queries.get_unit(limited, "unit.edit", other.id),
    ):
        with pytest.raises(NotFound), transaction():
            deed()
    liaison = actor_of(official(fresh(mine), "王联", Role.UNIT_ADMIN, scope=fresh(mine)))
    with pytest.raises(NotAllowed), transaction():
        units.edit(liaison, fresh(mine), UnitFacts("改", UnitKind.OTHER))


def test_who_holds_a_role_in_a_moved_unit_signs_in_again(app: Flask, zone: Unit, hr: Actor) -> None:
    old, new = made(hr, zone, "甲街道"), made(hr, zone, "乙街道")
    liaison = official(fresh(old), "王联", Role.UNIT_ADMIN, scope=fresh(old))
    client = browser(app, liaison)
    assert client.get("/password").status_code == 200
    with transaction():
        units.move(hr, fresh(old), fresh(new))
    assert client.get("/password").status_code == 303
    assert count(UserSession, ended_reason="unit_moved") == 1


def test_deeds_stand_in_the_audit_log(zone: Unit, hr: Actor) -> None:
    unit = made(hr, zone, "甲街道")
    with transaction():
        units.close(hr, fresh(unit))
    actions = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"unit:{unit.id}"))
    assert list(actions) == ["unit.create", "unit.close"]


def test_the_scope_of_a_grant_with_an_authority_limits_people_not_units(zone: Unit) -> None:
    chen = official(zone, "陈思")
    grant(chen, Role.HR, zone, "区管")
    mine, other = make_person(unit=zone, cadre_authority="区管"), make_person(unit=zone, cadre_authority="市管")
    actor = actor_of(chen)
    assert people_queries.get_person(actor, "people.view", mine.id).id == mine.id
    with pytest.raises(NotFound):
        people_queries.get_person(actor, "people.view", other.id)
    assert names(actor) == ["高新区"]
    assert people_queries.get_person(MACHINE, "people.view", other.id).id == other.id
