"""Doors for resetting somebody's second factor (重置动态验证码): asked for here, decided here by another person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from lawedu.core.errors import BadInput, Refusal
from lawedu.core.policy import may
from lawedu.db import transaction
from lawedu.people import (
    account_queries,
    accounts,
    approval_queries,
    approvals,
    factor_queries,
    factor_resets,
    role_queries,
)
from lawedu.people.factor_forms import ResetForm
from lawedu.people.models import Approval, ApprovalState, Person
from lawedu.people.role_forms import DecideForm
from lawedu.web.access import access, actor
from lawedu.web.paging import paged

bp = Blueprint("factor_resets", __name__)


@bp.get("/bench/factor-resets")
@access("factor.approve")
def index() -> str:
    """Requests that wait; for a security administrator also the form to ask."""
    return _page(ResetForm(formdata=None))


@bp.post("/bench/factor-resets")
@access("factor.reset")
def ask() -> Any:
    """Ask for the reset of one person's factor."""
    form = ResetForm()
    if not form.validate():
        return _page(form), 422
    person = role_queries.find_person(form.staff_number.data)
    if person is None or person.name != form.name.data:
        form.staff_number.errors = ["没有找到这个工号和姓名对应的人员，请核对"]
        return _page(form), 422
    try:
        accounts.ensure_confirmed(actor(), form.password.data)
        with transaction():
            factor_resets.request(actor(), person, form.reason.data)
    except accounts.WrongPassword as refusal:
        return _wrong_password(form, refusal, _page)
    except (factor_resets.OwnFactor, factor_resets.NoFactor, approvals.AlreadyRequested) as refusal:
        form.staff_number.errors = [refusal.text]
        return _page(form), refusal.status
    flash("重置申请已提交，等待另一位同志审批。", "ok")
    return redirect(url_for("factor_resets.index"), 303)


@bp.get("/bench/factor-resets/<int:approval_id>")
@access("factor.approve")
def request_page(approval_id: int) -> str:
    """One request with its reason."""
    return _request_page(approval_id, DecideForm())


@bp.post("/bench/factor-resets/<int:approval_id>")
@access("factor.approve")
def decide(approval_id: int) -> Any:
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
        return _request_page(approval_id, form), 422
    try:
        accounts.ensure_confirmed(actor(), form.password.data)
        with transaction():
            approval = factor_queries.get_reset(approval_id)
            deed = factor_resets.approve if decision == "approve" else factor_resets.reject
            deed(actor(), approval, form.note.data or "")
    except accounts.WrongPassword as refusal:
        return _wrong_password(form, refusal, lambda form: _request_page(approval_id, form))
    flash("已重置，本人下次登录时重新设置。" if decision == "approve" else "已退回申请。", "ok")
    return redirect(url_for("factor_resets.index"), 303)


@bp.post("/bench/factor-resets/<int:approval_id>/withdraw")
@access("factor.reset")
def withdraw(approval_id: int) -> Any:
    """Take back one's own request."""
    with transaction():
        factor_resets.withdraw(actor(), factor_queries.get_reset(approval_id))
    flash("申请已撤回。", "ok")
    return redirect(url_for("factor_resets.index"), 303)


def _page(form: ResetForm) -> str:
    page = paged(approval_queries.select_pending((factor_queries.RESET,)))
    may_reset = may(actor(), "factor.reset")
    return render_template("factors/resets.html", page=page, form=form, may_reset=may_reset, me=actor().person_id)


def _request_page(approval_id: int, form: DecideForm) -> str:
    approval: Approval = factor_queries.get_reset(approval_id)
    person: Person = account_queries.get_person(approval.subject_id)
    return render_template(
        "factors/reset.html",
        approval=approval,
        person=person,
        form=form,
        is_waiting=approval.state is ApprovalState.PENDING,
        me=actor().person_id,
    )


def _wrong_password(form: Any, refusal: Refusal, page: Any) -> Any:
    if not isinstance(refusal, accounts.PasswordNeeded):
        with transaction():
            accounts.count_wrong_own(actor())
    form.password.errors = [refusal.text]
    return page(form), refusal.status
