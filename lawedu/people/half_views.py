"""The half-signed-in state (待第二步验证) in the signed cookie: who passed the first step, and where to next."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import g, jsonify, redirect, session, url_for
from flask_wtf.csrf import generate_csrf

from lawedu.people import factors
from lawedu.people.accounts import Proof
from lawedu.web.access import actor, wants_json
from lawedu.web.places import local_path


def ask(proof: Proof, wanted: str | None) -> Any:
    """After the right password: on to the second step. Nothing of the guest's cookie survives, nothing opens yet."""
    half = factors.begin(proof)
    session.clear()
    g.pop("csrf_token", None)
    put(half, wanted)
    if wants_json():
        return jsonify(**_told(half), csrf_token=generate_csrf()), 401
    return redirect(url_for("factors.set_up" if half.secret else "factors.code"), 303)


def put(half: factors.Half, wanted: str | None) -> None:
    """Keep the state in the cookie."""
    session["half"] = {**asdict(half), "next": local_path(wanted)}


def read() -> factors.Half:
    """The state. Raises HalfGone when there is none; a renewal belongs to the session that asked for it."""
    kept = session.get("half")
    if not isinstance(kept, dict):
        raise factors.HalfGone
    try:
        half = factors.Half(**{name: value for name, value in kept.items() if name != "next"})
    except TypeError as error:  # of another version of the program
        raise factors.HalfGone from error
    if half.renews and half.person_id != actor().person_id:
        raise factors.HalfGone
    return half


def wanted_next() -> str:
    """Where the person wanted to go before the second step."""
    return local_path((session.get("half") or {}).get("next"))


def _told(half: factors.Half) -> dict[str, Any]:
    if half.secret:
        message = "这个账号还没有设置动态验证码，请在新窗口打开登录页，登录并按提示设置后再继续。"
        return {"signed_in": False, "code": "second_factor_missing", "message": message}
    return {"signed_in": False, "code": "second_factor", "message": "密码正确，请再输入手机上的 6 位动态验证码。"}
