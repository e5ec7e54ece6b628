"""Doors for a unit's list (本单位名单): look, confirm, say what is wrong, print."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.errors import NotFound
from lawedu.core.policy import may
from lawedu.db import transaction
from lawedu.exams import audience_queries, exemption_queries, roster_note_queries, roster_notes, roster_queries, rosters
from lawedu.exams.models import Candidate, Exam
from lawedu.exams.roster_forms import ConfirmForm, NoteForm, SearchForm
from lawedu.exams.roster_queries import ListTotals
from lawedu.people.models import Unit
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("exam_rosters", __name__)


@bp.get("/bench/rosters")
@access("roster.confirm")
def index() -> str:
    """Exams whose lists wait for, or have, this liaison's confirmation."""
    page = paged(roster_queries.select_shown_exams())
    within = roster_queries.units_within(actor(), "roster.confirm")
    exam_ids = [exam.id for exam in page.items]
    return render_template(
        "exam_rosters/index.html",
        page=page,
        totals=roster_queries.totals(exam_ids, within),
        notes=roster_note_queries.count_open(exam_ids, within),
        none=ListTotals(),
        today=clock.today(),
    )


def _exam(exam_id: int) -> Exam:
    """Liaisons see exams whose lists were opened; who runs exams sees them all."""
    if may(actor(), "roster.change"):
        return audience_queries.get_exam(exam_id)
    return roster_queries.get_shown_exam(exam_id)


def _unit(units: list[Unit], asked: str | None) -> Unit:
    """The unit asked for, else the first of one's own."""
    if asked:
        return roster_queries.get_unit(actor(), "roster.view", row_number(asked))
    if not units:
        raise NotFound
    return units[0]


@bp.get("/bench/rosters/<int:exam_id>")
@access("roster.view")
def show(exam_id: int) -> str:
    """The list of one unit with everything below it."""
    return _show(exam_id, request.args.get("unit"), ConfirmForm(None))


def _show(exam_id: int, asked: str | None, form: ConfirmForm, refused: str = "") -> str:
    exam = _exam(exam_id)
    units = list(roster_queries.list_own_units(actor(), "roster.view"))
    unit = _unit(units, asked)
    search = SearchForm(request.args)
    text = (search.q.data or "") if search.validate() else ""
    page = paged(roster_queries.select_list(exam.id, unit.path, text))
    below = roster_queries.below(unit.path)
    return render_template(
        "exam_rosters/show.html",
        exam=exam,
        unit=unit,
        units=units,
        form=form,
        refused=refused,
        search=search,
        page=page,
        marks=exemption_queries.marks(exam.id, [row.person_id for row in page.items]),
        noted=roster_note_queries.noted_candidates([row.id for row in page.items]),
        totals=roster_queries.totals([exam.id], below).get(exam.id, ListTotals()),
        open_notes=roster_note_queries.count_open([exam.id], below).get(exam.id, 0),
        last=roster_queries.find_last_confirmation(exam.id, unit.path),
        list_hash=roster_queries.list_hash(exam.id, unit.path),
        may_confirm=may(actor(), "roster.confirm") and unit.path.startswith(tuple(own.path for own in units)),
        is_late=exam.roster_confirm_by is not None and clock.today() > exam.roster_confirm_by,
    )


@bp.post("/bench/rosters/<int:exam_id>/confirm")
@access("roster.confirm")
def confirm(exam_id: int) -> Any:
    """The liaison vouches for the list as it stood on the page."""
    form = ConfirmForm()
    if not form.validate():
        return _show(exam_id, form.unit_id.data, form), 422
    try:
        with transaction():
            exam = roster_queries.get_shown_exam(exam_id, lock=True)
            unit = roster_queries.get_unit(actor(), "roster.confirm", row_number(form.unit_id.data))
            people = rosters.confirm(actor(), exam, unit, form.list_hash.data or "", form.note.data or "")
    except (rosters.ListChanged, rosters.NotesOpen, rosters.ListIsLocked, rosters.NobodyListed) as refusal:
        return _show(exam_id, form.unit_id.data, form, refusal.text), refusal.status
    flash(f"已确认应考名单，共 {people} 人。可以打印名单，签字盖章后留存。", "ok")
    return redirect(url_for("exam_rosters.show", exam_id=exam_id, unit=form.unit_id.data), 303)


