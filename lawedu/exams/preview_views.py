"""Door of the preview (预览): a sample paper as a candidate will see it, without keys."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from lawedu.core.papers import CannotFill, Paper
from lawedu.exams import papers, queries, services
from lawedu.exams.paper_queries import SampleItem, list_sample_items
from lawedu.web.access import access, actor

bp = Blueprint("preview", __name__)
SAMPLES = 20


@bp.get("/bench/exams/<int:exam_id>/preview")
@access("exam.preview")
def show(exam_id: int) -> Any:
    """One of some samples; none of them is ever sat."""
    exam = queries.get_exam(actor(), "exam.preview", exam_id)
    services.ensure_not_sitting(actor(), exam)
    asked = request.args.get("sample", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 3 else 1
    number = min(max(number, 1), SAMPLES)
    items: list[SampleItem] = []
    refused = ""
    try:
        paper: Paper = papers.sample(exam, number)
        items = list_sample_items(paper)
    except CannotFill as refusal:
        refused = refusal.text
    return render_template(
        "exams/preview.html", exam=exam, items=items, number=number, next_number=number % SAMPLES + 1, refused=refused
    )
