"""The pages that gather (首页、帮助、字号)."""

from __future__ import annotations

from typing import Any

import pytest

from lawedu.core.policy import POLICY, PUBLIC, Actor, Grant, Role, may
from lawedu.home.navigation import BENCHES, SITE, benches_of
from tests import cast


def test_the_home_page_of_an_empty_site_says_what_will_stand_there(client: Any) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "近期没有安排考试" in answer.get_data(as_text=True)


def test_help_is_open_to_everyone(client: Any) -> None:
    assert "激活单" in client.get("/help").get_data(as_text=True)


def test_my_page_asks_a_guest_to_sign_in_and_comes_back(client: Any) -> None:
    answer = client.get("/me")
    assert answer.status_code == 303
    assert answer.location.endswith("/sign-in?next=/me")


def test_every_place_in_the_menus_is_a_door_with_its_permission(app: Any) -> None:
    """A menu never offers what its door refuses."""
    places = [*SITE, *(place for bench in BENCHES for place in bench.places)]
    for place in places:
        assert place.endpoint in app.view_functions, place
        assert place.permission == PUBLIC or place.permission in POLICY
        declared = app.view_functions[place.endpoint].permission
        if declared != PUBLIC:
            assert set(POLICY[place.permission]) <= set(POLICY[declared]), place


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb"]
)
def test_text_size_never_leads_to_another_site(client: Any, wanted: str) -> None:
    token = client.get("/").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/text-size", data={"size": "large", "next": wanted, "csrf_token": token})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_text_size_is_rendered_by_the_server(client: Any) -> None:
    token = client.get("/").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    client.post("/text-size", data={"size": "xlarge", "next": "/help", "csrf_token": token})
    assert '<html lang="zh-CN" class="text-xl">' in client.get("/help").get_data(as_text=True)


def actor_with(*roles: Role) -> Actor:
    return Actor(1, "GX00001", "某人", tuple(Grant(role, "/1/") for role in (Role.OFFICIAL, *roles)))


@pytest.mark.parametrize(
    ("role", "bench"),
    [
        (Role.HR, "组织人事工作台"),
        (Role.UNIT_ADMIN, "单位工作台"),
        (Role.EXAM_ADMIN, "考务工作台"),
        (Role.SECURITY_ADMIN, "安全管理"),
    ],
)
def test_a_role_finds_its_own_bench_alone(role: Role, bench: str) -> None:
    """HR and liaisons share permissions on people, but not a bench."""
    assert [found.name for found in benches_of(actor_with(role))] == [bench]


def test_an_official_has_no_bench_and_two_roles_have_two() -> None:
    assert benches_of(actor_with()) == []
    both = benches_of(actor_with(Role.HR, Role.UNIT_ADMIN))
    assert [found.name for found in both] == ["单位工作台", "组织人事工作台"]


@pytest.mark.parametrize("role", list(Role))
def test_no_page_is_lost_because_it_stands_on_the_bench_of_another_role(role: Role) -> None:
    """Whatever the menus offer anywhere and the role may open, stands on the role's own bench."""
    who = actor_with(role)
    open_to = {place.endpoint for bench in BENCHES for place in bench.places if may(who, place.permission)}

    assert {place.endpoint for bench in benches_of(who) for place in bench.places} == open_to


def test_hr_and_the_liaison_see_their_bench_in_the_masthead(app: Any, hr: Any, li: Any) -> None:
    of_hr = cast.browser(app, hr).get("/bench/accounts").text
    of_liaison = cast.browser(app, li).get("/bench/accounts").text

    assert "组织人事工作台" in of_hr
    assert "单位工作台" not in of_hr
    assert "单位工作台" in of_liaison
    assert "组织人事工作台" not in of_liaison
