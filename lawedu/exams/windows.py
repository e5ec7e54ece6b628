"""Windows of an exam (考试时段): main and resit, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lawedu.audit import services as audit
from lawedu.core.errors import RuleBroken
from lawedu.core.exam import Window, WindowKind
from lawedu.core.policy import Actor, ensure
from lawedu.db import db
from lawedu.exams.models import Exam, ExamWindow
from lawedu.exams.services import count_edit

MOST_WINDOWS, MOST_TRIES = 10, 9


class WindowsWrong(RuleBroken):
    """The windows do not fit together (时段不合理)."""

    code = "windows_wrong"
    sentence = "考试时段还不合理，请按下面的提示更正。"


class BadWindow(RuleBroken):
    """What is wrong with one window; `row` counts from 0, `field` names what to correct."""

    code = "bad_window"
    sentence = "这个时段不合理，请更正。"

    def __init__(self, row: int, field: str) -> None:
        super().__init__()
        self.row, self.field = row, field


class ClosesTooSoon(BadWindow):
    """Nobody could finish in it (时段短于考试时长)."""

    code = "closes_too_soon"
    sentence = "结束时间须晚于开始时间，且时段不能短于考试时长。"


class TriesWrong(BadWindow):
    """One to nine tries (次数不合理)."""

    code = "tries_wrong"
    sentence = "每人考试次数须在 1 至 9 之间。"


class ResitBeforeMain(BadWindow):
    """A resit follows every main window (补考须在首考之后)."""

    code = "resit_before_main"
    sentence = "补考须在首考全部结束之后开始。"


class WindowsOverlap(BadWindow):
    """Two windows at the same time (时段重叠)."""

    code = "windows_overlap"
    sentence = "这个时段与前面的时段重叠，请错开。"


class NoMainWindow(BadWindow):
    """An exam without a main window (没有首考)."""

    code = "no_main_window"
    sentence = "至少要有一个首考时段。"


def find_faults(windows: Sequence[Window], duration: timedelta) -> list[BadWindow]:
    """Everything wrong with the windows as they stand on the page, in their order there."""
    faults: list[BadWindow] = []
    main_ends = max((w.closes_at for w in windows if w.kind is WindowKind.MAIN), default=None)
    if main_ends is None:
        faults.append(NoMainWindow(0, "kind"))
    for row, window in enumerate(windows):
        if window.closes_at - window.opens_at < duration:
            faults.append(ClosesTooSoon(row, "closes_at"))
        elif window.kind is WindowKind.RESIT and main_ends is not None and window.opens_at < main_ends:
            faults.append(ResitBeforeMain(row, "opens_at"))
        elif any(window.opens_at < other.closes_at and other.opens_at < window.closes_at for other in windows[:row]):
            faults.append(WindowsOverlap(row, "opens_at"))
        if not 1 <= window.tries <= MOST_TRIES:
            faults.append(TriesWrong(row, "tries"))
    return faults


def replace(actor: Actor, exam: Exam, edit_no: int, windows: Sequence[Window]) -> None:
    """Set all windows anew; moments are aware, a window is open at its start and closed at its end.

    Raises ExamFrozen, PublicationPending, EditedMeanwhile, WindowsWrong.
    """
    ensure(actor, "exam.edit", exam)
    count_edit(exam, edit_no)
    if len(windows) > MOST_WINDOWS or find_faults(windows, timedelta(minutes=exam.duration_minutes)):
        raise WindowsWrong
    for row in list(exam.windows):
        db.session.delete(row)
    db.session.flush()
    db.session.add_all(
        ExamWindow(exam_id=exam.id, kind=w.kind, opens_at=w.opens_at, closes_at=w.closes_at, tries=w.tries)
        for w in windows
    )
    db.session.flush()
    db.session.expire(exam, ["windows"])
    audit.record(actor, "exam.change_windows", f"exam:{exam.id}", edit_no=exam.edit_no, count=len(windows))


def facts_of(exam: Exam) -> list[Window]:
    """The windows as the core reads them."""
    return [Window(row.kind, row.opens_at, row.closes_at, row.tries) for row in exam.windows]
