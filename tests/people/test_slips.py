"""The bench page of activation slips (激活单)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu import documents
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people.models import Account, DutyState, Person, Unit
from tests import cast
from tests.counting import count_queries


@pytest.fixture
def newcomers(unit: Unit) -> list[Person]:
    """Three without an account, and one who has retired."""
    cast.make_person(unit=unit, duty_state=DutyState.RETIRED)
    return [cast.make_person(unit=unit) for _ in range(3)]


def test_a_liaison_prints_the_slips_of_the_unit(app: Flask, li: Person, unit: Unit, newcomers: list[Person]) -> None:
    client = cast.browser(app, li)
    answer = cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "new"}, page="/bench/slips")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert db.session.query(Account).filter(Account.code_hash.is_not(None)).count() == 3


def test_the_second_print_leaves_those_with_a_slip_alone(
    app: Flask, li: Person, unit: Unit, newcomers: list[Person]
) -> None:
    client = cast.browser(app, li)
    cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "new"}, page="/bench/slips")
    before = {account.id: account.code_hash for account in db.session.query(Account)}
    answer = cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "new"}, page="/bench/slips")

    assert answer.status_code == 303
    assert {account.id: account.code_hash for account in db.session.query(Account)} == before


def test_all_anew_kills_the_old_codes(app: Flask, li: Person, unit: Unit, newcomers: list[Person]) -> None:
    client = cast.browser(app, li)
    cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "new"}, page="/bench/slips")
    before = {account.code_hash for account in db.session.query(Account)}
    answer = cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "all"}, page="/bench/slips")

    assert answer.data.startswith(b"%PDF")
    after = {account.code_hash for account in db.session.query(Account).filter(Account.code_hash.is_not(None))}
    assert len(after) == 3
    assert not after & before


def test_people_with_roles_are_left_out_of_the_units_print(
    app: Flask, li: Person, unit: Unit, newcomers: list[Person]
) -> None:
    cast.grant(newcomers[0], Role.REVIEWER)
    client = cast.browser(app, li)
    cast.post(client, f"/bench/slips/units/{unit.id}", {"which": "new"}, page="/bench/slips")

    assert cast.count(Account, person_id=newcomers[0].id) == 0
    assert cast.count(Account, person_id=newcomers[1].id) == 1


def test_another_unit_does_not_exist_for_the_liaison(app: Flask, li: Person, zhao: Person, other_unit: Unit) -> None:
    client = cast.browser(app, li)
    answer = cast.post(client, f"/bench/slips/units/{other_unit.id}", {"which": "all"}, page="/bench/slips")

    assert answer.status_code == 404
    assert other_unit.name not in client.get("/bench/slips").text


def test_one_person_gets_a_new_slip_by_number(app: Flask, li: Person, wang: Person) -> None:
    client = cast.browser(app, li)
    answer = cast.post(client, "/bench/slips/person", {"staff_number": wang.staff_number}, page="/bench/slips")

    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("number", ["", "GX99999", "x" * 200, "\x00"])
def test_a_number_that_is_none_is_refused_and_kept(app: Flask, li: Person, number: str) -> None:
    client = cast.browser(app, li)
    answer = cast.post(client, "/bench/slips/person", {"staff_number": number}, page="/bench/slips")

    assert answer.status_code == 422
    assert "处需要更正" in answer.text


def test_somebody_elsewhere_is_not_found_rather_than_forbidden(app: Flask, li: Person, zhao: Person) -> None:
    client = cast.browser(app, li)
    answer = cast.post(client, "/bench/slips/person", {"staff_number": zhao.staff_number}, page="/bench/slips")

    assert answer.status_code == 422
    assert zhao.name not in answer.text


@pytest.mark.parametrize("who", ["wang", "exam_admin"])
def test_others_do_not_come_in(app: Flask, request: pytest.FixtureRequest, who: str) -> None:
    client = cast.browser(app, request.getfixturevalue(who))

    assert client.get("/bench/slips").status_code == 403


def test_hr_sees_every_unit_and_a_scope_of_cadres_only_its_own(
    app: Flask, hr: Person, office: Unit, unit: Unit
) -> None:
    cast.make_person(unit=unit, cadre_authority="市管")
    narrow = cast.official(office, "贺干部")
    cast.grant(narrow, Role.HR, cadre_authority="市管")

    assert unit.name in cast.browser(app, hr).get("/bench/slips").text
    text = cast.browser(app, narrow).get("/bench/slips").text
    assert unit.name in text
    assert office.name not in text


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_units(app: Flask, hr: Person) -> None:
    client = cast.browser(app, hr)

    def ask() -> int:
        with count_queries() as sent:
            assert client.get("/bench/slips").status_code == 200
        return len(sent.reads)

    few = ask()
    for _ in range(12):
        cast.make_person()
    assert ask() == few


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(ValueError):
        documents.pdf("../../config", {})


def test_three_hundred_slips_fit_into_one_file(app: Flask) -> None:
    one: dict[str, Any] = {
        "name": "欧阳某某",
        "number": "GX00001",
        "unit": "高新区管委会" * 4,
        "code": "ABCDE-FGHJK-LMNPQ-RSTUV",
        "until": "2026年12月1日",
        "qr": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    }
    assert documents.pdf("slips", {"site": "法治高新大讲堂", "made_on": "", "slips": [one] * 300}).startswith(b"%PDF")
