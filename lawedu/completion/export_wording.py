"""Workbooks of completion in words (导出表格): titles, columns and cells, the same figures as on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lawedu import wording
from lawedu.completion.report_queries import PersonLine, UnitReport
from lawedu.completion.scope_queries import Reading
from lawedu.completion.wording import EXCELLENT_BASE, SIGNS, SITTINGS, UNRELEASED
from lawedu.core.completion import CandidateStanding, Figures, PassRateBase
from lawedu.core.unit_figures import UnitLine
from lawedu.workbooks import Column, Kind, Sheet, Value


@dataclass(frozen=True)
class View:
    """What the table of units shows: 首考 or 补考后, and the denominator of its rates."""

    sitting: str = "after"
    base: PassRateBase = PassRateBase.SAT

    def of(self, line: UnitLine) -> Figures:
        return self.pick(line.figures)

    def pick(self, figures: object) -> Figures:
        found: Figures = getattr(figures, self.sitting)
        return found


Field = tuple[Column, Callable[[Figures, PassRateBase], Value], bool]
# Heading, figure, and whether it goes into the table that offices send upwards (上报表).
FIELDS: tuple[Field, ...] = (
    (Column("名单", Kind.NUMBER, 8), lambda f, _: f.listed, False),
    (Column("免考", Kind.NUMBER, 8), lambda f, _: f.exempt, False),
    (Column("应考", Kind.NUMBER, 8), lambda f, _: f.required, True),
    (Column("实考", Kind.NUMBER, 8), lambda f, _: f.sat, True),
    (Column("缺考", Kind.NUMBER, 8), lambda f, _: f.absent + f.not_yet, False),
    (Column("缓考", Kind.NUMBER, 8), lambda f, _: f.deferred, False),
    (Column("参考率", Kind.PERCENT, 10), lambda f, _: f.participation_rate, True),
)
SCORE_FIELDS: tuple[Field, ...] = (
    (Column("合格人数", Kind.NUMBER, 10), lambda f, _: f.passed, True),
    (Column("合格率", Kind.PERCENT, 13), lambda f, base: f.pass_rate(base), True),
    (Column("平均分", Kind.POINTS, 10), lambda f, _: f.average, True),
    (Column("优秀率", Kind.PERCENT, 13), lambda f, base: f.excellent_rate(base), True),
)


def units_sheet(report: UnitReport, view: View, asked: str, mark: str, *, upwards: bool) -> Sheet:
    """各单位完成情况表; `upwards`: only the columns of the table that goes upwards."""
    fields = FIELDS + (SCORE_FIELDS if report.reading.scores_shown else ())
    fields = tuple(one for one in fields if one[2] or not upwards)
    total = view.pick(report.total)
    columns = [Column("单位", Kind.TEXT, 34), *(_named(column, total, view.base) for column, _, _ in fields)]

    def cells(name: str, figures: Figures) -> list[Value]:
        return [name, *(read(figures, view.base) for _, read, _ in fields)]

    return Sheet(
        title=f"{report.reading.exam.title}各单位完成情况（{SITTINGS[view.sitting]}）",
        columns=columns,
        rows=[cells("　" * line.depth + unit_name(line), view.of(line)) for line in report.lines],
        lines=[asked, *([] if report.reading.scores_shown else ["成绩尚未公布，本表只列参加考试情况。"])],
        total=cells("合计", total),
        signs=SIGNS,
        mark=mark,
    )


def _named(column: Column, total: Figures, base: PassRateBase) -> Column:
    """A rate says what it is divided by; before the end nobody is 缺考 yet."""
    words = {
        "合格率": f"合格率（{wording.label(base)}）",
        "优秀率": f"优秀率（{EXCELLENT_BASE[base]}）",
        "参考率": "参考率（实考÷应考）",
        "缺考": absent_word(total),
    }
    return Column(words.get(column.title, column.title), column.kind, column.width)


def absent_word(total: Figures) -> str:
    """缺考 once the sitting is over, 未考 while it may still be sat."""
    return "未考" if total.not_yet else "缺考"


def unit_name(line: UnitLine) -> str:
    """The unit, with what the line holds."""
    if line.is_own_part:
        return f"{line.name}（本级）"
    return f"{line.name}（含所属）" if line.has_below else line.name


def people_sheet(reading: Reading, people: Iterable[PersonLine], asked: str, mark: str) -> Sheet:
    """人员完成情况名单; rows are made one after another."""
    columns = [
        Column("序号", Kind.NUMBER, 7),
        Column("单位", Kind.TEXT, 28),
        Column("姓名", Kind.TEXT, 12),
        Column("工号", Kind.TEXT, 16),
        Column("职务", Kind.TEXT, 20),
        Column("人员类别", Kind.TEXT, 14),
        Column("领导干部", Kind.TEXT, 10),
        Column("状态", Kind.TEXT, 18),
    ]
    if reading.scores_shown:
        columns += [Column("首考成绩", Kind.POINTS, 11), Column("最终成绩", Kind.POINTS, 11)]
    return Sheet(
        title=f"{reading.exam.title}人员完成情况",
        columns=columns,
        rows=_people_rows(reading, people),
        lines=[asked],
        signs=SIGNS,
        mark=mark,
    )


def _people_rows(reading: Reading, people: Iterable[PersonLine]) -> Iterator[list[Value]]:
    for number, one in enumerate(people, 1):
        row: list[Value] = [
            number,
            one.unit,
            one.name,
            one.staff_number,
            one.post_title,
            wording.label(one.category),
            "是" if one.is_leader else "否",
            standing_word(reading, one.standing),
        ]
        if reading.scores_shown:
            row += [one.facts.first_points, one.facts.best_points]
        yield row


def standing_word(reading: Reading, place: CandidateStanding) -> str:
    """Where somebody stands; before release nobody reads whether they passed."""
    is_result = place in (CandidateStanding.PASSED, CandidateStanding.FAILED)
    return UNRELEASED if is_result and not reading.scores_shown else wording.label(place)
