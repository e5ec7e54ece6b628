"""Forms for granting roles (授权表单)."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, FieldList, FormField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lawedu import wording
from lawedu.core.policy import Role
from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"
GRANTABLE = [role for role in Role if role is not Role.OFFICIAL]
MOST_ROWS = 6


def role_choices() -> list[tuple[str, str]]:
    """Every role that is granted by hand; 国家工作人员 is everybody."""
    return [(role.value, wording.label(role)) for role in GRANTABLE]


class CrewRow(Form):
    """一人"""

    class Meta(Form.Meta):
        csrf = False  # the outer form carries the token

    staff_number = StringField("工号", [Length(max=64, message=TOO_LONG)])
    name = StringField("姓名", [Length(max=64, message=TOO_LONG)], description="与工号核对，防止授错人")
    roles = SelectMultipleField(
        "角色", choices=role_choices, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    unit_name = StringField(
        "范围：单位全称或者简称", [Length(max=128, message=TOO_LONG)], description="单位联络员必填；不填为全区"
    )
    cadre_authority = StringField(
        "干部管理权限", [Length(max=64, message=TOO_LONG)], description="仅组织人事使用；不填为全部"
    )
    expires_on = DateField("截止日期", [Optional()], description="法治督察必填，当日仍有效")

    @property
    def is_empty(self) -> bool:
        """Nothing filled in: the row is left out."""
        return not any(
            (self.staff_number.data, self.name.data, self.roles.data, self.unit_name.data, self.cadre_authority.data)
        )

    def validate(self, extra_validators: dict[str, Any] | None = None) -> bool:
        """A row that was begun needs number, name and a role."""
        is_good = super().validate(extra_validators)
        if self.is_empty:
            return is_good
        for field, sentence in (
            (self.staff_number, "请填写工号"),
            (self.name, "请填写姓名"),
            (self.roles, "请至少选择一个角色"),
        ):
            if not field.data:
                field.errors = [sentence]
                is_good = False
        return is_good


class CrewForm(Form):
    """授权：一页最多六人"""

    rows = FieldList(FormField(CrewRow), min_entries=1, max_entries=MOST_ROWS)
    reason = TextAreaField("授权事由", [InputRequired("请填写授权事由"), Length(max=500, message=TOO_LONG)])
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="登录后 10 分钟内可以不填"
    )


class DecideForm(Form):
    """审批"""

    note = TextAreaField("不同意的理由", [Length(max=500, message=TOO_LONG)], description="不同意时必填")
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="登录后 10 分钟内可以不填"
    )


class EndForm(Form):
    """结束授权"""

    reason = TextAreaField("原因", [InputRequired("请填写原因"), Length(max=500, message=TOO_LONG)])
