"""Forms of completion (完成情况筛选与导出)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from lawedu import wording
from lawedu.completion.scope_queries import Reading
from lawedu.completion.wording import SITTINGS
from lawedu.core.completion import CandidateStanding, PassRateBase
from lawedu.core.standings import UnitStanding
from lawedu.exams.models import Exam
from lawedu.people.models import PersonCategory, Unit
from lawedu.people.passwords import LONGEST
from lawedu.web.forms import Form, storable

S = CandidateStanding
# Value, word and what it holds; the last two only when scores are shown.
STANDINGS: Mapping[str, tuple[str, frozenset[CandidateStanding]]] = {
    "sat": ("已考", frozenset({S.PASSED, S.FAILED})),
    "not_sat": ("未考、缺考", frozenset({S.NOT_SAT, S.IN_PROGRESS, S.ABSENT})),
    "deferred": ("缓考", frozenset({S.DEFERRED})),
    "exempt": ("免考", frozenset({S.EXEMPT})),
    "passed": ("合格", frozenset({S.PASSED})),
    "failed": ("不合格", frozenset({S.FAILED})),
}
HIDDEN_BEFORE_RELEASE = ("passed", "failed")
ORDERS = (("unit", "机构序"), ("name", "姓名"), ("number", "工号"))
EXPORTS = (
    ("upwards", "上报表：单位、应考、实考、参考率、合格人数、合格率、平均分、优秀率"),
    ("units", "各单位完整表：与页面上的表相同"),
    ("people", "人员名单：到人，含状态和成绩"),
)


def options(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """(value, word) pairs as a select takes them."""
    return [SelectChoice(value, word) for value, word in pairs]


class SearchForm(Form):
    """Somebody by name or number (a GET form without token)."""

    class Meta(Form.Meta):
        csrf = False

    q = StringField("姓名或者工号", [Length(max=64, message="内容过长，请缩短后重新填写。")])

    @property
    def text(self) -> str:
        """What is looked for; nothing when it cannot be. The other fields of a filter are read leniently, not
        validated.
        """
        is_good = self.q.validate(self, [storable])
        return (self.q.data or "") if is_good else ""


class FilterForm(SearchForm):
    """What to show."""

    exam = SelectField("考试", choices=[], validate_choice=False)
    unit = SelectField("单位（含下级）", choices=options(("", "全部单位")), validate_choice=False)
    category = SelectField("人员类别", choices=lambda: options(("", "全部"), *wording.choices(PersonCategory)))
    leader = SelectField("领导干部", choices=options(("", "全部"), ("yes", "领导干部"), ("no", "其他人员")))
    standing = SelectField("状态", choices=[])
    base = SelectField("合格率分母", choices=lambda: options(*wording.choices(PassRateBase)))
    sitting = SelectField("口径", choices=options(*SITTINGS.items()))
    sort = SelectField("排序", choices=options(*ORDERS))
    desc = SelectField("次序", choices=options(("", "升序"), ("1", "降序")))

    def offer(self, exams: Sequence[Exam], units: Sequence[Unit], reading: Reading, chosen: Unit | None) -> None:
        """Fill the lists. Names are indented by their place in the tree."""
        self.exam.choices = exam_options(exams)
        self.exam.data = str(reading.exam.id)
        offered = list(units) if chosen is None or chosen in units else [chosen, *units]
        top = min((unit.path.count("/") for unit in offered), default=0)
        shown = [(str(unit.id), "　" * (unit.path.count("/") - top) + unit.name) for unit in offered]
        self.unit.choices = options(("", "全部单位"), *shown)
        self.standing.choices = options(("", "全部"), *self._standings(reading))

    def _standings(self, reading: Reading) -> list[tuple[str, str]]:
        return [
            (value, word)
            for value, (word, _) in STANDINGS.items()
            if reading.scores_shown or value not in HIDDEN_BEFORE_RELEASE
        ]

    def read(self, field: Any, default: str = "") -> str:
        """The value of a select when it is one of its choices, else the default: an odd address shows a page, not an
        error.
        """
        values = {choice.value for choice in field.iter_choices()}
        return field.data if field.data in values else default


def exam_options(exams: Sequence[Exam]) -> list[SelectChoice]:
    """Exams to choose from, with their year."""
    return options(*((str(exam.id), exam_name(exam)) for exam in exams))


def exam_name(exam: Exam) -> str:
    """The title, with the year where it does not name it."""
    return exam.title if str(exam.year) in exam.title else f"{exam.year}年　{exam.title}"


class ExportForm(Form):
    """What to export; a list of people asks for the password again."""

    kind = RadioField("导出内容", choices=options(*EXPORTS), default="upwards")
    password = PasswordField("当前密码", [Length(max=LONGEST)], description="导出人员名单须确认是本人办理")


class UnitFilterForm(SearchForm):
    """What a liaison looks at."""

    exam = SelectField("考试", choices=[], validate_choice=False)
    show = SelectField("显示", choices=lambda: options(("", "全部"), *wording.choices(UnitStanding)))
