"""Doors of the plan (组卷方案): the editor, and the live count for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for

from lawedu.core.blueprint import Bucket, Cell
from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.exams import plan, queries
from lawedu.exams.models import Exam
from lawedu.exams.plan_forms import PlanForm, filled, read_line
from lawedu.questions import queries as question_queries
from lawedu.questions.bank_files import list_domains
from lawedu.web.access import access, actor
from lawedu.web.moments import points

bp = Blueprint("plan", __name__)
ELSEWHERE = (403, 404, 503)
TEXTS = 5


def _domains(available: dict[Bucket, int], exam: Exam) -> list[str]:
    """Domains that have questions or stand in the plan, in the order of the bank's own list."""
    order = {name: number for number, name in enumerate(list_domains(current_app.config["QUESTION_BANK"]))}
    named = {domain for _, domain, _ in available} | {cell.domain for cell in exam.cells if cell.domain}
    return sorted(named, key=lambda name: (order.get(name, len(order)), name))


def _page(exam: Exam, form: PlanForm, refused: str = "", available: dict[Bucket, int] | None = None) -> str:
    counts = dict(question_queries.count_by_cell()) if available is None else available
    form.offer(_domains(counts, exam))
    return render_template(
        "exams/plan.html",
        exam=exam,
        form=form,
        refused=refused,
        most=plan.MOST_CELLS,
        **_figures(exam, form.lines, counts),
    )


def _figures(exam: Exam, cells: Sequence[Cell | None], available: dict[Bucket, int]) -> dict[str, Any]:
    """Per row what the bank has, and the sums; rows that cannot be read yet are left out."""
    review = plan.review([cell for cell in cells if cell is not None], available)
    known = {line.cell.position: line for line in review.cells}
    lines = [_line(known.get(row)) for row in range(1, len(cells) + 1)]
    differs = review.points != exam.full_points
    return {"lines": lines, "items": review.items, "total": review.points, "differs": differs}


def _line(line: plan.CellReview | None) -> dict[str, Any]:
    if line is None:
        return {"supply": None, "missing": 0, "points": None}
    missing = line.shortage.missing if line.shortage else 0
    return {"supply": line.supply, "missing": missing, "points": line.cell.points * line.cell.count}


@bp.get("/bench/exams/<int:exam_id>/plan")
@access("exam.edit")
def edit(exam_id: int) -> str:
    """The plan as it is."""
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    return _page(exam, filled(exam))


@bp.post("/bench/exams/<int:exam_id>/plan")
@access("exam.edit")
def change(exam_id: int) -> Any:
    """Save the plan; or show the page with one line more or less, nothing saved."""
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    available = dict(question_queries.count_by_cell())
    form, deed = PlanForm().offer(_domains(available, exam)), request.form.get("do", "save")
    if deed != "save":
        return _page(exam, form.changed(deed), available=available)
    if not form.validate():
        return _page(exam, form, available=available), 422
    try:
        with transaction():
            exam = queries.get_exam(actor(), "exam.edit", exam_id, lock=True)
            plan.replace(actor(), exam, form.opened_on, [cell for cell in form.lines if cell is not None])
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        exam = queries.get_exam(actor(), "exam.edit", exam_id)
        form.reopen_on(exam)
        return _page(exam, form, refusal.text), refusal.status
    flash("组卷方案已保存。", "ok")
    return redirect(url_for("exams.plan.edit", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/plan/counts")
@access("exam.edit")
def counts(exam_id: int) -> Any:
    """The figures for the lines as typed so far; the page's script asks 400 ms after the last change.

    One `r` a line, `kind|domain|difficulty|count|points`: sixty of them still fit into an address.
    """
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    asked = [text.split("|") for text in request.args.getlist("r")[: plan.MOST_CELLS]]
    cells = [read_line(row, *texts) if len(texts) == TEXTS else None for row, texts in enumerate(asked, 1)]
    figures = _figures(exam, cells, dict(question_queries.count_by_cell()))
    for line in figures["lines"]:
        line["points"] = "" if line["points"] is None else points(line["points"])
    return jsonify(figures | {"total": points(figures["total"]), "full": points(exam.full_points)})
