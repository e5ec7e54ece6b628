"""The form of the editor (题目编辑表单): every field keeps its text as typed, so that nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lawedu import wording
from lawedu.core.question_fields import AUDIENCES, USES, as_article, as_date
from lawedu.core.questions import LETTERS, QuestionKind
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短到 %(max)d 字以内。"
AUDIENCE_NAMES = {"all": "全体", "leaders": "领导干部", "enforcement": "行政执法人员", "village": "村社区"}
USE_NAMES = {"practice": "日常练习", "exam": "正式考试"}
DIFFICULTIES = {"": "请选择", "1": "1 易", "2": "2 较易", "3": "3 中", "4": "4 较难", "5": "5 难"}
JUDGEMENTS = {"true": "正确", "false": "错误"}
MOST_OPTIONS, MOST_PARTS, MOST_BASIS, MOST_LINES = len(LETTERS), 4, 6, 20
PART_KINDS = [kind for kind in QuestionKind if kind is not QuestionKind.CASE_ANALYSIS]


def _text(label: str, most: int, **more: Any) -> Any:
    return StringField(label, [Length(max=most, message=TOO_LONG)], **more)


def _long_text(label: str, most: int, **more: Any) -> Any:
    return TextAreaField(label, [Length(max=most, message=TOO_LONG)], **more)


class _Row(Form):
    class Meta(Form.Meta):
        csrf = False  # the outer form carries the token


class OptionRow(_Row):
    """One option and what is wrong with it."""

    text = _text("选项", 500)
    why_not = _text("错在哪里", 500)


class RubricRow(_Row):
    """One point of a model answer."""

    points = _text("分值", 6)
    text = _text("要点", 500)

    def validate_points(self, field: Any) -> None:
        """A number above nought with at most one decimal."""
        if (field.data or self.text.data) and read_points(field.data or "") is None:
            raise ValidationError("分值须大于 0，不超过 100，最多一位小数。")


class BasisRow(_Row):
    """One legal basis: picked from the library by typing, or written out when the library has no text."""

    cite = _text("法条", 120, description="例如：行政处罚法 33，或者 行政处罚法第三十三条第一款")
    instrument = _text("法律全称", 120)
    version = _text("文本日期", 10)
    article = _text("条", 12)
    paragraph = _text("款", 3)

    @property
    def is_blank(self) -> bool:
        return not any((field.data or "") for field in self)

    @property
    def is_written(self) -> bool:
        return bool(self.instrument.data or self.version.data or self.article.data)

    def validate_version(self, field: Any) -> None:
        """The date by which a text is named."""
        if self.is_written and as_date(field.data) is None:
            raise ValidationError("请填写文本所含最近一次修改的日期，例如 2021-01-22。")

    def validate_instrument(self, field: Any) -> None:
        """A law has a name."""
        if self.is_written and not field.data:
            raise ValidationError("请填写法律全称。")

    def validate_article(self, field: Any) -> None:
        """33, 133-1, preamble."""
        if self.is_written and as_article(field.data) is None:
            raise ValidationError("请填写条号，例如 33；之一写 133-1，序言写 preamble。")

    def validate_paragraph(self, field: Any) -> None:
        """A number, or nothing."""
        text = field.data or ""
        if text and not (text.isascii() and text.isdigit() and int(text) >= 1):
            raise ValidationError("款号须是数字，可以不填。")


class _Asked(_Row):
    """What is asked and what is right: a question by itself, or one part of a case."""

    stem = _long_text("题干", 2000)
    options = FieldList(FormField(OptionRow), min_entries=0, max_entries=MOST_OPTIONS)
    right = SelectMultipleField("正确选项", choices={letter: letter for letter in LETTERS}, validate_choice=False)
    judgement = RadioField("答案", choices=JUDGEMENTS, validate_choice=False)
    judgement_why = _text("判断错了的人错在哪里", 500)
    blanks = _long_text("可接受的答案", 1000, description="每行一个；比对时忽略全半角和空格差别")
    rubric = FieldList(FormField(RubricRow), min_entries=0, max_entries=MOST_LINES)
    explanation = _long_text("解析", 1000)


class PartForm(_Asked):
    """One part of a case."""

    kind = SelectField(
        "题型",
        choices=lambda: {k.value: wording.label(k) for k in PART_KINDS},
        default=QuestionKind.SINGLE_CHOICE.value,
    )


def _boxes(label: str, names: Mapping[str, str]) -> Any:
    return SelectMultipleField(
        label, choices=dict(names), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )


class QuestionForm(_Asked):
    """A whole question; saved complete or not."""

    class Meta(Form.Meta):
        csrf = True

    edit_no = HiddenField(default="0")
    kind = SelectField("题型", choices=lambda: {kind.value: wording.label(kind) for kind in QuestionKind})
    domain = SelectField("法律领域", choices={"": "请选择"}, validate_choice=False)
    difficulty = SelectField("预估难度", choices=DIFFICULTIES)
    audience = _boxes("适用对象", AUDIENCE_NAMES)
    use = _boxes("用途", USE_NAMES)
    basis = FieldList(FormField(BasisRow), min_entries=1, max_entries=MOST_BASIS)
    parts = FieldList(FormField(PartForm), min_entries=0, max_entries=MOST_PARTS)
    reason = _text("修改说明", 200, description="为什么修改，审题人会看到")

    def offer(self, domains: Sequence[str]) -> QuestionForm:
        """Offer the domains of the bank, and what is chosen already."""
        names = [*domains, *([self.domain.data] if self.domain.data and self.domain.data not in domains else [])]
        self.domain.choices = {"": "请选择"} | {name: name for name in names}
        return self

    @property
    def opened_on(self) -> int:
        text = self.edit_no.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def reopen_on(self, edit_no: int) -> None:
        """Show the typed values over what was saved meanwhile: saving once more is then meant."""
        self.edit_no.raw_data, self.edit_no.data = None, str(edit_no)


def read_points(text: str) -> int | float | None:
    """Points as a bank file writes them; None when it is no such number."""
    whole, dot, rest = text.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (
        dot and not (rest.isascii() and rest.isdigit() and len(rest) == 1)
    ):
        return None
    value = float(text)
    if not 0 < value <= 100:
        return None
    return int(value) if value.is_integer() else value


def known(names: Sequence[str], chosen: Sequence[str] | None) -> list[str]:
    """Chosen names in the order of the format."""
    return [name for name in names if name in (chosen or ())]


AUDIENCE_ORDER, USE_ORDER = AUDIENCES, USES
