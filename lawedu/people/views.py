"""Doors of one's own account (本人账号): sign in, sign out, activate, password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf

from lawedu.core.errors import Refusal, Unavailable
from lawedu.core.policy import PUBLIC, SIGNED_IN
from lawedu.db import transaction
from lawedu.people import account_queries, accounts, activation, half_views, sessions
from lawedu.people.account_forms import ActivateForm, ChangePasswordForm, SignInForm
from lawedu.people.passwords import WeakPassword
from lawedu.people.throttle import TooManyFailures
from lawedu.web.access import SignedIn, access, actor, login_manager, wants_json
from lawedu.web.places import local_path

bp = Blueprint("people", __name__)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The actor behind the cookie: one select; the row hears at most every five minutes that it is in use."""
    found = sessions.find_open(token, address())
    if found is None:
        return None
    if sessions.is_touch_due(found):
        try:
            with transaction():
                sessions.touch(found.id)
        except Unavailable:
            pass  # reading goes on while the disk is full
    return SignedIn(token, found.actor, found.unit_name)


def address() -> str:
    """Where the request comes from; a forwarded address only from the configured proxy."""
    return request.remote_addr or ""


@bp.get("/sign-in")
@access(PUBLIC)
def sign_in() -> Any:
    """The page; who is signed in already goes on."""
    wanted = local_path(request.args.get("next"))
    if actor().person_id:
        return redirect(wanted, 303)
    form = SignInForm(next=wanted)
    return render_template("people/sign_in.html", form=form)


@bp.post("/sign-in")
@access(PUBLIC)
def do_sign_in() -> Any:
    """Check outside, then open the session; a refused one is counted."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_refused(form, 422, "")
    typed, password = form.staff_number.data, form.password.data
    try:
        proof = accounts.check_sign_in(typed, password, address())
        with transaction():
            sessions.end(actor().session_id, "replaced")
            token = accounts.sign_in(proof, address(), request.user_agent.string)
    except (accounts.WrongSignIn, TooManyFailures) as refusal:
        with transaction():
            accounts.count_refused(typed, address(), refusal.code)
        return _sign_in_refused(form, refusal.status, refusal.text, refusal)
    if not token:
        return half_views.ask(proof, form.next.data)
    keep(token)
    if wants_json():
        return jsonify(signed_in=True, csrf_token=generate_csrf())
    return redirect(local_path(form.next.data), 303)


def keep(token: str) -> None:
    """A fresh cookie for a fresh session: nothing of the guest's one survives, its form token included."""
    session.clear()
    g.pop("csrf_token", None)
    session["token"] = token
    session.permanent = True


def _sign_in_refused(form: SignInForm, status: int, sentence: str, refusal: Refusal | None = None) -> Any:
    headers = (
        {"Retry-After": str(int(refusal.wait.total_seconds()) + 1)} if isinstance(refusal, TooManyFailures) else {}
    )
    if wants_json():
        message = sentence or "请输入账号和密码。"
        return jsonify(code=refusal.code if refusal else "bad_input", message=message), status, headers
    return render_template("people/sign_in.html", form=form, refused=sentence), status, headers


@bp.post("/sign-out")
@access(SIGNED_IN)
def sign_out() -> Any:
    """End the session and empty the cookie."""
    with transaction():
        accounts.sign_out(actor())
    session.clear()
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/activate")
@access(PUBLIC)
def activate() -> Any:
    """The page behind the QR code of a slip, with the code filled in."""
    return render_template("people/activate.html", form=ActivateForm(code=request.args.get("code", "")[:64]))


@bp.post("/activate")
@access(PUBLIC)
def do_activate() -> Any:
    """Use the slip up and go straight in."""
    form = ActivateForm()
    if not form.validate():
        return render_template("people/activate.html", form=form), 422
    try:
        person = activation.check_code(form.code.data)
        person_id, password_hash = person.id, activation.prepare_password(person, form.password.data)
        with transaction():
            token = activation.activate(form.code.data, password_hash, address(), request.user_agent.string)
    except (activation.CodeUnknown, activation.CodeExpired) as refusal:
        form.code.errors = [refusal.text]
        return render_template("people/activate.html", form=form), refusal.status
    except WeakPassword as refusal:
        form.password.errors = [refusal.text]
        return render_template("people/activate.html", form=form), refusal.status
    if not token:
        return half_views.ask(accounts.Proof(person_id, password_hash), None)
    keep(token)
    flash("账号已开通，密码已设置。以后用工号或者登记的手机号登录。", "ok")
    return redirect(local_path(None), 303)


@bp.get("/password")
@access(SIGNED_IN)
def password() -> Any:
    """The page to change one's password."""
    return render_template("people/password.html", form=ChangePasswordForm())


@bp.post("/password")
@access(SIGNED_IN)
def change_password() -> Any:
    """A new password ends every session but this one, which goes on under a new token."""
    form = ChangePasswordForm()
    if not form.validate():
        return render_template("people/password.html", form=form), 422
    try:
        proof = accounts.verify_own(actor(), form.current.data)
        person = account_queries.get_person(actor().person_id)
        password_hash = activation.prepare_password(person, form.password.data)
        with transaction():
            token = accounts.change_password(actor(), proof, password_hash, request.user_agent.string)
    except accounts.WrongPassword as refusal:
        with transaction():
            accounts.count_wrong_own(actor())
        form.current.errors = [refusal.text]
        return render_template("people/password.html", form=form), refusal.status
    except WeakPassword as refusal:
        form.password.errors = [refusal.text]
        return render_template("people/password.html", form=form), refusal.status
    keep(token)
    flash("密码已修改，其他设备上的登录已经退出。", "ok")
    return redirect(local_path(None), 303)


@bp.get("/forgotten")
@access(PUBLIC)
def forgotten() -> Any:
    """What to do: a new slip through the liaison, never a password."""
    return render_template("people/forgotten.html")
