"""Exams of the journeys (考场): one of every kind of choice question, one as long and wide as real ones get."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from lawedu.core.exam import ExamState
from lawedu.core.questions import QuestionKind
from lawedu.db import db
from lawedu.exams.models import Exam, ExamItem
from lawedu.people.models import Person
from tests import exam_cast
from tests.exam_cast import OPTIONS, Item

# Displayed letters are not the bank's: what the page shows and sends must be translated on the server alone.
FOUR_KINDS = (
    Item(QuestionKind.SINGLE_CHOICE, "B", OPTIONS, Decimal(25), ("B", "A", "D", "C")),
    Item(QuestionKind.MULTIPLE_CHOICE, ["A", "C"], OPTIONS, Decimal(25), ("D", "C", "B", "A")),
    Item(QuestionKind.TRUE_FALSE, False, {}, Decimal(25)),
    Item(QuestionKind.INDETERMINATE_CHOICE, ["C"], OPTIONS, Decimal(25), ("C", "A", "B", "D")),
)
WRITTEN = (Item(QuestionKind.FILL_BLANK, ["六十日"], {}, Decimal(10)),)

LONG_TITLE = "枣庄高新技术产业开发区二〇二六年度国家工作人员法治素养提升与学法用法考试（第二批次暨新任职人员补充场次）"
LONG_STEM = (
    "某市场监管所一名执法人员独自巡查时，发现一家小餐饮店未在经营场所公示食品经营许可证。店主系首次被查、当场改正，"
    "未造成危害后果。执法人员当场填写预定格式的行政处罚决定书并交付当事人，当事人拒绝签收。关于本案的处理，下列说法正确的是："
)
LONG_OPTION = (
    "实施行政处罚的执法人员不得少于两人，法律另有规定的除外；执法人员应当主动向当事人或者有关人员出示执法证件，"
    "当事人或者有关人员有权要求出示执法证件，执法人员不出示执法证件的，当事人或者有关人员有权拒绝接受调查或者检查"
)
UNBROKEN = "https://www.example.gov.cn/xzcf/2026/annual-list-of-administrative-penalties-for-first-offences.html"


def make_exam(*people: Person, **changes: Any) -> Exam:
    """An annual exam, open now, one question of each kind of choice."""
    return exam_cast.make_exam(*people, items=FOUR_KINDS, **changes)


def make_long_exam(*people: Person, twentieths: int = 4, **changes: Any) -> Exam:
    """Twenty questions for each of the `twentieths` in the proportions of the annual preset (eighty), with texts as
    long as they come.
    """
    items = [FOUR_KINDS[0]] * 10 * twentieths + [FOUR_KINDS[1]] * 5 * twentieths + [FOUR_KINDS[2]] * 5 * twentieths
    exam = exam_cast.make_exam(*people, items=items, **{"title": LONG_TITLE, **changes})
    for item in db.session.query(ExamItem).filter_by(exam_id=exam.id):
        item.stem = LONG_STEM
        if item.options:
            item.options = {"A": LONG_OPTION, "B": "短", "C": UNBROKEN, "D": "以上说法都不正确"}
    db.session.commit()
    return exam


def release(exam_id: int, closed_at: datetime) -> None:
    """As if its windows had closed then and its results were released."""
    db.session.rollback()
    exam = db.session.get_one(Exam, exam_id)
    exam.state, exam.released_at = ExamState.RELEASED, closed_at
    for window in exam.windows:
        window.closes_at = closed_at
    db.session.commit()
