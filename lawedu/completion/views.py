"""Doors of HR: who has finished (完成情况), by unit and by person, and the workbooks of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for

from lawedu import clock, workbooks
from lawedu.completion import export_queries, exports, report_queries, scope_queries
from lawedu.completion.export_wording import View, absent_word, people_sheet, standing_word, unit_name, units_sheet
from lawedu.completion.forms import STANDINGS, ExportForm, FilterForm
from lawedu.completion.report_queries import UnitReport
from lawedu.completion.scope_queries import Filter, Reach, Reading
from lawedu.completion.wording import EXCELLENT_BASE, EXPORT_KINDS, SITTINGS
from lawedu.core.completion import CandidateFacts, PassRateBase
from lawedu.db import transaction
from lawedu.people import accounts
from lawedu.people.models import PersonCategory, Unit
from lawedu.web.access import access, actor
from lawedu.web.moments import full
from lawedu.web.numbers import row_number
from lawedu.web.paging import Page, asked_page, paged

bp = Blueprint("completion", __name__)
UNITS_PER_PAGE = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The darker, the more attention is needed (颜色越深，越需要关注); below each bound the next class.
HEAT = ((Decimal("0.95"), "h0"), (Decimal("0.85"), "h1"), (Decimal("0.70"), "h2"), (Decimal("0.50"), "h3"))


@dataclass(frozen=True)
class Asked:
    """A request understood: the exam, whom the reader sees, the filter, and the filter in words."""

    reading: Reading
    reach: Reach
    wanted: Filter
    form: FilterForm
    view: View
    unit: Unit | None
    keep: Callable[[CandidateFacts], bool] | None

    @property
    def values(self) -> dict[str, str]:
        """The filter as query values, for links that keep it."""
        names = ("unit", "category", "leader", "standing", "q", "base", "sitting")
        return {name: value for name in names if (value := self.form[name].data or "")}

    @property
    def words(self) -> str:
        """The filter in words, for workbooks and their ledger."""
        form = self.form
        parts = [f"单位：{self.unit.name}（含下级）" if self.unit else "单位：全部"]
        for field in (form.category, form.leader, form.standing):
            options = ((option.value, option.label) for option in field.iter_choices())
            chosen = next((word for value, word in options if value and value == field.data), "")
            parts += [f"{field.label.text}：{chosen}"] if chosen else []
        parts += [f"姓名或者工号：{self.wanted.text}"] if self.wanted.text else []
        return "统计范围　" + "；".join(parts)


def _asked(reading: Reading, action: str = "completion.view") -> Asked:
    """Read the filter of this request; an odd value counts as none."""
    form = FilterForm(request.args)
    reach = scope_queries.within(actor(), action)
    exam_id = reading.exam.id
    unit = scope_queries.get_unit(exam_id, reach, row_number(form.unit.data)) if form.unit.data else None
    form.offer(scope_queries.list_exams(), scope_queries.list_units(exam_id, reach), reading, unit)
    category, leader, standing = form.read(form.category), form.read(form.leader), form.read(form.standing)
    wanted = Filter(
        unit.path if unit else "",
        PersonCategory(category) if category else None,
        {"yes": True, "no": False}.get(leader),
        form.text,
    )
    default = "after" if reading.phase.main_closed or not reading.phase.resit_offered else "first"
    form.sitting.data = sitting = form.read(form.sitting, default)
    form.base.data = base = form.read(form.base, PassRateBase.SAT.value)
    places = STANDINGS[standing][1] if standing else None
    keep = (lambda facts: reading.phase.standing(facts) in places) if places else None
    return Asked(reading, reach, wanted, form, View(sitting, PassRateBase(base)), unit, keep)


@bp.get("/bench/completion")
@access("completion.view")
def index() -> str:
    """The table of units: one exam, 首考 or 补考后, with its total."""
    exam_id = _chosen_exam()
    if exam_id is None:
        return render_template("completion/none.html")
    asked = _asked(scope_queries.get_reading(exam_id, clock.now()))
    report = report_queries.get_unit_report(asked.reading, asked.reach, asked.wanted)
    return render_template(
        "completion/index.html",
        asked=asked,
        report=report,
        page=_page_of(report),
        total=asked.view.pick(report.total),
        tabs=_tabs(asked),
        absent_word=absent_word(asked.view.pick(report.total)),
        excellent_words=EXCELLENT_BASE[asked.view.base],
        unit_name=unit_name,
        heat=heat,
        is_limited=not scope_queries.is_unlimited(actor(), "completion.view"),
    )


def _chosen_exam() -> int | None:
    """The exam asked for, else the latest one; None when there is none yet."""
    wanted = request.args.get("exam")
    if wanted:
        return row_number(wanted)
    exams = scope_queries.list_exams()
    return exams[0].id if exams else None


def _page_of(report: UnitReport) -> Page[Any]:
    number = min(asked_page(), max(1, -(-len(report.lines) // UNITS_PER_PAGE)))
    start = (number - 1) * UNITS_PER_PAGE
    return Page(report.lines[start : start + UNITS_PER_PAGE], number, UNITS_PER_PAGE, len(report.lines))


def _tabs(asked: Asked) -> list[tuple[str, str, bool]]:
    """首考 and 补考后 apart; an exam without a resit has nothing to tell apart."""
    if not asked.reading.phase.resit_offered:
        return []
    values: dict[str, Any] = {**asked.values, "exam": asked.reading.exam.id}
    return [
        (word, url_for("completion.index", **{**values, "sitting": sitting}), sitting == asked.view.sitting)
        for sitting, word in SITTINGS.items()
    ]


def heat(rate: Decimal | None) -> str:
    """Class of a rate's cell; the number always stands in it, too."""
    if rate is None:
        return ""
    return next((name for bound, name in HEAT if rate >= bound), "h4")


