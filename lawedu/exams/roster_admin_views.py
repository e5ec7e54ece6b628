"""Doors for all units' lists (名单核对总表): who has confirmed, what is wrong, the lock."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.exams import audience_queries, roster_note_queries, roster_notes, roster_queries, rosters
from lawedu.exams.models import Exam
from lawedu.exams.roster_forms import OpenForm, SearchForm, SettleForm
from lawedu.exams.roster_models import RosterNote, RosterNoteKind
from lawedu.exams.roster_queries import ListTotals
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

bp = Blueprint("roster_admin", __name__)
FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "waiting": {"confirmed": False},
    "confirmed": {"confirmed": True},
    "noted": {"noted": True},
}


def _everywhere() -> Any:
    return roster_queries.units_within(actor(), "roster.change")


@bp.get("/bench/exams/<int:exam_id>/roster")
@access("roster.change")
def index(exam_id: int) -> str:
    """All units: confirmed, waiting, late."""
    exam = audience_queries.get_exam(exam_id)
    return _index(exam, OpenForm(None, by_date=exam.roster_confirm_by))


def _index(exam: Exam, form: OpenForm, refused: str = "") -> str:
    show = request.args.get("show", "all")
    show = show if show in FILTERS else "all"
    query = roster_queries.select_unit_lists(exam.id, _everywhere(), **FILTERS[show])
    page = paged(query, scalars=False)
    return render_template(
        "exam_rosters/admin.html",
        exam=exam,
        form=form,
        refused=refused,
        show=show,
        page=page,
        rows=[roster_queries.unit_list(row) for row in page.items],
        totals=roster_queries.totals([exam.id], _everywhere()).get(exam.id, ListTotals()),
        open_notes=roster_note_queries.count_open([exam.id], _everywhere()).get(exam.id, 0),
        is_late=exam.roster_confirm_by is not None and clock.today() > exam.roster_confirm_by,
    )


@bp.post("/bench/exams/<int:exam_id>/roster/open")
@access("roster.change")
def open_confirmation(exam_id: int) -> Any:
    """Ask the units to confirm, or move the day."""
    form = OpenForm()
    if not form.validate():
        return _index(audience_queries.get_exam(exam_id), form), 422
    try:
        with transaction():
            exam = audience_queries.get_exam(exam_id, lock=True)
            rosters.open_confirmation(actor(), exam, form.by_date.data)
    except rosters.DayInThePast as refusal:
        form.by_date.errors = [refusal.text]
        return _index(audience_queries.get_exam(exam_id), form), refusal.status
    except rosters.NobodyListed as refusal:
        return _index(audience_queries.get_exam(exam_id), form, refusal.text), refusal.status
    flash("名单已交各单位核对。各单位联络员登录后即可看到本单位名单。", "ok")
    return redirect(url_for("roster_admin.index", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/roster/lock")
@access("roster.change")
def lock_form(exam_id: int) -> str:
    """What locking means, before it is done."""
    exam = audience_queries.get_exam(exam_id)
    return render_template(
        "exam_rosters/lock.html",
        exam=exam,
        totals=roster_queries.totals([exam.id], _everywhere()).get(exam.id, ListTotals()),
        open_notes=roster_note_queries.count_open([exam.id], _everywhere()).get(exam.id, 0),
    )


@bp.post("/bench/exams/<int:exam_id>/roster/lock")
@access("roster.change")
def lock(exam_id: int) -> Any:
    """Fix the roster."""
    with transaction():
        total = rosters.lock(actor(), audience_queries.get_exam(exam_id, lock=True))
    flash(f"应考名单已锁定，共 {total.people} 人。此后的变动须逐人办理并写明原因。", "ok")
    return redirect(url_for("roster_admin.index", exam_id=exam_id), 303)


@bp.get("/bench/exams/<int:exam_id>/roster/notes")
@access("roster.change")
def notes(exam_id: int) -> str:
    """What units found wrong, open ones first."""
    exam = audience_queries.get_exam(exam_id)
    page = paged(roster_note_queries.select_notes(exam.id, _everywhere()))
    return render_template("exam_rosters/admin_notes.html", exam=exam, page=page)


@bp.get("/bench/exams/<int:exam_id>/roster/notes/<int:note_id>")
@access("roster.change")
def note(exam_id: int, note_id: int) -> str:
    """One note, with the people it may mean."""
    found = roster_note_queries.get_note(actor(), "roster.change", exam_id, note_id)
    return _note_page(exam_id, found, SettleForm(None))


def _note_page(exam_id: int, found: RosterNote, form: SettleForm) -> str:
    """Whom to add is looked for by what the liaison typed, or by what the administrator types instead."""
    search = SearchForm(request.args)
    text = (search.q.data or "") if search.validate() else ""
    people = []
    if found.kind is RosterNoteKind.ADD and found.outcome is None:
        people = list(audience_queries.search_people(text or found.who))
        form.person_id.choices = [
            (str(one.id), f"{one.name}　{one.staff_number}　{one.unit.name}　{one.post_title}") for one in people
        ]
    search.q.data = text or found.who
    exam = audience_queries.get_exam(exam_id)
    return render_template(
        "exam_rosters/admin_note.html", exam=exam, note=found, form=form, search=search, people_found=people
    )


@bp.post("/bench/exams/<int:exam_id>/roster/notes/<int:note_id>/accept")
@access("roster.change")
def accept_note(exam_id: int, note_id: int) -> Any:
    """Change the list as asked."""
    form = SettleForm()
    return _settle(exam_id, note_id, form, accepted=True)


@bp.post("/bench/exams/<int:exam_id>/roster/notes/<int:note_id>/decline")
@access("roster.change")
def decline_note(exam_id: int, note_id: int) -> Any:
    """Leave the list as it is and say why."""
    form = SettleForm()
    return _settle(exam_id, note_id, form, accepted=False)


def _settle(exam_id: int, note_id: int, form: SettleForm, *, accepted: bool) -> Any:
    if not form.validate():
        found = roster_note_queries.get_note(actor(), "roster.change", exam_id, note_id)
        return _note_page(exam_id, found, form), 422
    try:
        with transaction():
            exam = audience_queries.get_exam(exam_id, lock=True)
            found = roster_note_queries.get_note(actor(), "roster.change", exam_id, note_id, lock=True)
            if accepted:
                chosen = form.person_id.data
                person = audience_queries.get_person(row_number(chosen)) if chosen else None
                roster_notes.accept_note(actor(), exam, found, form.answer.data or "", person)
            else:
                roster_notes.decline_note(actor(), found, form.answer.data or "")
    except Refusal as refusal:
        if refusal.status in (403, 404, 503):
            raise
        _place(form, refusal)
        found = roster_note_queries.get_note(actor(), "roster.change", exam_id, note_id)
        return _note_page(exam_id, found, form), refusal.status
    flash("已办结这条名单问题，处理结果联络员可以看到。", "ok")
    return redirect(url_for("roster_admin.notes", exam_id=exam_id), 303)


def _place(form: SettleForm, refusal: Refusal) -> None:
    if isinstance(refusal, roster_notes.AnswerMissing):
        form.answer.errors = [refusal.text]
    elif isinstance(refusal, roster_notes.PersonMissing):
        form.person_id.errors = [refusal.text]
    else:
        form.form_errors = [refusal.text]
