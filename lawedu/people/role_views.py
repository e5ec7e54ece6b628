"""Doors for granting roles (角色授权)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu import clock
from lawedu.core.errors import BadInput, Refusal
from lawedu.core.policy import Role, may
from lawedu.db import transaction
from lawedu.people import accounts, role_queries, roles
from lawedu.people.models import RoleGrant
from lawedu.people.role_forms import GRANTABLE, MOST_ROWS, CrewForm, CrewRow, DecideForm, EndForm
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("roles", __name__)
STATES = ("held", "pending", "ended")
SHEET_ROWS = 200


@bp.get("/bench/roles")
@access("role.view")
def index() -> str:
    """Who holds what, who waits, what has ended; and which two-person acts nobody could finish."""
    state = request.args.get("state", "held")
    page = paged(role_queries.select_grants(state if state in STATES else "held"))
    return render_template(
        "roles/index.html",
        page=page,
        state=state if state in STATES else "held",
        names=_names(page.items),
        gaps=role_queries.list_gaps(),
        may_grant=may(actor(), "role.grant"),
        is_first_crew_open=_is_first(),
        me=actor().person_id,
    )


@bp.get("/bench/roles/grant")
@access("role.grant")
def grant_form() -> str:
    """Up to six people on one page."""
    asked = request.args.get("people", "")
    count = int(asked) if asked in ("1", "2", "3", "4", "5", "6") else (MOST_ROWS if _is_first() else 1)
    return _grant_page(CrewForm(rows=[{}] * count))


@bp.post("/bench/roles/grant")
@access("role.grant")
def grant() -> Any:
    """All of them, or none with the reason at its row."""
    form = CrewForm()
    if not form.validate():
        return _grant_page(form), 422
    wanted = _read_rows(form)
    if not wanted:
        return _grant_page(form), 422
    try:
        accounts.ensure_confirmed(actor(), form.password.data)
        with transaction():
            granted = roles.request(actor(), wanted, form.reason.data)
            is_first = granted[0].approved_at is not None
    except accounts.WrongPassword as refusal:
        return _wrong_password(form, refusal, _grant_page)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _grant_page(form, refusal.text), refusal.status
    flash("首次授权已生效，请打印授权审批表。" if is_first else "申请已提交，等待另一位同志审批。", "ok")
    return redirect(url_for("roles.index", state="held" if is_first else "pending"), 303)


def _read_rows(form: CrewForm) -> list[roles.Wanted]:
    """The people and units behind the rows; empty when a row has an error, which then stands at its field."""
    wanted: list[roles.Wanted] = []
    filled = [entry.form for entry in form.rows if not entry.form.is_empty]
    if not filled:
        form.rows[0].form.staff_number.errors = ["请至少填写一人"]
    is_good = bool(filled)
    for row in filled:
        person = role_queries.find_person(row.staff_number.data)
        if person is None or person.name != row.name.data:
            row.staff_number.errors = ["没有找到这个工号和姓名对应的人员，请核对"]
            is_good = False
            continue
        units = role_queries.list_units_named(row.unit_name.data) if row.unit_name.data else []
        if row.unit_name.data and len(units) != 1:
            row.unit_name.errors = ["有多个单位叫这个名称，请填写全称" if units else "没有找到这个单位，请核对名称"]
            is_good = False
            continue
        wanted.extend(_wanted_of(row, person, units[0] if units else None))
    return wanted if is_good else []


def _wanted_of(row: CrewRow, person: Any, unit: Any) -> list[roles.Wanted]:
    chosen = [Role(value) for value in row.roles.data]
    return [
        roles.Wanted(
            person,
            role,
            unit if role in (Role.UNIT_ADMIN, Role.HR, Role.LEADER, Role.ORGANIZER) else None,
            row.cadre_authority.data if role is Role.HR else "",
            row.expires_on.data,
        )
        for role in chosen
    ]


@bp.get("/bench/role-requests")
@access("role.approve")
def requests() -> str:
    """Requests that wait for a second person."""
    page = paged(role_queries.select_grants("pending"))
    return render_template("roles/requests.html", page=page, names=_names(page.items), me=actor().person_id)


@bp.get("/bench/role-requests/<int:grant_id>")
@access("role.approve")
def request_page(grant_id: int) -> str:
    """One request with what it would bring."""
    return _request_page(role_queries.get_grant(grant_id), DecideForm())


@bp.post("/bench/role-requests/<int:grant_id>")
@access("role.approve")
def decide(grant_id: int) -> Any:
    """同意 or 不同意."""
    form = DecideForm()
    decision = request.form.get("decision")
    if decision not in ("approve", "reject"):
        raise BadInput
    is_good = form.validate()
    if decision == "reject" and not form.note.data:
        form.note.errors = ["不同意时请填写理由"]
        is_good = False
    if not is_good:
        return _request_page(role_queries.get_grant(grant_id), form), 422
    try:
        accounts.ensure_confirmed(actor(), form.password.data)
        with transaction():
            grant = role_queries.get_grant(grant_id, lock=True)
            if decision == "approve":
                roles.approve(actor(), grant)
            else:
                roles.reject(actor(), grant, form.note.data)
    except accounts.WrongPassword as refusal:
        return _wrong_password(form, refusal, lambda form: _request_page(role_queries.get_grant(grant_id), form))
    flash("已同意，授权立即生效。" if decision == "approve" else "已退回申请。", "ok")
    return redirect(url_for("roles.requests"), 303)


@bp.post("/bench/roles/<int:grant_id>/withdraw")
@access("role.grant")
def withdraw(grant_id: int) -> Any:
    """Take back one's own request."""
    with transaction():
        roles.withdraw(actor(), role_queries.get_grant(grant_id, lock=True))
    flash("申请已撤回。", "ok")
    return redirect(url_for("roles.index", state="pending"), 303)


