"""Chinese words for enum members (用语): slices register theirs, templates ask through the `label` filter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

# Keyed with the class: members of different enums with the same text are equal and would share one word.
_labels: dict[tuple[type, Enum], str] = {}


def register(labels: Mapping[Any, str]) -> None:
    """Add the words for some enum members. A member gets its word once."""
    for member, word in labels.items():
        if _labels.setdefault((type(member), member), word) != word:
            raise ValueError(f"{member!r} has two words")


def label(member: Enum | None) -> str:
    """The word for a member; empty for None. KeyError for a member nobody named: a test finds it before a person
    does.
    """
    return "" if member is None else _labels[type(member), member]


def choices(members: type[Enum]) -> list[tuple[str, str]]:
    """(value, word) pairs for a select field, in the enum's order."""
    return [(str(member.value), label(member)) for member in members]
