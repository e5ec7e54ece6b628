"""Doors of the review (审题): what others handed in, and the decision on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.questions import bench_queries, law_queries, reviewing
from lawedu.questions.bench_forms import DecideForm
from lawedu.questions.checking import check_entry
from lawedu.questions.contents import entry_of
from lawedu.questions.exporting import place_of
from lawedu.questions.models import QuestionVersion, VersionState
from lawedu.questions.refusals import OwnVersion
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("question_reviews", __name__)


@bp.get("/bench/questions/review")
@access("question.review")
def index() -> str:
    """Versions that wait for somebody else than their author."""
    page = paged(bench_queries.select_to_review(actor()), scalars=False)
    return render_template("questions/reviews.html", page=page)


@bp.get("/bench/questions/review/<int:version_id>")
@access("question.review")
def show(version_id: int) -> str:
    """One version with the law beside it."""
    return _page(bench_queries.get_submitted(actor(), version_id), DecideForm(None))


def _page(version: QuestionVersion, form: DecideForm, refused: str = "") -> str:
    question = version.question
    is_changed = question.version_no != version.version_no
    before = bench_queries.get_version(actor(), question, question.version_no) if is_changed else None
    return render_template(
        "questions/review.html",
        question=question,
        version=version,
        before=before,
        entry=entry_of(question, version),
        bases=[(place_of(row), law_queries.locate(row.place)) for row in version.basis],
        findings=check_entry(entry_of(question, version), question.code, question.id),
        history=bench_queries.read_history(actor(), question),
        form=form,
        refused=refused,
        is_open=version.state is VersionState.SUBMITTED,
        is_own=version.author_id == actor().person_id,
    )


@bp.post("/bench/questions/review/<int:version_id>")
@access("question.review")
def decide(version_id: int) -> Any:
    """Approve, or send back with what to change."""
    form = DecideForm()
    version = bench_queries.get_submitted(actor(), version_id)
    if not form.validate():
        return _page(version, form), 422
    is_approved = form.decision.data == "approve"
    try:
        with transaction():
            version = bench_queries.get_submitted(actor(), version_id, lock=True)
            if is_approved:
                reviewing.approve(actor(), version, form.opinion.data or "")
            else:
                reviewing.send_back(actor(), version, form.opinion.data or "")
            code = version.question.code
    except Refusal as refusal:
        if refusal.status in (404, 503) or (refusal.status == 403 and not isinstance(refusal, OwnVersion)):
            raise
        return _page(bench_queries.get_submitted(actor(), version_id), form, refusal.text), refusal.status
    flash(f"{code} 已通过审核，可以使用。" if is_approved else f"{code} 已退回，编写人会看到意见。", "ok")
    return redirect(url_for("question_reviews.index"), 303)
