"""Forms of the import (导入表单): the file, and one question as a person says it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lawedu.core.citation import place_label
from lawedu.core.intake_answers import Habits, Unclear, letters_of
from lawedu.core.intake_options import without_label
from lawedu.core.intake_words import judgement_of, with_blanks
from lawedu.core.question_fields import WRITTEN, as_article
from lawedu.core.questions import CHOICE, KIND_NAMES, LETTERS, QuestionKind
from lawedu.web.forms import Form

TOO_LONG = "内容过长，请缩短后重新填写。"
USES = {
    "both": ("练习和考试", ("practice", "exam")),
    "exam": ("只用于考试", ("exam",)),
    "practice": ("只用于练习", ("practice",)),
}


class UploadForm(Form):
    """上传试题文件"""

    file = FileField(
        "试题文件",
        [FileRequired("请选择文件")],
        description="Word（.docx）、Excel（.xlsx、.xls）、文本、CSV 或 JSON，不超过 10 MB、5000 道题",
    )
    domain = SelectField("法律领域", description="文件中没有写明领域的题归入这里，导入后可以逐题修改")
    use = SelectField(
        "用途",
        choices=[SelectChoice(key, word) for key, (word, _) in USES.items()],
        description="只用于考试的题不会出现在练习里",
    )

    def offer(self, domains: tuple[str, ...]) -> UploadForm:
        """The domains to choose from."""
        self.domain.choices = [SelectChoice("", "暂不填写"), *(SelectChoice(name, name) for name in domains)]
        return self

    @property
    def uses(self) -> tuple[str, ...]:
        """What the questions are for, as the bank says it."""
        return USES[self.use.data][1]


class SettleForm(Form):
    """核定一道题"""

    kind = SelectField(
        "题型",
        [InputRequired("请选择题型")],
        choices=[SelectChoice("", "请选择"), *(SelectChoice(kind.value, name) for kind, name in KIND_NAMES.items())],
    )
    stem = TextAreaField("题干", [DataRequired("请填写题干"), Length(max=5000, message=TOO_LONG)])
    options = TextAreaField(
        "选项", [Length(max=10_000, message=TOO_LONG)], description="每行一个，从 A 起；判断题、填空题和主观题不填"
    )
    answer = TextAreaField(
        "答案",
        [Length(max=10_000, message=TOO_LONG)],
        description="选择题写字母，判断题写“正确”或“错误”，填空题每行写一个可接受的答案，主观题写参考答案",
    )
    explanation = TextAreaField("解析", [Length(max=10_000, message=TOO_LONG)])
    basis = SelectMultipleField(
        "法律依据", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=False,
        description="从原文识别，按现行文本提出；不对的请取消勾选，导入后可以补充",
    )  # fmt: skip

    def offer(self, entry: Mapping[str, Any]) -> SettleForm:
        """The bases found in the file, to keep or to leave."""
        self.basis.choices = [
            SelectChoice(str(place), basis_words(line)) for place, line in enumerate(entry.get("basis", ()))
        ]
        return self

    @property
    def lines(self) -> list[str]:
        """Options without blank lines, and without a letter that stands before every one of them."""
        found = [line.strip() for line in (self.options.data or "").splitlines() if line.strip()]
        bare = [without_label(letter, line) for letter, line in zip(LETTERS, found, strict=False)]
        is_lettered = len(found) <= len(LETTERS) and all(a != b for a, b in zip(bare, found, strict=False))
        return bare if is_lettered else found

    def validate_options(self, field: Any) -> None:
        """As many as the kind has."""
        if self.kind.data not in CHOICE:
            if self.lines and self.kind.data:
                raise ValidationError(f"{KIND_NAMES[QuestionKind(self.kind.data)]}没有选项，请删去选项或者改选题型。")
        elif not 2 <= len(self.lines) <= len(LETTERS):
            raise ValidationError("请写 2 至 8 个选项，每行一个。")

    def validate_answer(self, field: Any) -> None:
        """In the form of the kind."""
        kind, text = self.kind.data, field.data or ""
        if kind in CHOICE:
            try:
                letters = letters_of(text, self._options, Habits())
            except Unclear as unclear:
                raise ValidationError(unclear.sentence) from unclear
            if kind == QuestionKind.SINGLE_CHOICE and len(letters) != 1:
                raise ValidationError("单选题只有一个答案。")
            if kind == QuestionKind.MULTIPLE_CHOICE and len(letters) < 2:
                raise ValidationError("多选题至少有两个答案；只有一个时请改为单选题或不定项选择题。")
        elif kind == QuestionKind.TRUE_FALSE and judgement_of(text) is None:
            raise ValidationError("请写“正确”或者“错误”。")
        elif kind and kind != QuestionKind.CASE_ANALYSIS and not text.strip():
            raise ValidationError("请填写答案。")

    @property
    def _options(self) -> dict[str, str]:
        return dict(zip(LETTERS, self.lines, strict=False)) if self.kind.data in CHOICE else {}

    def entry(self, held: Mapping[str, Any]) -> dict[str, Any]:
        """The entry as typed; what the form does not show stays as `held` has it."""
        kind, text = QuestionKind(self.kind.data), self.answer.data or ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        answer: Any = None
        if kind in CHOICE:
            letters = letters_of(text, self._options, Habits())
            answer = letters[0] if kind is QuestionKind.SINGLE_CHOICE else list(letters)
        elif kind is QuestionKind.TRUE_FALSE:
            answer = judgement_of(text)
        elif kind is QuestionKind.FILL_BLANK:
            answer = lines
        kept = set(self.basis.data or ())
        return {
            **held,
            "kind": kind.value,
            "stem": with_blanks(self.stem.data or ""),
            "options": self._options,
            "answer": answer,
            "rubric": _rubric(lines) if kind in WRITTEN else [],
            "explanation": (self.explanation.data or "").strip(),
            "basis": [line for place, line in enumerate(held.get("basis", ())) if str(place) in kept],
        }


def _rubric(lines: list[str]) -> list[dict[str, str]]:
    """Each line that ends with （3分） is a point of its own; otherwise all of them are one."""
    found = [re.fullmatch(r"(.+?)\s*[（(]\s*(\d{1,2}(?:\.\d)?)\s*分\s*[)）]\s*[。；;]?", line) for line in lines]
    if lines and all(found):
        return [{"points": match[2], "text": match[1]} for match in found if match]
    return [{"points": "10", "text": "\n".join(lines)}]


def settle_form(entry: Mapping[str, Any]) -> SettleForm:
    """The form as it shows a question."""
    data = {
        "kind": entry["kind"],
        "stem": entry["stem"],
        "options": "\n".join(f"{key}．{text}" for key, text in entry["options"].items()),
        "answer": answer_words(entry),
        "explanation": entry["explanation"],
        "basis": [str(place) for place in range(len(entry["basis"]))],
    }
    return SettleForm(formdata=None, data=data).offer(entry)


def answer_words(entry: Mapping[str, Any]) -> str:
    """The answer as a person would type it."""
    answer = entry.get("answer")
    if isinstance(answer, bool):
        return "正确" if answer else "错误"
    if isinstance(answer, list):
        return "\n".join(answer) if entry["kind"] == QuestionKind.FILL_BLANK else "".join(answer)
    if entry.get("rubric"):
        lines = entry["rubric"]
        return (
            lines[0]["text"] if len(lines) == 1 else "\n".join(f"{one['text']}（{one['points']}分）" for one in lines)
        )
    return answer or ""


def basis_words(line: Mapping[str, Any]) -> str:
    """《…》第三十三条第一款"""
    article = as_article(line["article"])
    return f"《{line['instrument']}》{place_label(article, line.get('paragraph')) if article is not None else ''}"
