"""Signing in (登录)."""

from __future__ import annotations

from lawedu.people.models import UserSession
from tests import cast


def test_the_right_password_opens_the_way_to_my_page(client, wang):
    answer = cast.sign_in(client, wang)

    assert (answer.status_code, answer.location) == (303, "/me")
    assert cast.count(UserSession, person_id=wang.id, ended_at=None) == 1
