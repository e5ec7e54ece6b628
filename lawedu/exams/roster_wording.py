"""Chinese words for rosters and exemptions (用语)."""

from __future__ import annotations

from lawedu import wording
from lawedu.exams.exemption_queries import ApplicationState
from lawedu.exams.models import AudienceEffect, Decision, ExemptionGround, ExemptionKind
from lawedu.exams.roster_models import RosterNoteKind, RosterNoteOutcome
from lawedu.exams.roster_queries import ListState

HEALTH_HIDDEN = "健康原因（仅审批人可见）"

# One call an enum: members of different enums with the same text are equal, and one dict would keep only one of them.
wording.register({AudienceEffect.INCLUDE: "纳入", AudienceEffect.EXCLUDE: "排除"})
wording.register(
    {
        ListState.CONFIRMED: "已核对",
        ListState.CHANGED: "名单有变化，待重新核对",
        ListState.WAITING: "未核对",
        ListState.LATE: "逾期未核对",
    }
)
wording.register({RosterNoteKind.ADD: "应增加", RosterNoteKind.REMOVE: "应去掉"})
wording.register(
    {
        RosterNoteOutcome.DONE: "已采纳",
        RosterNoteOutcome.DECLINED: "未采纳",
        RosterNoteOutcome.WITHDRAWN: "已撤回",
    }
)
wording.register({ExemptionKind.EXEMPT: "免考", ExemptionKind.DEFERRED: "缓考", ExemptionKind.ABSENCE: "缺考说明"})
wording.register(
    {
        ExemptionGround.LAW_QUALIFICATION: "持有法律职业资格",
        ExemptionGround.OTHER_CHANNEL: "参加市级或者条线考试",
        ExemptionGround.LONG_TRAINING: "脱产学习培训",
        ExemptionGround.OFFICIAL_TRIP: "因公出差、出国（境）",
        ExemptionGround.SECONDMENT: "借调、挂职在外",
        ExemptionGround.MATERNITY: "产假、生育假",
        ExemptionGround.HEALTH: "健康原因",
        ExemptionGround.RETIRING: "当年退休",
        ExemptionGround.OTHER: "其他",
    }
)
wording.register({Decision.APPROVED: "同意", Decision.REJECTED: "不同意"})
wording.register(
    {
        ApplicationState.OPEN: "待审批",
        ApplicationState.APPROVED: "已同意",
        ApplicationState.REJECTED: "未同意",
        ApplicationState.WITHDRAWN: "已撤回",
    }
)
