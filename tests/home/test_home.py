"""The pages that gather (首页、帮助、字号)."""

from __future__ import annotations

from typing import Any

import pytest

from lawedu.core.policy import POLICY, PUBLIC
from lawedu.home.navigation import BENCHES, SITE


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
