"""Doors of the roster (人员名册): list, one person, adding, editing, moving."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.errors import NotFound, Refusal
from lawedu.core.policy import may
from lawedu.core.roster_cells import BadCell
from lawedu.core.roster_units import UnitIndex
from lawedu.db import transaction
from lawedu.people import people_queries, persons, postings, roster_queries
from lawedu.people.models import Person, PersonCategory, Unit
from lawedu.people.people_queries import PeopleFilter
from lawedu.people.postings import Place
from lawedu.people.roster_forms import MoveForm, NewPersonForm, PeopleFilterForm, PersonForm
from lawedu.people.roster_wording import reason_word
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("rosters", __name__)
VIEW, EDIT = "people.view", "people.edit"


def unit_index(action: str) -> UnitIndex:
    """Every unit of the actor, to understand a typed name."""
    return UnitIndex(roster_queries.list_known_units(actor(), action))


def unit_choices(action: str) -> list[str]:
    """Names to suggest while typing."""
    index = unit_index(action)
    return [index.full_name(unit.id) for unit in people_queries.list_units(actor(), action)]


def typed_unit(field: Any, action: str) -> Unit | None:
    """The unit that a text field names; None when it is empty. A name that is unclear becomes the field's error."""
    if not field.data:
        return None
    try:
        known = unit_index(action).find(field.data)
    except BadCell as bad:
        field.errors = [bad.text]
        return None
    return people_queries.get_unit(actor(), action, known.id)


@bp.get("/bench/people")
@access(VIEW)
def people() -> str:
    """People in customary order, narrowed by unit, kind, name or number."""
    form = PeopleFilterForm(request.args)
    form.validate()
    unit = typed_unit(form.unit, VIEW)
    category = form.category.data
    wanted = PeopleFilter(
        unit_id=unit.id if unit else None,
        category=PersonCategory(category) if category and not form.category.errors else None,
        words=form.q.data or "",
        is_gone=form.state.data == "gone",
    )
    return render_template(
        "rosters/people.html",
        filter=form,
        page=paged(people_queries.select_people(actor(), VIEW, wanted)),
        units=unit_choices(VIEW),
        may_edit=may(actor(), EDIT),
        may_import=may(actor(), "people.import"),
    )


@bp.get("/bench/people/<int:person_id>")
@access(VIEW)
def person(person_id: int) -> str:
    """One person with all postings. Looking at personal data is recorded (house rule 5)."""
    with transaction():
        persons.note_view(actor(), people_queries.get_person(actor(), VIEW, person_id))
    found = people_queries.get_person(actor(), VIEW, person_id)
    return render_template(
        "rosters/person.html",
        person=found,
        postings=people_queries.list_postings(found.id),
        reason_word=reason_word,
        may_edit=may(actor(), EDIT),
    )


@bp.get("/bench/people/new")
@access(EDIT)
def new_person() -> str:
    """The empty form."""
    return _new_page(NewPersonForm())


@bp.post("/bench/people/new")
@access(EDIT)
def add_person() -> Any:
    """Add one person by hand."""
    form = NewPersonForm()
    is_good = form.validate()
    unit = typed_unit(form.unit, EDIT)
    if not is_good or unit is None:
        return _new_page(form), 422
    try:
        with transaction():
            home = people_queries.get_unit(actor(), EDIT, unit.id, lock=True)
            added = persons.add(actor(), home, form.staff_number.data or "", form.facts)
            number, person_id = added.staff_number, added.id
    except NotFound:
        form.cadre_authority.errors = ["这个单位或者干部管理权限不在您的管理范围内。"]
        return _new_page(form), 422
    except persons.NumberTaken as refusal:
        form.staff_number.errors = [refusal.text]
        return _new_page(form), refusal.status
    flash(f"已新增 {form.name.data}，编号 {number}。", "ok")
    return redirect(url_for("rosters.person", person_id=person_id), 303)


def _new_page(form: NewPersonForm) -> str:
    return render_template("rosters/new_person.html", form=form, units=unit_choices(EDIT))


@bp.get("/bench/people/<int:person_id>/edit")
@access(EDIT)
def edit_form(person_id: int) -> str:
    """The form, filled in."""
    found = people_queries.get_person(actor(), EDIT, person_id)
    form = PersonForm(obj=found, category=found.category.value, duty_state=found.duty_state.value,
                      exam_channel=found.exam_channel.value)  # fmt: skip
    return render_template("rosters/edit_person.html", form=form, person=found)


@bp.post("/bench/people/<int:person_id>/edit")
@access(EDIT)
def edit_person(person_id: int) -> Any:
    """Keep the particulars."""
    form = PersonForm()
    found = people_queries.get_person(actor(), EDIT, person_id)
    if not form.validate():
        return render_template("rosters/edit_person.html", form=form, person=found), 422
    try:
        with transaction():
            persons.edit(actor(), people_queries.get_person(actor(), EDIT, person_id, lock=True), form.facts)
    except NotFound:
        form.cadre_authority.errors = ["这个干部管理权限不在您的管理范围内。"]
        found = people_queries.get_person(actor(), EDIT, person_id)
        return render_template("rosters/edit_person.html", form=form, person=found), 422
    flash(f"已保存 {form.name.data} 的信息。", "ok")
    return redirect(url_for("rosters.person", person_id=person_id), 303)


@bp.get("/bench/people/<int:person_id>/move")
@access(EDIT)
def move_form(person_id: int) -> str:
    """Where the person is now, to be changed."""
    found = people_queries.get_person(actor(), EDIT, person_id)
    place = postings.place_from(people_queries.list_open_postings([found.id])) or Place(found.unit_id)
    index = unit_index(EDIT)
    form = MoveForm(
        unit=index.name_of(place.establishment),
        work_unit=index.name_of(place.work),
        counts_at_work=place.counts_at_work,
        on=clock.today(),
    )
    return _move_page(form, found)


@bp.post("/bench/people/<int:person_id>/move")
@access(EDIT)
def move_person(person_id: int) -> Any:
    """Move or second; account, history and duties stay."""
    form = MoveForm()
    is_good = form.validate()
    found = people_queries.get_person(actor(), EDIT, person_id)
    unit, work = typed_unit(form.unit, EDIT), typed_unit(form.work_unit, EDIT)
    if not is_good or unit is None or form.work_unit.errors:
        return _move_page(form, found), 422
    place = Place(unit.id, work.id if work and work.id != unit.id else None, bool(work and form.counts_at_work.data))
    try:
        with transaction():
            someone = people_queries.get_person(actor(), EDIT, person_id, lock=True)
            units = [people_queries.get_unit(actor(), EDIT, one.id) for one in (unit, work) if one is not None]
            postings.move(actor(), someone, place, units, form.on.data, form.reason.data)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        field = form.on if isinstance(refusal, postings.WrongMoveDate) else form.unit
        field.errors = [refusal.text]
        return _move_page(form, people_queries.get_person(actor(), EDIT, person_id)), refusal.status
    flash("调动已登记，账号和学法记录不受影响。", "ok")
    return redirect(url_for("rosters.person", person_id=person_id), 303)


def _move_page(form: MoveForm, person: Person) -> str:
    return render_template("rosters/move_person.html", form=form, person=person, units=unit_choices(EDIT))
