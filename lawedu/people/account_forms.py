"""Forms for accounts (账号表单)."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请核对后重新填写。"


class SignInForm(Form):
    """登录"""

    staff_number = StringField(
        "账号",
        [InputRequired("请输入账号"), Length(max=64, message=TOO_LONG)],
        description="工号、学法编号或者登记的手机号",
    )
    password = PasswordField("密码", [InputRequired("请输入密码"), Length(max=LONGEST, message=TOO_LONG)])
    next = HiddenField(validators=[Length(max=2000)])


class NewPassword(Form):
    """新密码，两遍"""

    password = PasswordField(
        "新密码", [InputRequired("请输入新密码"), Length(max=LONGEST, message="密码最多 128 个字符。")]
    )
    password_again = PasswordField(
        "再输入一遍新密码",
        [InputRequired("请再输入一遍新密码"), EqualTo("password", "两次输入的密码不一致，请重新输入。")],
    )


class ActivateForm(NewPassword):
    """开通账号"""

    code = StringField(
        "激活码",
        [InputRequired("请输入激活码"), Length(max=64, message=TOO_LONG)],
        description="激活单上的 20 位字母和数字，不分大小写",
    )


class ChangePasswordForm(NewPassword):
    """修改密码"""

    current = PasswordField("当前密码", [InputRequired("请输入当前密码"), Length(max=LONGEST, message=TOO_LONG)])


class FindPerson(Form):
    """按工号查找账号"""

    class Meta(Form.Meta):
        csrf = False

    number = StringField("工号", [Length(max=64, message=TOO_LONG)])


class DisableForm(Form):
    """停用账号"""

    reason = StringField("停用原因", [InputRequired("请填写停用原因"), Length(max=200, message=TOO_LONG)])
