"""Forms of the question bench (题库工作台表单)."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from lawedu import wording
from lawedu.core.questions import QuestionKind
from lawedu.people.passwords import LONGEST
from lawedu.questions.bench_queries import Wanted
from lawedu.questions.editor_forms import DIFFICULTIES, TOO_LONG, USE_NAMES
from lawedu.questions.models import QuestionState
from lawedu.web.forms import Form

ANY = {"": "全部"}


class FilterForm(Form):
    """Filters of the list (a GET form without token)."""

    class Meta(Form.Meta):
        csrf = False

    text = StringField("题干或者编号", [Length(max=60, message=TOO_LONG)])
    state = SelectField("状态", default="", choices=lambda: ANY | dict(wording.choices(QuestionState)))
    kind = SelectField("题型", default="", choices=lambda: ANY | dict(wording.choices(QuestionKind)))
    domain = SelectField("法律领域", default="", choices=ANY, validate_choice=False)
    difficulty = SelectField("难度", default="", choices=DIFFICULTIES | ANY)
    use = SelectField("用途", default="", choices=ANY | USE_NAMES)
    instrument = StringField("依据的法律", [Length(max=60, message=TOO_LONG)])
    mine = BooleanField("只看我编写的")

    def offer(self, domains: Sequence[str]) -> FilterForm:
        """Offer the domains of the bank."""
        self.domain.choices = ANY | {name: name for name in domains}
        return self

    @property
    def wanted(self) -> Wanted:
        """What the query takes; a value that is none on offer narrows nothing."""
        state, kind, level = self.state.data or "", self.kind.data or "", self.difficulty.data or ""
        return Wanted(
            state=QuestionState(state) if state in list(QuestionState) else None,
            kind=QuestionKind(kind) if kind in list(QuestionKind) else None,
            domain=self.domain.data or "",
            difficulty=int(level) if level and level in DIFFICULTIES else None,
            use=self.use.data if self.use.data in USE_NAMES else "",
            instrument=(self.instrument.data or "")[:60],
            text=(self.text.data or "")[:60],
            only_mine=bool(self.mine.data),
        )


class ExportForm(Form):
    """What kind of file."""

    kind = RadioField(
        "文件",
        choices={
            "workbook": "Excel 表格（含答案和解析）",
            "paper": "Word 试卷，不含答案",
            "paper_key": "Word 试卷，附参考答案与解析",
        },
        default="workbook",
        validators=[DataRequired("请选择文件。")],
    )
    title = StringField("试卷标题", [Length(max=60, message=TOO_LONG)], default="法律知识测试题")
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="十分钟内输入过密码的可以不填"
    )


class ReasonForm(Form):
    """Why (理由)."""

    reason = TextAreaField("理由", [DataRequired("请写明理由。"), Length(max=500, message=TOO_LONG)])


class CommentForm(Form):
    """A comment."""

    text = TextAreaField("意见", [DataRequired("请填写意见。"), Length(max=500, message=TOO_LONG)])


class DecideForm(Form):
    """The reviewer's decision; the buttons say which."""

    decision = RadioField(
        "审核结论",
        choices={"approve": "通过，入库使用", "return": "退回修改"},
        validators=[DataRequired("请选择通过或者退回。")],
    )
    opinion = TextAreaField("意见", [Length(max=500, message=TOO_LONG)], description="退回时必填，写明要改什么")


class SettleForm(Form):
    """What a reviewer says about a question whose law moved."""

    opinion = TextAreaField("意见", [Length(max=500, message=TOO_LONG)], description="选择“修改”“停用”时必填")
