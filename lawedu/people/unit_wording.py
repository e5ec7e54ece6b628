"""Words of the unit import (单位导入用语)."""

from __future__ import annotations

from lawedu import wording
from lawedu.core.unit_plan import UnitOutcome
from lawedu.core.unit_words import FIELD_WORDS
from lawedu.people.models import UnitKind

wording.register(
    {
        UnitOutcome.ADDED: "新增",
        UnitOutcome.CHANGED: "变更",
        UnitOutcome.MOVED: "移动",
        UnitOutcome.UNCHANGED: "不变",
        UnitOutcome.FAULTY: "有问题",
    }
)


def field_word(field: str) -> str:
    """The heading of a field."""
    return FIELD_WORDS[field]


def value_word(field: str, value: str | int) -> str:
    """A value as people read it."""
    if value == "":
        return "无"
    return wording.label(UnitKind(str(value))) if field == "kind" else str(value)
