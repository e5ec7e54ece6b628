"""Words of sitting an exam (作答用语)."""

from lawedu.attempts.models import IncidentKind, TimeChangeKind
from lawedu.core.attempt import AttemptState, EndReason
from lawedu.core.exam_refusals import StartReason
from lawedu.wording import register

register(
    {
        AttemptState.IN_PROGRESS: "作答中",
        AttemptState.SUBMITTED: "已交卷",
        AttemptState.EXPIRED: "到时自动交卷",
        AttemptState.VOIDED: "已作废",
        EndReason.SUBMITTED: "本人交卷",
        EndReason.EXPIRED: "时间到自动交卷",
        TimeChangeKind.EXTEND: "加时",
        TimeChangeKind.PAUSE: "暂停",
        TimeChangeKind.RESUME: "恢复",
        IncidentKind.FOCUS_LOSS: "离开页面",
        IncidentKind.TAKE_OVER: "更换设备",
        IncidentKind.ADDRESS_CHANGE: "网络地址变化",
        StartReason.NOT_PUBLISHED: "尚未发布",
        StartReason.CANCELLED: "已取消",
        StartReason.NOT_LISTED: "不在应考名单",
        StartReason.EXEMPT: "免考",
        StartReason.DEFERRED: "缓考",
        StartReason.ALREADY_PASSED: "已合格",
        StartReason.AWAITING_RESULT: "成绩待评定",
        StartReason.NO_TRIES_LEFT: "次数已用完",
        StartReason.TOO_EARLY: "未到时间",
        StartReason.CLOSED: "已结束",
    }
)
