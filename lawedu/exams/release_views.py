"""Doors of releasing results (公布成绩)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.attempt import GRACE
from lawedu.db import transaction
from lawedu.exams import publication, queries, release
from lawedu.exams.forms import DecideForm, RequestForm
from lawedu.exams.request_views import carry_out, read_decision
from lawedu.exams.services import RELEASE
from lawedu.people import approval_queries
from lawedu.web.access import access, actor

bp = Blueprint("release", __name__)


@bp.get("/bench/exams/<int:exam_id>/release")
@access("exam.view")
def show(exam_id: int) -> str:
    """What releasing does, and who asked."""
    return _page(exam_id, DecideForm())


def _page(exam_id: int, form: RequestForm | DecideForm, refused: str = "") -> str:
    exam = queries.get_exam(actor(), "exam.view", exam_id)
    closes_at = release.main_closes_at(exam)
    return render_template(
        "exams/release.html",
        exam=exam,
        form=form if isinstance(form, DecideForm) else None,
        request_form=form if isinstance(form, RequestForm) else RequestForm(formdata=None),
        refused=refused,
        closes_at=closes_at,
        is_over=closes_at is not None and clock.now() > closes_at + GRACE,
        last_close=max((window.closes_at for window in exam.windows), default=None),
        pending=approval_queries.find_pending(RELEASE, exam.id),
        history=approval_queries.list_for(RELEASE, exam.id),
        me=actor().person_id,
    )


@bp.post("/bench/exams/<int:exam_id>/release")
@access("exam.request")
def ask(exam_id: int) -> Any:
    """Ask a second person to release."""
    form = RequestForm()
    if not form.validate():
        return _page(exam_id, form), 422

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        release.request(actor(), exam, form.reason.data or "")

    refused = carry_out(form, deed, lambda form, text="": _page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("公布申请已提交，等待另一位同志审批。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/release/decide")
@access("exam.approve")
def decide(exam_id: int) -> Any:
    """同意 (releases at once) or 不同意."""
    form, decision = DecideForm(), request.form.get("decision", "")
    if not read_decision(form, decision):
        return _page(exam_id, form), 422

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.approve", exam_id, lock=True)
        if decision == "approve":
            release.approve(actor(), exam, form.note.data or "")
        else:
            publication.reject(actor(), exam, RELEASE, form.note.data or "")

    refused = carry_out(form, deed, lambda form, text="": _page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("成绩已公布。" if decision == "approve" else "已退回公布申请。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/release/withdraw")
@access("exam.request")
def withdraw(exam_id: int) -> Any:
    """Take back one's own request."""
    with transaction():
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        publication.withdraw(actor(), exam, RELEASE)
    flash("公布申请已撤回。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)
