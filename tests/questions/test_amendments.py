"""The law moves: exactly the right questions stop, a person looks at each, published exams keep their papers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lawedu import clock
from lawedu.core.blueprint import Cell
from lawedu.core.policy import MACHINE, Role
from lawedu.core.questions import QuestionKind
from lawedu.db import db, transaction
from lawedu.exams.models import ExamItem, ExamKey, Form
from lawedu.people.models import Person, Unit
from lawedu.questions import queries, services
from lawedu.questions.models import QuestionState
from lawedu.questions.review_models import AmendmentFlag, FlagSettlement, Review, Verdict
from lawedu.statutes.models import Instrument
from tests import cast
from tests.cast import browser, count, post
from tests.counting import count_queries
from tests.exams.setup_stage import list_people, make_draft, publish
from tests.questions.banks import LAW, OTHER_LAW, write_bank
from tests.questions.bench_stage import LATER, NEW, OLD, add_law, become_current, fields, load, on, question, versions

BOTH = [
    {"instrument": LAW, "version": OLD.isoformat(), "article": 33},
    {"instrument": LAW, "version": OLD.isoformat(), "article": 36},
    {"instrument": OTHER_LAW, "version": "2023-09-01", "article": 33},
]


@pytest.fixture(autouse=True)
def bank(app: Flask, tmp_path: Path) -> None:
    """A law, and a question on every fate that its articles will have; numbered 1 to 7."""
    add_law()
    load(
        tmp_path,
        on(31, 1),
        on(32, 2),
        on(33, 3),
        on(35, 4),
        on(36, 5),
        on(33, 6, basis=BOTH),
        on(33, 7, basis=[BOTH[2]]),
    )


def amend() -> None:
    """The new text becomes current."""
    add_law(LATER, NEW)


def states() -> list[str]:
    return [question(number).state.value for number in range(1, 8)]


LAST_DAY = date(2026, 8, 15)
FLAGGED = ["published", "flagged", "flagged", "flagged", "published", "flagged", "published"]


def test_exactly_the_right_questions_are_flagged_with_the_reason(app: Flask) -> None:
    amend()

    assert states() == FLAGGED
    flags = db.session.scalars(select(AmendmentFlag).order_by(AmendmentFlag.id)).all()
    assert [(f.question_id, f.fate.value, f.old_article, f.new_article) for f in flags] == [
        (2, "changed", "32", "32"),
        (3, "renumbered", "33", "34"),
        (4, "deleted", "35", None),
        (6, "renumbered", "33", "34"),
    ]
    assert (flags[0].old_version, flags[0].new_version) == (OLD, NEW)
    assert "应当从轻" in flags[0].old_text
    assert "可以从轻" in flags[0].new_text


def test_flagged_questions_leave_paper_assembly_at_once(app: Flask) -> None:
    assert len(queries.list_picks([QuestionKind.SINGLE_CHOICE])) == 7
    amend()
    assert len(queries.list_picks([QuestionKind.SINGLE_CHOICE])) == 3
    assert sum(queries.count_by_cell().values()) == 3


def test_a_law_told_twice_or_adopted_for_later_flags_nothing_more(app: Flask) -> None:
    amend()
    assert become_current() == []
    flags = count(AmendmentFlag)
    add_law({**LATER, 36: "违法行为在三年内未被发现的，不再给予行政处罚。"}, clock.today() + timedelta(days=30))
    assert count(AmendmentFlag) == flags


def test_published_exams_keep_their_frozen_papers(app: Flask, wang: Person) -> None:
    cells = (Cell(1, QuestionKind.SINGLE_CHOICE, "行政处罚", None, 7, Decimal("10")),)
    exam = make_draft(cells, resit=False, full_points=Decimal(70), pass_mark=Decimal(40), excellent_mark=Decimal(60))
    list_people(exam, wang)
    publish(exam)
    before = _frozen()

    amend()

    assert states() == FLAGGED
    assert _frozen() == before
    assert len(before[1]) == 7


def _frozen() -> tuple[Any, ...]:
    db.session.rollback()
    keys = db.session.scalars(select(ExamKey).order_by(ExamKey.item_id))
    return (
        list(db.session.scalars(select(Form.hash).order_by(Form.id))),
        list(db.session.scalars(select(ExamItem.stem).order_by(ExamItem.id))),
        [(key.answer, key.explanation, key.basis) for key in keys],
    )


def test_the_queue_shows_both_texts_with_the_words_marked(reviewer: Any) -> None:
    amend()
    assert "共 4 题" in reviewer.get("/bench/questions/flags").text

    page = reviewer.get("/bench/questions/flags/2").text

    assert "<del>应当</del>" in page
    assert "<ins>可以</ins>" in page
    assert "这一条已经删去" in reviewer.get("/bench/questions/flags/4").text


def settle(client: Any, number: int, do: str, **data: str) -> Any:
    return post(client, f"/bench/questions/flags/{number}", {"do": do, **data})


def test_still_right_moves_the_basis_in_a_new_version_and_is_recorded(reviewer: Any, zheng: Person) -> None:
    amend()
    assert (
        settle(
            reviewer, 2, "confirm", opinion="数额和期限都没有变。", **{"article-1": "32", "paragraph-1": ""}
        ).status_code
        == 303
    )

    old, new = versions(2)
    assert question(2).state is QuestionState.PUBLISHED
    assert (old.stem, old.options, old.answer) == (new.stem, new.options, new.answer)
    assert [(b.article, b.instrument_version) for b in new.basis] == [("32", NEW)]
    assert [(b.article, b.instrument_version) for b in old.basis] == [("32", OLD)]
    assert new.checked_on == clock.today()
    review = db.session.scalars(select(Review)).one()
    assert (review.verdict, review.reviewer_id, review.version_id) == (Verdict.STILL_RIGHT, zheng.id, new.id)
    assert count(FlagSettlement) == 1
    assert settle(reviewer, 2, "confirm").status_code == 409


def test_a_renumbered_article_takes_its_citations_along_and_leaves_other_laws_alone(reviewer: Any) -> None:
    amend()
    assert settle(reviewer, 3, "confirm", **{"article-1": "34", "paragraph-1": ""}).status_code == 303
    moved = versions(3)[1]
    assert "第三十四条" in moved.explanation
    assert "第三十三条" not in moved.explanation

    answer = settle(reviewer, 6, "confirm", **{"article-1": "34", "paragraph-1": ""})
    assert answer.status_code == 303
    moved = versions(6)[1]
    assert [(b.instrument, b.article, b.instrument_version) for b in moved.basis] == [
        (LAW, "34", NEW),
        (LAW, "36", NEW),
        (OTHER_LAW, "33", date(2023, 9, 1)),
    ]
    assert "第三十三条" in moved.explanation  # it may be the other law's


def test_a_deleted_article_cannot_simply_stand(reviewer: Any) -> None:
    amend()
    answer = settle(reviewer, 4, "confirm", **{"article-1": "", "paragraph-1": ""})
    assert answer.status_code == 409
    assert "所依据的条文已经删去" in answer.text
    wrong = settle(reviewer, 4, "confirm", opinion="移到新条", **{"article-1": "99", "paragraph-1": ""})
    assert wrong.status_code == 409
    assert "查不到" in wrong.text
    assert 'value="99"' in wrong.text
    assert "移到新条" in wrong.text
    assert question(4).state is QuestionState.FLAGGED


def test_retire_and_edit_need_words_and_are_recorded(reviewer: Any) -> None:
    amend()
    assert settle(reviewer, 4, "retire").status_code == 409
    assert settle(reviewer, 4, "retire", opinion="条文已删。").status_code == 303
    assert question(4).state is QuestionState.RETIRED
    assert settle(reviewer, 2, "edit").status_code == 409
    assert settle(reviewer, 2, "edit", opinion="“应当”改为“可以”。").status_code == 303
    assert question(2).state is QuestionState.FLAGGED
    assert [r.verdict for r in db.session.scalars(select(Review).order_by(Review.id))] == [
        Verdict.RETIRED,
        Verdict.EDIT,
    ]
    assert settle(reviewer, 2, "nonsense").status_code == 404


def test_who_may_write_edits_at_once_and_another_person_approves(app: Flask, office: Unit, reviewer: Any) -> None:
    both = browser(app, cast.official(office, "两任", Role.AUTHOR, Role.REVIEWER))
    amend()

    answer = settle(both, 2, "edit", opinion="“应当”改为“可以”。")
    assert answer.headers["Location"].endswith("/bench/questions/2/edit")
    assert [(b.article, b.instrument_version) for b in versions(2)[1].basis] == [("32", NEW)]
    changed = fields(
        do="submit", stem="当事人主动减轻危害后果的，对其行政处罚（　）。", **{"basis-0-cite": "行政处罚法 32"}
    )
    changed["explanation"] = changed["explanation"].replace("第三十三条", "第三十二条")
    assert post(both, "/bench/questions/2/edit", changed).status_code == 303
    new = versions(2)[1]
    assert post(both, f"/bench/questions/review/{new.id}", {"decision": "approve"}).status_code == 403
    assert question(2).state is QuestionState.FLAGGED
    assert settle(reviewer, 2, "confirm", **{"article-1": "32"}).status_code == 409

    assert post(reviewer, f"/bench/questions/review/{new.id}", {"decision": "approve"}).status_code == 303

    assert question(2).state is QuestionState.PUBLISHED
    assert count(FlagSettlement) == 1


def test_renumbered_articles_with_identical_text_are_confirmed_together(reviewer: Any) -> None:
    amend()
    page = reviewer.get("/bench/questions/flags/renumbered").text
    assert "共 2 题" in page
    assert "第三十三条 → 第三十四条" in page

    answer = post(reviewer, "/bench/questions/flags/renumbered", {"question": ["3", "6", "2", "9999", "x"]})

    assert answer.status_code == 409
    assert "xzcf-033-0002" in answer.text
    assert states() == ["published", "flagged", "published", "flagged", "published", "published", "published"]
    assert versions(3)[1].basis[0].article == "34"


def test_words_that_name_the_old_number_must_be_edited(reviewer: Any, tmp_path: Path) -> None:
    stem = "依据《中华人民共和国行政处罚法》第三十三条，对某店轻微违法行为应当（　）。"
    load(tmp_path, on(33, 3, stem=stem))
    amend()

    answer = post(reviewer, "/bench/questions/flags/renumbered", {"question": ["3"]})

    assert "写有旧的条号" in answer.text
    assert question(3).state is QuestionState.FLAGGED


def test_an_author_sees_the_queue_but_decides_nothing(author: Any) -> None:
    amend()
    assert author.get("/bench/questions/flags/2").status_code == 200
    assert settle(author, 2, "confirm").status_code == 403
    assert author.get("/bench/questions/flags/renumbered").status_code == 403


def test_nobody_confirms_their_own_wording(app: Flask, office: Unit, reviewer: Any) -> None:
    person = cast.official(office, "两任", Role.AUTHOR, Role.REVIEWER)
    both = browser(app, person)
    with transaction():
        versions(2)[0].author_id = person.id
    amend()
    answer = settle(both, 2, "confirm", **{"article-1": "32"})
    assert answer.status_code == 403
    assert "须由另一位审题人" in answer.text


def test_files_settle_a_flag_only_by_another_basis(app: Flask, tmp_path: Path) -> None:
    amend()
    files = [on(31, 1), on(32, 2, difficulty=5), on(36, 5)]
    moved = on(33, 3, basis=[{"instrument": LAW, "version": "2026-06-01", "article": 34}])
    moved["explanation"] = moved["explanation"].replace("第三十三条", "第三十四条")
    folder = write_bank(tmp_path / "new", [*files, moved])
    lists = folder / "instruments.yaml"
    lists.write_text(lists.read_text() + f"- title: {LAW}\n  version: '2026-06-01'\n", encoding="utf-8")
    with transaction():
        services.load_bank(MACHINE, folder)

    assert question(2).state is QuestionState.FLAGGED
    assert question(3).state is QuestionState.PUBLISHED
    assert question(4).state is QuestionState.RETIRED


def test_the_queue_costs_a_few_statements(reviewer: Any) -> None:
    amend()
    reviewer.get("/bench/questions/flags")
    with count_queries() as sent:
        reviewer.get("/bench/questions/flags")
    assert len(sent.reads) <= 8
    with count_queries() as sent:
        amended = reviewer.get("/bench/questions/flags/2")
    assert amended.status_code == 200
    assert len(sent.reads) <= 14


def repeal(on_day: date | None = LAST_DAY) -> None:
    """The law ends as a whole."""
    instrument = db.session.scalars(select(Instrument).where(Instrument.title == LAW)).one()
    instrument.is_repealed, instrument.repealed_on = True, on_day
    db.session.commit()
    become_current()


def test_a_law_that_ended_flags_every_question_on_it_and_no_other(app: Flask) -> None:
    repeal()

    assert states() == ["flagged"] * 6 + ["published"]
    flags = db.session.scalars(select(AmendmentFlag).order_by(AmendmentFlag.id)).all()
    assert {(flag.question_id, flag.is_repeal, flag.new_article) for flag in flags} == {
        (number, True, None) for number in range(1, 7)
    }
    assert {flag.new_version for flag in flags} == {LAST_DAY}
    assert all(flag.old_text and not flag.new_text for flag in flags)
    become_current()
    assert count(AmendmentFlag) == len(flags)


def test_a_repeal_to_come_flags_nothing_until_that_day(app: Flask) -> None:
    repeal(clock.today() + timedelta(days=1))
    assert states() == ["published"] * 7


def test_a_law_known_to_have_ended_but_not_when_flags_once(app: Flask) -> None:
    repeal(None)
    told = count(AmendmentFlag)
    become_current()
    assert states() == ["flagged"] * 6 + ["published"]
    assert count(AmendmentFlag) == told


def test_a_question_on_a_repealed_law_is_edited_or_retired_never_confirmed(app: Flask, reviewer: Any) -> None:
    repeal()
    page = reviewer.get("/bench/questions/flags/2").text
    assert "整部法律已废止" in page
    assert 'value="confirm"' not in page

    settle(reviewer, 2, "confirm", opinion="照旧")

    assert question(2).state is QuestionState.FLAGGED
    settle(reviewer, 2, "retire", opinion="法律已经废止")
    assert question(2).state is QuestionState.RETIRED
