"""Chinese words (用语): an enum that has words has one for every member."""

from __future__ import annotations

import importlib
import pkgutil

import lawedu
from lawedu import wording


def test_no_member_lost_its_word_to_an_equal_member_of_another_enum() -> None:
    """StrEnum members with the same text are equal across enums: in one dict the second takes the first's place."""
    for found in pkgutil.walk_packages(lawedu.__path__, "lawedu."):
        importlib.import_module(found.name)
    named = {kind for kind, _member in wording._labels}
    silent = [
        f"{kind.__name__}.{member.name}" for kind in named for member in kind if (kind, member) not in wording._labels
    ]
    assert not silent, "register each enum in a call of its own"
