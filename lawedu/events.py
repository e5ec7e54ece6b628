"""Facts that deeds announce (事件): an earlier slice says what happened, a later one acts in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Fact = TypeVar("Fact")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def handles(kind: type[Fact]) -> Callable[[Callable[[Fact], None]], Callable[[Fact], None]]:
    """Register a handler for one type of fact; repeated registration of the same function changes nothing."""

    def register(handler: Callable[[Fact], None]) -> Callable[[Fact], None]:
        if handler not in _handlers[kind]:
            _handlers[kind].append(handler)
        return handler

    return register


def announce(fact: object) -> None:
    """Tell every handler of this type of fact, now and inside the current transaction."""
    for handler in _handlers[type(fact)]:
        handler(fact)
