"""Review: another person decides, the released wording stands, everything is kept with who, when and why."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import select

from lawedu.audit.models import AuditEvent, ExportRecord
from lawedu.core.policy import MACHINE, Role
from lawedu.core.questions import QuestionKind
from lawedu.db import db, transaction
from lawedu.people.models import Person, Unit
from lawedu.questions import queries, services
from lawedu.questions.models import QuestionState, QuestionVersion, VersionState
from lawedu.questions.review_models import Review, Verdict
from tests import cast
from tests.cast import PASSWORD, browser, count, post
from tests.counting import count_queries
from tests.questions.bench_stage import add_law, fields, load, on, question, versions, write

APPROVE = {"decision": "approve"}
CLEARER = "某局拟对某厂处以罚款，某厂陈述意见以后，某局（　）。"


@pytest.fixture(autouse=True)
def law(app: Flask) -> None:
    """The library has the law."""
    add_law()


def revise(client: Any, number: int, **data: str) -> Any:
    return post(client, f"/bench/questions/{number}/revise", data, page=f"/bench/questions/{number}")


def decide(client: Any, version_id: int, **data: str) -> Any:
    return post(client, f"/bench/questions/review/{version_id}", data)


def test_a_new_question_goes_from_draft_over_review_into_the_bank(author: Any, reviewer: Any, zheng: Person) -> None:
    assert write(author, "submit").status_code == 303
    assert question(1).state is QuestionState.SUBMITTED
    assert queries.count_by_cell() == {}
    assert fields()["stem"][:20] in reviewer.get("/bench/questions/review").text

    assert decide(reviewer, 1, **APPROVE, opinion="依据和干扰项都对。").status_code == 303

    [version] = versions(1)
    assert (question(1).state, version.state) == (QuestionState.PUBLISHED, VersionState.RELEASED)
    assert version.checked_on is not None
    assert question(1).content_hash
    assert queries.count_by_cell() == {(QuestionKind.SINGLE_CHOICE, "行政处罚", 2): 1}
    review = db.session.scalars(select(Review)).one()
    assert (review.verdict, review.opinion, review.reviewer_id) == (Verdict.APPROVED, "依据和干扰项都对。", zheng.id)
    assert count(AuditEvent, action="question.approve") == 1


def test_the_menu_says_how_much_waits_and_nothing_when_nothing_does(author: Any, reviewer: Any) -> None:
    badge = '<span class="count">1<span class="vh">项待处理</span></span>'
    assert badge not in reviewer.get("/bench/questions").text
    write(author, "submit")

    assert reviewer.get("/bench/questions").text.count(badge) == 2  # beside the page, and in the menu of a phone
    assert badge not in author.get("/bench/questions").text


def test_nobody_reviews_their_own_version(app: Flask, office: Unit) -> None:
    both = cast.official(office, "两任", Role.AUTHOR, Role.REVIEWER)
    client = browser(app, both)
    write(client, "submit")

    assert fields()["stem"][:20] not in client.get("/bench/questions/review").text
    assert "须由另一位审题人审核" in client.get("/bench/questions/review/1").text
    answer = decide(client, 1, **APPROVE)

    assert answer.status_code == 403
    assert "须由另一位审题人审核" in answer.text
    assert question(1).state is QuestionState.SUBMITTED


def test_sending_back_needs_words_and_the_author_goes_on_in_a_new_version(author: Any, reviewer: Any) -> None:
    write(author, "submit")

    assert decide(reviewer, 1, decision="return").status_code == 409
    assert decide(reviewer, 1, decision="return", opinion="A 项和 C 项意思接近。").status_code == 303
    assert decide(reviewer, 1, **APPROVE).status_code == 409

    page = author.get("/bench/questions/1/edit")
    assert "A 项和 C 项意思接近。" in page.text
    changed = fields(do="submit", difficulty="4", **{"basis-0-cite": "行政处罚法 33"})
    assert post(author, "/bench/questions/1/edit", changed).status_code == 303
    first, second = versions(1)
    assert (first.state, first.difficulty) == (VersionState.RETURNED, 2)
    assert (second.state, second.difficulty) == (VersionState.SUBMITTED, 4)
    assert decide(reviewer, second.id, **APPROVE).status_code == 303
    assert (question(1).version_no, question(1).difficulty) == (2, 4)


def test_the_released_wording_stays_in_use_until_the_new_one_is_approved(
    author: Any, reviewer: Any, tmp_path: Path
) -> None:
    load(tmp_path, on(33, 1))
    stem = versions(1)[0].stem

    assert revise(author, 1, reason="题干更清楚").status_code == 303
    assert revise(author, 1, reason="再改").status_code == 409
    answer = post(author, "/bench/questions/1/edit", fields(do="submit", stem=CLEARER))
    assert answer.status_code == 303
    assert (question(1).version_no, question(1).working_no, question(1).state) == (1, 2, QuestionState.PUBLISHED)
    assert sum(queries.count_by_cell().values()) == 1
    assert queries.list_picks([QuestionKind.SINGLE_CHOICE])[0].version_id == versions(1)[0].id

    assert decide(reviewer, versions(1)[1].id, **APPROVE).status_code == 303

    old, new = versions(1)
    assert (old.stem, new.reason, question(1).version_no) == (stem, "题干更清楚", 2)
    assert question(1).edited_here
    assert queries.list_picks([QuestionKind.SINGLE_CHOICE])[0].version_id == new.id


def test_what_waits_for_review_can_be_taken_back_but_not_changed(author: Any, reviewer: Any) -> None:
    write(author, "submit")
    assert author.get("/bench/questions/1/edit").status_code == 303
    assert post(author, "/bench/questions/1/edit", fields(do="save"), page="/bench/questions/new").status_code == 409

    assert post(author, "/bench/questions/1/withdraw", page="/bench/questions/1").status_code == 303
    assert question(1).state is QuestionState.DRAFT
    assert decide(reviewer, 1, **APPROVE).status_code in (404, 409)


def test_a_dropped_version_leaves_the_released_one(author: Any, tmp_path: Path) -> None:
    load(tmp_path, on(33, 1))
    revise(author, 1)

    assert post(author, "/bench/questions/1/drop", page="/bench/questions/1/edit").status_code == 303

    assert (question(1).state, question(1).working_no) == (QuestionState.PUBLISHED, None)
    assert versions(1)[1].state is VersionState.DROPPED
    revise(author, 1)
    assert question(1).working_no == 3


def test_retiring_needs_a_reason_and_takes_it_out_of_use(author: Any, reviewer: Any, tmp_path: Path) -> None:
    load(tmp_path, on(33, 1))

    assert post(author, "/bench/questions/1/retire", {"reason": "x"}, page="/bench/questions/1").status_code == 403
    assert post(reviewer, "/bench/questions/1/retire", {"reason": " "}, page="/bench/questions/1").status_code == 422
    assert post(reviewer, "/bench/questions/1/retire", {"reason": "过时"}, page="/bench/questions/1").status_code == 303
    assert post(reviewer, "/bench/questions/1/retire", {"reason": "过时"}, page="/bench/questions/1").status_code == 409

    assert question(1).state is QuestionState.RETIRED
    assert queries.count_by_cell() == {}
    assert "过时" in author.get("/bench/questions/1").text


def test_a_reload_keeps_what_was_edited_here_and_says_so(author: Any, reviewer: Any, tmp_path: Path) -> None:
    load(tmp_path / "files", on(33, 1), on(33, 2), on(33, 3))
    revise(author, 1)
    post(
        author,
        "/bench/questions/1/edit",
        fields(do="submit", stem=CLEARER),
    )
    decide(reviewer, versions(1)[1].id, **APPROVE)
    post(reviewer, "/bench/questions/2/retire", {"reason": "过时"}, page="/bench/questions/2")
    write(author, "submit", stem="某镇对某户拟作出处罚，应当先（　）。")
    decide(reviewer, versions(4)[0].id, **APPROVE)

    done = load(tmp_path / "files", on(33, 1), on(33, 2), on(33, 3, difficulty=5))

    assert done.kept == ("xzcf-033-0001", "xzcf-033-0002")
    assert (done.changed, done.retired) == (1, 0)
    assert question(1).version_no == 2
    assert question(2).state is QuestionState.RETIRED
    assert question(4).state is QuestionState.PUBLISHED
    assert services.export_bank(MACHINE, tmp_path / "out") == 3
    with_export = services.check_directory(tmp_path / "out")
    assert not with_export.faults
    with transaction():
        after = services.load_bank(MACHINE, tmp_path / "out")
    assert after == services.BankLoad(unchanged=3)
    assert not question(1).edited_here
    assert question(4).origin.value == "file"


def test_the_queue_is_cheap(author: Any, reviewer: Any) -> None:
    for number in range(3):
        write(
            author,
            "submit",
            stem=f"{number}某局拟作出处罚决定{number}以前（　）。",
            **{"options-0-text": f"选项{number}"},
        )
    reviewer.get("/bench/questions/review")

    with count_queries() as sent:
        reviewer.get("/bench/questions/review")

    assert len(sent.reads) <= 6
    with count_queries() as sent:
        assert reviewer.get("/bench/questions/review/1").status_code == 200
    assert len(sent.reads) <= 25


@pytest.mark.parametrize("kind", ["workbook", "paper", "paper_key"])
def test_an_export_is_in_the_ledger_before_it_leaves(reviewer: Any, tmp_path: Path, kind: str) -> None:
    case = {"kind": "true_false", "options": None, "answer": False, "why_not": {"true": "=1+1"}}
    load(tmp_path, on(33, 1), on(33, 2, **case))

    answer = post(reviewer, "/bench/questions/export", {"kind": kind, "title": "测试卷", "password": PASSWORD})

    assert answer.status_code == 200
    entry = db.session.scalars(select(ExportRecord)).one()
    assert (entry.kind, entry.row_count) == (f"question.{kind}", 2)
    if kind == "workbook":
        assert answer.data[:2] == b"PK"
        return
    text = "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(answer.data)).paragraphs)
    assert versions(1)[0].stem in text
    assert ("参考答案与解析" in text) is (kind == "paper_key")
    assert (versions(1)[0].explanation in text) is (kind == "paper_key")


def test_an_export_asks_for_the_password_and_for_questions(author: Any, reviewer: Any) -> None:
    assert post(reviewer, "/bench/questions/export", {"kind": "paper", "password": "falsch"}).status_code == 422
    answer = post(reviewer, "/bench/questions/export", {"kind": "paper", "password": PASSWORD})
    assert answer.status_code == 409
    assert "没有符合条件的题" in answer.text
    assert author.get("/bench/questions/export").status_code == 403
    assert count(QuestionVersion) == 0
