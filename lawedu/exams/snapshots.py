"""Snapshots (试卷快照): what a frozen form says, how it is kept, and the hash that covers all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lawedu.core.citation import article_label, chinese_number
from lawedu.core.papers import Paper
from lawedu.core.questions import QuestionKind, canonical_json
from lawedu.questions.models import LegalBasis, QuestionVersion


def item_hash(kind: QuestionKind, stem: str, options: Mapping[str, str]) -> str:
    """Hex SHA-256 of a question's text as frozen."""
    return _sha256({"kind": kind.value, "stem": stem, "options": dict(options)})


def layout_of(paper: Paper, item_ids: Mapping[int, int]) -> list[dict[str, Any]]:
    """A paper as its form keeps it: [{item, points, order}], items by their number in this exam."""
    return [
        {"item": str(item_ids[item.version_id]), "points": _spelt(item.points), "order": item.option_order}
        for item in paper.items
    ]


@lru_cache(maxsize=64)
def _spelt(points: Decimal) -> str:
    """A paper has few different values, thousands of papers half a million of them."""
    return f"{points:.2f}"


def form_hash(exam_id: int, number: int, layout: Sequence[Mapping[str, Any]], hashes: Mapping[str, str]) -> str:
    """Hex SHA-256 of one form: its place, its layout, and through `hashes` (item → item_hash) every word on it."""
    texts = hashlib.sha256("".join([hashes[line["item"]] for line in layout]).encode()).hexdigest()
    return _sha256({"exam": exam_id, "number": number, "layout": layout, "texts": texts})


def paper_hash(form_hashes: Sequence[str]) -> str:
    """Hex SHA-256 over all forms of an exam, by number."""
    return _sha256(list(form_hashes))


def key_values(version: QuestionVersion) -> dict[str, Any]:
    """What is right and why, as `exam_key` keeps it."""
    return {
        "answer": version.answer,
        "explanation": version.explanation,
        "why_not": version.why_not,
        "basis": [_basis(basis, version) for basis in version.basis],
    }


def _basis(basis: LegalBasis, version: QuestionVersion) -> dict[str, Any]:
    place = article_label(basis.article) + (f"第{chinese_number(basis.paragraph)}款" if basis.paragraph else "")
    return {
        "title": basis.instrument,
        "place": place,
        "article": basis.article,
        "paragraph": basis.paragraph,
        "version": basis.instrument_version.isoformat(),
        "checked_on": version.checked_on.isoformat() if version.checked_on else None,
    }


def _sha256(thing: object) -> str:
    return hashlib.sha256(canonical_json(thing)).hexdigest()
