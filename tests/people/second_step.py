"""Two steps on the stage: the setting switched on, an authenticator, and browsers that go through both steps."""

from __future__ import annotations

import re
from typing import Any

import pyotp
from flask import Flask

from lawedu import clock
from lawedu.db import db
from lawedu.people import recovery_codes, totp
from lawedu.people.factor_models import SecondFactor
from lawedu.people.models import Person
from tests import cast

GROUPS = re.compile(r"<code class=\"num\">([A-Z2-7 ]+)</code>")
CODES = re.compile(r"<li><code>([0-9A-Z-]+)</code></li>")


def give_factor(person: Person) -> str:
    """A factor that was set up long ago; returns its secret."""
    secret = totp.make_secret()
    db.session.add(SecondFactor(person_id=person.id, secret=totp.seal(person.id, secret), set_at=clock.now()))
    db.session.commit()
    return secret


def give_recovery_codes(person: Person) -> list[str]:
    """Eight of them."""
    made = recovery_codes.renew(person.id)
    db.session.commit()
    return made


def code_of(secret: str, steps: int = 0) -> str:
    """What the authenticator shows now, or so many steps later."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


def wrong(secret: str) -> str:
    """Six digits that are not the code of any step near by."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(
        one for one in ("000000", "111111", "222222", "333333", "444444", "555555", "666666") if one not in near
    )


def send(client: Any, code: str, where: str = "code", **kwargs: Any) -> Any:
    """Type a code on the page of the second step."""
    return cast.post(client, f"/sign-in/{where}", {"code": code}, **kwargs)


def browser(app: Flask, person: Person, secret: str) -> Any:
    """A browser that went through both steps."""
    client = app.test_client()
    assert cast.sign_in(client, person).location == "/sign-in/code"
    answer = send(client, code_of(secret))
    assert answer.status_code == 303, answer.text
    return client


def secret_on(page: str) -> str:
    """The secret in letters of the page that sets up."""
    found = GROUPS.search(page)
    assert found, "no secret on the page"
    return found[1].replace(" ", "")
