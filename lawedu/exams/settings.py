"""Settings of an exam (考试设置): everything that differs between places, changeable while it is a draft."""

from __future__ import annotations

from dataclasses import dataclass

from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.exam import ExamSettings
from lawedu.core.papers import FormMode
from lawedu.core.policy import Actor, ensure
from lawedu.exams.models import Exam
from lawedu.exams.services import count_edit, ensure_title_free

SHORTEST, LONGEST = 5, 600  # minutes
MOST_FORMS = 20


class MarksWrong(RuleBroken):
    """Pass mark, excellent mark and full points do not rise (分数线不合理)."""

    code = "marks_wrong"
    sentence = "合格线须大于 0，不高于优秀线；优秀线不高于卷面总分。"


class DurationWrong(RuleBroken):
    """Too short or too long to be meant (考试时长不合理)."""

    code = "duration_wrong"
    sentence = "考试时长须在 5 至 600 分钟之间。"


class FormCountWrong(RuleBroken):
    """Balanced forms are two to twenty (平行卷份数不合理)."""

    code = "form_count_wrong"
    sentence = "平行卷须为 2 至 20 份。"


@dataclass(frozen=True)
class NewSettings:
    """What the page sends: the name, the year, the notice shown before the start, and the rules."""

    title: str
    year: int
    notice: str
    rules: ExamSettings


def change(actor: Actor, exam: Exam, edit_no: int, new: NewSettings) -> None:
    """Take over all settings. `edit_no` is the one the page was opened with; marks are in points and inclusive.

    Raises ExamFrozen, PublicationPending, EditedMeanwhile, SameTitle, MarksWrong, DurationWrong, FormCountWrong.
    """
    ensure(actor, "exam.edit", exam)
    count_edit(exam, edit_no)
    ensure_title_free(new.title, new.year, exam.id)
    rules = new.rules
    _check(rules)
    exam.title, exam.year, exam.notice, exam.kind = new.title, new.year, new.notice, rules.kind
    exam.duration_minutes = rules.duration_minutes
    exam.pass_mark, exam.excellent_mark, exam.full_points = rules.pass_mark, rules.excellent_mark, rules.full_points
    exam.multiple_rule = rules.multiple_rule
    exam.form_mode = rules.form_mode
    exam.form_count = rules.form_count if rules.form_mode is FormMode.BALANCED else 1
    exam.shuffle_items, exam.shuffle_options = rules.shuffle_items, rules.shuffle_options
    exam.score_at_submit = rules.score_at_submit
    audit.record(actor, "exam.change_settings", f"exam:{exam.id}", edit_no=exam.edit_no)


def _check(rules: ExamSettings) -> None:
    if not 0 < rules.pass_mark <= rules.excellent_mark <= rules.full_points:
        raise MarksWrong
    if not SHORTEST <= rules.duration_minutes <= LONGEST:
        raise DurationWrong
    if rules.form_mode is FormMode.BALANCED and not 2 <= rules.form_count <= MOST_FORMS:
        raise FormCountWrong
