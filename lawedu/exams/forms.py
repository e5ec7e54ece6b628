"""Forms of an exam's settings, windows and requests (考试表单)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp, ValidationError

from lawedu import clock
from lawedu.core.exam import ExamKind, ExamSettings, Window, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.scoring import MultipleRule
from lawedu.exams import settings, windows
from lawedu.exams.models import Exam
from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form
from lawedu.web.moments import points
from lawedu.wording import choices

YEARS = (2000, 2100)
FULL = Decimal("9999.99")
TOO_LONG = "内容过长，请缩短到 %(max)d 字以内。"


class WholeNumber(IntegerField):
    """A whole number; what is no number keeps standing in its field with a Chinese sentence."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            self.data = None
            if text:
                raise ValueError("请填写整数，例如 60。")
            return
        self.data = int(text)


class PointsField(DecimalField):
    """Points with at most two decimals."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        whole, _, rest = text.partition(".")
        if not (
            text.isascii() and whole.isdigit() and (not rest or rest.isdigit()) and len(whole) <= 6 and len(rest) <= 2
        ):
            raise ValueError("请填写分数，最多两位小数，例如 80 或 1.5。")
        self.data = Decimal(text.rstrip("."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else points(self.data)


class MomentField(DateTimeLocalField):
    """A moment on the Beijing clock; `data` is aware."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("请填写日期和时间，例如 2026-11-16 08:00。") from None
        if self.data is not None:
            self.data = self.data.replace(tzinfo=clock.BEIJING)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return "" if self.data is None else self.data.astimezone(clock.BEIJING).strftime("%Y-%m-%dT%H:%M")


def year_field() -> Any:
    """The year an exam counts for."""
    message = f"年度须在 {YEARS[0]} 至 {YEARS[1]} 之间。"
    return WholeNumber("年度", [InputRequired("请填写年度。"), NumberRange(*YEARS, message=message)])


def title_field() -> Any:
    """The name of an exam."""
    return StringField("考试名称", [DataRequired("请填写考试名称。"), Length(max=60, message=TOO_LONG)])


class NewExamForm(Form):
    """A new exam from the preset."""

    title = title_field()
    year = year_field()


class EditForm(Form):
    """A form that knows which edit of the draft it was opened on."""

    edit_no = HiddenField(validators=[Regexp(r"^\d{1,9}$", message="页面已过期，请刷新后重新填写。")])

    @property
    def opened_on(self) -> int:
        return int(self.edit_no.data)

    def reopen_on(self, exam: Exam) -> None:
        """Show the typed values again over the draft as it is now: saving once more is then meant."""
        self.edit_no.raw_data = None
        self.edit_no.data = str(exam.edit_no)


class SettingsForm(EditForm):
    """All settings of an exam."""

    title = title_field()
    year = year_field()
    kind = SelectField("考试类别", choices=lambda: choices(ExamKind))
    duration_minutes = WholeNumber("考试时长", [InputRequired("请填写考试时长。")])
    full_points = PointsField(
        "卷面总分", [InputRequired("请填写卷面总分。"), NumberRange(max=FULL, message="分数过大。")]
    )
    pass_mark = PointsField("合格线", [InputRequired("请填写合格线。")], description="含本数，达到即为合格")
    excellent_mark = PointsField("优秀线", [InputRequired("请填写优秀线。")], description="含本数")
    multiple_rule = RadioField(
        "多选题、不定项选择题评分", choices=lambda: choices(MultipleRule), description="印在考前须知和试卷上"
    )
    form_mode = RadioField("试卷", choices=lambda: choices(FormMode))
    form_count = WholeNumber("平行卷份数", description="只在选“几份平行卷”时使用，2 至 20 份")
    shuffle_items = BooleanField("同一题型内打乱题目顺序")
    shuffle_options = BooleanField("打乱选项顺序")
    score_at_submit = BooleanField("交卷后立即显示成绩", description="答案和解析在最后一个时段结束、成绩公布以后才显示")
    notice = TextAreaField(
        "考前须知补充内容", [Length(max=2000, message=TOO_LONG)], description="显示在开始考试之前，可以不填"
    )

    def validate_duration_minutes(self, field: Any) -> None:
        """Minutes within reason."""
        if field.data is not None and not settings.SHORTEST <= field.data <= settings.LONGEST:
            raise ValidationError(settings.DurationWrong.sentence)

    def validate_form_count(self, field: Any) -> None:
        """Needed for balanced forms only."""
        if self.form_mode.data == FormMode.BALANCED and not 2 <= (field.data or 0) <= settings.MOST_FORMS:
            raise ValidationError(settings.FormCountWrong.sentence)

    def validate_excellent_mark(self, field: Any) -> None:
        """0 < 合格线 ≤ 优秀线 ≤ 卷面总分."""
        marks = (self.pass_mark.data, field.data, self.full_points.data)
        if None not in marks and not 0 < marks[0] <= marks[1] <= marks[2]:
            raise ValidationError(settings.MarksWrong.sentence)

    @property
    def new(self) -> settings.NewSettings:
        """What the deed takes."""
        rules = ExamSettings(
            kind=ExamKind(self.kind.data),
            duration_minutes=self.duration_minutes.data,
            pass_mark=self.pass_mark.data,
            excellent_mark=self.excellent_mark.data,
            full_points=self.full_points.data,
            multiple_rule=MultipleRule(self.multiple_rule.data),
            form_mode=FormMode(self.form_mode.data),
            form_count=self.form_count.data or 1,
            score_at_submit=self.score_at_submit.data,
            shuffle_items=self.shuffle_items.data,
            shuffle_options=self.shuffle_options.data,
        )
        return settings.NewSettings(self.title.data, self.year.data, self.notice.data or "", rules)


