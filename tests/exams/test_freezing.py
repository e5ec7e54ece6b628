"""What publishing freezes: papers, texts, keys, hashes; the bank may change afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lawedu.core.blueprint import Cell
from lawedu.core.exam import ExamState, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.policy import MACHINE
from lawedu.db import db, transaction
from lawedu.exams import papers, publication, queries, snapshots
from lawedu.exams.models import Exam, ExamItem, ExamKey, Form
from lawedu.people.models import Person
from lawedu.questions import queries as question_queries
from lawedu.questions.models import Question, QuestionState, QuestionVersion
from tests.cast import count, make_person
from tests.exams.setup_stage import SINGLE, get, list_people, make_draft, make_questions, publish, small_bank, state_of


@pytest.fixture
def exam(app: Flask, wang: Person, zhao: Person) -> Exam:
    """A draft that could be published."""
    small_bank()
    made = make_draft()
    list_people(made, wang, zhao)
    return made


def test_editing_the_bank_afterwards_changes_nothing(exam: Exam) -> None:
    publish(exam)
    before = [(item.stem, item.options, key.answer, key.explanation) for item, key in frozen_rows(exam)]
    for version in db.session.scalars(select(QuestionVersion)):
        version.stem, version.answer, version.options = "被改", "D", {"A": "被改"}
    for question in db.session.scalars(select(Question)):
        question.state = QuestionState.RETIRED
    db.session.commit()

    assert [(item.stem, item.options, key.answer, key.explanation) for item, key in frozen_rows(exam)] == before
    assert hashes_again(exam) == list(db.session.scalars(select(Form.hash).order_by(Form.number)))


def frozen_rows(exam: Exam) -> list[Any]:
    db.session.rollback()
    return list(
        db.session.execute(
            select(ExamItem, ExamKey).join(ExamKey, ExamKey.item_id == ExamItem.id).where(ExamItem.exam_id == exam.id)
        )
    )


def hashes_again(exam: Exam) -> list[str]:
    texts = {
        str(item.id): snapshots.item_hash(item.kind, item.stem, item.options)
        for item in db.session.scalars(select(ExamItem).where(ExamItem.exam_id == exam.id))
    }
    forms = db.session.scalars(select(Form).where(Form.exam_id == exam.id).order_by(Form.number))
    return [snapshots.form_hash(exam.id, form.number, form.layout, texts) for form in forms]


def test_the_hash_covers_every_word_and_the_order_of_options(exam: Exam) -> None:
    done = publish(exam)
    hashes = hashes_again(exam)
    assert snapshots.paper_hash(hashes) == done.paper_hash
    item = db.session.scalars(select(ExamItem)).first()
    item.stem += "。"
    db.session.flush()
    assert hashes_again(exam) != hashes


def test_each_candidate_has_a_paper_and_some_are_in_reserve(exam: Exam) -> None:
    done = publish(exam)

    assert done.form_count == 2 + papers.LEAST_RESERVE
    kinds = list(db.session.scalars(select(Form.window_kind).order_by(Form.number)))
    assert kinds == [WindowKind.MAIN] * 7 + [WindowKind.RESIT] * 7
    form = db.session.scalars(select(Form).order_by(Form.number)).first()
    assert [set(line) for line in form.layout] == [{"item", "points", "order"}] * 6
    assert form.layout[0]["points"] == "20.00"
    assert sorted(form.layout[0]["order"]) == ["A", "B", "C", "D"]
    assert form.layout[5]["order"] == []


def test_the_resit_asks_no_question_of_the_main_paper(exam: Exam) -> None:
    make_questions(20)
    make_questions(20, SINGLE, "行政许可与强制")
    fixed = make_draft((Cell(1, SINGLE, None, None, 10, Decimal(10)),), form_mode=FormMode.FIXED)
    list_people(fixed, make_person())

    publish(fixed)

    main, resit = db.session.scalars(select(Form).where(Form.exam_id == fixed.id).order_by(Form.number))
    assert {line["item"] for line in main.layout} & {line["item"] for line in resit.layout} == set()


def test_balanced_forms_are_as_many_as_set_and_an_exam_without_resit_has_no_papers_for_it(exam: Exam) -> None:
    balanced = make_draft(resit=False, form_mode=FormMode.BALANCED, form_count=3)
    list_people(balanced, make_person())

    publish(balanced)

    assert queries.count_forms(balanced.id) == {WindowKind.MAIN: 3}


def test_the_same_seed_draws_the_same_papers(exam: Exam) -> None:
    assert papers.draw(exam) == papers.draw(get(exam.id))
    first = papers.draw(exam)
    exam.seed += 1
    assert papers.draw(exam).main != first.main


def test_a_change_between_drawing_and_publishing_is_noticed(exam: Exam) -> None:
    drawn = papers.draw(exam)
    get(exam.id).edit_no += 1
    db.session.commit()

    with pytest.raises(publication.ChangedSinceDrawn), transaction():
        publication.publish(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam.id, lock=True), drawn)
    assert state_of(exam.id) is ExamState.DRAFT
    assert count(Form) == 0


def test_questions_are_withheld_from_practice_until_release(exam: Exam) -> None:
    assert db.session.scalars(queries.withheld_questions()).all() == []
    publish(exam)
    withheld = set(db.session.scalars(queries.withheld_questions()))
    assert len(withheld) == len({row[0].version_id for row in frozen_rows(exam)})
    get(exam.id).state = ExamState.RELEASED
    db.session.commit()
    assert db.session.scalars(queries.withheld_questions()).all() == []


def test_questions_of_earlier_exams_are_counted(exam: Exam) -> None:
    publish(exam)
    other = make_draft()
    uses = queries.count_uses(other.id)

    assert set(uses.values()) == {1}
    assert queries.count_uses(exam.id) == {}
    picks = question_queries.list_picks([SINGLE], uses)
    assert any(pick.uses for pick in picks)
