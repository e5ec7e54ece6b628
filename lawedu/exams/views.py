"""Doors of setting up exams (考试安排): the list, a new one, the overview with its steps, settings, windows."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.core.exam import ExamState
from lawedu.db import transaction
from lawedu.exams import plan_views, preview_views, publication_views, queries, readiness, release_views, services
from lawedu.exams import settings as exam_settings
from lawedu.exams import windows as exam_windows
from lawedu.exams.forms import NewExamForm, SettingsForm, WindowsForm
from lawedu.exams.models import Exam
from lawedu.people import approval_queries
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("exams", __name__)
# Inside this one, so that every page of setting up belongs to the same entry of the menu.
for part in (plan_views.bp, preview_views.bp, publication_views.bp, release_views.bp):
    bp.register_blueprint(part)

# What the page itself must say; all other refusals stand over the form that was refused.
ELSEWHERE = (403, 404, 503)


@bp.get("/bench/exams")
@access("exam.view")
def index() -> str:
    """考试安排: every exam, the newest first."""
    year, state = request.args.get("year", ""), request.args.get("state", "")
    wanted_year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    wanted_state = ExamState(state) if state in list(ExamState) else None
    return render_template(
        "exams/index.html",
        page=paged(queries.select_exams(wanted_year, wanted_state)),
        years=queries.list_years(),
        year=wanted_year,
        state=wanted_state,
        states=list(ExamState),
    )


@bp.get("/bench/exams/new")
@access("exam.edit")
def new_form() -> str:
    """Name and year; the rest comes from the preset."""
    year = clock.today().year
    form = NewExamForm(formdata=None, data={"year": year, "title": f"{year}年度国家工作人员普法考试"})
    return render_template("exams/new.html", form=form)


@bp.post("/bench/exams/new")
@access("exam.edit")
def create() -> Any:
    """Make the draft."""
    form = NewExamForm()
    if not form.validate():
        return render_template("exams/new.html", form=form), 422
    try:
        with transaction():
            exam_id = services.create(actor(), form.title.data, form.year.data).id
    except services.SameTitle as refusal:
        form.title.errors = [refusal.text]
        return render_template("exams/new.html", form=form), refusal.status
    flash("考试草稿已建立，按预设填好了设置、时段和组卷方案，都可以修改。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>")
@access("exam.view")
def overview(exam_id: int) -> str:
    """Where the exam stands: steps, what is missing, what is frozen."""
    exam = queries.get_exam(actor(), "exam.view", exam_id)
    missing = readiness.list_missing(actor(), exam) if exam.state is ExamState.DRAFT else []
    return render_template(
        "exams/overview.html",
        exam=exam,
        missing=missing,
        steps=list(readiness.StepName),
        current=readiness.current_step(exam, missing),
        candidates=queries.count_candidates(exam.id),
        forms=queries.count_forms(exam.id),
        waiting={action: approval_queries.find_pending(action, exam.id) for action in services.ACTIONS},
    )


@bp.get("/bench/exams/<int:exam_id>/settings")
@access("exam.edit")
def settings_form(exam_id: int) -> str:
    """The settings as they are."""
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    return _settings_page(exam, SettingsForm(formdata=None, obj=exam))


def _settings_page(exam: Exam, form: SettingsForm, refused: str = "") -> str:
    return render_template("exams/settings.html", exam=exam, form=form, refused=refused)


@bp.post("/bench/exams/<int:exam_id>/settings")
@access("exam.edit")
def change_settings(exam_id: int) -> Any:
    """Save all settings."""
    form = SettingsForm()
    if not form.validate():
        return _settings_page(queries.get_exam(actor(), "exam.edit", exam_id), form), 422
    try:
        with transaction():
            exam = queries.get_exam(actor(), "exam.edit", exam_id, lock=True)
            exam_settings.change(actor(), exam, form.opened_on, form.new)
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        exam = queries.get_exam(actor(), "exam.edit", exam_id)
        form.reopen_on(exam)
        return _settings_page(exam, form, refusal.text), refusal.status
    flash("设置已保存。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/windows")
@access("exam.edit")
def windows_form(exam_id: int) -> str:
    """The windows as they are."""
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    form = WindowsForm(formdata=None, data={"edit_no": str(exam.edit_no), "rows": exam.windows})
    return _windows_page(exam, form)


def _windows_page(exam: Exam, form: WindowsForm, refused: str = "") -> str:
    most = exam_windows.MOST_WINDOWS
    return render_template("exams/windows.html", exam=exam, form=form, refused=refused, most=most)


@bp.post("/bench/exams/<int:exam_id>/windows")
@access("exam.edit")
def change_windows(exam_id: int) -> Any:
    """Save all windows; or show the page with one more or one less, nothing saved."""
    form, deed = WindowsForm(), request.form.get("do", "save")
    exam = queries.get_exam(actor(), "exam.edit", exam_id)
    if deed != "save":
        return _windows_page(exam, form.changed(deed))
    if not form.validate() or not form.fits(exam):
        return _windows_page(exam, form), 422
    try:
        with transaction():
            exam = queries.get_exam(actor(), "exam.edit", exam_id, lock=True)
            exam_windows.replace(actor(), exam, form.opened_on, form.new)
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        exam = queries.get_exam(actor(), "exam.edit", exam_id)
        form.reopen_on(exam)
        return _windows_page(exam, form, refusal.text), refusal.status
    flash("时段已保存。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)
