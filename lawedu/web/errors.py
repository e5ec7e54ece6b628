"""Refusals and faults as answers (错误页): one calm sentence, what to do, a reference number; never a trace."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from lawedu.core.errors import Refusal, Unavailable
from lawedu.db import db
from lawedu.web.access import wants_json

SENTENCES = {
    400: "提交的内容无法识别，请返回上一页核对后重新提交。",
    403: "您没有查看或办理这一事项的权限。如工作需要，请联系本单位联络员开通。",
    404: "没有找到这个页面或记录，可能已被移动，或者地址不完整。",
    405: "这个地址不支持这样的操作，请从页面上的按钮进入。",
    408: "网络太慢，请求没有完整到达，请重试。",
    410: "办理时间已过。",
    413: "提交的内容太大，请减小后重新提交。",
    414: "地址太长，请从页面上的链接进入。",
    415: "不支持这种格式的内容。",
    429: "操作过于频繁，请稍候片刻再试。",
    431: "请求头太大，请清除浏览器中本站的数据后重试。",
    500: "页面暂时打不开，您已保存的内容不受影响。请稍后重试，或联系系统管理员并告知下面的编号。",
    503: "系统暂时无法保存，请稍后再试。您已保存的内容不受影响。",
}
log = structlog.get_logger("lawedu.errors")


def page(status: int, sentence: str, code: str = "", **facts: Any) -> tuple[Any, int]:
    """The answer for a refusal, as JSON for scripts and as a page for people."""
    reference = secrets.token_hex(4).upper()
    log.info("refused", status=status, code=code, reference=reference, path=request.path, method=request.method)
    if wants_json():
        return jsonify(code=code or str(status), message=sentence, reference=reference, **facts), status
    return render_template("errors/error.html", status=status, sentence=sentence, reference=reference), status


def refused(error: Refusal) -> tuple[Any, int]:
    """A named refusal from core or a service."""
    db.session.rollback()
    return page(error.status, error.text, error.code)


def http_error(error: HTTPException) -> Any:
    """What Werkzeug itself refuses; redirects pass."""
    status = error.code or 500
    if status < 400:
        return error
    return page(status, SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]))


def database_error(error: DBAPIError) -> tuple[Any, int]:
    """The database is away or full: nothing was changed, the same request may be sent again."""
    log.error("database", exc_info=error, path=request.path)
    try:
        db.session.rollback()
    except DBAPIError:
        db.session().invalidate()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return page(503, SENTENCES[503], Unavailable.code)
    return page(500, SENTENCES[500])


def fault(error: Exception) -> tuple[Any, int]:
    """A fault of ours: logged with its trace under the reference number that the person sees."""
    reference = secrets.token_hex(4).upper()
    log.error("fault", exc_info=error, reference=reference, path=request.path, method=request.method)
    db.session.rollback()
    if wants_json():
        return jsonify(code="fault", message=SENTENCES[500], reference=reference), 500
    return render_template("errors/error.html", status=500, sentence=SENTENCES[500], reference=reference), 500


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DBAPIError, database_error)
    app.extensions["lawedu_error_page"] = page
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, fault)
