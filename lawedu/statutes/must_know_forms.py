"""Forms for must-know lists (应知应会清单表单)."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lawedu import wording
from lawedu.core.must_know import ListKind
from lawedu.people.models import PersonCategory
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"


class ListForm(Form):
    """A list and whose it is."""

    kind = RadioField(
        "类别", choices=lambda: wording.choices(ListKind), validators=[InputRequired(message="请选择类别。")]
    )
    name = StringField("名称", [InputRequired(message="请填写名称。"), Length(max=80, message=TOO_LONG)])
    note = TextAreaField("说明", [Length(max=500, message=TOO_LONG)], description="依据文件、适用范围等，可不填")
    unit_id = SelectField("单位", coerce=str)
    category = SelectField("人员类别", choices=lambda: [("", "不限"), *wording.choices(PersonCategory)])
    leaders_only = BooleanField("仅领导干部")
    enforcement_only = BooleanField("仅行政执法人员")


class ItemsForm(Form):
    """Laws to add, a line each."""

    lines = TextAreaField(
        "添加法律、法规",
        [InputRequired(message="请至少写一部法律。"), Length(max=20_000, message=TOO_LONG)],
        description="每行一部；只要求其中几条的，把条号写在名称后面，例如：《行政处罚法》第一条至第五条、第三十三条",
    )
