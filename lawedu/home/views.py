"""Pages that gather from several slices (汇总页面): home, 我的学法, 待审批, help."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lawedu import clock
from lawedu.core.errors import BadInput
from lawedu.core.exam import StartKind
from lawedu.core.policy import PUBLIC
from lawedu.home import agenda, queries
from lawedu.home.context_views import SIZE_COOKIE, SIZES
from lawedu.web.access import access, actor
from lawedu.web.places import local_path

bp = Blueprint("home", __name__)
A_YEAR = 365 * 24 * 3600


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Home page (首页): what this site is for, and the exams of the year."""
    return render_template("home/index.html", exams=queries.list_announced_exams(clock.now()), now=clock.now())


@bp.get("/me")
@access("me.view")
def me() -> str:
    """我的学法: what is due, what is done."""
    now = clock.now()
    return render_template("home/me.html", agenda=agenda.get_agenda(actor(), now), now=now, kinds=StartKind)


@bp.get("/bench/approvals")
@access("exam.approve")
def approvals() -> str:
    """待审批: requests that wait for a second person."""
    return render_template("home/approvals.html", rows=queries.list_pending_approvals(actor()))


@bp.get("/help")
@access(PUBLIC)
def help_page() -> str:
    """帮助: how to sign in, sit, and whom to ask."""
    return render_template("home/help.html")


@bp.post("/text-size")
@access(PUBLIC)
def text_size() -> Response:
    """Text size (字号), kept in a cookie and rendered by the server."""
    size = request.form.get("size", "")
    if size not in SIZES:
        raise BadInput
    response = redirect(local_path(request.form.get("next"), "/"), 303)
    response.set_cookie(SIZE_COOKIE, size, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response
