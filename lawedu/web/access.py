"""Every door names its permission (每个入口都写明权限): `@access("exam.publish")`; no name, no entry.

One gate before every request: who is it, may they come in, is the token right. In this order, because a page that
saves answers must hear 401 before any token is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from lawedu.core.errors import NotAllowed
from lawedu.core.policy import GUEST, POLICY, PUBLIC, SIGNED_IN, Actor, may

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

csrf = CSRFProtect()
login_manager = LoginManager()


class UndeclaredDoor(RuntimeError):
    """An endpoint without a permission, or with one that the policy does not know: start-up stops."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """What flask-login carries: the session's token and the actor behind it."""

    def __init__(self, token: str, actor: Actor, unit_name: str) -> None:
        self.id = token
        self.actor = actor
        self.unit_name = unit_name


def access(permission: str) -> Callable[[View], View]:
    """Declare the permission of a view. The innermost decorator below the routes."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> str:
    """The declared permission of an endpoint. Flask's own static files are public."""
    if endpoint == "static":
        return PUBLIC
    return str(getattr(app.view_functions[endpoint], "permission", ""))


def check_doors(app: Flask) -> None:
    """Stop start-up on an endpoint without a known permission. Raises UndeclaredDoor."""
    for endpoint in app.view_functions:
        permission = permission_of(app, endpoint)
        if permission not in POLICY and permission not in (PUBLIC, SIGNED_IN):
            raise UndeclaredDoor(f"{endpoint}: permission {permission!r} is not in core/policy.py")


def actor() -> Actor:
    """Who acts in this request: a plain value (GUEST when nobody is signed in)."""
    return g.get("actor", GUEST)  # type: ignore[no-any-return]


def signed_in() -> SignedIn | None:
    """The signed-in session of this request, if any."""
    found: SignedIn | None = g.get("signed_in")
    return found


def wants_json() -> bool:
    """Whether the other side is a script that saves, not a person who reads."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def guard() -> BaseResponse | None:
    """The gate itself, run before every request."""
    if request.endpoint == "static":
        return None
    _identify()
    if request.endpoint is None:  # the 404 that follows still greets the person by name
        return None
    permission = permission_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    who = actor()
    if permission != PUBLIC and who.person_id == 0:
        return _ask_to_sign_in()
    if not may(who, permission):
        raise NotAllowed
    if request.method not in SAFE:
        csrf.protect()
    return None


def _identify() -> None:
    """Through flask-login, whose loader (in `people`) reads the session row."""
    token = session.get("token")
    user = login_manager._user_callback(token) if token else None
    g.signed_in = user
    g.actor = user.actor if user else GUEST


def _ask_to_sign_in() -> BaseResponse:
    if wants_json():
        response = jsonify(code="signed_out", message="登录已失效，请重新登录后继续，已作答的内容不会丢失。")
        response.status_code = 401
        return response
    wanted = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("people.sign_in", next=wanted), 303)


def refused_token(error: CSRFError) -> tuple[Response, int] | tuple[str, int]:
    """A bad token: scripts get the new one and repeat; people get the error page with what to do."""
    from_script = wants_json()
    if from_script:
        return jsonify(code="csrf", message="页面令牌已更新，请重试。", csrf_token=generate_csrf()), 403
    answer: tuple[str, int] = current_app.extensions["lawedu_error_page"](
        403, "页面停留时间过长，请返回上一页刷新后重新提交。"
    )
    return answer


def init_app(app: Flask) -> None:
    """Wire the gate into the application."""
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    csrf.init_app(app)
    login_manager.init_app(app)
    app.before_request(guard)
    app.register_error_handler(CSRFError, refused_token)
