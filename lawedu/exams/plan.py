"""The plan of an exam's papers (组卷方案): 法律领域 × 题型 × 难度 × 数量 × 分值, and what the bank has for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lawedu.audit import services as audit
from lawedu.core.blueprint import Bucket, Cell, Shortage, check, supply, total_items, total_points
from lawedu.core.errors import RuleBroken
from lawedu.core.papers import CannotFill
from lawedu.core.policy import Actor, ensure
from lawedu.core.questions import OBJECTIVE, QuestionKind
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.exams.services import cell_row, count_edit
from lawedu.questions import queries as question_queries

# Written answers need markers; until they are here a paper holds what is marked at once.
KINDS = tuple(kind for kind in QuestionKind if kind in OBJECTIVE)
MOST_CELLS, MOST_ITEMS = 60, 300
MOST_POINTS = Decimal(100)


class PlanWrong(RuleBroken):
    """The plan has no line, too many, or impossible numbers (组卷方案不合理)."""

    code = "plan_wrong"
    sentence = "组卷方案须有 1 至 60 行，每行至少 1 题、每题大于 0 分且不超过 100 分，全卷不超过 300 题。"


@dataclass(frozen=True)
class CellReview:
    """One line: how many suit it by themselves, and what is missing when the other lines are served too."""

    cell: Cell
    supply: int
    shortage: Shortage | None


@dataclass(frozen=True)
class PlanReview:
    """The plan against the bank (方案与题库的对照)."""

    cells: tuple[CellReview, ...]
    items: int
    points: Decimal

    @property
    def shortages(self) -> list[Shortage]:
        return [cell.shortage for cell in self.cells if cell.shortage is not None]


def facts_of(exam: Exam) -> list[Cell]:
    """The plan as the core reads it."""
    return [Cell(c.position, c.kind, c.domain, c.difficulty, c.count, c.points) for c in exam.cells]


def review(cells: Sequence[Cell], available: Mapping[Bucket, int]) -> PlanReview:
    """Compare a plan with the bank's counts by cell. Pure; points are the sum over all questions."""
    short = {shortage.cell.position: shortage for shortage in check(cells, available)}
    lines = tuple(CellReview(cell, supply(cell, available), short.get(cell.position)) for cell in cells)
    return PlanReview(lines, total_items(cells), total_points(cells))


def replace(actor: Actor, exam: Exam, edit_no: int, cells: Sequence[Cell]) -> PlanReview:
    """Set the whole plan anew; positions count from 1 in the given order.

    Raises ExamFrozen, PublicationPending, EditedMeanwhile, PlanWrong, and CannotFill with the first line that the bank
    cannot fill. A sum that differs from the full points is allowed here and refused at publishing.
    """
    ensure(actor, "exam.edit", exam)
    count_edit(exam, edit_no)
    if not 1 <= len(cells) <= MOST_CELLS or total_items(cells) > MOST_ITEMS or not all(_is_sound(c) for c in cells):
        raise PlanWrong
    found = review(cells, question_queries.count_by_cell())
    for shortage in found.shortages:
        raise CannotFill(cell=shortage.cell.label, wanted=shortage.wanted, available=shortage.available)
    for row in list(exam.cells):
        db.session.delete(row)
    db.session.flush()
    for position, cell in enumerate(cells, 1):
        row = cell_row(cell)
        row.exam_id, row.position = exam.id, position
        db.session.add(row)
    db.session.flush()
    db.session.expire(exam, ["cells"])
    audit.record(actor, "exam.change_plan", f"exam:{exam.id}", edit_no=exam.edit_no, items=found.items)
    return found


def _is_sound(cell: Cell) -> bool:
    exact = cell.points == cell.points.quantize(Decimal("0.01"))
    return cell.kind in KINDS and cell.count >= 1 and 0 < cell.points <= MOST_POINTS and exact
