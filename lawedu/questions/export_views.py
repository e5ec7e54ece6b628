"""Doors of the export (导出题目): choose a file, give the password, get it. Every file stands in the ledger first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request, send_file

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.people import accounts
from lawedu.questions import bench_queries, exporting
from lawedu.questions.bank_files import list_domains
from lawedu.questions.bench_forms import ExportForm, FilterForm
from lawedu.web.access import access, actor
from lawedu.web.moments import full
from lawedu.web.paging import paged

bp = Blueprint("question_exports", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _filters() -> FilterForm:
    return FilterForm(request.args).offer(list_domains(current_app.config["QUESTION_BANK"]))


def _page(form: ExportForm, refused: str = "") -> str:
    total = paged(bench_queries.select_questions(actor(), _filters().wanted), scalars=False).total
    chosen = {name: value for name, value in request.args.to_dict().items() if value}
    return render_template("questions/export.html", form=form, refused=refused, total=total, chosen=chosen)


@bp.get("/bench/questions/export")
@access("question.export")
def choose() -> str:
    """What to export of what was on the screen."""
    return _page(ExportForm(None))


@bp.post("/bench/questions/export")
@access("question.export")
def export() -> Any:
    """The file. It is built before the writing transaction opens and leaves only after the ledger has it."""
    form = ExportForm()
    if not form.validate():
        return _page(form), 422
    try:
        accounts.ensure_confirmed(actor(), form.password.data or "")
    except accounts.WrongPassword as refusal:
        if not isinstance(refusal, accounts.PasswordNeeded):
            with transaction():
                accounts.count_wrong_own(actor())
        form.password.errors = [refusal.text]
        return _page(form), 422
    number, title = exporting.new_number(clock.now()), form.title.data or "试卷"
    mark = f"导出编号 {number}　导出人 {actor().name}（{actor().staff_number}）　导出时间 {full(clock.now())}"
    wanted, is_workbook = _filters().wanted, form.kind.data == "workbook"
    try:
        if is_workbook:
            file, rows = exporting.write_workbook(actor(), wanted, mark)
        else:
            with_key = form.kind.data == "paper_key"
            file, rows = exporting.write_paper(actor(), wanted, title, with_key=with_key, mark=mark)
    except Refusal as refusal:
        return _page(form, refusal.text), refusal.status
    with transaction():
        exporting.record(actor(), f"question.{form.kind.data}", number, request.query_string.decode()[:500], rows, file)
    name = f"题库{number}.xlsx" if is_workbook else f"{title}{number}.docx"
    return send_file(file, mimetype=XLSX if is_workbook else DOCX, as_attachment=True, download_name=name)
