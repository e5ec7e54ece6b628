"""Doors of the unit import (单位导入): upload, dry run, import. They belong to the blueprint of the roster."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for

from lawedu import storage
from lawedu.core.errors import BadInput, Refusal
from lawedu.core.unit_plan import UnitOutcome
from lawedu.db import transaction
from lawedu.people import people_queries, unit_imports, unit_template
from lawedu.people.dry_run_views import asked_tab, page_of
from lawedu.people.models import RosterImport
from lawedu.people.people_queries import OF_UNITS
from lawedu.people.people_views import unit_choices
from lawedu.people.roster_forms import UnitUploadForm
from lawedu.people.rosters import PlanIsStale
from lawedu.people.unit_views import bp
from lawedu.people.unit_wording import field_word, value_word
from lawedu.spreadsheets import read_grid
from lawedu.web.access import access, actor
from lawedu.web.forms import Form
from lawedu.wording import label

EDIT = "unit.edit"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = tuple(str(outcome) for outcome in (
    UnitOutcome.FAULTY, UnitOutcome.ADDED, UnitOutcome.MOVED, UnitOutcome.CHANGED, UnitOutcome.UNCHANGED
))  # fmt: skip

__all__ = ["bp"]


@bp.get("/bench/units/import")
@access(EDIT)
def upload_units() -> str:
    """The form, and the last uploads."""
    return _upload_page(UnitUploadForm())


@bp.post("/bench/units/import")
@access(EDIT)
def check_units() -> Any:
    """Read the file outside the transaction, then keep it with its dry run."""
    form = UnitUploadForm()
    if not form.validate():
        return _upload_page(form), 422
    file = form.file.data
    data = file.read()
    try:
        grid = read_grid(data, file.filename)
        with transaction():
            found = unit_imports.dry_run(actor(), file.filename, file.mimetype, data, grid)
            import_id = found.id
    except BadInput as refusal:
        form.file.errors = [refusal.text]
        return _upload_page(form), refusal.status
    return redirect(url_for("rosters.units_dry_run", import_id=import_id), 303)


def _upload_page(form: UnitUploadForm) -> str:
    recent = people_queries.list_imports(actor(), OF_UNITS)
    return render_template("rosters/upload_units.html", form=form, recent=recent)


@bp.get("/bench/units/import/template")
@access(EDIT)
def units_template() -> Any:
    """单位模板.xlsx"""
    data = unit_template.write(unit_choices(EDIT))
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="单位模板.xlsx")


@bp.get("/bench/units/import/<int:import_id>")
@access(EDIT)
def units_dry_run(import_id: int) -> str:
    """What the import would do, row by row."""
    return _dry_run_page(people_queries.get_import(actor(), import_id, OF_UNITS))


@bp.post("/bench/units/import/<int:import_id>/apply")
@access(EDIT)
def apply_units(import_id: int) -> Any:
    """Import everything (`which=all`), or the rows without fault (`which=good`)."""
    which = request.form.get("which", "")
    if which not in ("all", "good"):
        raise BadInput
    try:
        with transaction():
            found = people_queries.get_import(actor(), import_id, OF_UNITS, lock=True)
            done = unit_imports.apply(actor(), found, only_good=which == "good")
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _dry_run_page(people_queries.get_import(actor(), import_id, OF_UNITS), refusal), refusal.status
    flash(_sentence(done), "ok")
    return redirect(url_for("rosters.units"), 303)


def _sentence(done: dict[str, int]) -> str:
    skipped = f"；{done['faulty']} 行有问题，没有导入" if done["faulty"] else ""
    return f"导入完成：新增 {done['added']} 个单位，变更 {done['changed']} 个，移动 {done['moved']} 个{skipped}。"


@bp.post("/bench/units/import/<int:import_id>/repeat")
@access(EDIT)
def repeat_units(import_id: int) -> Any:
    """The dry run again, with today's tree."""
    with transaction():
        unit_imports.repeat(actor(), people_queries.get_import(actor(), import_id, OF_UNITS, lock=True))
    flash("已按现有单位重新预演，请核对。", "ok")
    return redirect(url_for("rosters.units_dry_run", import_id=import_id), 303)


@bp.get("/bench/units/import/<int:import_id>/file")
@access(EDIT)
def units_file(import_id: int) -> Any:
    """The sheet as it was uploaded."""
    opened = storage.open_stored(people_queries.get_import(actor(), import_id, OF_UNITS).file_id)
    return send_file(
        io.BytesIO(opened.data), "application/octet-stream", as_attachment=True, download_name=opened.record.name
    )


def _dry_run_page(found: RosterImport, refusal: Refusal | None = None) -> str:
    counts: dict[str, int] = found.summary["counts"]
    tab = asked_tab(TABS, counts, "added")
    rows = [row for row in found.rows if row["outcome"] == tab]
    page = page_of(rows, "rosters.units_dry_run", found.id, tab)
    return render_template(
        "rosters/units_dry_run.html",
        found=found,
        form=Form(),
        refusal=refusal,
        is_stale=isinstance(refusal, PlanIsStale),
        counts=counts,
        changing=counts["added"] + counts["changed"] + counts["moved"],
        tab=tab,
        tabs=[(label(UnitOutcome(name)), counts[name], name) for name in TABS],
        page=page,
        shown=_shown(page.items),
        fields=[field_word(name) for name in found.summary["fields"]],
    )


def _shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of the page in words."""
    return [
        {
            "number": row["as_read"]["number"],
            "name": row["as_read"]["name"],
            "parent": row["parent"] or row["as_read"]["parent"],
            "kind": value_word("kind", row["kind"]) if row["kind"] else "",
            "facts": [
                (field_word(field), value_word(field, value))
                for field, value in row["as_read"]["values"].items()
                if field != "kind"
            ],
            "changes": [
                (field_word(field), value_word(field, old), value_word(field, new))
                for field, old, new in row["changes"]
            ],
            "faults": row["faults"],
            "notes": row["notes"],
        }
        for row in rows
    ]
