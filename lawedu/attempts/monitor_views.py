"""Watching an exam run (考场监控): refreshed by itself every 30 seconds, and by a link without script."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from lawedu import clock
from lawedu.attempts import monitor_queries
from lawedu.core.exam import ExamState
from lawedu.exams import queries as exam_queries
from lawedu.web.access import access, actor

bp = Blueprint("monitor", __name__)


@bp.get("/bench/exams/<int:exam_id>/live")
@access("exam.monitor")
def live(exam_id: int) -> str:
    """The whole page, or only its changing part for the script (`?part=1`)."""
    exam = exam_queries.get_exam(actor(), "exam.monitor", exam_id)
    now = clock.now()
    is_running = exam.state in (ExamState.PUBLISHED, ExamState.RELEASED)
    progress = monitor_queries.get_progress(actor(), exam_id, now) if is_running else None
    windows = sorted(exam.windows, key=lambda window: window.opens_at)
    current = next((window for window in windows if now < window.closes_at), None)
    template = "attempts/monitor_part.html" if "part" in request.args else "attempts/monitor.html"
    return render_template(template, exam=exam, progress=progress, current=current, now=now)
