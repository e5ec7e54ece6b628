"""Doors of the roster import (名册导入): upload, dry run, import. They belong to the blueprint of the roster."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for

from lawedu import storage
from lawedu.core.errors import BadInput, Refusal
from lawedu.core.policy import may
from lawedu.core.roster_plan import Outcome
from lawedu.db import transaction
from lawedu.people import people_queries, roster_template, rosters
from lawedu.people.dry_run_views import asked_tab, page_of
from lawedu.people.models import RosterImport
from lawedu.people.people_views import unit_choices
from lawedu.people.roster_forms import ApplyForm, UploadForm
from lawedu.people.roster_wording import MISSING, field_word, value_word
from lawedu.people.unit_import_views import bp
from lawedu.spreadsheets import read_grid
from lawedu.web.access import access, actor
from lawedu.wording import label

IMPORT = "people.import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = ("faulty", "added", "moved", "changed", "missing", "unchanged")

__all__ = ["bp"]


@bp.get("/bench/people/import")
@access(IMPORT)
def upload() -> str:
    """The form, and the last uploads."""
    return _upload_page(UploadForm())


@bp.post("/bench/people/import")
@access(IMPORT)
def check_upload() -> Any:
    """Read the file outside the transaction, then keep it with its dry run."""
    form = UploadForm()
    if not form.validate():
        return _upload_page(form), 422
    file = form.file.data
    data = file.read()
    try:
        grid = read_grid(data, file.filename)
        with transaction():
            found = rosters.dry_run(actor(), file.filename, file.mimetype, data, grid)
            import_id = found.id
    except BadInput as refusal:
        form.file.errors = [refusal.text]
        return _upload_page(form), refusal.status
    return redirect(url_for("rosters.dry_run", import_id=import_id), 303)


def _upload_page(form: UploadForm) -> str:
    return render_template(
        "rosters/upload.html",
        form=form,
        recent=people_queries.list_imports(actor()),
        may_units=may(actor(), "unit.edit"),
    )


@bp.get("/bench/people/import/template")
@access(IMPORT)
def template() -> Any:
    """名册模板.xlsx"""
    data = roster_template.write(unit_choices(IMPORT))
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="人员名册模板.xlsx")


@bp.get("/bench/people/import/<int:import_id>")
@access(IMPORT)
def dry_run(import_id: int) -> str:
    """What the import would do, row by row."""
    return _dry_run_page(people_queries.get_import(actor(), import_id), ApplyForm())


@bp.post("/bench/people/import/<int:import_id>/apply")
@access(IMPORT)
def apply(import_id: int) -> Any:
    """Import everything (`which=all`), or the rows without fault (`which=good`)."""
    form = ApplyForm()
    which = request.form.get("which", "")
    if which not in ("all", "good") or not form.validate():
        raise BadInput
    try:
        with transaction():
            found = people_queries.get_import(actor(), import_id, lock=True)
            done = rosters.apply(actor(), found, only_good=which == "good", mark_missing=form.mark_missing.data)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        page = _dry_run_page(people_queries.get_import(actor(), import_id), form, refusal)
        return page, refusal.status
    flash(_sentence(done), "ok")
    return redirect(url_for("rosters.people"), 303)


def _sentence(done: dict[str, int]) -> str:
    left = f"，登记调离 {done['marked_missing']} 人" if done["marked_missing"] else ""
    skipped = f"；{done['faulty']} 行有问题，没有导入" if done["faulty"] else ""
    return f"导入完成：新增 {done['added']} 人，变更 {done['changed']} 人，调动 {done['moved']} 人{left}{skipped}。"


@bp.post("/bench/people/import/<int:import_id>/repeat")
@access(IMPORT)
def repeat(import_id: int) -> Any:
    """The dry run again, with today's data."""
    with transaction():
        rosters.repeat(actor(), people_queries.get_import(actor(), import_id, lock=True))
    flash("已按现有数据重新预演，请核对。", "ok")
    return redirect(url_for("rosters.dry_run", import_id=import_id), 303)


@bp.get("/bench/people/import/<int:import_id>/file")
@access(IMPORT)
def file(import_id: int) -> Any:
    """The sheet as it was uploaded."""
    opened = storage.open_stored(people_queries.get_import(actor(), import_id).file_id)
    return send_file(
        io.BytesIO(opened.data), "application/octet-stream", as_attachment=True, download_name=opened.record.name
    )


def _dry_run_page(found: RosterImport, form: ApplyForm, refusal: Refusal | None = None) -> str:
    counts: dict[str, int] = {**found.summary["counts"], "missing": len(found.summary["missing"])}
    tab = asked_tab(TABS, counts, "added")
    page = page_of(_rows_of(found, tab), "rosters.dry_run", found.id, tab)
    return render_template(
        "rosters/dry_run.html",
        found=found,
        form=form,
        refusal=refusal,
        is_stale=isinstance(refusal, rosters.PlanIsStale),
        counts=counts,
        changing=counts["added"] + counts["changed"] + counts["moved"],
        tab=tab,
        tabs=[(_tab_word(name), counts[name], name) for name in TABS],
        page=page,
        shown=_shown(page.items, tab),
        fields=[field_word(name) for name in found.summary["fields"]],
    )


def _tab_word(name: str) -> str:
    return MISSING if name == "missing" else label(Outcome(name))


def _rows_of(found: RosterImport, tab: str) -> Sequence[Any]:
    return found.summary["missing"] if tab == "missing" else [row for row in found.rows if row["outcome"] == tab]


def _shown(rows: Sequence[Any], tab: str) -> list[dict[str, Any]]:
    """Rows of the page in words; unit names in one select."""
    if tab == "missing":
        names = people_queries.unit_names([row[2] for row in rows])
        return [{"staff_number": number, "name": name, "unit": names.get(unit, "")} for number, name, unit in rows]
    ids = [value for row in rows for value in (row["values"].get("unit"), row["values"].get("work_unit"))]
    ids += [
        value for row in rows for field, *pair in row["changes"] if field in ("unit", "work_unit") for value in pair
    ]
    names = people_queries.unit_names([value for value in ids if value is not None])
    return [
        {
            "row": row["row"],
            "name": row["values"].get("name", ""),
            "staff_number": row["staff_number"] or row["values"].get("staff_number", ""),
            "unit": names.get(row["values"].get("unit"), ""),
            "changes": [
                (field_word(field), value_word(field, old, names), value_word(field, new, names))
                for field, old, new in row["changes"]
            ],
            "facts": [
                (field_word(field), "已填写" if field == "mobile" else value_word(field, value, names))
                for field, value in row["values"].items()
                if field not in ("name", "staff_number", "unit") and value not in (None, False, "")
            ],
            "faults": row["faults"],
            "warnings": row["warnings"],
        }
        for row in rows
    ]
