"""Trial of three questions (试做3题): checks script, saving and clock of a device before the day. Nothing is stored
but in the cookie.

It speaks the same messages as a real attempt, so the same script serves both; what was “saved” comes back on reload
out of the visitor's own session, which is the proof that the round trip worked.
"""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from lawedu import clock
from lawedu.attempts import inputs, journal, shapes
from lawedu.attempts.paper_queries import AnswerRule, PaperItem
from lawedu.core.attempt import Operation, fold
from lawedu.core.errors import Refusal
from lawedu.core.questions import QuestionKind, Value, sheet_digest
from lawedu.web.access import access

bp = Blueprint("trial", __name__, cli_group=None)
KEPT = "trial"
LASTS = timedelta(minutes=10)


def _question(number: int, kind: QuestionKind, stem: str, *texts: str) -> PaperItem:
    letters = "ABCD"[: len(texts)]
    options = tuple(zip(letters, texts, strict=True))
    return PaperItem(number, f"trial-{number}", kind, "试做", Decimal(1), stem, options, tuple(letters))


PAPER = (
    _question(
        1,
        QuestionKind.SINGLE_CHOICE,
        "（试做，不计分）您现在用哪种设备打开这个页面？",
        "办公室电脑",
        "自己的电脑",
        "手机",
        "平板",
    ),
    _question(
        2,
        QuestionKind.MULTIPLE_CHOICE,
        "（试做，不计分）请任选两项，看看能否同时选中、能否取消。",
        "第一项",
        "第二项",
        "第三项",
        "第四项",
    ),
    _question(3, QuestionKind.TRUE_FALSE, "（试做，不计分）选完后刷新本页，您的选择还在。"),
)
RULES = {one.item: AnswerRule(one.kind, tuple(letter for letter, _ in one.options)) for one in PAPER}


def _saved() -> dict[str, Any]:
    """What this browser has saved: {item: [seq, value]}; anything else in the cookie counts as nothing."""
    kept = session.get(KEPT)
    return kept if isinstance(kept, dict) else {}


def _sheet(kept: dict[str, Any]) -> dict[str, Value]:
    return fold(Operation("trial", 1, seq, item, value) for item, (seq, value) in kept.items())


def _next_seq(kept: dict[str, Any]) -> int:
    return max((int(seq) for seq, _ in kept.values()), default=0) + 1


@bp.get("/exams/trial")
@access("exam.sit")
def index() -> str:
    """The three questions, with what this browser has saved of them."""
    now, kept = clock.now(), _saved()
    sheet = _sheet(kept)
    block = {
        "attempt_id": 0,
        "trial": True,
        "epoch": 1,
        "deadline_at": shapes.instant(now + LASTS),
        "server_now": shapes.instant(now),
        "next_seq": _next_seq(kept),
        "csrf_token": generate_csrf(),
        "items": shapes.items_block(PAPER),
        "sheet": sheet,
    }
    return render_template("attempts/trial.html", paper=PAPER, sheet=sheet, block=block, now=now)


@bp.post("/exams/trial")
@access("exam.sit")
def save() -> BaseResponse:
    """The same messages as a real save; kept in this browser's session only."""
    if request.mimetype in inputs.FORMS:
        return _save_form()
    content = inputs.read_json(request.get_data(cache=False))
    batch = inputs.read_batch(content)
    kept, acked, rejected = _saved(), [], []
    for op in batch.operations:
        try:
            _keep(kept, op.seq, op.item, journal.check(RULES, op.item, op.value))
        except Refusal as refusal:
            rejected.append({"seq": op.seq, "code": refusal.code})
        else:
            acked.append(op.seq)
    session[KEPT] = kept
    now = clock.now()
    reply = {
        "acked": acked,
        "rejected": rejected,
        "next_seq": _next_seq(kept),
        "server_now": shapes.instant(now),
        "deadline_at": shapes.instant(now + LASTS),
        "epoch": 1,
        "digest": sheet_digest(_sheet(kept)),
    }
    return Response(json.dumps(reply, separators=(",", ":")), mimetype="application/json")


def _keep(kept: dict[str, Any], seq: int, item: str, value: Value) -> None:
    """The greatest number wins, as in the journal."""
    if item not in kept or seq > kept[item][0]:
        kept[item] = [seq, value]


def _save_form() -> BaseResponse:
    kept = _saved()
    for item, value in inputs.read_changes(request.form, RULES):
        _keep(kept, _next_seq(kept), item, journal.check(RULES, item, value))
    session[KEPT] = kept
    return redirect(url_for("trial.index"), 303)
