"""Papers as sat (试卷): which answers a form takes, and its questions as the candidate sees them. Keys are never
read here.

Which items a form holds and what an answer to them may look like is frozen with the form, so it stays in process
memory: a save asks the database nothing about the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import Any

from sqlalchemy import select

from lawedu.core.questions import LETTERS, QuestionKind
from lawedu.core.scoring import FormItem
from lawedu.db import db
from lawedu.exams.models import ExamItem, Form

KEPT_FORMS = 4096


@dataclass(frozen=True)
class AnswerRule:
    """What an answer to one item may be: its kind, and the letters shown."""

    kind: QuestionKind
    letters: tuple[str, ...]


@dataclass(frozen=True)
class PaperItem:
    """One question as the candidate sees it (试卷上的一题): `options` are (displayed letter, text) in the order
    shown.
    """

    number: int
    item: str
    kind: QuestionKind
    domain: str
    points: Decimal
    stem: str
    options: tuple[tuple[str, str], ...]
    order: tuple[str, ...]

    @property
    def form_item(self) -> FormItem:
        """What marking needs to know of it."""
        return FormItem(self.item, self.points, self.order)


def list_form_items(layout: Sequence[Mapping[str, Any]]) -> list[FormItem]:
    """The items of a form's layout, for marking."""
    return [FormItem(str(one["item"]), Decimal(str(one["points"])), tuple(one["order"])) for one in layout]


# The hash is part of the key because a refilled demo database gives its numbers out again.
@lru_cache(maxsize=KEPT_FORMS)
def get_rules(form_id: int, form_hash: str) -> Mapping[str, AnswerRule]:
    """What may be answered on this form, by item. Two selects the first time, none later."""
    layout = db.session.execute(select(Form.layout).where(Form.id == form_id, Form.hash == form_hash)).scalar_one()
    kinds = _kinds([int(one["item"]) for one in layout])
    rules = {}
    for one in layout:
        kind = kinds[int(one["item"])]
        rules[intern(str(one["item"]))] = _rule(kind, len(one["order"]))
    return rules


@lru_cache(maxsize=128)
def _rule(kind: QuestionKind, option_count: int) -> AnswerRule:
    return AnswerRule(kind, tuple(LETTERS[:option_count]))


def _kinds(item_ids: Sequence[int]) -> dict[int, QuestionKind]:
    rows = db.session.execute(select(ExamItem.id, ExamItem.kind).where(ExamItem.id.in_(item_ids)))
    return {row.id: row.kind for row in rows}


def list_paper(form_id: int) -> list[PaperItem]:
    """The questions of a form in the order shown. Two selects."""
    layout = db.session.execute(select(Form.layout).where(Form.id == form_id)).scalar_one()
    wanted = [int(one["item"]) for one in layout]
    rows = db.session.execute(
        select(ExamItem.id, ExamItem.kind, ExamItem.domain, ExamItem.stem, ExamItem.options).where(
            ExamItem.id.in_(wanted)
        )
    )
    items = {row.id: row for row in rows}
    return [_paper_item(number, one, items[int(one["item"])]) for number, one in enumerate(layout, 1)]


def _paper_item(number: int, one: Mapping[str, Any], row: Any) -> PaperItem:
    order = tuple(one["order"])
    options = tuple((letter, row.options[key]) for letter, key in zip(LETTERS, order, strict=False))
    return PaperItem(
        number, str(one["item"]), row.kind, row.domain, Decimal(str(one["points"])), row.stem, options, order
    )
