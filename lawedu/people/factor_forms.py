"""Forms of the second step (动态验证码表单)."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from lawedu.people import totp
from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请核对后重新填写。"


def six_digits(_form: Any, field: Any) -> None:
    """What is no code at all is not counted as a wrong one."""
    if not totp.normalise(field.data or ""):
        raise ValidationError("请输入 6 位数字")


class CodeForm(Form):
    """动态验证码"""

    code = StringField(
        "动态验证码",
        [InputRequired("请输入动态验证码"), Length(max=64, message=TOO_LONG), six_digits],
        description="手机验证器应用里显示的 6 位数字，每 30 秒更换一次",
    )


class RecoveryForm(Form):
    """恢复码"""

    code = StringField(
        "恢复码",
        [InputRequired("请输入恢复码"), Length(max=64, message=TOO_LONG)],
        description="设置动态验证码时保存的 16 位字母和数字，不分大小写，每个只能用一次",
    )


class RenewForm(Form):
    """更换设备"""

    password = PasswordField("当前密码", [InputRequired("请输入当前密码"), Length(max=LONGEST, message=TOO_LONG)])


class ResetForm(Form):
    """申请重置"""

    staff_number = StringField("工号", [InputRequired("请填写工号"), Length(max=64, message=TOO_LONG)])
    name = StringField(
        "姓名", [InputRequired("请填写姓名"), Length(max=64, message=TOO_LONG)], description="与工号核对，防止办错人"
    )
    reason = TextAreaField(
        "重置原因",
        [InputRequired("请填写重置原因"), Length(max=500, message=TOO_LONG)],
        description="写明怎样核实是本人，例如当面核验、回拨办公电话",
    )
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="登录后 10 分钟内可以不填"
    )
