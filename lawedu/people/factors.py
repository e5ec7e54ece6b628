"""The second step of signing in (第二步验证): a code of the authenticator, or a recovery code; setting it up.

After the right password a person with a role is half signed in: a `Half` in the signed cookie, good for five minutes,
that opens nothing but this step. The session begins with the code.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.errors import NotAllowed, Refusal, RuleBroken
from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.people import account_queries, factor_queries, recovery_codes, sessions, throttle, totp
from lawedu.people.accounts import Proof
from lawedu.people.factor_models import SecondFactor
from lawedu.people.models import AccountState, Person

HALF_FOR = timedelta(minutes=5)


class HalfGone(NotAllowed):
    """Too late, or the account changed meanwhile: the password is asked for again (第一步已失效)."""

    code = "half_gone"
    sentence = "验证已超过 5 分钟或者账号有变动，请重新输入账号和密码。"


class WrongCode(RuleBroken):
    """Not the code of now, or one that was used before; the two are never told apart (验证码不正确)."""

    status = 422
    code = "wrong_code"
    sentence = "验证码不正确或者已经用过，请等手机上出现下一个验证码再输入。一直不对时，请检查手机时间是否自动校准。"


class WrongRecoveryCode(WrongCode):
    """No unused recovery code of this person (恢复码不正确)."""

    code = "wrong_recovery_code"
    sentence = "恢复码不正确或者已经用过，请核对，或者换一个恢复码。"


@dataclass(frozen=True)
class Half:
    """Half signed in (待第二步): who, with which password, since when (seconds since 1970).

    `secret` is a new one, sealed, when it is still to be set up.
    """

    person_id: int
    stamp: str
    began: int
    secret: str = ""
    renews: bool = False


@dataclass(frozen=True)
class Shown:
    """What the authenticator needs to know (绑定信息)."""

    address: str
    secret: str
    staff_number: str


@dataclass(frozen=True)
class SetUp:
    """A factor that was set up: the token of the session and the recovery codes, the only time they exist in clear."""

    token: str
    recovery_codes: list[str]


def begin(proof: Proof) -> Half:
    """After the right password: asks for a code, or brings a new secret for who has none yet. Changes nothing."""
    is_set = factor_queries.find_factor(proof.person_id) is not None
    return _half(proof, with_secret=not is_set)


def begin_renewal(proof: Proof) -> Half:
    """A new secret for another device; the old one holds until the first code of the new. Changes nothing."""
    return _half(proof, with_secret=True, renews=True)


def get_shown(half: Half) -> Shown:
    """The new secret, for the page that sets it up. Raises HalfGone."""
    person = _ready(half, lock=False)
    if not half.secret:
        raise HalfGone
    secret = totp.open_sealed(person.id, base64.b64decode(half.secret))
    return Shown(totp.address_of(secret, person.staff_number), secret, person.staff_number)


def pass_code(half: Half, typed: str, address: str, agent: str) -> str:
    """The second step with a code of the authenticator: opens the session and returns its token.

    A time step counts once (RFC 6238, 5.2). Raises HalfGone, TooManyCodes, WrongCode.
    """
    person = _ready(half)
    factor = _factor_of(person)
    factor.last_step = _new_step(totp.open_sealed(person.id, factor.secret), typed, factor.last_step)
    return _open(person, address, agent, "code")


def pass_recovery_code(half: Half, typed: str, address: str, agent: str) -> str:
    """The second step without the device: uses a recovery code up, opens the session and returns its token.

    Raises HalfGone, TooManyCodes, WrongRecoveryCode.
    """
    person = _ready(half)
    _factor_of(person)
    if not recovery_codes.use(person.id, typed):
        raise WrongRecoveryCode
    return _open(person, address, agent, "recovery_code")


def set_up(half: Half, typed: str, address: str, agent: str) -> SetUp:
    """Keep the new secret once its first code is right; other sessions end, this person goes on under a new token.

    Raises HalfGone (also when a secret was set or reset meanwhile), TooManyCodes, WrongCode.
    """
    person = _ready(half)
    factor = factor_queries.find_factor(person.id, lock=True)
    if not half.secret or half.renews is (factor is None):
        raise HalfGone
    throttle.ensure_may_try_code(person.id)
    sealed = base64.b64decode(half.secret)
    step = _new_step(totp.open_sealed(person.id, sealed), typed, 0)
    if factor is None:
        factor = SecondFactor(person_id=person.id)
        db.session.add(factor)
    factor.secret, factor.last_step, factor.set_at = sealed, step, clock.now()
    made = recovery_codes.renew(person.id)
    sessions.end_all(person.id, "factor")
    audit.record(_self(person, address), "account.set_factor", f"person:{person.staff_number}", renews=half.renews)
    return SetUp(_open(person, address, agent, "code"), made)


def count_refused(half: Half, address: str, refusal: Refusal) -> None:
    """Count a wrong code and say so in the audit log; a refusal by the wait itself is logged but not counted."""
    if isinstance(refusal, WrongCode):
        throttle.count_failure(throttle.code_key_of(half.person_id), address)
    number = account_queries.get_person(half.person_id).staff_number
    audit.record(Actor(address=address), "account.second_step", f"person:{number}", "refused", why=refusal.code)


def _half(proof: Proof, *, with_secret: bool, renews: bool = False) -> Half:
    sealed = totp.seal(proof.person_id, totp.make_secret()) if with_secret else b""
    began = int(clock.now().timestamp())
    return Half(proof.person_id, _stamp(proof.password_hash), began, base64.b64encode(sealed).decode(), renews)


def _ready(half: Half, *, lock: bool = True) -> Person:
    """The person, when the first step still holds. The lock lets one code of an account be looked at at a time."""
    account = account_queries.get_account(half.person_id, lock=lock)
    age = clock.now().timestamp() - half.began
    is_same = account.password_hash is not None and _stamp(account.password_hash) == half.stamp
    if not 0 <= age <= HALF_FOR.total_seconds() or not is_same or account.state is not AccountState.ACTIVE:
        raise HalfGone
    return account_queries.get_person(half.person_id)


def _factor_of(person: Person) -> SecondFactor:
    factor = factor_queries.find_factor(person.id, lock=True)
    if factor is None:  # reset meanwhile
        raise HalfGone
    throttle.ensure_may_try_code(person.id)
    return factor


def _new_step(secret: str, typed: str, last_step: int) -> int:
    step = totp.find_step(secret, typed, clock.now())
    if step <= last_step:
        raise WrongCode
    return step


def _open(person: Person, address: str, agent: str, factor: str) -> str:
    throttle.forget(throttle.key_of(person.id, ""), address)
    throttle.forget(throttle.code_key_of(person.id))
    token = sessions.create(person, address, agent, has_factor=True)
    audit.record(_self(person, address), "account.sign_in", f"person:{person.staff_number}", factor=factor)
    return token


def _self(person: Person, address: str) -> Actor:
    return Actor(person.id, person.staff_number, person.name, address=address)


def _stamp(password_hash: str) -> str:
    """Says which password the first step was passed with, and nothing about it: the hash itself stays here."""
    return hashlib.sha256(f"half\n{password_hash}".encode()).hexdigest()[:32]
