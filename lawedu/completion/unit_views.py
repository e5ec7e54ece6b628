"""Doors of the liaison: 已考, 未考, 需补考 of the own unit by name. No points ever come here."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from lawedu import clock
from lawedu.completion import report_queries, scope_queries
from lawedu.completion.forms import UnitFilterForm, exam_options
from lawedu.completion.report_queries import PersonLine
from lawedu.completion.scope_queries import Filter
from lawedu.core.standings import UnitStanding, unit_standing
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("unit_completion", __name__)
PRINT_ROWS = 500


@bp.get("/bench/unit-completion")
@access("completion.unit")
def index() -> str:
    """Everybody of the own unit in an exam, each with one word."""
    return _page("unit_completion/index.html", 20)


@bp.get("/bench/unit-completion/print")
@access("completion.unit")
def print_page() -> str:
    """The same list on paper, to chase people by."""
    return _page("unit_completion/print.html", PRINT_ROWS)


def _page(template: str, size: int) -> str:
    exams = scope_queries.list_exams()
    wanted = request.args.get("exam")
    if not wanted and not exams:
        return render_template("completion/none.html")
    reading = scope_queries.get_reading(row_number(wanted) if wanted else exams[0].id, clock.now())
    reach = scope_queries.within(actor(), "completion.unit")
    form = UnitFilterForm(request.args)
    form.exam.choices = exam_options(exams)
    form.exam.data = str(reading.exam.id)
    show = next((one for one in UnitStanding if one.value == form.show.data), None)
    found = Filter(text=form.text)
    keep = (lambda facts: unit_standing(facts, reading.phase, reading.scores_shown) is show) if show else None
    page = paged(report_queries.select_people(reading, reach, found, keep), size=size, scalars=False)
    page.items = [_without_points(one) for one in report_queries.load_people(reading, page.items)]
    return render_template(
        template,
        reading=reading,
        filters=form,
        page=page,
        show=show,
        counts=report_queries.count_for_unit(reading, reach),
        standings=UnitStanding,
        tops=scope_queries.list_tops(actor(), "completion.unit"),
    )


def _without_points(one: PersonLine) -> dict[str, Any]:
    """Only what a liaison may know reaches the template: who failed and who was absent is told only as 需补考."""
    return {
        "name": one.name,
        "staff_number": one.staff_number,
        "unit": one.unit,
        "post_title": one.post_title,
        "standing": one.unit_standing,
    }
