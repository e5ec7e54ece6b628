"""Words of rosters (名册用语): fields, outcomes and values as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from lawedu import wording
from lawedu.core.roster import Value
from lawedu.core.roster_plan import Outcome
from lawedu.core.roster_words import FIELD_WORDS
from lawedu.people.models import DutyState, ExamChannel, PersonCategory

wording.register(
    {
        Outcome.ADDED: "新增",
        Outcome.CHANGED: "变更",
        Outcome.MOVED: "调动",
        Outcome.UNCHANGED: "无变化",
        Outcome.FAULTY: "有问题",
    }
)
MISSING = "未出现"
# Reasons that deeds write by themselves; others are what a person typed.
POSTING_REASONS = {"roster": "名册导入", "manual": "手工登记"}
ENUMS = {"category": PersonCategory, "duty_state": DutyState, "exam_channel": ExamChannel}


def field_word(field: str) -> str:
    """The heading of a field."""
    return FIELD_WORDS[field]


def value_word(field: str, value: Value, units: Mapping[int, str]) -> str:
    """A value as people read it; units by id, a mobile number by its last four digits."""
    if field == "work_unit" and value is None:
        return "本单位"
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in ("unit", "work_unit"):
        return units.get(int(value), "")
    if field == "mobile":
        return f"尾号 {value}"
    if field in ENUMS:
        return wording.label(ENUMS[field](str(value)))
    return str(value)


def reason_word(reason: str) -> str:
    """Why a posting began."""
    return POSTING_REASONS.get(reason, reason)
