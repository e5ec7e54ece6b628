"""Doors of the editor (题目编辑): write, check while typing, hand in. Without script every button does the same."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lawedu.core.errors import Refusal
from lawedu.core.question_draft import Basis
from lawedu.core.question_fields import as_article, as_date
from lawedu.db import transaction
from lawedu.questions import bench_queries, drafting, law_queries
from lawedu.questions.bank_files import list_domains
from lawedu.questions.checking import Findings, check_entry
from lawedu.questions.contents import entry_of
from lawedu.questions.editor_forms import PART_KINDS, QuestionForm
from lawedu.questions.entry_forms import NEW, changed, entry_from, form_from
from lawedu.questions.models import QuestionVersion, VersionState
from lawedu.questions.refusals import CheckFailed, NotADraft
from lawedu.web.access import access, actor

bp = Blueprint("question_editor", __name__)
ELSEWHERE = (403, 404, 503)
NOT_FOUND_IN_LIBRARY = "法条库中没有找到“{typed}”。请核对写法；没有入库的法律，请展开“逐项填写”，依据会原样保留。"


def _domains() -> tuple[str, ...]:
    return list_domains(current_app.config["QUESTION_BANK"])


def _page(form: QuestionForm, version: QuestionVersion | None, findings: Findings, refused: str = "") -> str:
    form.offer(_domains())
    history = bench_queries.read_history(actor(), version.question) if version else None
    return render_template(
        "questions/edit.html",
        form=form,
        version=version,
        findings=findings,
        refused=refused,
        history=history,
        entry=entry_from(form),
        places=[_place(row.form) for row in form.basis],
        part_kinds=PART_KINDS,
    )


def _place(row: Any) -> law_queries.Place | None:
    """The text beside the row, when the library has it."""
    version, article = as_date(row.version.data), as_article(row.article.data)
    if not row.instrument.data or version is None or article is None:
        return None
    text = row.paragraph.data or ""
    paragraph = int(text) if text.isascii() and text.isdigit() else None
    return law_queries.locate(Basis(row.instrument.data, version, article, paragraph or None))


def _resolve(form: QuestionForm) -> bool:
    """Put what “行政处罚法 33” names into its fields; what nobody knows keeps standing, with a sentence."""
    is_found = True
    for entry in form.basis:
        row = entry.form
        if not row.cite.data:
            continue
        place = law_queries.find_place(row.cite.data)
        if place is None:
            row.cite.errors = [*row.cite.errors, NOT_FOUND_IN_LIBRARY.format(typed=row.cite.data)]
            is_found = False
            continue
        values = (place.instrument, place.version.isoformat(), place.article, str(place.paragraph or ""), "")
        for field, value in zip(
            (row.instrument, row.version, row.article, row.paragraph, row.cite), values, strict=True
        ):
            field.data, field.raw_data = value, None
    return is_found


def _check(form: QuestionForm, version: QuestionVersion | None) -> Findings:
    code, number = (version.question.code, version.question_id) if version else ("", 0)
    return check_entry(entry_from(form), code, number)


@bp.get("/bench/questions/new")
@access("question.write")
def new() -> str:
    """An empty question."""
    return _page(QuestionForm(formdata=None, data=NEW), None, Findings())


@bp.post("/bench/questions/new")
@access("question.write")
def create() -> Any:
    """Save a new question as a draft; or show the page with one row more or less."""
    return _answer(QuestionForm(), None)


@bp.get("/bench/questions/<int:question_id>/edit")
@access("question.write")
def edit(question_id: int) -> Any:
    """The version that the actor is writing; what waits for a review is looked at elsewhere."""
    version = bench_queries.get_working(actor(), question_id)
    if version.state is VersionState.SUBMITTED:
        return redirect(url_for("questions.show", question_id=question_id, version=version.version_no), 303)
    form = form_from(entry_of(version.question, version), version.edit_no, version.reason)
    return _page(form, version, _check(form, version))


@bp.post("/bench/questions/<int:question_id>/edit")
@access("question.write")
def change(question_id: int) -> Any:
    """Save the draft, or save it and hand it in."""
    return _answer(QuestionForm(), bench_queries.get_working(actor(), question_id))


def _answer(form: QuestionForm, version: QuestionVersion | None) -> Any:
    deed = request.form.get("do", "save")
    form.offer(_domains())
    is_found = _resolve(form)
    if deed not in ("save", "submit"):
        shown = changed(form, deed)
        return _page(shown, version, _check(shown, version))
    # Not `and`: a form that is checked after a missing article would forget its sentence.
    sentences = [list(entry.form.cite.errors) for entry in form.basis]
    is_valid = form.validate()
    for entry, kept in zip(form.basis, sentences, strict=True):
        entry.form.cite.errors = [*entry.form.cite.errors, *kept]
    if not (is_valid and is_found):
        return _page(form, version, _check(form, version)), 422
    return _keep(form, version, deed == "submit")


def _keep(form: QuestionForm, version: QuestionVersion | None, is_submit: bool) -> Any:
    entry, question_id = entry_from(form), version.question_id if version else 0
    try:
        with transaction():
            if question_id:
                working = bench_queries.get_working(actor(), question_id, lock=True)
                saved = drafting.save(actor(), working, entry, form.opened_on, form.reason.data or "")
            else:
                saved = drafting.create(actor(), entry)
            if is_submit:
                drafting.submit(actor(), saved)
            question_id = saved.question_id
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        version = bench_queries.get_working(actor(), question_id) if question_id else None
        if version is not None and not isinstance(refusal, NotADraft):
            form.reopen_on(version.edit_no)
        refused = "" if isinstance(refusal, CheckFailed) else refusal.text
        return _page(form, version, _check(form, version), refused), refusal.status
    if is_submit:
        flash("已提交审核，由另一位审题人审核；审核前可以撤回。", "ok")
        return redirect(url_for("questions.index"), 303)
    flash("草稿已保存。", "ok")
    return redirect(url_for("question_editor.edit", question_id=question_id), 303)


@bp.post("/bench/questions/check")
@access("question.write")
def check() -> Response:
    """Faults and warnings of what stands in the form, for the script that asks after a pause; nothing is kept."""
    form = QuestionForm().offer(_domains())
    _resolve(form)
    asked = request.args.get("question", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    version = bench_queries.get_working(actor(), number) if number else None
    findings = _check(form, version)
    preview = render_template("questions/preview.html", entry=entry_from(form))
    return jsonify(faults=findings.faults, warnings=findings.warnings, preview=preview)


@bp.get("/bench/questions/law")
@access("question.view")
def law() -> Response:
    """The article that was typed, for showing it beside the question."""
    typed = request.args.get("q", "")[:120]
    place = law_queries.find_place(typed)
    if place is None:
        return jsonify(found=False, laws=list(law_queries.list_titles(typed)))
    return jsonify(
        found=True,
        instrument=place.instrument,
        version=place.version.isoformat(),
        article=place.article,
        paragraph=place.paragraph or "",
        label=place.label,
        text=place.text,
        standing=place.standing.value,
        in_force_on=place.in_force_on.isoformat(),
    )


@bp.post("/bench/questions/<int:question_id>/revise")
@access("question.write")
def revise(question_id: int) -> Any:
    """Begin a new version of a question in use; it stays in use meanwhile."""
    reason = (request.form.get("reason") or "").strip()[:200]
    with transaction():
        question = bench_queries.get_question(actor(), "question.write", question_id, lock=True)
        drafting.revise(actor(), question, reason)
    return redirect(url_for("question_editor.edit", question_id=question_id), 303)


@bp.post("/bench/questions/<int:question_id>/withdraw")
@access("question.write")
def withdraw(question_id: int) -> Any:
    """Take back what waits for a review."""
    with transaction():
        drafting.withdraw(actor(), bench_queries.get_working(actor(), question_id, lock=True))
    flash("已撤回，可以继续修改。", "ok")
    return redirect(url_for("question_editor.edit", question_id=question_id), 303)


@bp.post("/bench/questions/<int:question_id>/drop")
@access("question.write")
def drop(question_id: int) -> Any:
    """Give up the version being written."""
    with transaction():
        working = bench_queries.get_working(actor(), question_id, lock=True)
        drafting.drop(actor(), working)
        code = working.question.code
    flash(f"{code} 的这个版本已作废，记录仍然保留。", "ok")
    return redirect(url_for("questions.index"), 303)