@bp.get("/bench/rosters/<int:exam_id>/notes")
@access("roster.confirm")
def notes(exam_id: int) -> str:
    """What was found wrong, and what became of it."""
    exam = roster_queries.get_shown_exam(exam_id)
    within = roster_queries.units_within(actor(), "roster.confirm")
    page = paged(roster_note_queries.select_notes(exam.id, within))
    return render_template("exam_rosters/notes.html", exam=exam, page=page)


@bp.get("/bench/rosters/<int:exam_id>/notes/new")
@access("roster.confirm")
def note_form(exam_id: int) -> str:
    """Say who should be added, or with `candidate` taken off."""
    form = NoteForm(None, unit_id=request.args.get("unit"), candidate_id=request.args.get("candidate"))
    return _note_page(exam_id, form)


def _note_page(exam_id: int, form: NoteForm) -> str:
    exam = roster_queries.get_shown_exam(exam_id)
    unit = roster_queries.get_unit(actor(), "roster.confirm", row_number(form.unit_id.data))
    return render_template(
        "exam_rosters/note.html", exam=exam, unit=unit, form=form, candidate=_noted(exam_id, form.candidate_id.data)
    )


def _noted(exam_id: int, typed: str | None) -> Candidate | None:
    if not typed:
        return None
    return roster_queries.get_listed(actor(), "roster.confirm", exam_id, row_number(typed))


@bp.post("/bench/rosters/<int:exam_id>/notes/new")
@access("roster.confirm")
def raise_note(exam_id: int) -> Any:
    """Hand the note to the exam administrator."""
    form = NoteForm()
    if not form.validate():
        return _note_page(exam_id, form), 422
    try:
        with transaction():
            exam = roster_queries.get_shown_exam(exam_id, lock=True)
            unit = roster_queries.get_unit(actor(), "roster.confirm", row_number(form.unit_id.data))
            candidate = _noted(exam_id, form.candidate_id.data)
            roster_notes.raise_note(actor(), exam, unit, form.reason.data, candidate=candidate, who=form.who.data or "")
    except roster_notes.AlreadyNoted as refusal:
        form.form_errors = [refusal.text]
        return _note_page(exam_id, form), refusal.status
    flash("已提交考务管理员处理，处理结果在“名单问题”中查看。", "ok")
    return redirect(url_for("exam_rosters.show", exam_id=exam_id, unit=form.unit_id.data), 303)


@bp.post("/bench/rosters/<int:exam_id>/notes/<int:note_id>/withdraw")
@access("roster.confirm")
def withdraw_note(exam_id: int, note_id: int) -> Any:
    """Take a note back."""
    with transaction():
        note = roster_note_queries.get_note(actor(), "roster.confirm", exam_id, note_id, lock=True)
        roster_notes.withdraw_note(actor(), note)
    flash("已撤回这条名单问题。", "ok")
    return redirect(url_for("exam_rosters.notes", exam_id=exam_id), 303)


@bp.get("/bench/rosters/<int:exam_id>/print")
@access("roster.view")
def sheet(exam_id: int) -> Any:
    """The list on paper, to be signed and stamped."""
    exam = _exam(exam_id)
    unit = _unit(list(roster_queries.list_own_units(actor(), "roster.view")), request.args.get("unit"))
    try:
        rows = rosters.list_for_paper(exam, unit, alone=request.args.get("alone") == "1")
    except rosters.TooManyForPaper as refusal:
        within = roster_queries.below(unit.path)
        page = paged(roster_queries.select_unit_lists(exam.id, within), scalars=False)
        return render_template(
            "exam_rosters/choose.html", exam=exam, unit=unit, page=page, sentence=refusal.text
        ), refusal.status
    return render_template(
        "exam_rosters/print.html",
        exam=exam,
        unit=unit,
        rows=rows,
        marks=exemption_queries.marks(exam.id, [row.person_id for row in rows]),
        list_hash=roster_queries.list_hash(exam.id, unit.path),
        last=roster_queries.find_last_confirmation(exam.id, unit.path),
        now=clock.now(),
    )