@dataclass(frozen=True)
class Sort:
    """Order of the list of people, for its headings."""

    key: str
    descending: bool

    def url_for(self, key: str) -> str:
        """The same list ordered by `key`; a second time the other way round."""
        turned = "1" if key == self.key and not self.descending else ""
        values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "sort": key, "desc": turned}
        values.pop("page", None)
        return url_for("completion.people", **values)


@bp.get("/bench/completion/<int:exam_id>/people")
@access("completion.view")
def people(exam_id: int) -> str:
    """Down to people: each with where they stand. Looking is recorded, too."""
    asked = _asked(scope_queries.get_reading(exam_id, clock.now()))
    sort = Sort(asked.form.read(asked.form.sort, "unit"), asked.form.desc.data == "1")
    query = report_queries.select_people(
        asked.reading, asked.reach, asked.wanted, asked.keep, sort.key, sort.descending
    )
    page = paged(query, scalars=False)
    page.items = report_queries.load_people(asked.reading, page.items)
    answer = render_template(
        "completion/people.html", asked=asked, page=page, sort=sort, word_of=_word_of(asked.reading)
    )
    with transaction():
        exports.record_view(actor(), exam_id, len(page.items))
    return answer


def _word_of(reading: Reading) -> Callable[[Any], str]:
    return lambda line: standing_word(reading, line.standing)


@bp.get("/bench/completion/export")
@access("completion.export")
def export_form() -> str:
    """What to export, of what is on the screen."""
    return _export_page(_asked_export(), ExportForm(formdata=None, kind=request.args.get("kind", "upwards")))


def _asked_export() -> Asked:
    return _asked(scope_queries.get_reading(row_number(request.args.get("exam")), clock.now()), "completion.export")


def _export_page(asked: Asked, form: ExportForm) -> str:
    values = {**asked.values, "exam": asked.reading.exam.id}
    return render_template(
        "completion/export.html", asked=asked, form=form, values=values, sitting=SITTINGS[asked.view.sitting]
    )


@bp.post("/bench/completion/export")
@access("completion.export")
def export() -> Any:
    """The workbook. It is built before the writing transaction opens, because a long list takes its time; it leaves
    only after the ledger has it.
    """
    asked, form = _asked_export(), ExportForm()
    if not form.validate():
        return _export_page(asked, form), 422
    if form.kind.data == "people":
        try:
            accounts.ensure_confirmed(actor(), form.password.data or "")
        except accounts.WrongPassword as refusal:
            return _wrong_password(asked, form, refusal)
    kind = "completion.people" if form.kind.data == "people" else "completion.units"
    number = exports.new_number(asked.reading.now)
    file = BytesIO()  # its rows are not kept while it is written; 200,000 people come to some 15 MB
    rows = workbooks.write(file, _sheet(asked, form.kind.data, number))
    sha256 = exports.digest(file)
    with transaction():
        exports.record(actor(), kind, number, asked.reading.exam.id, asked.words, rows, sha256)
    name = f"{asked.reading.exam.title}{EXPORT_KINDS[kind]}{number}.xlsx"
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def _wrong_password(asked: Asked, form: ExportForm, refusal: accounts.WrongPassword) -> Any:
    if not isinstance(refusal, accounts.PasswordNeeded):
        with transaction():
            accounts.count_wrong_own(actor())
    form.password.errors = [refusal.text]
    return _export_page(asked, form), refusal.status


def _sheet(asked: Asked, kind: str, number: str) -> workbooks.Sheet:
    who = actor()
    mark = f"导出编号 {number}　导出人 {who.name}（{who.staff_number}）　导出时间 {full(asked.reading.now)}"
    if kind == "people":
        query = report_queries.select_people(asked.reading, asked.reach, asked.wanted, asked.keep)
        return people_sheet(asked.reading, report_queries.stream_people(asked.reading, query), asked.words, mark)
    report = report_queries.get_unit_report(asked.reading, asked.reach, asked.wanted)
    return units_sheet(report, asked.view, asked.words, mark, upwards=kind == "upwards")


@bp.get("/bench/completion/exports", endpoint="exports")
@access("completion.export")
def exports_page() -> str:
    """导出记录: what left, by whom, under which number."""
    page = paged(export_queries.select_exports(actor(), tuple(EXPORT_KINDS)), scalars=False)
    return render_template("completion/exports.html", page=page, kinds=EXPORT_KINDS)