@bp.get("/bench/roles/<int:grant_id>/end")
@access("role.grant")
def end_form(grant_id: int) -> str:
    """Confirm page."""
    return render_template("roles/end.html", grant=role_queries.get_grant(grant_id), form=EndForm())


@bp.post("/bench/roles/<int:grant_id>/end")
@access("role.grant")
def end(grant_id: int) -> Any:
    """End a role, sessions included."""
    form = EndForm()
    if not form.validate():
        return render_template("roles/end.html", grant=role_queries.get_grant(grant_id), form=form), 422
    with transaction():
        roles.end(actor(), role_queries.get_grant(grant_id, lock=True), form.reason.data)
    flash("授权已结束，本人需要重新登录。", "ok")
    return redirect(url_for("roles.index"), 303)


@bp.get("/bench/roles/sheet")
@access("role.view")
def sheet() -> str:
    """授权审批表, to print and sign: the crew, or one role."""
    asked = request.args.get("role", "")
    role = Role(asked) if asked in [one.value for one in GRANTABLE] else None
    page = paged(role_queries.select_sheet(role), size=SHEET_ROWS)
    return render_template(
        "roles/sheet.html",
        page=page,
        role=role,
        choices=GRANTABLE,
        names=_names(page.items),
        gaps=role_queries.list_gaps(),
        today=clock.today(),
    )


def _is_first() -> bool:
    return roles.is_first_crew_open(actor())


def _grant_page(form: CrewForm, refused: str = "") -> str:
    return render_template(
        "roles/grant.html", form=form, refused=refused, is_first_crew_open=_is_first(), most=MOST_ROWS
    )


def _request_page(grant: RoleGrant, form: DecideForm) -> str:
    return render_template("roles/request.html", grant=grant, form=form, names=_names([grant]), me=actor().person_id)


def _wrong_password(form: Any, refusal: Refusal, page: Any) -> Any:
    if not isinstance(refusal, accounts.PasswordNeeded):
        with transaction():
            accounts.count_wrong_own(actor())
    form.password.errors = [refusal.text]
    return page(form), refusal.status


def _names(grants: Any) -> dict[int, str]:
    return role_queries.names_of(
        [person_id for grant in grants for person_id in (grant.requested_by, grant.approved_by)]
    )
