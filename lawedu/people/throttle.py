"""Throttling of sign-in (登录限速): failures only, by address and account together, then by account.

An office shares one address, so an address alone is never slowed down; the wait by account stays short, because
anybody can cause it. What is refused by the wait itself is not counted: hammering does not prolong it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from lawedu import clock
from lawedu.core.errors import TooBusy
from lawedu.db import db
from lawedu.people.models import SignInFailure

FREE_TOGETHER = 5
FREE_ACCOUNT = 20
WINDOW_TOGETHER = timedelta(minutes=30)
WINDOW_ACCOUNT = timedelta(hours=24)
LONGEST_TOGETHER = timedelta(minutes=15)
LONGEST_ACCOUNT = timedelta(minutes=2)
FIRST_TOGETHER = timedelta(minutes=1)
FIRST_ACCOUNT = timedelta(seconds=5)
# Codes of the second step: only who has the password can cause this wait, so it may grow; six digits need it.
FREE_CODES = 5
WINDOW_CODES = timedelta(hours=24)
FIRST_CODES = timedelta(minutes=1)
LONGEST_CODES = timedelta(hours=1)


class TooManyFailures(TooBusy):
    """Too many wrong passwords for this account (密码错误次数过多)."""

    code = "too_many_failures"
    sentence = "密码连续输错次数较多，请 {minutes} 分钟后再试。忘记密码请联系本单位联络员重新发放激活单。"

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        super().__init__(minutes=max(1, -(-int(wait.total_seconds()) // 60)))


class TooManyCodes(TooManyFailures):
    """Too many wrong codes in the second step (验证码错误次数过多)."""

    code = "too_many_codes"
    sentence = "验证码连续输错次数较多，请 {minutes} 分钟后再试。急用请联系安全管理员解除登录限制。"


def key_of(person_id: int | None, typed: str) -> str:
    """Under which name failures are counted. What was typed is hashed: people type passwords into the wrong field."""
    if person_id is not None:
        return f"person:{person_id}"
    key: bytes = current_app.config["KEYS"]["personal"]
    return "typed:" + hmac.new(key, b"sign-in\n" + typed.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def code_key_of(person_id: int) -> str:
    """Under which name wrong codes of the second step are counted."""
    return f"code:{person_id}"


def ensure_may_try_code(person_id: int) -> None:
    """Refuse while a wait after wrong codes runs, from whatever address. Raises TooManyCodes with the time left."""
    if not current_app.config["RATE_LIMITS"]:
        return
    key = code_key_of(person_id)
    left = _left(key, None, WINDOW_CODES, FREE_CODES, FIRST_CODES, LONGEST_CODES, clock.now())
    if left > timedelta(0):
        raise TooManyCodes(left)


def ensure_may_try(account_key: str, address: str) -> None:
    """Refuse while a wait runs. Raises TooManyFailures with the time left."""
    if not current_app.config["RATE_LIMITS"]:
        return
    now = clock.now()
    left = max(
        _left(account_key, address, WINDOW_TOGETHER, FREE_TOGETHER, FIRST_TOGETHER, LONGEST_TOGETHER, now),
        _left(account_key, None, WINDOW_ACCOUNT, FREE_ACCOUNT, FIRST_ACCOUNT, LONGEST_ACCOUNT, now),
    )
    if left > timedelta(0):
        raise TooManyFailures(left)


def count_failure(account_key: str, address: str) -> None:
    """Count one wrong password, and forget what no window reaches any more."""
    now = clock.now()
    db.session.execute(
        delete(SignInFailure).where(SignInFailure.account_key == account_key, SignInFailure.at < now - WINDOW_ACCOUNT)
    )
    db.session.add(SignInFailure(account_key=account_key, address=address, at=now))


def forget(account_key: str, address: str | None = None) -> None:
    """Forget the failures of an account: those of one address (it signed in), or all (unlocked)."""
    query = delete(SignInFailure).where(SignInFailure.account_key == account_key)
    db.session.execute(query if address is None else query.where(SignInFailure.address == address))


def _left(
    account_key: str,
    address: str | None,
    window: timedelta,
    free: int,
    first: timedelta,
    longest: timedelta,
    now: datetime,
) -> timedelta:
    query = select(func.count(), func.max(SignInFailure.at)).where(
        SignInFailure.account_key == account_key, SignInFailure.at > now - window
    )
    if address is not None:
        query = query.where(SignInFailure.address == address)
    count, last = db.session.execute(query).one()
    if count < free:
        return timedelta(0)
    return last + min(first * 2 ** min(count - free, 16), longest) - now  # type: ignore[no-any-return]
