"""Staff numbers (工号、学法编号): what one looks like, and the lifelong numbers we give where an office has none."""

from __future__ import annotations

import re

from lawedu.core.errors import BadInput

OURS = re.compile(r"XF\d{11}")
SHAPE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
IDENTITY = re.compile(r"\d{17}[\dX]|\d{15}")
LONGEST_PADDED = 12
RUNNING_DIGITS = 6


class NumbersUsedUp(BadInput):
    """A year holds 999,999 numbers (学法编号用完)."""

    code = "numbers_used_up"
    sentence = "本年度的学法编号已经用完，请联系系统管理员。"


def own_number(year: int, running: int) -> str:
    """学法编号: XF + year + six digits + check digit, e.g. XF20260000017. Raises NumbersUsedUp above 999,999."""
    if not 1 <= running < 10**RUNNING_DIGITS:
        raise NumbersUsedUp
    digits = f"{year:04d}{running:0{RUNNING_DIGITS}d}"
    return f"XF{digits}{check_digit(digits)}"


def running_of(number: str) -> int:
    """The running part of one of our numbers."""
    return int(number[6 : 6 + RUNNING_DIGITS])


def check_digit(digits: str) -> int:
    """Luhn: finds every single wrong digit and nearly every swap of two neighbours."""
    total = 0
    for index, character in enumerate(reversed(digits)):
        value = int(character) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def is_ours(number: str) -> bool:
    """Whether it has the shape of a 学法编号 (not whether it was ever given)."""
    return bool(OURS.fullmatch(number))


def is_mistyped(number: str) -> bool:
    """Whether it has the shape of a 学法编号 and a wrong check digit."""
    return is_ours(number) and check_digit(number[2:-1]) != int(number[-1])


def could_be(number: str) -> list[str]:
    """The number itself and, for digits, the same with leading zeros back: spreadsheets drop them."""
    if not number.isdigit():
        return [number]
    return [number.zfill(length) for length in range(len(number), max(LONGEST_PADDED, len(number)) + 1)]
