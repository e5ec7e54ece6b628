"""Doors of outside scores (校外成绩): upload, look through, choose by hand, ask, decide."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from wtforms.fields.choices import SelectChoice

from lawedu import clock, storage
from lawedu.attempts import outside, outside_effects, outside_matching, outside_queries
from lawedu.attempts.models import ImportState, MatchKind
from lawedu.attempts.outside_forms import LEAVE_OUT, AskForm, ChooseForm, DecideForm, FindForm, UploadForm
from lawedu.core.errors import BadInput, Refusal
from lawedu.core.exam import WindowKind
from lawedu.core.outside_scores import Fault, read_scores
from lawedu.core.policy import may
from lawedu.db import transaction
from lawedu.people import accounts, approval_queries
from lawedu.spreadsheets import read_grid
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("outside", __name__)
ELSEWHERE = (403, 404, 503)
TABS: dict[str, tuple[str, tuple[MatchKind, ...]]] = {
    "open": ("须处理", outside_queries.OPEN_MATCHES),
    "matched": ("已匹配", (MatchKind.NUMBER, MatchKind.MOBILE, MatchKind.NAME_UNIT, MatchKind.BY_HAND)),
    "left": ("不导入", (MatchKind.SKIPPED,)),
    "all": ("全部", tuple(MatchKind)),
}


@bp.get("/bench/outside")
@access("score.approve")
def index() -> str:
    """Every import, the latest first."""
    page = paged(outside_queries.select_imports(), scalars=False)
    return render_template("outside/index.html", page=page, may_import=may(actor(), "score.import"))


@bp.get("/bench/outside/new")
@access("score.import")
def upload_form() -> str:
    """Where the scores come from, and the sheet."""
    return _upload_page(UploadForm(formdata=None, exam=request.args.get("exam")))


def _upload_page(form: UploadForm, faults: tuple[Fault, ...] = ()) -> str:
    exams = outside_queries.list_exams()
    form.exam.choices = [SelectChoice(str(exam.id), f"{exam.title}（{exam.year}年）") for exam in exams]
    return render_template("outside/new.html", form=form, faults=faults, has_exams=bool(exams))


@bp.post("/bench/outside/new")
@access("score.import")
def upload() -> Any:
    """Read, match, keep as a draft; with a single faulty row nothing is kept."""
    form = UploadForm()
    form.exam.choices = [SelectChoice(str(exam.id), exam.title) for exam in outside_queries.list_exams()]
    if not form.validate():
        return _upload_page(form), 422
    exam_id = row_number(form.exam.data)
    exam = outside_queries.get_exam(exam_id)
    file = form.file.data
    sheet = outside.Upload(file.filename or "", file.mimetype or "", file.read())
    try:
        found = read_scores(read_grid(sheet.data, sheet.name), exam.full_points, exam.pass_mark)
        if found.faults:
            return _upload_page(form, found.faults), 422
        matches = outside_matching.match(exam_id, found.rows)
        with transaction():
            exam = outside_queries.get_exam(exam_id)
            batch = outside.prepare(actor(), exam, form.source.data, WindowKind(form.window.data), sheet, matches)
            batch_id = batch.id
    except BadInput as refusal:
        form.file.errors = [refusal.text]
        return _upload_page(form), refusal.status
    left = f"；{len(found.left_out)} 行没有成绩（缺考或者空白），没有读入" if found.left_out else ""
    flash(f"已读入 {len(found.rows)} 行{left}。核对匹配结果以后提交审批。", "ok")
    return redirect(url_for("outside.show", import_id=batch_id), 303)


@bp.get("/bench/outside/<int:import_id>")
@access("score.approve")
def show(import_id: int) -> str:
    """One import: what was matched how, and what would change."""
    return _page(import_id)


def _page(import_id: int, form: AskForm | DecideForm | None = None, refused: str = "") -> str:
    batch = outside_queries.get_import(actor(), "score.approve", import_id)
    counts = outside_queries.count_matches(batch.id)
    asked = request.args.get("tab", "")
    tab = asked if asked in TABS else ("open" if sum(counts[kind] for kind in TABS["open"][1]) else "matched")
    page = paged(outside_queries.select_scores(batch.id, TABS[tab][1]))
    return render_template(
        "outside/show.html",
        batch=batch,
        page=page,
        effects=outside_effects.list_effects(batch, page.items, clock.now()),
        tabs=[(name, word, sum(counts[kind] for kind in kinds), name == tab) for name, (word, kinds) in TABS.items()],
        counts_none=counts[MatchKind.NONE],
        may_import=may(actor(), "score.import"),
        states=ImportState,
        open_rows=sum(counts[kind] for kind in outside_queries.OPEN_MATCHES),
        pending=approval_queries.find_pending(outside.IMPORT, batch.id),
        history=approval_queries.list_for(outside.IMPORT, batch.id),
        me=actor().person_id,
        ask_form=form if isinstance(form, AskForm) else AskForm(formdata=None),
        decide_form=form if isinstance(form, DecideForm) else DecideForm(formdata=None),
        form=form,
        refused=refused,
    )


@bp.get("/bench/outside/<int:import_id>/file")
@access("score.approve")
def file(import_id: int) -> Any:
    """The sheet as it was uploaded."""
    opened = storage.open_stored(outside_queries.get_import(actor(), "score.approve", import_id).file_id)
    content = io.BytesIO(opened.data)
    return send_file(content, "application/octet-stream", as_attachment=True, download_name=opened.record.name)


@bp.get("/bench/outside/<int:import_id>/rows/<int:score_id>")
@access("score.import")
def choose_form(import_id: int, score_id: int) -> str:
    """Namesakes with their units, to choose among."""
    return _choose_page(import_id, score_id, ChooseForm(formdata=None))


def _choose_page(import_id: int, score_id: int, form: ChooseForm) -> str:
    batch = outside_queries.get_import(actor(), "score.import", import_id)
    score = outside_queries.get_score(batch.id, score_id)
    find = FindForm(request.args)
    text = find.q.data or "" if find.validate() else ""
    people = outside_queries.list_choices(batch.exam_id, score, text)
    form.person.choices = [
        *(SelectChoice(str(one.id), f"{one.name}　{one.staff_number}　{one.unit}　{one.post_title}") for one in people),
        SelectChoice(LEAVE_OUT, "不导入这一行"),
    ]
    return render_template("outside/choose.html", batch=batch, score=score, form=form, find=find, found=len(people))


@bp.post("/bench/outside/<int:import_id>/rows/<int:score_id>")
@access("score.import")
def choose(import_id: int, score_id: int) -> Any:
    """Somebody, or nobody."""
    form = ChooseForm()
    if not form.validate() or not form.person.data:
        form.person.errors = ["请选择一人，或者选择“不导入这一行”。"]
        return _choose_page(import_id, score_id, form), 422
    try:
        with transaction():
            batch = outside_queries.get_import(actor(), "score.import", import_id, lock=True)
            score = outside_queries.get_score(batch.id, score_id)
            if form.person.data == LEAVE_OUT:
                outside.leave_out(actor(), batch, score)
            else:
                outside.choose(actor(), batch, score, row_number(form.person.data))
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        form.person.errors = [refusal.text]
        return _choose_page(import_id, score_id, form), refusal.status
    flash("已保存这一行的选择。", "ok")
    return redirect(url_for("outside.show", import_id=import_id), 303)


@bp.post("/bench/outside/<int:import_id>/leave-out-unknown")
@access("score.import")
def leave_out_unknown(import_id: int) -> Any:
    """Leave out every row that found nobody."""
    with transaction():
        batch = outside_queries.get_import(actor(), "score.import", import_id, lock=True)
        number = outside.leave_out_unknown(actor(), batch)
    flash(f"{number} 行标为不导入。", "ok")
    return redirect(url_for("outside.show", import_id=import_id), 303)


@bp.post("/bench/outside/<int:import_id>/submit")
@access("score.import")
def submit(import_id: int) -> Any:
    """Ask another person."""
    form = AskForm()
    if not form.validate():
        return _page(import_id, form), 422

    def deed() -> None:
        batch = outside_queries.get_import(actor(), "score.import", import_id, lock=True)
        outside.submit(actor(), batch, form.reason.data)

    return _carry_out(import_id, form, deed) or _done(import_id, "已提交，等待另一位同志审批。")


@bp.post("/bench/outside/<int:import_id>/withdraw")
@access("score.import")
def withdraw(import_id: int) -> Any:
    """Take one's own request back."""
    with transaction():
        outside.withdraw(actor(), outside_queries.get_import(actor(), "score.import", import_id, lock=True))
    return _done(import_id, "申请已撤回，可以继续修改。")


