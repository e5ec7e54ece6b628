"""Why an exam cannot be started (不能开始考试的原因), each as a name and as a refusal with its sentence."""

from __future__ import annotations

from enum import StrEnum

from lawedu.core.errors import Closed, NotAllowed, Refusal, RuleBroken


class StartReason(StrEnum):
    """Why no new attempt may be started (不能开始的原因)."""

    NOT_PUBLISHED = "not_published"
    CANCELLED = "cancelled"
    NOT_LISTED = "not_listed"
    EXEMPT = "exempt"
    DEFERRED = "deferred"
    ALREADY_PASSED = "already_passed"
    AWAITING_RESULT = "awaiting_result"
    NO_TRIES_LEFT = "no_tries_left"
    TOO_EARLY = "too_early"
    CLOSED = "closed"


class NotPublished(RuleBroken):
    """The exam is still being prepared (未发布)."""

    code = StartReason.NOT_PUBLISHED.value
    sentence = "这场考试还没有发布。"


class Cancelled(Closed):
    """The exam was cancelled (已取消)."""

    code = StartReason.CANCELLED.value
    sentence = "这场考试已经取消。"


class NotListed(NotAllowed):
    """The person is not on the roster of the exam (不在名单)."""

    code = StartReason.NOT_LISTED.value
    sentence = "您不在这场考试的应考名单中。如有疑问，请联系本单位联络员。"


class Exempt(RuleBroken):
    """The person need not sit (免考)."""

    code = StartReason.EXEMPT.value
    sentence = "您已获批免考，不需要参加这场考试。"


class Deferred(RuleBroken):
    """The person sits in the resit window (缓考)."""

    code = StartReason.DEFERRED.value
    sentence = "您已获批缓考，请在补考时段参加考试。"


class AlreadyPassed(RuleBroken):
    """A resit is not for who has passed (已合格不需补考)."""

    code = StartReason.ALREADY_PASSED.value
    sentence = "您已经合格，不需要补考。"


class AwaitingResult(RuleBroken):
    """Whether a resit is needed is not known before marking ends (成绩未出)."""

    code = StartReason.AWAITING_RESULT.value
    sentence = "您上一次考试的成绩还没有评定，评定后再确定是否需要补考。"


class NoTriesLeft(RuleBroken):
    """All tries of the window are used (次数用完)."""

    code = StartReason.NO_TRIES_LEFT.value
    sentence = "您在本时段的考试次数已经用完。"


class TooEarly(RuleBroken):
    """No window is open yet (未到时间)."""

    code = StartReason.TOO_EARLY.value
    sentence = "还没有到考试时间，请在考试时段内开始。"


class WindowClosed(Closed):
    """The last window has closed (已结束)."""

    code = StartReason.CLOSED.value
    sentence = "考试时段已经结束。"


_REFUSALS: tuple[type[Refusal], ...] = (
    NotPublished,
    Cancelled,
    NotListed,
    Exempt,
    Deferred,
    AlreadyPassed,
    AwaitingResult,
    NoTriesLeft,
    TooEarly,
    WindowClosed,
)


def refusal_for(reason: StartReason) -> Refusal:
    """The refusal, with its sentence, that says this reason."""
    return next(refusal() for refusal in _REFUSALS if refusal.code == reason.value)
