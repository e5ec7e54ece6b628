"""Doors of publishing and cancelling (发布、取消)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.exam import ExamState
from lawedu.core.papers import CannotFill
from lawedu.db import transaction
from lawedu.exams import papers, plan, publication, queries, readiness
from lawedu.exams.forms import DecideForm, RequestForm
from lawedu.exams.models import Exam
from lawedu.exams.request_views import carry_out, read_decision
from lawedu.exams.services import CANCEL, PUBLISH
from lawedu.people import approval_queries
from lawedu.questions import queries as question_queries
from lawedu.web.access import access, actor

bp = Blueprint("publication", __name__)


@bp.get("/bench/exams/<int:exam_id>/publish")
@access("exam.view")
def show(exam_id: int) -> str:
    """What will be frozen, what is missing, who asked."""
    return _page(exam_id, DecideForm())


def _page(exam_id: int, form: RequestForm | DecideForm, refused: str = "") -> str:
    exam = queries.get_exam(actor(), "exam.view", exam_id)
    is_draft = exam.state is ExamState.DRAFT
    return render_template(
        "exams/publish.html",
        exam=exam,
        form=form if isinstance(form, DecideForm) else None,
        request_form=form if isinstance(form, RequestForm) else RequestForm(formdata=None),
        refused=refused,
        missing=readiness.list_missing(actor(), exam) if is_draft else [],
        pending=approval_queries.find_pending(PUBLISH, exam.id),
        history=approval_queries.list_for(PUBLISH, exam.id),
        candidates=queries.count_candidates(exam.id),
        review=plan.review(plan.facts_of(exam), question_queries.count_by_cell()),
        form_total=papers.count_forms(exam) if is_draft else exam.form_count,
        me=actor().person_id,
    )


@bp.post("/bench/exams/<int:exam_id>/publish")
@access("exam.request")
def ask(exam_id: int) -> Any:
    """Ask a second person to publish."""
    form = RequestForm()
    if not form.validate():
        return _page(exam_id, form), 422

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        publication.request(actor(), exam, form.reason.data or "")

    refused = carry_out(form, deed, lambda form, text="": _page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("发布申请已提交，等待另一位同志审批。审批之前内容不能改动。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/publish/decide")
@access("exam.approve")
def decide(exam_id: int) -> Any:
    """同意 (publishes at once) or 不同意."""
    form, decision = DecideForm(), request.form.get("decision", "")
    if not read_decision(form, decision):
        return _page(exam_id, form), 422
    drawn = None
    if decision == "approve":
        try:
            drawn = papers.draw(queries.get_exam(actor(), "exam.approve", exam_id))
        except CannotFill as refusal:
            return _page(exam_id, form, refusal.text), refusal.status

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.approve", exam_id, lock=True)
        if drawn is not None:
            publication.approve(actor(), exam, drawn, form.note.data or "")
        else:
            publication.reject(actor(), exam, PUBLISH, form.note.data or "")

    refused = carry_out(form, deed, lambda form, text="": _page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("考试已发布，试卷、名单规则和设置已经固定。" if drawn else "已退回发布申请。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/publish/withdraw")
@access("exam.request")
def withdraw(exam_id: int) -> Any:
    """Take back one's own request."""
    with transaction():
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        publication.withdraw(actor(), exam, PUBLISH)
    flash("发布申请已撤回，可以继续修改。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/cancel")
@access("exam.view")
def cancel_form(exam_id: int) -> str:
    """What cancelling means, and the form for it."""
    return _cancel_page(exam_id, DecideForm())


def _cancel_page(exam_id: int, form: RequestForm | DecideForm, refused: str = "") -> str:
    exam = queries.get_exam(actor(), "exam.view", exam_id)
    return render_template(
        "exams/cancel.html",
        exam=exam,
        form=form if isinstance(form, DecideForm) else None,
        request_form=form if isinstance(form, RequestForm) else RequestForm(formdata=None),
        refused=refused,
        pending=approval_queries.find_pending(CANCEL, exam.id),
        has_opened=_has_opened(exam),
        me=actor().person_id,
    )


def _has_opened(exam: Exam) -> bool:
    return any(window.opens_at <= clock.now() for window in exam.windows)


@bp.post("/bench/exams/<int:exam_id>/cancel")
@access("exam.request")
def cancel(exam_id: int) -> Any:
    """Give up a draft at once; ask a second person to cancel a published exam."""
    form = RequestForm()
    if not form.validate():
        return _cancel_page(exam_id, form), 422
    is_draft = queries.get_exam(actor(), "exam.request", exam_id).state is ExamState.DRAFT

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        act = publication.cancel_draft if is_draft else publication.request_cancel
        act(actor(), exam, form.reason.data or "")

    refused = carry_out(form, deed, lambda form, text="": _cancel_page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("考试已取消。" if is_draft else "取消申请已提交，等待另一位同志审批。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/cancel/decide")
@access("exam.approve")
def decide_cancel(exam_id: int) -> Any:
    """同意取消 or 不同意."""
    form, decision = DecideForm(), request.form.get("decision", "")
    if not read_decision(form, decision):
        return _cancel_page(exam_id, form), 422

    def deed() -> None:
        exam = queries.get_exam(actor(), "exam.approve", exam_id, lock=True)
        if decision == "approve":
            publication.approve_cancel(actor(), exam, form.note.data or "")
        else:
            publication.reject(actor(), exam, CANCEL, form.note.data or "")

    refused = carry_out(form, deed, lambda form, text="": _cancel_page(exam_id, form, text))
    if refused is not None:
        return refused
    flash("考试已取消。" if decision == "approve" else "已退回取消申请。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)


@bp.post("/bench/exams/<int:exam_id>/cancel/withdraw")
@access("exam.request")
def withdraw_cancel(exam_id: int) -> Any:
    """Take back one's own request to cancel."""
    with transaction():
        exam = queries.get_exam(actor(), "exam.request", exam_id, lock=True)
        publication.withdraw(actor(), exam, CANCEL)
    flash("取消申请已撤回。", "ok")
    return redirect(url_for("exams.overview", exam_id=exam_id), 303)
