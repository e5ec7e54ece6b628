"""Words of outside scores (校外成绩用语)."""

from __future__ import annotations

from lawedu.attempts.models import ImportState, MatchKind
from lawedu.wording import register

register(
    {
        ImportState.DRAFT: "待核对",
        ImportState.PENDING: "待审批",
        ImportState.APPROVED: "已批准，计入统计",
        ImportState.REJECTED: "未采用",
        MatchKind.NUMBER: "按工号",
        MatchKind.MOBILE: "按手机号",
        MatchKind.NAME_UNIT: "按姓名和单位",
        MatchKind.BY_HAND: "人工选择",
        MatchKind.SEVERAL: "须人工选择",
        MatchKind.NONE: "名单中没有找到",
        MatchKind.SKIPPED: "不导入",
    }
)
