"""Refusals (拒绝): every way the product says no, each with a name and one Chinese sentence.

The HTTP status lives here as a plain number because a refusal means the same at every door: page, JSON and command.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Base of all refusals. `facts` fill the sentence; `code` is the machine's name for it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "这个操作没有办理，请核对后再试。"

    def __init__(self, sentence: str | None = None, **facts: Any) -> None:
        self.facts = facts
        self.text = sentence if sentence is not None else self.sentence.format(**facts)
        super().__init__(self.text)


class BadInput(Refusal):
    """What came in cannot be understood (输入无法识别)."""

    status = 400
    code = "bad_input"
    sentence = "提交的内容无法识别，请返回上一页核对后重新提交。"


class NotFound(Refusal):
    """Does not exist, or not for this viewer: the two are never told apart."""

    status = 404
    code = "not_found"
    sentence = "没有找到这个页面或记录，可能已被移动，或者地址不完整。"


class NotAllowed(Refusal):
    """The actor's roles do not include this action."""

    status = 403
    code = "not_allowed"
    sentence = "您没有查看或办理这一事项的权限。如工作需要，请联系本单位联络员开通。"


class RuleBroken(Refusal):
    """The action is known and allowed, but a rule forbids it now."""

    status = 409
    code = "rule_broken"
    sentence = "按规定现在不能办理这个事项。"


class Closed(Refusal):
    """It was possible once; its time has passed."""

    status = 410
    code = "closed"
    sentence = "办理时间已过。"


class TooBusy(Refusal):
    """Asked too often (请求过于频繁)."""

    status = 429
    code = "too_many"
    sentence = "操作过于频繁，请稍候片刻再试。"


class Unavailable(Refusal):
    """The store cannot take it now; nothing was changed."""

    status = 503
    code = "unavailable"
    sentence = "系统暂时无法保存，请稍后再试。您已保存的内容不受影响。"
