"""Doors of amended law (条文变动): old and new text side by side, and what becomes of each question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu.core.citation import article_label
from lawedu.core.comparison import Piece, marked
from lawedu.core.errors import NotFound, Refusal
from lawedu.core.policy import may
from lawedu.core.question_draft import Basis
from lawedu.core.question_fields import as_article
from lawedu.db import transaction
from lawedu.questions import amendments, bench_queries, flag_queries, queries, reviewing
from lawedu.questions.bench_forms import SettleForm
from lawedu.questions.contents import entry_of
from lawedu.questions.models import Question, QuestionVersion
from lawedu.questions.refusals import OwnVersion
from lawedu.questions.review_models import AmendmentFlag
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("question_flags", __name__)


@dataclass(frozen=True)
class Shown:
    """A flag as the page shows it: the words of both texts, marked."""

    flag: AmendmentFlag
    pieces: list[Piece]


@bp.get("/bench/questions/flags")
@access("question.view")
def index() -> str:
    """Questions whose law moved."""
    instrument = request.args.get("instrument", "")[:120]
    page = paged(flag_queries.select_flagged(instrument=instrument), scalars=False)
    flags = flag_queries.list_open_flags([question.id for question, _ in page.items])
    return render_template(
        "questions/flags.html",
        article_label=article_label,
        page=page,
        flags=flags,
        instrument=instrument,
        instruments=flag_queries.list_flagged_instruments(),
        may_review=may(actor(), "question.review"),
    )


@bp.get("/bench/questions/flags/<int:question_id>")
@access("question.view")
def show(question_id: int) -> str:
    """One of them."""
    question = bench_queries.get_question(actor(), "question.view", question_id)
    return _page(question, SettleForm(None))


def _page(question: Question, form: SettleForm, refused: str = "", typed: dict[str, str] | None = None) -> str:
    version = bench_queries.get_version(actor(), question, question.version_no)
    flags = flag_queries.list_open_flags([question.id]).get(question.id, [])
    proposed = flag_queries.propose(version, flags)
    fields = [
        {
            "old": row,
            "flagged": any(flag.position == row.position for flag in flags),
            "article": (typed or {}).get(f"article-{row.position}", str(new.article) if new else ""),
            "paragraph": (typed or {}).get(
                f"paragraph-{row.position}", str(new.paragraph or "") if new else str(row.paragraph or "")
            ),
        }
        for row, new in zip(version.basis, proposed, strict=True)
    ]
    return render_template(
        "questions/flag.html",
        article_label=article_label,
        question=question,
        version=version,
        entry=entry_of(question, version),
        shown=[Shown(flag, marked(flag.old_text, flag.new_text)) for flag in flags],
        fields=fields,
        history=bench_queries.read_history(actor(), question),
        working=bench_queries.find_working(question) if question.working_no else None,
        form=form,
        refused=refused,
        may_review=may(actor(), "question.review"),
        is_own=version.author_id == actor().person_id,
    )


@bp.post("/bench/questions/flags/<int:question_id>")
@access("question.review")
def settle(question_id: int) -> Any:
    """Still right, edit, or retire; each is recorded."""
    form, deed = SettleForm(), request.form.get("do", "")
    typed = request.form.to_dict()
    question = bench_queries.get_question(actor(), "question.review", question_id)
    if deed not in ("confirm", "edit", "retire"):
        raise NotFound
    if not form.validate():
        return _page(question, form, typed=typed), 422
    try:
        with transaction():
            question = bench_queries.get_question(actor(), "question.review", question_id, lock=True)
            version = _do(question, deed, form.opinion.data or "", typed)
    except Refusal as refusal:
        if refusal.status in (404, 503) or (refusal.status == 403 and not isinstance(refusal, OwnVersion)):
            raise
        question = bench_queries.get_question(actor(), "question.review", question_id)
        return _page(question, form, refusal.text, typed), refusal.status
    if version is not None:
        flash("已记录。依据已换成现行条文，请修改题目后提交审核。", "ok")
        return redirect(url_for("question_editor.edit", question_id=question_id), 303)
    said = {"confirm": "已确认仍然正确，恢复使用。", "edit": "已转给命题人修改。", "retire": "已停用。"}
    flash(said[deed], "ok")
    return redirect(url_for("question_flags.index"), 303)


def _do(question: Question, deed: str, opinion: str, typed: dict[str, str]) -> QuestionVersion | None:
    if deed == "confirm":
        current = queries.get_version(question, question.version_no)
        flags = flag_queries.list_open_flags([question.id]).get(question.id, [])
        amendments.confirm(actor(), question, _bases(current, flags, typed), opinion)
    elif deed == "retire":
        reviewing.retire(actor(), question, opinion)
    else:
        return amendments.ask_edit(actor(), question, opinion)
    return None


def _bases(current: QuestionVersion, flags: list[AmendmentFlag], typed: dict[str, str]) -> list[Basis | None]:
    """The proposal, with articles and paragraphs as the reviewer left them."""
    newest = {flag.instrument: flag.new_version for flag in flags}
    found: list[Basis | None] = []
    for row, proposed in zip(current.basis, flag_queries.propose(current, flags), strict=True):
        if f"article-{row.position}" not in typed:
            found.append(proposed)
            continue
        article = as_article(typed[f"article-{row.position}"].strip())
        paragraph = typed.get(f"paragraph-{row.position}", "").strip()
        if article is None or (paragraph and not (paragraph.isascii() and paragraph.isdigit())):
            found.append(None)
            continue
        old = row.place
        number = int(paragraph) if paragraph and int(paragraph) else None
        found.append(replace(old, version=newest.get(old.instrument, old.version), article=article, paragraph=number))
    return found


@bp.get("/bench/questions/flags/renumbered")
@access("question.review")
def renumbered() -> str:
    """Articles with identical text under another number, to be confirmed together."""
    return _renumbered_page()


def _renumbered_page(left: tuple[tuple[str, str], ...] = ()) -> str:
    page = paged(flag_queries.select_flagged(only_renumbered=True), scalars=False)
    flags = flag_queries.list_open_flags([question.id for question, _ in page.items])
    return render_template("questions/renumbered.html", page=page, flags=flags, left=left, article_label=article_label)


@bp.post("/bench/questions/flags/renumbered")
@access("question.review")
def confirm_renumbered() -> Any:
    """Confirm the chosen ones."""
    chosen = [int(text) for text in request.form.getlist("question") if text.isascii() and text.isdigit()][:100]
    with transaction():
        done = amendments.confirm_renumbered(actor(), [number for number in chosen if number < 2**31])
    if done.count:
        flash(f"已确认 {done.count} 题，依据改为新的条号，恢复使用。", "ok")
    if done.left:
        return _renumbered_page(done.left), 409
    return redirect(url_for("question_flags.renumbered"), 303)
