"""Doors of the second step (第二步验证): the code, a recovery code, setting up, another device."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf

from lawedu.core.errors import Refusal
from lawedu.core.policy import PUBLIC, SIGNED_IN
from lawedu.db import transaction
from lawedu.people import accounts, factor_queries, factors, half_views
from lawedu.people.factor_forms import CodeForm, RecoveryForm, RenewForm
from lawedu.people.throttle import TooManyFailures
from lawedu.people.views import address, keep, load
from lawedu.web.access import access, actor, wants_json

bp = Blueprint("factors", __name__)


@bp.errorhandler(factors.HalfGone)
def start_again(refusal: factors.HalfGone) -> Any:
    """The first step is asked for again; who is signed in goes back to their own page."""
    session.pop("half", None)
    if wants_json():
        return jsonify(signed_in=False, code=refusal.code, message=refusal.text), refusal.status
    flash(refusal.text, "warn")
    return redirect(url_for("factors.mine" if actor().person_id else "people.sign_in"), 303)


@bp.get("/sign-in/code")
@access(PUBLIC)
def code() -> Any:
    """The page that asks for the six digits."""
    if half_views.read().secret:
        return redirect(url_for("factors.set_up"), 303)
    return render_template("factors/code.html", form=CodeForm())


@bp.post("/sign-in/code")
@access(PUBLIC)
def do_code() -> Any:
    """The right code opens the session."""
    half, form = half_views.read(), CodeForm()
    if not form.validate():
        return _refused("factors/code.html", form, 422)
    try:
        with transaction():
            token = factors.pass_code(half, form.code.data, address(), request.user_agent.string)
    except (factors.WrongCode, TooManyFailures) as refusal:
        return _counted(half, "factors/code.html", form, refusal)
    wanted = half_views.wanted_next()
    keep(token)
    if wants_json():
        return jsonify(signed_in=True, csrf_token=generate_csrf())
    return redirect(wanted, 303)


@bp.get("/sign-in/recovery-code")
@access(PUBLIC)
def recovery() -> Any:
    """The page for who does not have the device at hand."""
    if half_views.read().secret:
        return redirect(url_for("factors.set_up"), 303)
    return render_template("factors/recovery.html", form=RecoveryForm())


@bp.post("/sign-in/recovery-code")
@access(PUBLIC)
def do_recovery() -> Any:
    """A recovery code opens the session, and leads to where another device is set up."""
    half, form = half_views.read(), RecoveryForm()
    if not form.validate():
        return _refused("factors/recovery.html", form, 422)
    try:
        with transaction():
            token = factors.pass_recovery_code(half, form.code.data, address(), request.user_agent.string)
            left = factor_queries.count_recovery_codes(half.person_id)
    except (factors.WrongRecoveryCode, TooManyFailures) as refusal:
        return _counted(half, "factors/recovery.html", form, refusal)
    keep(token)
    flash(f"已用恢复码登录，还剩 {left} 个恢复码。手机丢失或者已更换的，请马上在这里更换设备。", "warn")
    return redirect(url_for("factors.mine"), 303)


@bp.get("/sign-in/set-up")
@access(PUBLIC)
def set_up() -> Any:
    """The QR code and the secret in letters."""
    if not half_views.read().secret:
        return redirect(url_for("factors.code"), 303)
    return _set_up_page(CodeForm())


@bp.post("/sign-in/set-up")
@access(PUBLIC)
def do_set_up() -> Any:
    """The first code confirms; the answer is the only place where the recovery codes ever stand."""
    half, form = half_views.read(), CodeForm()
    if not form.validate():
        return _set_up_page(form), 422
    try:
        with transaction():
            done = factors.set_up(half, form.code.data, address(), request.user_agent.string)
    except (factors.WrongCode, TooManyFailures) as refusal:
        return _counted(half, "", form, refusal)
    wanted = half_views.wanted_next()
    keep(done.token)
    g.signed_in = load(done.token)  # this very page greets the person
    g.actor = g.signed_in.actor
    return render_template("factors/recovery_codes.html", codes=done.recovery_codes, wanted=wanted)


@bp.get("/sign-in/lost-device")
@access(PUBLIC)
def lost() -> str:
    """What to do without the device."""
    return render_template("factors/lost.html")


@bp.get("/second-factor")
@access(SIGNED_IN)
def mine() -> str:
    """One's own second factor: since when, how many recovery codes are left, another device."""
    return _mine(RenewForm())


@bp.post("/second-factor/renew")
@access(SIGNED_IN)
def renew() -> Any:
    """Begin with another device; the old one holds until the new one has shown its first code."""
    form = RenewForm()
    if not form.validate():
        return _mine(form), 422
    try:
        proof = accounts.verify_own(actor(), form.password.data)
    except accounts.WrongPassword as refusal:
        with transaction():
            accounts.count_wrong_own(actor())
        form.password.errors = [refusal.text]
        return _mine(form), refusal.status
    half_views.put(factors.begin_renewal(proof), url_for("factors.mine"))
    return redirect(url_for("factors.set_up"), 303)


def _mine(form: RenewForm) -> str:
    who = actor().person_id
    return render_template(
        "factors/mine.html",
        form=form,
        factor=factor_queries.find_factor(who),
        left=factor_queries.count_recovery_codes(who),
    )


def _set_up_page(form: CodeForm) -> str:
    shown = factors.get_shown(half_views.read())
    return render_template(
        "factors/set_up.html",
        form=form,
        shown=shown,
        groups=[shown.secret[at : at + 4] for at in range(0, len(shown.secret), 4)],
        qr=segno.make(shown.address, error="l").svg_data_uri(scale=4, border=4, light="#fff"),
    )


def _counted(half: factors.Half, template: str, form: Any, refusal: Refusal) -> Any:
    with transaction():
        factors.count_refused(half, address(), refusal)
    form.code.errors = [refusal.text]
    if not template:
        return _set_up_page(form), refusal.status
    return _refused(template, form, refusal.status, refusal)


def _refused(template: str, form: Any, status: int, refusal: Refusal | None = None) -> Any:
    if wants_json():
        code = refusal.code if refusal else "bad_input"
        return jsonify(signed_in=False, code=code, message=form.code.errors[0]), status, _later(refusal)
    return render_template(template, form=form), status, _later(refusal)


def _later(refusal: Refusal | None) -> dict[str, str]:
    if isinstance(refusal, TooManyFailures):
        return {"Retry-After": str(int(refusal.wait.total_seconds()) + 1)}
    return {}
