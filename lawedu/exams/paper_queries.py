"""Reading a sample paper (试卷样例): text and options only; answers and explanations are not even asked for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from lawedu.core.papers import Paper
from lawedu.core.questions import LETTERS, QuestionKind
from lawedu.db import db
from lawedu.questions.models import QuestionVersion


@dataclass(frozen=True)
class SampleItem:
    """A question as a candidate sees it: options under the letters shown."""

    number: int
    kind: QuestionKind
    points: Decimal
    stem: str
    options: tuple[tuple[str, str], ...]


def list_sample_items(paper: Paper) -> list[SampleItem]:
    """The questions of a paper in its order; one statement, without keys."""
    wanted = [item.version_id for item in paper.items]
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.kind, QuestionVersion.stem, QuestionVersion.options).where(
            QuestionVersion.id.in_(wanted)
        )
    )
    texts = {row.id: row for row in rows}
    return [
        SampleItem(
            number,
            texts[item.version_id].kind,
            item.points,
            texts[item.version_id].stem,
            tuple((LETTERS[i], texts[item.version_id].options[key]) for i, key in enumerate(item.option_order)),
        )
        for number, item in enumerate(paper.items, 1)
    ]
