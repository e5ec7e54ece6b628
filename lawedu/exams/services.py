"""Setting up an exam (考试): creating it, and the guards that every change of a draft passes."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from lawedu import clock
from lawedu.audit import services as audit
from lawedu.core.blueprint import Cell
from lawedu.core.errors import NotAllowed, RuleBroken
from lawedu.core.exam import ExamKind, ExamState, annual_preset
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams import queries
from lawedu.exams.models import BlueprintCell, Exam, ExamWindow
from lawedu.people import approval_queries

PUBLISH, RELEASE, CANCEL = "exam.publish", "exam.release", "exam.cancel"
ACTIONS = (PUBLISH, RELEASE, CANCEL)
SEEDS = 2**31


class ExamFrozen(RuleBroken):
    """Published, released or cancelled: settings, windows and plan stand (已发布，不能修改)."""

    code = "exam_frozen"
    sentence = "考试已经发布或者取消，设置、时段和组卷方案不能再修改。"


class PublicationPending(RuleBroken):
    """What the second person looks at must be what is published (发布申请待审批)."""

    code = "publication_pending"
    sentence = "发布申请正在等待审批，内容不能改动；确需修改，请先撤回申请。"


class EditedMeanwhile(RuleBroken):
    """Somebody saved between opening and saving this page (页面打开后有人修改过)."""

    code = "edited_meanwhile"
    sentence = "您打开本页之后，这场考试被修改过。下面保留了您填写的内容，请与最新内容核对后再保存。"


class SameTitle(RuleBroken):
    """The year has an exam of this name (同名考试)."""

    code = "same_title"
    sentence = "{year} 年度已有名为“{title}”的考试，请换一个名称，或者直接使用已有的考试。"


class SitsThisExam(NotAllowed):
    """Nobody runs an exam they sit (考务回避)."""

    code = "sits_this_exam"
    sentence = "您在这场考试的应考名单中，不能办理它的考务，请由其他考务管理员办理。"


def create(actor: Actor, title: str, year: int, kind: ExamKind = ExamKind.ANNUAL) -> Exam:
    """A draft with the settings, windows and plan of the annual preset, all of it changeable.

    Raises SameTitle. Source of the preset: product.md, “Rules known”.
    """
    ensure(actor, "exam.edit")
    ensure_title_free(title, year)
    preset = annual_preset(year)
    rules = preset.settings
    exam = Exam(
        kind=kind,
        title=title,
        year=year,
        state=ExamState.DRAFT,
        duration_minutes=rules.duration_minutes,
        pass_mark=rules.pass_mark,
        excellent_mark=rules.excellent_mark,
        full_points=rules.full_points,
        multiple_rule=rules.multiple_rule,
        form_mode=rules.form_mode,
        form_count=rules.form_count,
        shuffle_items=rules.shuffle_items,
        shuffle_options=rules.shuffle_options,
        score_at_submit=rules.score_at_submit,
        seed=secrets.randbelow(SEEDS),
        created_by=actor.person_id or None,
        created_at=clock.now(),
        windows=[
            ExamWindow(kind=w.kind, opens_at=w.opens_at, closes_at=w.closes_at, tries=w.tries) for w in preset.windows
        ],
        cells=[cell_row(cell) for cell in preset.cells],
    )
    db.session.add(exam)
    db.session.flush()
    audit.record(actor, "exam.create", f"exam:{exam.id}", year=year, kind=kind)
    return exam


def ensure_title_free(title: str, year: int, exam_id: int = 0) -> None:
    """Two drafts of one name come from pressing twice. Raises SameTitle."""
    same = select(Exam.id).where(
        Exam.title == title, Exam.year == year, Exam.state != ExamState.CANCELLED, Exam.id != exam_id
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise SameTitle(title=title, year=year)


def cell_row(cell: Cell) -> BlueprintCell:
    """A cell of the plan as a row."""
    return BlueprintCell(
        position=cell.position,
        kind=cell.kind,
        domain=cell.domain,
        difficulty=cell.difficulty,
        count=cell.count,
        points=cell.points,
    )


def ensure_draft(exam: Exam) -> None:
    """Refuse a change of what is frozen or waits for approval. Raises ExamFrozen, PublicationPending."""
    if exam.state is not ExamState.DRAFT:
        raise ExamFrozen
    if approval_queries.find_pending(PUBLISH, exam.id) is not None:
        raise PublicationPending


def count_edit(exam: Exam, edit_no: int) -> None:
    """One more change of a draft, made on the page that showed edit `edit_no`; `exam` is locked.

    Raises ExamFrozen, PublicationPending, EditedMeanwhile.
    """
    ensure_draft(exam)
    if exam.edit_no != edit_no:
        raise EditedMeanwhile
    exam.edit_no += 1


def ensure_not_sitting(actor: Actor, exam: Exam) -> None:
    """Refuse who is on the list and not set apart as exam staff. Raises SitsThisExam (security.md, “Roles”)."""
    if not actor.is_machine and queries.sits(exam.id, actor.person_id):
        raise SitsThisExam
