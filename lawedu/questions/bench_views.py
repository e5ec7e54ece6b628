"""Doors of the bank (题库): the list, one question with its history, comments, retiring."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for

from lawedu.core.errors import Refusal
from lawedu.core.policy import may
from lawedu.db import transaction
from lawedu.questions import bench_queries, drafting, law_queries, reviewing
from lawedu.questions.bank_files import list_domains
from lawedu.questions.bench_forms import CommentForm, FilterForm, ReasonForm
from lawedu.questions.contents import entry_of
from lawedu.questions.exporting import place_of
from lawedu.questions.models import Question, QuestionVersion
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("questions", __name__)
ELSEWHERE = (403, 404, 503)


@bp.get("/bench/questions")
@access("question.view")
def index() -> str:
    """The bank as the actor may see it."""
    filters = FilterForm(request.args).offer(list_domains(current_app.config["QUESTION_BANK"]))
    page = paged(bench_queries.select_questions(actor(), filters.wanted), scalars=False)
    chosen = {name: value for name, value in request.args.to_dict().items() if value and name != "page"}
    return render_template(
        "questions/index.html",
        page=page,
        filters=filters,
        chosen=chosen,
        counts=bench_queries.count_by_state(actor()),
        may_write=may(actor(), "question.write"),
        may_export=may(actor(), "question.export"),
    )


@bp.get("/bench/questions/<int:question_id>")
@access("question.view")
def show(question_id: int) -> str:
    """One question: the version in use, or the one asked for."""
    question = bench_queries.get_question(actor(), "question.view", question_id)
    return _page(question, ReasonForm(None), CommentForm(None))


def _page(question: Question, retire_form: ReasonForm, comment_form: CommentForm, refused: str = "") -> str:
    asked = request.args.get("version")
    number = row_number(asked) if asked else question.version_no
    version = bench_queries.get_version(actor(), question, number)
    working = _working(question)
    return render_template(
        "questions/show.html",
        question=question,
        version=version,
        working=working,
        is_own=working is not None and working.author_id == actor().person_id,
        entry=entry_of(question, version),
        bases=[(place_of(row), law_queries.locate(row.place)) for row in version.basis],
        history=bench_queries.read_history(actor(), question),
        retire_form=retire_form,
        comment_form=comment_form,
        refused=refused,
        may_write=may(actor(), "question.write"),
        may_review=may(actor(), "question.review"),
        may_comment=may(actor(), "question.comment"),
        form=retire_form if retire_form.errors else comment_form,
    )


def _working(question: Question) -> QuestionVersion | None:
    """The version beside the released one, when there is one, whoever writes it: its state is no secret."""
    if question.working_no is None:
        return None
    return bench_queries.find_working(question)


@bp.post("/bench/questions/<int:question_id>/comment")
@access("question.comment")
def comment(question_id: int) -> Any:
    """Say something about the version shown."""
    form = CommentForm()
    question = bench_queries.get_question(actor(), "question.comment", question_id)
    if not form.validate():
        return _page(question, ReasonForm(None), form), 422
    number = row_number(request.args.get("version")) if request.args.get("version") else question.version_no
    with transaction():
        question = bench_queries.get_question(actor(), "question.comment", question_id)
        drafting.comment(actor(), bench_queries.get_version(actor(), question, number), form.text.data or "")
    return redirect(url_for("questions.show", question_id=question_id, version=number, _anchor="history"), 303)


@bp.post("/bench/questions/<int:question_id>/retire")
@access("question.review")
def retire(question_id: int) -> Any:
    """Take a question out of use."""
    form = ReasonForm()
    question = bench_queries.get_question(actor(), "question.review", question_id)
    if not form.validate():
        return _page(question, form, CommentForm(None)), 422
    try:
        with transaction():
            question = bench_queries.get_question(actor(), "question.review", question_id, lock=True)
            reviewing.retire(actor(), question, form.reason.data or "")
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        question = bench_queries.get_question(actor(), "question.review", question_id)
        return _page(question, form, CommentForm(None), refusal.text), refusal.status
    flash("这道题已停用，记录仍然保留。", "ok")
    return redirect(url_for("questions.show", question_id=question_id), 303)
