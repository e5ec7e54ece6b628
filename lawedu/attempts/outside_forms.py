"""Forms of outside scores (校外成绩表单)."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lawedu import wording
from lawedu.core.exam import WindowKind
from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"
AGAIN = "十分钟内输入过密码的可以不填"
LEAVE_OUT = "leave_out"


class UploadForm(Form):
    """Where the scores come from, and the sheet."""

    exam = SelectField("计入考试", choices=[])
    window = RadioField(
        "计入",
        choices=lambda: [SelectChoice(value, word) for value, word in wording.choices(WindowKind)],
        default="main",
    )
    source = StringField(
        "成绩来源",
        [InputRequired("请填写成绩来源，例如“市2026年度普法考试”。"), Length(max=100, message=TOO_LONG)],
        description="组织单位和考试名称，例如“市2026年度普法考试”",
    )
    file = FileField(
        "成绩表", [FileRequired("请选择文件。")], description="Excel（.xlsx、.xls）或者 CSV，不超过 10 MB、2 万行"
    )


class ChooseForm(Form):
    """Whose score a row is: somebody's number, or to leave it out."""

    person = RadioField("这一行成绩属于", choices=[], validate_choice=False)


class FindForm(Form):
    """Look for somebody else (a GET form without token)."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("工号或者姓名", [Length(max=64, message=TOO_LONG)])


class AskForm(Form):
    """Ask another person to approve."""

    reason = TextAreaField(
        "申请说明", [InputRequired("请填写申请说明，审批人会看到。"), Length(max=500, message=TOO_LONG)]
    )


class DecideForm(Form):
    """The other person's decision."""

    note = TextAreaField("审批意见", [Length(max=500, message=TOO_LONG)], description="不同意时必填，写明要改什么")
    password = PasswordField("当前密码", [Length(max=LONGEST, message=TOO_LONG)], description=AGAIN)
