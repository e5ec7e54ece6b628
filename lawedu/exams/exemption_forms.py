"""Forms for 免考/缓考 (免考缓考表单)."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from lawedu import wording
from lawedu.exams.exemption_queries import ApplicationState
from lawedu.exams.models import Decision, ExemptionGround, ExemptionKind
from lawedu.exams.roster_forms import optional_text, required_text
from lawedu.web.forms import Form


class ApplyForm(Form):
    """Apply for someone of the own unit."""

    exam_id = SelectField("考试", coerce=str, validators=[InputRequired(message="请选择考试。")])
    who = StringField("工号或者姓名", required_text("请填写工号或者姓名。", 64), description="限本单位应考名单中的人员")
    kind = RadioField(
        "申请事项",
        choices=lambda: wording.choices(ExemptionKind),
        validators=[InputRequired(message="请选择申请事项。")],
    )
    ground = SelectField(
        "事由",
        choices=lambda: [("", "请选择"), *wording.choices(ExemptionGround)],
        validators=[InputRequired(message="请选择事由。")],
    )
    explanation = TextAreaField("情况说明", optional_text(), description="起止时间、依据文件等；事由为“其他”时必填")
    document = FileField(
        "盖章申请表扫描件",
        description="PDF、JPG 或者 PNG，不超过 10 MB；免考、缓考必须上传。不得上传涉密文件。",
    )


class DecideForm(Form):
    """Approve or refuse."""

    decision = RadioField(
        "审批意见",
        choices=lambda: wording.choices(Decision),
        validators=[InputRequired(message="请选择同意或者不同意。")],
    )
    note = TextAreaField("说明", optional_text(), description="不同意的须写明理由，联络员会看到")


class FilterForm(Form):
    """Filters of the lists (a GET form without token)."""

    class Meta(Form.Meta):
        csrf = False

    kind = SelectField("事项", default="", choices=lambda: [("", "全部"), *wording.choices(ExemptionKind)])
    state = SelectField("状态", default="", choices=lambda: [("", "全部"), *wording.choices(ApplicationState)])
