"""Doors to other people's accounts (账号管理): look one up by number, close it, open it again, lift a wait."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu.core.policy import may
from lawedu.db import transaction
from lawedu.people import account_queries, accounts, slip_queries
from lawedu.people.account_forms import DisableForm, FindPerson
from lawedu.web.access import access, actor

bp = Blueprint("accounts", __name__)
EDIT, UNLOCK = "people.edit", "account.unlock"


@bp.get("/bench/accounts")
@access(EDIT)
def index() -> str:
    """One account of the own scope, by number: its state, and what may be done with it."""
    return _page(EDIT, DisableForm(formdata=None))


@bp.get("/bench/account-waits")
@access(UNLOCK)
def waits() -> str:
    """The same for the security administrator, who only lifts the wait after wrong passwords."""
    return _page(UNLOCK, None)


@bp.post("/bench/accounts/<int:person_id>/disable")
@access(EDIT)
def disable(person_id: int) -> Any:
    """Close an account, sessions included."""
    form = DisableForm()
    if not form.validate():
        return _page(EDIT, form, slip_queries.get_person(actor(), person_id, EDIT).staff_number), 422
    with transaction():
        person = slip_queries.get_person(actor(), person_id, EDIT)
        accounts.disable(actor(), person, form.reason.data)
    flash("账号已停用，本人的登录已退出。", "ok")
    return redirect(url_for("accounts.index", number=person.staff_number), 303)


@bp.post("/bench/accounts/<int:person_id>/enable")
@access(EDIT)
def enable(person_id: int) -> Any:
    """Open a closed account again."""
    with transaction():
        person = slip_queries.get_person(actor(), person_id, EDIT)
        accounts.enable(actor(), person)
    flash("账号已恢复。", "ok")
    return redirect(url_for("accounts.index", number=person.staff_number), 303)


@bp.post("/bench/account-waits/<int:person_id>/lift")
@access(UNLOCK)
def unlock(person_id: int) -> Any:
    """Forget the wrong passwords of a person."""
    with transaction():
        person = slip_queries.get_person(actor(), person_id, UNLOCK)
        accounts.unlock(actor(), person)
    flash("登录限制已解除，可以立即重新登录。", "ok")
    return redirect(url_for("accounts.waits", number=person.staff_number), 303)


def _page(action: str, form: DisableForm | None, number: str = "") -> str:
    wanted = FindPerson(request.args)
    number = number or (wanted.number.data or "" if wanted.validate() else "")
    person = slip_queries.find_person(actor(), number, action) if number else None
    return render_template(
        "people/account.html",
        filter=wanted,
        number=number,
        person=person,
        account=account_queries.find_account(person.id) if person else None,
        form=form,
        may_issue=may(actor(), "account.issue_code"),
    )
