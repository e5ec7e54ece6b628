"""Evidence of later slices (业务证据): what else `audit verify` has to look at, registered by those who own it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Problem:
    """One thing that is not what it was: `subject` as in the audit log (“attempt:12”), `code` names the way and has
    a registered word."""

    subject: str
    code: Enum


Check = Callable[[], Iterator[Problem]]
_checks: list[Check] = []


def register(check: Check) -> Check:
    """Have `check` run by every verification; it must read in batches and write nothing."""
    _checks.append(check)
    return check


def problems() -> Iterator[Problem]:
    """What all registered checks find."""
    for check in _checks:
        yield from check()
