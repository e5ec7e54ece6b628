"""The form of the plan (组卷方案表单): rows of text, so that whatever was typed stays where it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import FieldList, FormField, SelectField, StringField
from wtforms.validators import ValidationError

from lawedu.core.blueprint import Cell
from lawedu.core.questions import QuestionKind
from lawedu.exams import plan
from lawedu.exams.forms import EditForm
from lawedu.exams.models import Exam
from lawedu.web.forms import Form
from lawedu.web.moments import points
from lawedu.wording import label

DIFFICULTIES = {"": "不限", "1": "1 易", "2": "2 较易", "3": "3 中", "4": "4 较难", "5": "5 难"}
LARGEST_FIELD = 12


class CellRow(Form):
    """One line of the plan."""

    class Meta(Form.Meta):
        csrf = False  # the outer form carries the token

    domain = SelectField("法律领域", choices={"": "不限"}, validate_choice=False)
    kind = SelectField("题型", choices=lambda: {kind.value: label(kind) for kind in plan.KINDS})
    difficulty = SelectField("难度", choices=DIFFICULTIES)
    count = StringField("数量")
    points = StringField("每题分值")

    def validate_domain(self, field: Any) -> None:
        """Only domains on offer: a line with another one could never be filled."""
        if field.data not in field.choices:
            raise ValidationError("这个法律领域不在题库中，请重新选择。")

    def validate_count(self, field: Any) -> None:
        """A whole number from 1."""
        if not _is_count(field.data or ""):
            raise ValidationError("数量须是不小于 1 的整数。")

    def validate_points(self, field: Any) -> None:
        """More than nought, at most a hundred, at most two decimals."""
        if _points(field.data or "") is None:
            raise ValidationError("每题分值须大于 0，不超过 100，最多两位小数。")

    def read(self, position: int) -> Cell | None:
        """The line as the core reads it, or None while it cannot be read; says nothing about faults."""
        values = (self.kind.data, self.domain.data, self.difficulty.data, self.count.data, self.points.data)
        return read_line(position, *(value or "" for value in values))


def read_line(position: int, kind: str, domain: str, difficulty: str, count: str, each: str) -> Cell | None:
    """A line from its texts; None when one of them is no kind, difficulty, number or points."""
    value = _points(each)
    if kind not in plan.KINDS or difficulty not in DIFFICULTIES or not _is_count(count) or value is None:
        return None
    return Cell(
        position, QuestionKind(kind), domain or None, int(difficulty) if difficulty else None, int(count), value
    )


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) >= 1


def _points(text: str) -> Decimal | None:
    whole, _, rest = text.partition(".")
    if len(text) > LARGEST_FIELD or not (
        text.isascii() and whole.isdigit() and (not rest or rest.isdigit()) and len(rest) <= 2
    ):
        return None
    value = Decimal(text.rstrip("."))
    return value if 0 < value <= plan.MOST_POINTS else None


class PlanForm(EditForm):
    """The whole plan."""

    rows = FieldList(FormField(CellRow), min_entries=1, max_entries=plan.MOST_CELLS)

    def offer(self, domains: Sequence[str]) -> PlanForm:
        """Offer the domains of the bank, and what a line already names."""
        for entry in self.rows:
            field = entry.form.domain
            field.choices = {"": "不限"} | {name: name for name in domains}
        return self

    @property
    def lines(self) -> list[Cell | None]:
        """Every line that can be read, in its row, while others are still being typed."""
        return [entry.form.read(position) for position, entry in enumerate(self.rows, 1)]

    def changed(self, deed: str) -> PlanForm:
        """The same page with one line more, or without one; everything typed stays."""
        kept = [{name: field.data for name, field in entry.form._fields.items()} for entry in self.rows]
        if deed == "add" and len(kept) < plan.MOST_CELLS:
            last = kept[-1] if kept else {"kind": QuestionKind.SINGLE_CHOICE.value, "points": "1"}
            kept.append({"kind": last["kind"], "domain": "", "difficulty": "", "count": "", "points": last["points"]})
        elif deed.startswith("remove-") and deed[7:].isdigit() and len(kept) > 1 and len(deed) < 12:
            kept = [line for number, line in enumerate(kept) if number != int(deed[7:])]
        return PlanForm(formdata=None, data={"edit_no": self.edit_no.data, "rows": kept})


def filled(exam: Exam) -> PlanForm:
    """The form with the plan as it is."""
    rows = [
        {
            "kind": cell.kind.value,
            "domain": cell.domain or "",
            "difficulty": str(cell.difficulty or ""),
            "count": str(cell.count),
            "points": points(cell.points),
        }
        for cell in exam.cells
    ]
    return PlanForm(formdata=None, data={"edit_no": str(exam.edit_no), "rows": rows})
