"""Doors for 免考、缓考 and explanations of absence (免考缓考): apply, withdraw, decide, open the stamped form."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from lawedu import wording
from lawedu.core.errors import NotFound, Refusal
from lawedu.db import transaction
from lawedu.exams import exemption_documents, exemption_queries, exemptions, roster_queries
from lawedu.exams.exemption_documents import Scan
from lawedu.exams.exemption_forms import ApplyForm, DecideForm, FilterForm
from lawedu.exams.exemption_queries import Application, ApplicationState
from lawedu.exams.models import Candidate, Decision, ExemptionGround, ExemptionKind
from lawedu.exams.roster_wording import HEALTH_HIDDEN
from lawedu.storage import open_stored
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import Page, paged

bp = Blueprint("exemptions", __name__)
AT_FIELD: dict[type[Refusal], str] = {
    exemptions.GroundUnfit: "ground",
    exemptions.ExplanationMissing: "explanation",
    exemptions.DocumentMissing: "document",
    exemption_documents.WrongKindOfFile: "document",
    exemption_documents.FileTooLarge: "document",
    exemptions.RejectionReasonMissing: "note",
}


def _page_of(action: str, filters: FilterForm) -> Page[Any]:
    good = filters.validate()
    query = exemption_queries.select_applications(
        actor(),
        action,
        kind=ExemptionKind(filters.kind.data) if good and filters.kind.data else None,
        state=ApplicationState(filters.state.data) if good and filters.state.data else None,
    )
    page = paged(query, scalars=False)
    page.items = [exemption_queries.application(actor(), row) for row in page.items]
    return page


@bp.get("/bench/exemptions")
@access("exemption.apply")
def index() -> str:
    """Applications of the own unit."""
    filters = FilterForm(request.args)
    return render_template(
        "exemptions/index.html", page=_page_of("exemption.apply", filters), filters=filters, hidden=HEALTH_HIDDEN
    )


@bp.get("/bench/exemptions/queue")
@access("exemption.decide")
def queue() -> str:
    """Applications of all units, open ones first."""
    filters = FilterForm(request.args)
    return render_template("exemptions/queue.html", page=_page_of("exemption.decide", filters), filters=filters)


@bp.get("/bench/exemptions/new")
@access("exemption.apply")
def apply_form() -> str:
    """The form, filled in as far as the link that led here knows."""
    form = ApplyForm(None, exam_id=request.args.get("exam"), who=request.args.get("who"), kind=request.args.get("kind"))
    return _apply_page(form)


def _apply_page(form: ApplyForm) -> str:
    _offer_exams(form)
    grounds = {kind: [wording.label(one) for one in found] for kind, found in exemptions.GROUNDS.items()}
    return render_template("exemptions/new.html", form=form, grounds=grounds)


def _offer_exams(form: ApplyForm) -> None:
    form.exam_id.choices = [(str(exam.id), exam.title) for exam in exemption_queries.list_shown_exams()]


@bp.post("/bench/exemptions/new")
@access("exemption.apply")
def apply() -> Any:
    """Hand the application in."""
    form = ApplyForm()
    _offer_exams(form)
    if not form.validate():
        return _apply_page(form), 422
    exam_id = row_number(form.exam_id.data)
    found = _find(form, exam_id)
    if found is None:
        return _apply_page(form), 422
    candidate_id = found.id
    try:
        scan = _scan(form)
        with transaction():
            number = exemptions.apply(
                actor(),
                roster_queries.get_shown_exam(exam_id),
                roster_queries.get_listed(actor(), "exemption.apply", exam_id, candidate_id, lock=True),
                ExemptionKind(form.kind.data),
                ExemptionGround(form.ground.data),
                form.explanation.data or "",
                scan,
            ).id
    except Refusal as refusal:
        _place(form, refusal)
        return _apply_page(form), refusal.status
    flash("申请已提交，等待考务管理员审批。", "ok")
    return redirect(url_for("exemptions.show", exemption_id=number), 303)


def _find(form: ApplyForm, exam_id: int) -> Candidate | None:
    """Whom the liaison means; nobody or several is said at the field."""
    found = exemption_queries.find_listed(actor(), exam_id, form.who.data)
    if len(found) == 1 or (found and found[0].person.staff_number == form.who.data.upper()):
        return found[0]
    form.who.errors = [
        "本单位有同名人员，请填写工号。" if found else "本单位应考名单中没有这名人员，请核对后重新填写。"
    ]
    return None


def _scan(form: ApplyForm) -> Scan | None:
    upload = form.document.data
    if not upload or not upload.filename:
        return None
    return exemption_documents.check(upload.filename, upload.stream.read(exemption_documents.LARGEST + 1))


def _place(form: Any, refusal: Refusal) -> None:
    """The sentence at its field, or over the form; what does not exist stays a page of its own."""
    if refusal.status in (403, 404, 503):
        raise refusal
    name = AT_FIELD.get(type(refusal))
    if name is None:
        form.form_errors = [refusal.text]
    else:
        getattr(form, name).errors = [refusal.text]


@bp.get("/bench/exemptions/<int:exemption_id>")
@access("exemption.apply")
def show(exemption_id: int) -> str:
    """One application of the own unit."""
    one = exemption_queries.get_application(actor(), "exemption.apply", exemption_id)
    return render_template("exemptions/show.html", one=one, hidden=HEALTH_HIDDEN)


@bp.post("/bench/exemptions/<int:exemption_id>/withdraw")
@access("exemption.apply")
def withdraw(exemption_id: int) -> Any:
    """Take it back."""
    with transaction():
        one = exemption_queries.get_application(actor(), "exemption.apply", exemption_id)
        exemptions.withdraw(actor(), exemption_queries.get_exemption(exemption_id, lock=True), one.unit)
    flash("申请已撤回。", "ok")
    return redirect(url_for("exemptions.index"), 303)


@bp.get("/bench/exemptions/queue/<int:exemption_id>")
@access("exemption.decide")
def review(exemption_id: int) -> str:
    """One application, to be decided."""
    one = exemption_queries.get_application(actor(), "exemption.decide", exemption_id)
    return _review_page(one, DecideForm(None))


def _review_page(one: Application, form: DecideForm) -> str:
    is_own = actor().person_id in (one.requested_by, one.person.id)
    return render_template("exemptions/review.html", one=one, form=form, is_own=is_own)


@bp.post("/bench/exemptions/queue/<int:exemption_id>/decide")
@access("exemption.decide")
def decide(exemption_id: int) -> Any:
    """Approve or refuse."""
    form = DecideForm()
    one = exemption_queries.get_application(actor(), "exemption.decide", exemption_id)
    if not form.validate():
        return _review_page(one, form), 422
    try:
        with transaction():
            exemption = exemption_queries.get_exemption(exemption_id, lock=True)
            exemptions.decide(actor(), exemption, Decision(form.decision.data), form.note.data or "")
    except Refusal as refusal:
        _place(form, refusal)
        one = exemption_queries.get_application(actor(), "exemption.decide", exemption_id)
        return _review_page(one, form), refusal.status
    flash("审批意见已保存，联络员可以看到结果。", "ok")
    return redirect(url_for("exemptions.queue", state=ApplicationState.OPEN.value), 303)


@bp.get("/bench/exemptions/<int:exemption_id>/document")
@access("exemption.apply")
def document(exemption_id: int) -> Response:
    """The stamped form, for the unit that handed it in; of a health ground not even for them."""
    return _send("exemption.apply", exemption_id)


@bp.get("/bench/exemptions/queue/<int:exemption_id>/document")
@access("exemption.decide")
def review_document(exemption_id: int) -> Response:
    """The stamped form, for who decides."""
    return _send("exemption.decide", exemption_id)


def _send(action: str, exemption_id: int) -> Response:
    """Always an attachment under a name of ours; the reading is written down."""
    one = exemption_queries.get_application(actor(), action, exemption_id)
    if not one.has_document:
        raise NotFound
    name = f"{wording.label(one.kind)}-{one.person.staff_number}"
    stored = open_stored(exemption_queries.get_document_id(actor(), action, exemption_id))
    media_type, data = stored.record.media_type, stored.data
    with transaction():
        exemptions.record_reading(actor(), exemption_id)
    name += exemption_documents.ending_of(media_type)
    return send_file(io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=name)
