"""Must-know lists (应知应会清单): the organizer keeps them, each official sees their own and marks what they read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed
from lawedu.core.must_know import ListKind
from lawedu.db import db, transaction
from lawedu.people.models import Person, PersonCategory, Unit
from lawedu.statutes import must_know, must_know_queries
from lawedu.statutes.models import MustKnowItem, MustKnowList, ReadingMark
from tests import cast
from tests.statutes.laws import PENALTY, amended, get_law, law, load


def make_list(organizer: Person, name: str = "通用清单", lines: str = "", **changes: Any) -> int:
    values = must_know.ListValues(**{"kind": ListKind.COMMON, "name": name, **changes})
    actor = cast.actor_of(organizer)
    with transaction():
        made = must_know.add_list(actor, values)
        if lines:
            must_know.add_items(actor, made, lines)
        return made.id


def items_of(list_id: int) -> list[tuple[str, str, bool]]:
    db.session.rollback()
    rows = db.session.scalars(
        select(MustKnowItem).where(MustKnowItem.list_id == list_id).order_by(MustKnowItem.position)
    )
    return [(one.title, one.articles, one.instrument_id is not None) for one in rows]


def item_id(title: str = PENALTY) -> int:
    return db.session.scalars(select(MustKnowItem.id).where(MustKnowItem.title == title)).one()


def test_the_organizer_makes_a_list_in_the_browser(app: Flask, organizer: Person) -> None:
    load(law())
    browser = cast.browser(app, organizer)

    made = cast.post(
        browser, "/bench/must-know/new", {"kind": "common", "name": "通用清单", "unit_id": "", "category": ""}
    )

    assert made.status_code == 303, made.text
    list_id = db.session.scalars(select(MustKnowList.id)).one()
    lines = "《样例处罚法》第一条至第三条\n1. 《中国共产党章程》\n样例处罚条例 5"
    added = cast.post(
        browser, f"/bench/must-know/{list_id}/items", {"lines": lines}, page=f"/bench/must-know/{list_id}"
    )
    assert added.status_code == 303, added.text
    assert items_of(list_id) == [(PENALTY, "1至3", True), ("中国共产党章程", "", False), ("样例处罚条例", "5", False)]
    assert "条文未入库" in browser.get(f"/bench/must-know/{list_id}").text
    assert db.session.scalars(select(AuditEvent.action)).all()[-1] == "must_know.items"


def test_a_line_that_is_unclear_is_refused_and_nothing_is_added(app: Flask, organizer: Person) -> None:
    list_id = make_list(organizer)
    browser = cast.browser(app, organizer)
    page = f"/bench/must-know/{list_id}"

    for lines, said in (
        ("《刑法》第五条至第一条", "无法识别"),
        ("", "请至少写一部法律"),
        ("《样例法》总则", "无法识别"),
    ):
        answer = cast.post(browser, f"{page}/items", {"lines": lines}, page=page)
        assert answer.status_code in (400, 422)
        assert said in answer.text
    assert items_of(list_id) == []


def test_a_law_stands_on_a_list_once_and_takes_the_newer_articles(app: Flask, organizer: Person) -> None:
    list_id = make_list(organizer, lines="样例处罚法 1至3")
    with transaction():
        chosen = must_know_queries.get_list(list_id, lock=True)
        assert must_know.add_items(cast.actor_of(organizer), chosen, "样例处罚法 2") == 0

    assert items_of(list_id) == [("样例处罚法", "2", False)]


def test_two_lists_of_one_name_are_refused(app: Flask, organizer: Person) -> None:
    make_list(organizer)
    answer = cast.post(
        cast.browser(app, organizer),
        "/bench/must-know/new",
        {"kind": "field", "name": "通用清单", "unit_id": "", "category": ""},
    )

    assert answer.status_code == 409
    assert "已有名称相同的清单" in answer.text
    assert cast.count(MustKnowList) == 1


def test_items_move_up_and_go(app: Flask, organizer: Person) -> None:
    list_id = make_list(organizer, lines="甲法\n甲乙法\n甲乙丙法".replace("甲法", "甲样法"))
    browser = cast.browser(app, organizer)
    page = f"/bench/must-know/{list_id}"

    cast.post(browser, f"/bench/must-know/items/{item_id('甲乙法')}/up", page=page)
    assert [title for title, _, _ in items_of(list_id)] == ["甲乙法", "甲样法", "甲乙丙法"]
    cast.post(browser, f"/bench/must-know/items/{item_id('甲乙法')}/up", page=page)
    cast.post(browser, f"/bench/must-know/items/{item_id('甲样法')}/remove", page=page)
    assert [title for title, _, _ in items_of(list_id)] == ["甲乙法", "甲乙丙法"]
    assert cast.post(browser, f"/bench/must-know/items/{99999}/remove", page=page).status_code == 404


def test_a_closed_list_is_seen_by_nobody_until_it_is_reopened(app: Flask, organizer: Person, wang: Person) -> None:
    list_id = make_list(organizer, lines="样例处罚法")
    browser, reader = cast.browser(app, organizer), cast.browser(app, wang)
    page = f"/bench/must-know/{list_id}"

    cast.post(browser, f"{page}/close", page=page)
    assert "通用清单" not in reader.get("/must-know").text
    assert reader.get(f"/must-know/{list_id}").status_code == 404
    cast.post(browser, f"{page}/reopen", page=page)
    assert "通用清单" in reader.get("/must-know").text


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/edit"])
def test_officials_do_not_keep_lists(app: Flask, wang: Person, path: str) -> None:
    assert cast.browser(app, wang).get(f"/bench/must-know{path}").status_code == 403
    with pytest.raises(NotAllowed), transaction():
        must_know.add_list(cast.actor_of(wang), must_know.ListValues(ListKind.COMMON, "私自建的清单"))


def test_guests_are_asked_to_sign_in(client: Any) -> None:
    assert client.get("/must-know").status_code == 303


def test_each_official_sees_their_own_lists(
    app: Flask, organizer: Person, wang: Person, zhao: Person, unit: Unit
) -> None:
    make_list(organizer, "经发局清单", unit=unit, kind=ListKind.FIELD)
    make_list(organizer, "领导干部清单", leaders_only=True, kind=ListKind.POST)
    make_list(organizer, "执法人员清单", enforcement_only=True, kind=ListKind.POST)
    make_list(organizer, "企业人员清单", category=PersonCategory.SOE_STAFF, kind=ListKind.POST)
    make_list(organizer)

    def own(person: Person) -> set[str]:
        views, others = must_know_queries.lists_of(cast.actor_of(person))
        assert len(views) + len(others) == 5
        return {view.list.name for view in views}

    assert own(wang) == {"通用清单", "经发局清单"}
    assert own(zhao) == {"通用清单"}
    wang.is_leader = wang.is_enforcement = True
    db.session.commit()
    assert own(wang) == {"通用清单", "经发局清单", "领导干部清单", "执法人员清单"}


def test_a_person_marks_what_they_read_and_takes_it_back(
    app: Flask, organizer: Person, wang: Person, zhao: Person
) -> None:
    load(law())
    list_id = make_list(organizer, lines="样例处罚法\n中国共产党章程")
    browser = cast.browser(app, wang)

    assert "已读 0 部，共 2 部" in browser.get("/must-know").text
    for _ in range(2):
        assert cast.post(browser, f"/must-know/items/{item_id()}/read", page="/must-know").status_code == 303
    assert cast.count(ReadingMark) == 1
    assert db.session.scalars(select(ReadingMark.version_on)).one() == date(2021, 1, 22)
    assert "已读 1 部，共 2 部" in browser.get("/must-know").text
    assert "已读 0 部，共 2 部" in cast.browser(app, zhao).get(f"/must-know/{list_id}").text
    cast.post(browser, f"/must-know/items/{item_id()}/unread", page="/must-know")
    assert "已读 0 部，共 2 部" in browser.get("/must-know").text
    cast.post(browser, f"/must-know/items/{item_id('中国共产党章程')}/read", {"from": "list"}, page="/must-know")
    assert "已读 1 部，共 2 部" in browser.get(f"/must-know/{list_id}").text


def test_a_law_amended_since_asks_to_be_read_again(app: Flask, organizer: Person, wang: Person) -> None:
    load(law())
    make_list(organizer, lines="样例处罚法")
    browser = cast.browser(app, wang)
    cast.post(browser, f"/must-know/items/{item_id()}/read", page="/must-know")

    load(amended(a2="违法行为轻微的，不予样例处罚。"))

    shown = browser.get("/must-know").text
    assert "2025年9月1日有新文本" in shown
    assert "已读 0 部，共 1 部" in shown
    cast.post(browser, f"/must-know/items/{item_id()}/read", page="/must-know")
    assert "已读 1 部，共 1 部" in browser.get("/must-know").text


def test_an_entry_without_text_finds_its_law_when_that_is_loaded(app: Flask, organizer: Person) -> None:
    list_id = make_list(organizer, lines=f"《{PENALTY}》")
    assert items_of(list_id) == [(PENALTY, "", False)]

    load(law())

    assert items_of(list_id) == [(PENALTY, "", True)]
    assert get_law().id


def test_a_list_is_changed(app: Flask, organizer: Person, unit: Unit) -> None:
    list_id = make_list(organizer)
    browser = cast.browser(app, organizer)
    fields = {"kind": "field", "name": "经济领域清单", "unit_id": str(unit.id), "category": "", "leaders_only": "y"}

    answer = cast.post(browser, f"/bench/must-know/{list_id}/edit", fields)

    assert answer.status_code == 303, answer.text
    db.session.rollback()
    changed = must_know_queries.get_list(list_id)
    assert (changed.kind, changed.name, changed.unit_id, changed.leaders_only) == (
        ListKind.FIELD,
        "经济领域清单",
        unit.id,
        True,
    )
    assert "经发局" in browser.get("/bench/must-know").text or "经济发展局" in browser.get("/bench/must-know").text
    assert cast.post(browser, f"/bench/must-know/{list_id}/edit", {**fields, "name": ""}).status_code == 422
