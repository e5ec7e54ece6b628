"""Forms for activation slips (激活单表单)."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"


class OnePersonForm(Form):
    """为一人发放"""

    staff_number = StringField(
        "工号",
        [InputRequired("请填写工号"), Length(max=64, message=TOO_LONG)],
        description="忘记密码、激活单过期或者遗失时使用，旧激活单随即作废",
    )


class UnitFilter(Form):
    """按单位查找"""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("单位名称", [Length(max=64, message=TOO_LONG)])
