"""Doors for activation slips (激活单): a PDF is the only place where a code ever stands in clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import segno
from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for

from lawedu import clock, documents
from lawedu.core.errors import BadInput
from lawedu.db import transaction
from lawedu.people import account_queries, activation, slip_queries
from lawedu.people.slip_forms import OnePersonForm, UnitFilter
from lawedu.web.access import access, actor
from lawedu.web.moments import day
from lawedu.web.paging import paged

bp = Blueprint("slips", __name__)
MOST = 300


@bp.get("/bench/slips")
@access("account.issue_code")
def index() -> str:
    """Units with how many have not opened their account, and the form for one person."""
    return _index(OnePersonForm(formdata=None))


@bp.post("/bench/slips/units/<int:unit_id>")
@access("account.issue_code")
def issue_for_unit(unit_id: int) -> Any:
    """Slips for those of a unit who hold none (`which=new`), or for all who never activated (`which=all`)."""
    which = request.form.get("which", "new")
    if which not in ("new", "all"):
        raise BadInput
    with transaction():
        unit = slip_queries.get_unit(actor(), unit_id)
        people = slip_queries.list_waiting(actor(), unit_id, with_slips=which == "all", limit=MOST + 1)
        if which == "all" and len(people) > MOST:
            raise activation.TooManySlips(most=MOST)
        slips = activation.issue_codes(actor(), people[:MOST], skip_higher=True)
        name = unit.name
    if not slips:
        flash("这个单位没有需要发放激活单的人员。", "info")
        return redirect(url_for("slips.index"), 303)
    return _as_file(slips, name)


@bp.post("/bench/slips/person")
@access("account.issue_code")
def issue_for_person() -> Any:
    """A new slip for one person, also after a forgotten password; the old one dies."""
    form = OnePersonForm()
    if not form.validate():
        return _index(form), 422
    try:
        with transaction():
            person = slip_queries.find_person(actor(), form.staff_number.data)
            slips = activation.issue_codes(actor(), [person] if person else [])
    except (activation.HigherHand, activation.AccountDisabled) as refusal:
        form.staff_number.errors = [refusal.text]
        return _index(form), refusal.status
    if not slips:
        form.staff_number.errors = ["没有找到这个工号，或者不在您管理的范围内，请核对。"]
        return _index(form), 422
    return _as_file(slips, slips[0].name)


@bp.post("/bench/slips/crew/<int:person_id>")
@access("account.unlock")
def issue_for_crew(person_id: int) -> Any:
    """A slip for somebody with a role, from the security administrator: see HigherHand."""
    with transaction():
        slips = activation.issue_codes(actor(), [account_queries.get_person(person_id)])
    return _as_file(slips, slips[0].name)


def _index(form: OnePersonForm) -> str:
    wanted = UnitFilter(request.args)
    name = wanted.q.data or "" if wanted.validate() else ""
    page = paged(slip_queries.select_units(actor(), name), scalars=False)
    return render_template("slips/index.html", page=page, form=form, filter=wanted, most=MOST)


def _as_file(slips: Sequence[activation.Slip], title: str) -> Response:
    data = {
        "site": current_app.config["SITE_NAME"],
        "made_on": day(clock.today()),
        "slips": [_on_paper(slip) for slip in slips],
    }
    response = Response(documents.pdf("slips", data), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"激活单-{title}-{clock.today():%Y%m%d}.pdf")
    return response


def _on_paper(slip: activation.Slip) -> dict[str, str]:
    address = url_for("people.activate", code=slip.code, _external=True)
    return {
        "name": slip.name,
        "number": slip.staff_number,
        "unit": slip.unit,
        "code": slip.code,
        "until": day(slip.expires_at),
        "qr": segno.make(address, error="m").svg_inline(border=1),
    }
