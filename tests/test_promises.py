"""Promises of the whole house (总承诺): every door, every refusal, every POST."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from flask import Flask

import lawedu
from lawedu import wording
from lawedu.core.errors import Refusal
from lawedu.core.policy import POLICY, PUBLIC, SIGNED_IN, Role
from lawedu.web.access import SAFE, UndeclaredDoor, access, check_doors, permission_of


def every_module() -> list[Any]:
    return [importlib.import_module(found.name) for found in pkgutil.walk_packages(lawedu.__path__, "lawedu.")]


def subclasses(kind: type) -> set[type]:
    direct = set(kind.__subclasses__())
    return direct.union(*(subclasses(child) for child in direct)) if direct else direct


def test_every_endpoint_names_a_permission(app: Flask) -> None:
    for endpoint in app.view_functions:
        assert permission_of(app, endpoint) in {PUBLIC, SIGNED_IN, *POLICY}, endpoint


def test_an_endpoint_without_a_permission_stops_start_up() -> None:
    stray = Flask("stray")
    stray.add_url_rule("/x", "x", lambda: "")
    with pytest.raises(UndeclaredDoor):
        check_doors(stray)


def test_a_misspelt_permission_stops_start_up() -> None:
    stray = Flask("stray")
    stray.add_url_rule("/x", "x", access("exam.publsh")(lambda: ""))
    with pytest.raises(UndeclaredDoor):
        check_doors(stray)


def test_every_permission_of_the_policy_has_a_role() -> None:
    assert all(rule and set(rule) <= set(Role) for rule in POLICY.values())


def test_every_refusal_has_its_own_chinese_sentence_and_code() -> None:
    every_module()
    kinds = subclasses(Refusal)
    assert len(kinds) > 20
    for kind in kinds:
        assert any("一" <= char <= "鿿" for char in kind.sentence), kind
        assert kind.sentence.endswith("。"), kind
        assert 400 <= kind.status < 600, kind


def test_every_role_has_its_chinese_word(app: Flask) -> None:
    assert all(wording.label(role) for role in Role)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_no_door_opens_to_a_guest_without_a_token(app: Flask, client: Any, method: str) -> None:
    """A changing request of a guest meets 400/403 (token) or the sign-in page, never a deed."""
    for rule in app.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint == "static":
            continue
        address = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        if address is None:
            continue
        answer = client.open(address[1], method=method)
        assert answer.status_code in (303, 400, 401, 403, 404, 405), (rule.endpoint, answer.status_code)


def test_get_answers_never_change_anything_by_method(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        changing = set(rule.methods or ()) - SAFE
        if changing:
            assert "GET" not in (rule.methods or ()) or rule.endpoint == "static", (
                f"{rule.endpoint}: one door, one method"
            )


def test_every_answer_carries_the_content_policy(client: Any) -> None:
    for address in ("/healthz", "/sign-in", "/no-such-page"):
        headers = client.get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_an_unknown_address_gives_a_reference_number_and_no_trace(client: Any) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "Traceback" not in answer.get_data(as_text=True)
