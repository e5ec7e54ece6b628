"""Why a sitting says no (作答中的拒绝), beyond what the core already names."""

from __future__ import annotations

from lawedu.core.errors import BadInput, Refusal, RuleBroken


class Paused(Refusal):
    """The sitting is paused (已暂停): nothing is taken now, the page keeps what it has and sends it again."""

    status = 503
    code = "paused"
    sentence = "考试已暂停，恢复后可以继续作答，已作答的内容不会丢失。"


class Malformed(BadInput):
    """A save that is not of the agreed shape (请求格式不符)."""

    code = "malformed"
    sentence = "作答内容的格式无法识别，请刷新页面后继续作答。"


class TooMuch(Refusal):
    """More than one save may carry (内容过多): the page sends it in smaller parts."""

    status = 413
    code = "too_large"
    sentence = "一次保存的内容过多，请分几次保存。"


class ExamStaffSitElsewhere(RuleBroken):
    """Nobody sits an exam that they set or run (考务回避); source: product.md, “Smallest crew”."""

    code = "exam_staff"
    sentence = "您参与这场考试的命题或考务工作，按回避规定须参加另行安排的考试。请联系考务管理员。"


class AlreadyReleased(RuleBroken):
    """Results are out (成绩已公布): the time of a sitting cannot be changed any more."""

    code = "already_released"
    sentence = "成绩已经公布，不能再调整作答时间。"


class NotExtendable(RuleBroken):
    """Handed in or voided: more time would change nothing (不能加时)."""

    code = "not_extendable"
    sentence = "这次作答已经交卷或者作废，不能再调整时间。"


class NotRunning(RuleBroken):
    """Only a running sitting can be paused (未在作答)."""

    code = "not_running"
    sentence = "这次作答没有在进行中，不能暂停。"


class AlreadyPaused(RuleBroken):
    """It is paused already (已经暂停)."""

    code = "already_paused"
    sentence = "这次作答已经暂停。"


class NotPaused(RuleBroken):
    """It is not paused (没有暂停)."""

    code = "not_paused"
    sentence = "这次作答没有暂停，不需要恢复。"


class ReasonMissing(BadInput):
    """Such a deed needs its reason on record (须写明原因)."""

    code = "reason_missing"
    sentence = "请写明原因，原因会记入审计日志。"


class BadMinutes(BadInput):
    """Extra time outside of what one deed may give (加时分钟数不合理)."""

    code = "bad_minutes"
    sentence = "加时须在1至600分钟之间。"


class AlreadyVoided(RuleBroken):
    """Voided before (已作废)."""

    code = "already_voided"
    sentence = "这次作答已经作废。"


class SamePerson(RuleBroken):
    """Voiding takes two persons (须由两人办理)."""

    code = "same_person"
    sentence = "作废作答须由一人提出、另一人批准，不能由同一人办理。"


class TamperedResult(RuleBroken):
    """A stored score does not carry its seal (成绩校验不符): it is shown to nobody."""

    code = "tampered_result"
    sentence = "作答编号{attempt_id}的成绩与校验值不一致，已停止显示。请联系考务管理员核查。"
