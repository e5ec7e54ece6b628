"""Words of sitting an exam (作答用语)."""

from lawedu.attempts.models import IncidentKind, TimeChangeKind
from lawedu.core.attempt import AttemptState, EndReason
from lawedu.core.exam_refusals import StartReason
from lawedu.core.scoring import ScoreFault
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
        ScoreFault.TAMPERED_RESULT: "成绩与校验值不一致",
        ScoreFault.PAPER_DIFFERS: "试卷与冻结时的校验值不一致",
        ScoreFault.KEY_MISSING: "试卷缺少标准答案",
        ScoreFault.RECEIPT_WRONG: "回执缺失，或者签名与作答不一致",
        ScoreFault.RESULT_MISSING: "没有成绩",
        ScoreFault.RESULT_DIFFERS: "成绩与复算结果不一致",
        ScoreFault.SHEET_DIFFERS: "答卷与评分时不一致",
        ScoreFault.OWNER_DIFFERS: "作答人与开考时的登记不一致",
        ScoreFault.RESULT_REPLAYED: "成绩不是最近一次登记的版本",
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
