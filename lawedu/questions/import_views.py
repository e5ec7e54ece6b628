"""Doors of the import (导入题目): upload, what was understood row by row, settle, and only then drafts."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for

from lawedu import storage
from lawedu.core.errors import BadInput, Refusal
from lawedu.db import transaction
from lawedu.questions import import_queries, imports
from lawedu.questions.bank_files import list_domains
from lawedu.questions.import_files import read_file
from lawedu.questions.import_forms import SettleForm, UploadForm, basis_words, settle_form
from lawedu.questions.import_models import ImportRow, ImportState, QuestionImport
from lawedu.questions.import_wording import place_words
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("question_imports", __name__)
IMPORT = "question.import"
TABS = {
    "doubtful": ("有疑问", (ImportState.DOUBTFUL,)),
    "clear": ("无疑问", import_queries.READY),
    "discarded": ("已舍弃", (ImportState.DISCARDED,)),
    "saved": ("已导入", (ImportState.SAVED,)),
}
ELSEWHERE = (403, 404, 503)


@bp.get("/bench/questions/import")
@access(IMPORT)
def upload() -> str:
    """The form, and the actor's last files."""
    return _upload_page(UploadForm())


@bp.post("/bench/questions/import")
@access(IMPORT)
def check_upload() -> Any:
    """Read the file outside the transaction, then keep it with what was understood."""
    form = UploadForm().offer(_domains())
    if not form.validate():
        return _upload_page(form), 422
    file = form.file.data
    data = file.read()
    try:
        reading = read_file(data)
        given = imports.Upload(file.filename, file.mimetype, data, form.domain.data or "", form.uses)
        with transaction():
            import_id = imports.dry_run(actor(), given, reading, _domains()).id
    except BadInput as refusal:
        form.file.errors = [refusal.text]
        return _upload_page(form), refusal.status
    return redirect(url_for("question_imports.show", import_id=import_id), 303)


def _domains() -> tuple[str, ...]:
    return list_domains(current_app.config["QUESTION_BANK"])


def _upload_page(form: UploadForm) -> str:
    recent = import_queries.list_imports(actor())
    return render_template("questions/import_upload.html", form=form.offer(_domains()), recent=recent)


@bp.get("/bench/questions/import/<int:import_id>")
@access(IMPORT)
def show(import_id: int) -> str:
    """What was understood, by doubt."""
    return _page(import_queries.get_import(actor(), import_id))


def _page(found: QuestionImport, refused: str = "") -> str:
    states = import_queries.count_states(found)
    counts = {name: sum(states.get(state, 0) for state in held) for name, (_, held) in TABS.items()}
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else next((name for name in TABS if counts[name]), "doubtful")
    page = paged(import_queries.select_rows(found, TABS[tab][1]))
    return render_template(
        "questions/import_show.html",
        found=found,
        counts=counts,
        total=sum(counts.values()),
        tab=tab,
        tabs=[(word, counts[name], name) for name, (word, _) in TABS.items()],
        page=page,
        doubts=import_queries.count_doubts(found) if tab == "doubtful" else [],
        place=lambda row: _place(found, row),
        basis_words=basis_words,
        refused=refused,
    )


def _place(found: QuestionImport, row: ImportRow) -> str:
    return place_words(found.form, row.sheet, row.first, row.last)


@bp.get("/bench/questions/import/<int:import_id>/rows/<int:row_id>")
@access(IMPORT)
def row(import_id: int, row_id: int) -> str:
    """One question beside the words of the file."""
    held = import_queries.get_row(actor(), import_id, row_id)
    return _row_page(held, settle_form(held.entry))


def _row_page(held: ImportRow, form: SettleForm, refused: str = "") -> str:
    return render_template(
        "questions/import_row.html", held=held, form=form, place=_place(held.found, held), refused=refused
    )


@bp.post("/bench/questions/import/<int:import_id>/rows/<int:row_id>")
@access(IMPORT)
def settle(import_id: int, row_id: int) -> Any:
    """The question as the person says it is; then the next one with a doubt."""
    held = import_queries.get_row(actor(), import_id, row_id)
    form = SettleForm().offer(held.entry)
    if not form.validate():
        return _row_page(held, form), 422
    try:
        with transaction():
            held = import_queries.get_row(actor(), import_id, row_id, lock=True)
            imports.settle(actor(), held, form.entry(held.entry))
            following = import_queries.next_doubtful(held.found, held.position)
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        held = import_queries.get_row(actor(), import_id, row_id)
        return _row_page(held, form.offer(held.entry), refusal.text), refusal.status
    if following is None:
        flash("疑问都已处理，可以导入为草稿。", "ok")
        return redirect(url_for("question_imports.show", import_id=import_id, tab="clear"), 303)
    flash("已核定，下面是下一道有疑问的题。", "ok")
    return redirect(url_for("question_imports.row", import_id=import_id, row_id=following), 303)


@bp.post("/bench/questions/import/<int:import_id>/rows/<int:row_id>/discard")
@access(IMPORT)
def discard(import_id: int, row_id: int) -> Any:
    """Leave a question out."""
    with transaction():
        held = import_queries.get_row(actor(), import_id, row_id, lock=True)
        imports.discard(actor(), held)
        was = "doubtful" if held.doubts else "clear"
    flash("已舍弃这道题，可以在“已舍弃”里恢复。", "ok")
    return redirect(url_for("question_imports.show", import_id=import_id, tab=was), 303)


@bp.post("/bench/questions/import/<int:import_id>/rows/<int:row_id>/restore")
@access(IMPORT)
def restore(import_id: int, row_id: int) -> Any:
    """Take it up again."""
    with transaction():
        imports.restore(actor(), import_queries.get_row(actor(), import_id, row_id, lock=True))
    flash("已恢复。", "ok")
    return redirect(url_for("question_imports.show", import_id=import_id, tab="discarded"), 303)


@bp.post("/bench/questions/import/<int:import_id>/confirm")
@access(IMPORT)
def confirm(import_id: int) -> Any:
    """All doubts of one kind at once."""
    with transaction():
        found = import_queries.get_import(actor(), import_id, lock=True)
        done = imports.confirm(actor(), found, request.form.get("code", "")[:40])
    flash(f"已按识别结果确认 {done} 道题的这一类疑问。" if done else "没有可以一并确认的题：请逐题补全。", "ok")
    return redirect(url_for("question_imports.show", import_id=import_id, tab="doubtful"), 303)


@bp.post("/bench/questions/import/<int:import_id>/apply")
@access(IMPORT)
def apply(import_id: int) -> Any:
    """Write the questions without doubts as drafts."""
    try:
        with transaction():
            done = imports.apply(actor(), import_queries.get_import(actor(), import_id, lock=True))
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        return _page(import_queries.get_import(actor(), import_id), refusal.text), refusal.status
    flash(f"已导入 {done} 题为草稿。逐题补齐依据等内容后提交审核。", "ok")
    return redirect(url_for("question_imports.show", import_id=import_id, tab="saved"), 303)


@bp.get("/bench/questions/import/<int:import_id>/file")
@access(IMPORT)
def file(import_id: int) -> Any:
    """The file as it was uploaded."""
    opened = storage.open_stored(import_queries.get_import(actor(), import_id).file_id)
    return send_file(
        io.BytesIO(opened.data), "application/octet-stream", as_attachment=True, download_name=opened.record.name
    )
