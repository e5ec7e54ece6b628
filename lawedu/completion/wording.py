"""Words of completion (完成情况用语)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lawedu.core.completion import CandidateStanding, PassRateBase
from lawedu.core.standings import UnitStanding
from lawedu.wording import register

register(
    {
        CandidateStanding.EXEMPT: "免考",
        CandidateStanding.DEFERRED: "缓考",
        CandidateStanding.PASSED: "合格",
        CandidateStanding.FAILED: "不合格",
        CandidateStanding.IN_PROGRESS: "作答中",
        CandidateStanding.NOT_SAT: "未考",
        CandidateStanding.ABSENT: "缺考",
        PassRateBase.SAT: "合格÷实考",
        PassRateBase.REQUIRED: "合格÷应考",
    }
)
# Apart, because members of different enums with the same text are one key of a mapping.
register(
    {
        UnitStanding.DONE: "已考",
        UnitStanding.NOT_YET: "未考",
        UnitStanding.NEEDS_RESIT: "需补考",
        UnitStanding.EXEMPT: "免考",
        UnitStanding.DEFERRED: "缓考",
    }
)

EXCELLENT_BASE: Final[Mapping[PassRateBase, str]] = {
    PassRateBase.SAT: "优秀÷实考",
    PassRateBase.REQUIRED: "优秀÷应考",
}
SITTINGS: Final[Mapping[str, str]] = {"first": "首考", "after": "补考后"}
SIGNS: Final = ("填表人", "审核人", "负责人", "单位（盖章）", "日期")
UNRELEASED: Final = "已考（成绩未公布）"
EXPORT_KINDS: Final[Mapping[str, str]] = {
    "completion.units": "各单位完成情况表",
    "completion.people": "人员完成情况名单",
}