class WindowRow(Form):
    """One window."""

    class Meta(Form.Meta):
        csrf = False  # the outer form carries the token

    kind = SelectField("类型", choices=lambda: choices(WindowKind))
    opens_at = MomentField("开始时间", [InputRequired("请填写开始时间。")])
    closes_at = MomentField("结束时间", [InputRequired("请填写结束时间。")])
    tries = WholeNumber("每人次数", [InputRequired("请填写每人次数。")])


class WindowsForm(EditForm):
    """All windows of an exam; `new` is what the deed takes."""

    rows = FieldList(FormField(WindowRow), min_entries=1, max_entries=windows.MOST_WINDOWS)

    @property
    def new(self) -> list[Window]:
        """What the deed takes."""
        entries = [entry.form for entry in self.rows]
        return [Window(WindowKind(e.kind.data), e.opens_at.data, e.closes_at.data, e.tries.data) for e in entries]

    def fits(self, exam: Exam) -> bool:
        """Whether the windows fit together; otherwise each fault stands at its field."""
        faults = windows.find_faults(self.new, timedelta(minutes=exam.duration_minutes))
        for fault in faults:
            field = getattr(self.rows[fault.row].form, fault.field)
            field.errors = [*field.errors, fault.text]
        return not faults

    def changed(self, deed: str) -> WindowsForm:
        """The same page with one window more, or without one; everything typed stays."""
        kept = [_typed(entry.form) for entry in self.rows]
        if deed == "add" and len(kept) < windows.MOST_WINDOWS:
            kept.append({"kind": WindowKind.RESIT.value, "tries": 1})
        elif deed.startswith("remove-") and deed[7:].isdigit() and len(kept) > 1 and len(deed) < 12:
            kept = [row for number, row in enumerate(kept) if number != int(deed[7:])]
        return WindowsForm(formdata=None, data={"edit_no": self.edit_no.data, "rows": kept})


def _typed(row: WindowRow) -> dict[str, Any]:
    """What stands in a row; a moment that cannot be read comes back empty."""
    moments = {name: getattr(row, name).data for name in ("opens_at", "closes_at")}
    good = {name: value if isinstance(value, datetime) else None for name, value in moments.items()}
    return {"kind": row.kind.data, "tries": row.tries.data, **good}


class RequestForm(Form):
    """Ask a second person."""

    reason = TextAreaField("申请说明", [DataRequired("请填写申请说明。"), Length(max=500, message=TOO_LONG)])
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="十分钟内输入过密码的可以不填"
    )


class DecideForm(Form):
    """The second person's decision."""

    note = TextAreaField("审批意见", [Length(max=500, message=TOO_LONG)], description="不同意时必填，写明要改什么")
    password = PasswordField(
        "当前密码", [Length(max=LONGEST, message=TOO_LONG)], description="十分钟内输入过密码的可以不填"
    )
