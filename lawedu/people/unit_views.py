"""Doors of the unit tree (单位): list, add, rename, move, close. They belong to the blueprint of the roster."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.people import people_queries, units
from lawedu.people.models import Unit, UnitKind
from lawedu.people.people_views import bp, typed_unit, unit_choices, unit_index
from lawedu.people.roster_forms import MoveUnitForm, NewUnitsForm, UnitForm
from lawedu.web.access import access, actor
from lawedu.web.numbers import row_number
from lawedu.web.paging import paged

EDIT = "unit.edit"
LINES = 50

__all__ = ["bp"]


@bp.get("/bench/units", endpoint="units")
@access(EDIT)
def list_units() -> str:
    """The tree in customary order, with the people whom each unit counts itself."""
    closed_too = request.args.get("closed") == "yes"
    page = paged(people_queries.select_units(actor(), EDIT, closed_too=closed_too), size=LINES)
    return render_template(
        "rosters/units.html",
        page=page,
        people=people_queries.count_people_by_unit([unit.id for unit in page.items]),
        top=min((unit.path.count("/") for unit in page.items), default=0),
        closed_too=closed_too,
        index=unit_index(EDIT),
    )


@bp.get("/bench/units/new")
@access(EDIT)
def new_units() -> str:
    """The form, below the unit it was asked for."""
    parent = request.args.get("parent")
    above = people_queries.get_unit(actor(), EDIT, row_number(parent)) if parent else None
    form = NewUnitsForm(parent=unit_index(EDIT).name_of(above.id) if above else "")
    return _new_page(form)


@bp.post("/bench/units/new")
@access(EDIT)
def add_units() -> Any:
    """One or many units under one parent, all or none."""
    form = NewUnitsForm()
    is_good = form.validate()
    parent = typed_unit(form.parent, EDIT)
    if not is_good or form.parent.errors:
        return _new_page(form), 422
    try:
        with transaction():
            above = people_queries.get_unit(actor(), EDIT, parent.id, lock=True) if parent else None
            added = len(units.create_many(actor(), above, form.lines, UnitKind(form.kind.data)))
    except units.UnitNameTaken as refusal:
        form.names.errors = [refusal.text]
        return _new_page(form), refusal.status
    except Refusal as refusal:
        if parent is not None:
            raise
        # Without a parent it would stand beside the roots, which only a grant for the whole tree covers.
        form.parent.errors = ["请填写您管理范围内的上级单位。"]
        return _new_page(form), 422 if refusal.status == 404 else refusal.status
    flash(f"已新增 {added} 个单位。", "ok")
    return redirect(url_for("rosters.units"), 303)


def _new_page(form: NewUnitsForm) -> str:
    return render_template("rosters/new_units.html", form=form, units=unit_choices(EDIT))


@bp.get("/bench/units/<int:unit_id>")
@access(EDIT)
def unit(unit_id: int) -> str:
    """One unit: particulars, place in the tree, closing."""
    found = people_queries.get_unit(actor(), EDIT, unit_id)
    return _unit_page(found, UnitForm(obj=found, kind=found.kind.value), _move_unit_form(found))


def _move_unit_form(found: Unit) -> MoveUnitForm:
    return MoveUnitForm(formdata=None, parent=unit_index(EDIT).name_of(found.parent_id))


def _unit_page(found: Unit, form: UnitForm, move: MoveUnitForm) -> str:
    return render_template(
        "rosters/unit.html",
        unit=found,
        form=form,
        move=move,
        units=unit_choices(EDIT),
        people=people_queries.count_people_in(found),
        children=people_queries.count_open_children(found),
        full_name=unit_index(EDIT).name_of(found.id),
    )


@bp.post("/bench/units/<int:unit_id>")
@access(EDIT)
def edit_unit(unit_id: int) -> Any:
    """Rename, change kind or order."""
    form = UnitForm()
    if form.validate():
        try:
            with transaction():
                units.edit(actor(), people_queries.get_unit(actor(), EDIT, unit_id, lock=True), form.facts)
            flash("单位信息已保存。", "ok")
            return redirect(url_for("rosters.unit", unit_id=unit_id), 303)
        except units.UnitNameTaken as refusal:
            form.name.errors = [refusal.text]
    found = people_queries.get_unit(actor(), EDIT, unit_id)
    return _unit_page(found, form, _move_unit_form(found)), 422


@bp.post("/bench/units/<int:unit_id>/move")
@access(EDIT)
def move_unit(unit_id: int) -> Any:
    """Hang it under another unit, with everything below."""
    move = MoveUnitForm()
    found = people_queries.get_unit(actor(), EDIT, unit_id)
    is_good = move.validate()
    parent = typed_unit(move.parent, EDIT)
    if is_good and not move.parent.errors:
        try:
            with transaction():
                moving = people_queries.get_unit(actor(), EDIT, unit_id, lock=True)
                above = people_queries.get_unit(actor(), EDIT, parent.id, lock=True) if parent else None
                units.move(actor(), moving, above)
            flash("上级单位已调整，下级单位一并调整。", "ok")
            return redirect(url_for("rosters.unit", unit_id=unit_id), 303)
        except (units.UnitCycle, units.UnitNameTaken) as refusal:
            move.parent.errors = [refusal.text]
    found = people_queries.get_unit(actor(), EDIT, unit_id)
    return _unit_page(found, UnitForm(formdata=None, obj=found, kind=found.kind.value), move), 422


@bp.get("/bench/units/<int:unit_id>/close")
@access(EDIT)
def close_form(unit_id: int) -> str:
    """Confirm page."""
    found = people_queries.get_unit(actor(), EDIT, unit_id)
    return render_template("rosters/close_unit.html", unit=found, full_name=unit_index(EDIT).name_of(found.id))


@bp.post("/bench/units/<int:unit_id>/close")
@access(EDIT)
def close_unit(unit_id: int) -> Any:
    """Close it; refused while people or units are in it."""
    with transaction():
        units.close(actor(), people_queries.get_unit(actor(), EDIT, unit_id, lock=True))
    flash("单位已撤销，历史记录保留。", "ok")
    return redirect(url_for("rosters.units"), 303)
