"""Forms for the audience and the rosters (应考范围、名单表单)."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lawedu import wording
from lawedu.exams.models import AudienceEffect
from lawedu.people.models import PersonCategory
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"


def optional_text(longest: int = 500) -> list[Any]:
    """Text that may stay empty."""
    return [Length(max=longest, message=TOO_LONG)]


def required_text(sentence: str, longest: int = 500) -> list[Any]:
    """Text that must be there."""
    return [InputRequired(message=sentence), Length(max=longest, message=TOO_LONG)]


class RuleForm(Form):
    """One rule for a group; conditions hold together."""

    effect = RadioField("规则", default=AudienceEffect.INCLUDE.value, choices=lambda: wording.choices(AudienceEffect))
    unit_id = SelectField("单位", coerce=str, default="", description="包含所选单位的全部下级单位")
    category = SelectField("人员类别", default="", choices=lambda: [("", "不限"), *wording.choices(PersonCategory)])
    leaders_only = BooleanField("只限领导干部")


class SearchForm(Form):
    """Someone by number or name (a GET form without token)."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("工号或者姓名", optional_text(64))


class PersonReasonForm(Form):
    """Add or take off one person, with the reason."""

    reason = TextAreaField("原因", optional_text())


class OpenForm(Form):
    """The day by which units confirm."""

    by_date = DateField(
        "核对截止日期", [InputRequired(message="请填写核对截止日期，例如 2026-11-20。")], description="当天 24:00 截止"
    )


class ConfirmForm(Form):
    """The list as looked at, and a remark."""

    unit_id = HiddenField()
    list_hash = HiddenField()
    note = StringField("备注", optional_text(200), description="可不填")


class NoteForm(Form):
    """What is wrong on the list."""

    unit_id = HiddenField()
    candidate_id = HiddenField(validators=[Optional()])
    who = StringField("人员", optional_text(64), description="写明姓名，有工号的一并填写")
    reason = TextAreaField("原因", required_text("请写明原因。"), description="例如：11月3日调入本单位；已于10月退休")

    def validate(self, extra_validators: dict[str, Any] | None = None) -> bool:
        """Of someone to be added the name is needed."""
        is_good = super().validate(extra_validators)
        if not self.candidate_id.data and not self.who.data:
            self.who.errors = ["请写明应增加人员的姓名。"]
            return False
        return is_good


class SettleForm(Form):
    """Take a note up or not."""

    person_id = RadioField("加入名单的人员", choices=[], coerce=str, validate_choice=False, validators=[Optional()])
    answer = TextAreaField("答复", optional_text(), description="不采纳的须写明原因，联络员会看到")
