"""Readiness (发布条件): what an exam still needs before it can be published, and where its preparation stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lawedu import clock
from lawedu.core.errors import RuleBroken
from lawedu.core.exam import ExamState, WindowKind
from lawedu.core.policy import Actor
from lawedu.exams import plan, queries
from lawedu.exams.models import Exam
from lawedu.questions import queries as question_queries


class StepName(StrEnum):
    """Steps of an exam in the order of the work (步骤)."""

    SETTINGS = "settings"
    WINDOWS = "windows"
    PLAN = "plan"
    AUDIENCE = "audience"
    ROSTER = "roster"
    PREVIEW = "preview"
    PUBLISH = "publish"
    MONITOR = "monitor"
    RELEASE = "release"


class Gap(StrEnum):
    """What is missing (未完成事项)."""

    NO_MAIN = "no_main"
    OVER = "over"
    TOO_SHORT = "too_short"
    NO_PLAN = "no_plan"
    CANNOT_FILL = "cannot_fill"
    POINTS_DIFFER = "points_differ"
    NO_CANDIDATES = "no_candidates"
    ROSTER_OPEN = "roster_open"


class NotReady(RuleBroken):
    """Something is missing (未具备发布条件)."""

    code = "not_ready"
    sentence = "还有 {count} 项没有准备好，不能发布：请在考试概览页查看并逐项完成。"


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, at its step; `detail` names the line of the plan."""

    step: StepName
    gap: Gap
    detail: str = ""


def list_missing(actor: Actor, exam: Exam) -> list[Missing]:
    """Everything that keeps a draft from being published, in the order of the steps.

    An exam whose windows are over is refused to people; the machine may publish one (demo data, history taken over).
    """
    return [*_windows(actor, exam), *_plan(exam), *_roster(exam)]


def ensure_ready(actor: Actor, exam: Exam) -> None:
    """Raises NotReady."""
    missing = list_missing(actor, exam)
    if missing:
        raise NotReady(count=len(missing))


def _windows(actor: Actor, exam: Exam) -> list[Missing]:
    main = [window for window in exam.windows if window.kind is WindowKind.MAIN]
    if not main:
        return [Missing(StepName.WINDOWS, Gap.NO_MAIN)]
    found = []
    if not actor.is_machine and max(window.closes_at for window in main) <= clock.now():
        found.append(Missing(StepName.WINDOWS, Gap.OVER))
    if any((w.closes_at - w.opens_at).total_seconds() < exam.duration_minutes * 60 for w in exam.windows):
        found.append(Missing(StepName.WINDOWS, Gap.TOO_SHORT))
    return found


def _plan(exam: Exam) -> list[Missing]:
    cells = plan.facts_of(exam)
    if not cells:
        return [Missing(StepName.PLAN, Gap.NO_PLAN)]
    review = plan.review(cells, question_queries.count_by_cell())
    found = [Missing(StepName.PLAN, Gap.CANNOT_FILL, shortage.cell.label) for shortage in review.shortages]
    if review.points != exam.full_points:
        found.append(Missing(StepName.PLAN, Gap.POINTS_DIFFER))
    return found


def _roster(exam: Exam) -> list[Missing]:
    found = []
    if queries.count_candidates(exam.id) == 0:
        found.append(Missing(StepName.AUDIENCE, Gap.NO_CANDIDATES))
    if exam.roster_confirm_by is not None and exam.roster_locked_at is None:
        found.append(Missing(StepName.ROSTER, Gap.ROSTER_OPEN))
    return found


def current_step(exam: Exam, missing: list[Missing]) -> StepName:
    """Where the work stands: the first step that lacks something, else what comes next."""
    if exam.state is ExamState.DRAFT:
        return missing[0].step if missing else StepName.PUBLISH
    return StepName.MONITOR if exam.state is ExamState.PUBLISHED else StepName.RELEASE
