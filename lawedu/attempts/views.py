"""Doors of sitting an exam (考试与作答): lists, rules, start, the answering page, saving, handing in, receipt,
result.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from lawedu import clock
from lawedu.attempts import (
    inputs,
    journal,
    overviews,
    paper_queries,
    queries,
    receipts,
    reviews,
    shapes,
    sitting,
    submission,
)
from lawedu.attempts.candidacy import NumberedWindow
from lawedu.attempts.journal import Taken
from lawedu.attempts.queries import Sitting
from lawedu.attempts.refusals import Paused, TooMuch
from lawedu.attempts.submission import Resync
from lawedu.core.attempt import AttemptState, ensure_open
from lawedu.core.errors import Closed
from lawedu.core.exam import ExamKind, StartKind, WindowKind
from lawedu.core.questions import answered_count, sheet_digest
from lawedu.core.scoring import MultipleRule
from lawedu.db import transaction
from lawedu.web.access import access, actor, wants_json
from lawedu.web.budgets import Bucket
from lawedu.web.paging import paged

bp = Blueprint("attempts", __name__, cli_group=None)
# 20 requests a second for each attempt (contract.md); counted by person too, so that nobody can use up another's.
saves = Bucket(20)
WINDOW_WORDS = {WindowKind.MAIN: "首考", WindowKind.RESIT: "补考"}
RULE_WORDS = {
    MultipleRule.ALL_OR_NOTHING: "多选题、不定项选择题少选、多选、错选均不得分。",
    MultipleRule.PARTIAL_PER_OPTION: "多选题、不定项选择题有错选不得分，少选按选对的项数得部分分。",
}


@bp.get("/exams")
@access("exam.sit")
def index() -> str:
    """What I may sit now, later, and have sat."""
    page = paged(overviews.my_exams(actor().person_id))
    now = clock.now()
    views = overviews.list_views(actor().person_id, page.items, now)
    groups = [(when, [view for view in views if view.when is when]) for when in overviews.When]
    return render_template("attempts/list.html", groups=groups, page=page, now=now, window_words=WINDOW_WORDS)


@bp.get("/exams/<int:exam_id>")
@access("exam.sit")
def rules(exam_id: int) -> str:
    """The rules of an exam, with the button to start."""
    now = clock.now()
    view = overviews.get_view(actor().person_id, exam_id, now)
    return render_template(
        "attempts/rules.html",
        view=view,
        exam=queries.get_exam(exam_id),
        sections=overviews.list_sections(exam_id),
        window_words=WINDOW_WORDS,
        multiple_rule=RULE_WORDS,
        kinds=StartKind,
        is_annual=view.place.kind is ExamKind.ANNUAL,
        is_new=view.decision.kind is StartKind.NEW_ATTEMPT and isinstance(view.decision.window, NumberedWindow),
        now=now,
    )


@bp.post("/exams/<int:exam_id>/start")
@access("exam.sit")
def start(exam_id: int) -> BaseResponse:
    """Begin, go on, or come back to the last receipt (the answering page leads there)."""
    with transaction():
        started = sitting.start(actor(), exam_id)
    return redirect(url_for("attempts.sit", attempt_id=started.attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>")
@access("attempt.sit")
def sit(attempt_id: int) -> str | BaseResponse:
    """The answering page; an ended attempt leads to its receipt."""
    found = queries.get_sitting(actor(), "attempt.sit", attempt_id)
    now = clock.now()
    if found.state_at(now) is not AttemptState.IN_PROGRESS:
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id), 303)
    paper = paper_queries.list_paper(found.form_id)
    sheet = queries.get_sheet(attempt_id)
    return render_template(
        "attempts/sit.html",
        sitting=found,
        exam=queries.get_exam(found.exam_id),
        paper=paper,
        sheet=sheet,
        block=shapes.attempt_block(found, paper, sheet, now, generate_csrf()),
        asked=_asked_question(len(paper)),
        answered=answered_count(sheet),
        now=now,
    )


def _asked_question(count: int) -> int:
    """The number of the question to show to a page without script, from ?q=; the first when it is none."""
    text = request.args.get("q", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return number if 1 <= number <= count else 1


@bp.post("/attempts/<int:attempt_id>/ops")
@access("attempt.sit")
def ops(attempt_id: int) -> BaseResponse:
    """Save answers. The reply leaves after the commit; nothing is acknowledged before."""
    saves.take((actor().person_id, attempt_id))
    if request.mimetype in inputs.FORMS:
        return _ops_form(attempt_id)
    content = inputs.read_json(_body())
    batch = inputs.read_batch(content)
    wants_digest = content.get("digest") is True
    digest = None
    if batch.operations:
        with transaction():
            taken = journal.append(actor(), attempt_id, batch)
            if wants_digest and taken.closed is None:
                digest = sheet_digest(queries.get_sheet(attempt_id))
    else:
        taken = _look(attempt_id)
        digest = sheet_digest(queries.get_sheet(attempt_id)) if wants_digest else None
    if taken.closed is not None:
        raise taken.closed
    return _json(shapes.saved(taken, clock.now(), digest))


def _look(attempt_id: int) -> Taken:
    """A heartbeat without operations changes nothing and takes no turn among the writers."""
    found = queries.get_sitting(actor(), "attempt.sit", attempt_id)
    if found.is_held:
        raise Paused
    ensure_open(found.facts, clock.now())
    return Taken(found)


def _body() -> bytes:
    if (request.content_length or 0) > inputs.LARGEST_BODY:
        raise TooMuch
    return request.get_data(cache=False)


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content, separators=(",", ":")), status, mimetype="application/json")


def _ops_form(attempt_id: int) -> BaseResponse:
    """The plain form: only what differs from the rendered values counts; 303 to where the button leads."""
    changes = _changes(queries.get_sitting(actor(), "attempt.sit", attempt_id))
    with transaction():
        taken = journal.append_numbered(actor(), attempt_id, changes)
    if taken.closed is not None:
        flash(taken.closed.text, "warn")
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id), 303)
    if taken.rejected:
        flash("有的答案没有保存，请核对标出的题目后重新作答。", "bad")
    if "check" in request.form:
        return redirect(url_for("attempts.check", attempt_id=attempt_id), 303)
    goto = request.form.get("goto", "1")
    number = goto if goto.isascii() and goto.isdigit() and len(goto) < 6 else "1"
    return redirect(url_for("attempts.sit", attempt_id=attempt_id, q=number, _anchor="question"), 303)


def _changes(found: Sitting) -> list[tuple[str, Any]]:
    return inputs.read_changes(request.form, paper_queries.get_rules(found.form_id, found.form_hash))


@bp.post("/attempts/<int:attempt_id>/take-over")
@access("attempt.sit")
def take_over(attempt_id: int) -> BaseResponse:
    """Go on with this device."""
    with transaction():
        taken = sitting.take_over(actor(), attempt_id)
    if not wants_json():
        return redirect(url_for("attempts.sit", attempt_id=attempt_id), 303)
    return _json({"epoch": taken.epoch, "next_seq": taken.next_seq, "sheet": taken.sheet})


@bp.get("/attempts/<int:attempt_id>/check")
@access("attempt.sit")
def check(attempt_id: int) -> str | BaseResponse:
    """Before handing in (交卷前检查): what is unanswered; the digest says which sheet this page shows."""
    found = queries.get_sitting(actor(), "attempt.sit", attempt_id)
    now = clock.now()
    if found.state_at(now) is not AttemptState.IN_PROGRESS:
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id), 303)
    paper = paper_queries.list_paper(found.form_id)
    sheet = queries.get_sheet(attempt_id)
    return render_template(
        "attempts/check.html",
        sitting=found,
        exam=queries.get_exam(found.exam_id),
        paper=paper,
        sheet=sheet,
        unanswered=[one for one in paper if one.item not in sheet],
        digest=sheet_digest(sheet),
        seconds_left=max(0, int((found.deadline_at - now).total_seconds())),
        now=now,
    )


@bp.post("/attempts/<int:attempt_id>/submit")
@access("attempt.sit")
def submit(attempt_id: int) -> BaseResponse:
    """Hand in: the receipt, the same bytes every time; 409 when the page shows another sheet than the server has."""
    if request.mimetype in inputs.FORMS:
        return _submit_form(attempt_id)
    content = inputs.read_json(_body())
    batch, digest = inputs.read_batch(content), inputs.read_digest(content)
    with transaction():
        outcome = submission.submit(actor(), attempt_id, batch, digest)
    if isinstance(outcome, Resync):
        return _json({"code": "resync", "sheet": outcome.sheet, "next_seq": outcome.next_seq}, 409)
    return Response(outcome.receipt, mimetype="application/json")


def _submit_form(attempt_id: int) -> BaseResponse:
    digest = inputs.read_digest(request.form)
    changes = _changes(queries.get_sitting(actor(), "attempt.sit", attempt_id))
    try:
        with transaction():
            outcome = submission.submit_changes(actor(), attempt_id, changes, digest)
    except Closed:
        return redirect(url_for("attempts.receipt", attempt_id=attempt_id), 303)
    if isinstance(outcome, Resync):
        flash("作答在别处有了变化，请核对后再交卷。", "warn")
        return redirect(url_for("attempts.check", attempt_id=attempt_id), 303)
    return redirect(url_for("attempts.receipt", attempt_id=attempt_id), 303)


@bp.get("/attempts/<int:attempt_id>/receipt")
@access("attempt.view_own")
def receipt(attempt_id: int) -> str | BaseResponse:
    """The receipt: a page for people, the signed bytes for scripts and with ?download=1."""
    found = queries.get_sitting(actor(), "attempt.view_own", attempt_id)
    now = clock.now()
    state = found.state_at(now)
    if state is AttemptState.IN_PROGRESS:
        return redirect(url_for("attempts.sit", attempt_id=attempt_id), 303)
    body = receipts.find(found, now)
    if body is not None and (wants_json() or "download" in request.args):
        answer = Response(body, mimetype="application/json")
        if "download" in request.args:
            answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{found.receipt_number}.json"'
        return answer
    return render_template(
        "attempts/receipt.html",
        sitting=found,
        state=state,
        receipt=json.loads(body) if body else None,
        exam=queries.get_exam(found.exam_id),
        late_count=queries.count_late(attempt_id),
    )


@bp.get("/attempts/<int:attempt_id>/result")
@access("attempt.view_own")
def result(attempt_id: int) -> str | BaseResponse:
    """The score when it may be seen; keys and explanations only after release and the last window."""
    found = queries.get_sitting(actor(), "attempt.view_own", attempt_id)
    now = clock.now()
    if found.state_at(now) is AttemptState.IN_PROGRESS:
        return redirect(url_for("attempts.sit", attempt_id=attempt_id), 303)
    return render_template("attempts/result.html", outcome=reviews.get_outcome(found, now), now=now)
