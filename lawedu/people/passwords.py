"""Passwords (口令): argon2id, one policy at a time, and the same time for every wrong answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from flask import current_app

from lawedu.core.errors import RuleBroken

LONGEST = 128
LEAST = {"gb": 10, "asvs": 12}
# Words of the place itself: what everybody in the building would try first.
PLACE_WORDS = ("zaozhuang", "gaoxin", "gaoxinqu", "fazhi", "pufa", "枣庄", "高新区", "普法", "法治")
LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "@": "a", "$": "s"})


class WeakPassword(RuleBroken):
    """The chosen password does not meet the policy (口令不符合要求)."""

    status = 422
    code = "weak_password"
    sentence = "密码不符合要求：{why}。"


def hash_password(password: str) -> str:
    """The argon2id hash, with the cost of the setting ARGON2 (memory in KiB, passes, lanes)."""
    return _hasher().hash(password)


def is_match(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. Without one a stand-in is checked: unknown takes as long as wrong."""
    hasher = _hasher()
    stand_in = _stand_in(tuple(sorted(current_app.config["ARGON2"].items())))
    try:
        hasher.verify(password_hash or stand_in, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with another cost than today's setting."""
    return _hasher().check_needs_rehash(password_hash)


def ensure_strong(password: str, own_words: Iterable[str], policy: str = "gb") -> None:
    """Refuse a weak password. `own_words`: name, staff number, names of the unit. Raises WeakPassword.

    `gb`: at least 10 characters from three of four classes (GB/T 22239-2019 8.1.4.1); `asvs`: at least 12 of any kind.
    """
    why = fault_of(password, own_words, policy)
    if why:
        raise WeakPassword(why=why)


def fault_of(password: str, own_words: Iterable[str], policy: str = "gb") -> str:
    """What is wrong with the password in Chinese, without a full stop; empty when nothing is."""
    least = LEAST[policy]
    if len(password) < least:
        return f"至少需要 {least} 个字符"
    if len(password) > LONGEST:
        return f"最多 {LONGEST} 个字符"
    if policy == "gb" and _classes(password) < 3:
        return "大写字母、小写字母、数字、符号四类中至少要有三类"
    if len(set(password)) < 5 or is_common(password):
        return "这个密码太常见，容易被猜到，请换一个"
    if _contains(password, (*own_words, *PLACE_WORDS)):
        return "不能包含姓名、工号或者单位名称，请换一个"
    return ""


def is_common(password: str) -> bool:
    """Whether it is a well-known password, or a well-known word with digits and signs around it (Admin@123456)."""
    plain = unicodedata.normalize("NFKC", password).lower()
    core = plain.strip("0123456789!@#$%^&*()_+-=.,?/~ ")
    return bool({plain, core, core.translate(LEET), plain.translate(LEET)} & _common())


def _contains(password: str, words: Iterable[str]) -> bool:
    plain = unicodedata.normalize("NFKC", password).lower()
    return any(len(word) >= 2 and word.lower() in plain for word in words)


def _classes(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdigit)
    known = sum(any(test(c) for c in password) for test in tests)
    return known + any(not any(test(c) for test in tests) for c in password)


def _hasher() -> PasswordHasher:
    return PasswordHasher(**current_app.config["ARGON2"])


@lru_cache(maxsize=4)
def _stand_in(cost: tuple[tuple[str, Any], ...]) -> str:
    return PasswordHasher(**dict(cost)).hash("nobody has this password")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