@bp.post("/bench/outside/<int:import_id>/discard")
@access("score.import")
def discard(import_id: int) -> Any:
    """Give a draft up."""
    with transaction():
        outside.discard(actor(), outside_queries.get_import(actor(), "score.import", import_id, lock=True))
    return _done(import_id, "这份成绩不再使用，没有计入任何统计。")


@bp.post("/bench/outside/<int:import_id>/decide")
@access("score.approve")
def decide(import_id: int) -> Any:
    """同意 or 不同意, by another person."""
    form, decision = DecideForm(), request.form.get("decision")
    if decision not in ("approve", "reject"):
        raise BadInput
    is_good = form.validate()
    if decision == "reject" and not form.note.data:
        form.note.errors = ["不同意时请填写审批意见，写明要改什么。"]
        is_good = False
    if not is_good:
        return _page(import_id, form), 422

    def deed() -> None:
        batch = outside_queries.get_import(actor(), "score.approve", import_id, lock=True)
        if decision == "approve":
            outside.approve(actor(), batch, form.note.data or "")
        else:
            outside.reject(actor(), batch, form.note.data)

    sentence = "已批准，成绩计入统计。" if decision == "approve" else "已退回，这份成绩不计入统计。"
    return _carry_out(import_id, form, deed) or _done(import_id, sentence)


def _carry_out(import_id: int, form: Any, deed: Callable[[], None]) -> Any:
    """The deed in one transaction; on a refusal the page comes back with what was typed. None when it was done."""
    try:
        if isinstance(form, DecideForm):
            accounts.ensure_confirmed(actor(), form.password.data or "")
        with transaction():
            deed()
    except accounts.WrongPassword as refusal:
        if not isinstance(refusal, accounts.PasswordNeeded):
            with transaction():
                accounts.count_wrong_own(actor())
        form.password.errors = [refusal.text]
        return _page(import_id, form), refusal.status
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        return _page(import_id, form, refusal.text), refusal.status
    return None


def _done(import_id: int, sentence: str) -> Any:
    flash(sentence, "ok")
    return redirect(url_for("outside.show", import_id=import_id), 303)
