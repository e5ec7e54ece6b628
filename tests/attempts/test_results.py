"""Promises P5 and P6: every score can be derived again, and one changed behind the application's back is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawedu import clock
from lawedu.attempts import queries, results
from lawedu.attempts.models import AnswerOp, Attempt, Receipt, Result
from lawedu.attempts.refusals import TamperedResult
from lawedu.core.policy import MACHINE
from lawedu.core.scoring import MultipleRule
from lawedu.db import db, transaction
from lawedu.exams.models import Exam, ExamItem, ExamKey
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.counting import count_queries
from tests.exam_cast import RIGHT, Sitter


def check(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_cli_runner().invoke(args=["scores", "recompute", "--check", "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def hand_in(sitter: Sitter, *values: Any) -> None:
    sheet = {item: value for item, value in zip(sitter.items, values, strict=False) if value is not None}
    ops = [sitter.op(place, value) for place, value in enumerate(values)]
    assert sitter.submit(*ops, sheet=sheet).status_code == 200


@pytest.mark.parametrize(
    ("values", "total", "passed"),
    [
        (RIGHT, "100.00", True),
        ((None, None, None), "0.00", False),
        (("A", None, False), "60.00", True),
        (("A", ["B"], True), "40.00", False),
        (("B", ["B", "D"], False), "60.00", True),
    ],
)
def test_the_result_follows_from_paper_and_answers_and_is_derived_again(
    app: Flask, sitter: Sitter, values: tuple[Any, ...], total: str, passed: bool
) -> None:
    hand_in(sitter, *values)

    row = db.session.query(Result).one()
    assert (f"{row.total:.2f}", row.passed) == (total, passed)
    assert sum(Decimal(points) for points in row.items.values()) == row.total
    assert check(app) == (0, {"checked": 1, "violations": []})


def test_partial_points_follow_the_rule_of_the_exam(app: Flask, sitting_person: Person) -> None:
    exam = exam_cast.make_exam(sitting_person, multiple_rule=MultipleRule.PARTIAL_PER_OPTION)
    hand_in(exam_cast.start(cast.browser(app, sitting_person), exam), None, ["B"], None)

    assert db.session.query(Result).one().total == Decimal(20)
    assert check(app)[0] == 0


def test_two_more_people_are_derived_in_the_same_number_of_statements(
    app: Flask, exam: Exam, stranger: Person, sitter: Sitter
) -> None:
    hand_in(sitter, *RIGHT)
    with count_queries() as one:
        check(app)
    hand_in(exam_cast.start(cast.browser(app, stranger), exam), "B")
    with count_queries() as two:
        check(app)

    assert len(one.reads) == len(two.reads)


def raise_the_total(result: Result) -> None:
    result.total = Decimal(99)


def flip_passed(result: Result) -> None:
    result.passed = not result.passed


def raise_one_item(result: Result) -> None:
    items = dict(result.items)
    items[next(iter(items))] = "40.01"
    result.items = items


def copy_the_seal_of_another_version(result: Result) -> None:
    result.mac = "0" * 64


def say_it_was_regraded(result: Result) -> None:
    result.reason = "更正评分"


def give_it_to_another(result: Result) -> None:
    other = cast.make_person()
    again = db.session.get(Result, (result.attempt_id, 1))
    assert again is not None
    again.person_id = other.id


def take_it_out_of_count(result: Result) -> None:
    result.version = 2


TAMPERINGS = [
    raise_the_total,
    flip_passed,
    raise_one_item,
    copy_the_seal_of_another_version,
    say_it_was_regraded,
    give_it_to_another,
    take_it_out_of_count,
]


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_a_result_changed_behind_our_back_is_shown_to_nobody_and_named(
    app: Flask, sitter: Sitter, desk: Any, tamper: Callable[[Result], None]
) -> None:
    hand_in(sitter, "A", ["B"], True)
    tamper(db.session.query(Result).one())
    db.session.commit()

    page = desk.get(f"/attempts/{sitter.id}/result")
    assert (page.status_code, f"作答编号{sitter.id}" in page.text) == (409, True)
    status, found = check(app)
    assert (status, found["violations"]) == (1, [{"attempt_id": sitter.id, "code": "tampered_result"}])
    assert app.test_cli_runner().invoke(args=["attempts", "dump", "--json"]).exit_code == 1
    with pytest.raises(TamperedResult):
        results.find_current(queries.get_sitting(MACHINE, "attempt.sit", sitter.id))


def test_swapping_two_peoples_attempts_is_noticed(app: Flask, sitter: Sitter, stranger: Person, exam: Exam) -> None:
    hand_in(sitter, *RIGHT)
    other = exam_cast.start(cast.browser(app, stranger), exam)
    hand_in(other, "B")
    first, second = (exam_cast.get_attempt(one.id) for one in (sitter, other))
    ours, theirs = first.person_id, second.person_id
    first.person_id, first.try_no = theirs, 2
    db.session.flush()
    second.person_id = ours
    db.session.commit()

    status, found = check(app)
    assert status == 1
    assert {one["code"] for one in found["violations"]} == {"tampered_result"}


def change_an_answer() -> None:
    db.session.query(AnswerOp).first().value = "C"


def drop_the_result() -> None:
    db.session.query(Result).delete()


def drop_the_receipt() -> None:
    db.session.query(Receipt).delete()


def change_the_key() -> None:
    item = db.session.query(ExamItem).filter_by(kind="single_choice").one()
    db.session.get(ExamKey, item.id).answer = "C"


def change_the_question() -> None:
    db.session.query(ExamItem).first().stem = "另一道题"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (change_an_answer, "result_differs"),
        (drop_the_result, "result_missing"),
        (drop_the_receipt, "receipt_wrong"),
        (change_the_key, "result_differs"),
        (change_the_question, "paper_differs"),
    ],
)
def test_recomputing_names_what_no_longer_fits(
    app: Flask, sitter: Sitter, change: Callable[[], None], code: str
) -> None:
    hand_in(sitter, "A")
    change()
    db.session.commit()

    assert check(app) == (1, {"checked": 1, "violations": [{"attempt_id": sitter.id, "code": code}]})


def test_a_new_version_is_sealed_over_the_old_one(app: Flask, sitter: Sitter, desk: Any) -> None:
    hand_in(sitter, "A")
    with transaction():
        sitting = queries.get_locked(MACHINE, "attempt.sit", sitter.id)
        derived = results.derive_many([sitter.id])[sitter.id]
        higher = results.Derived(Decimal("60.00"), True, derived.items, derived.paper_hash, derived.sheet_hash)
        results.write(sitting, higher, clock.now(), reason="更正评分")

    versions = results.list_versions(sitter.id)
    assert [(row.version, row.is_current) for row in versions] == [(1, False), (2, True)]
    assert desk.get(f"/attempts/{sitter.id}/result").status_code == 200
    current = results.find_current(queries.get_sitting(MACHINE, "attempt.sit", sitter.id))
    assert current is not None
    assert current.total == Decimal(60)
    db.session.delete(versions[0])
    db.session.commit()
    assert desk.get(f"/attempts/{sitter.id}/result").status_code == 409, "the chain is broken"


def test_an_attempt_that_expired_unnoticed_has_the_result_that_will_be_written(
    app: Flask, sitting_person: Person
) -> None:
    exam = exam_cast.make_exam(sitting_person, duration_minutes=5)
    sitter = exam_cast.start(cast.browser(app, sitting_person), exam)
    sitter.answer(0, "A")
    deadline = exam_cast.get_attempt(sitter.id).deadline_at
    with time_machine.travel(deadline + timedelta(seconds=31), tick=False):
        computed = results.derive_many([sitter.id])[sitter.id]
        app.test_cli_runner().invoke(args=["attempts", "sweep"])

    row = db.session.query(Result).one()
    assert (row.total, row.items, row.sheet_hash) == (computed.total, computed.items, computed.sheet_hash)
    assert cast.count(Attempt) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["A", "B", ["B", "D"], ["A"], True, False, None])), max_size=8
    )
)
def test_whatever_was_saved_the_stored_score_is_the_derived_one(
    app: Flask, exam: Exam, ops: list[tuple[int, Any]]
) -> None:
    person = cast.official(cast.make_unit(), "考生", cast.Role.OFFICIAL)
    exam_cast.add_candidate(exam, person)
    db.session.commit()
    sitter = exam_cast.start(cast.browser(app, person), exam)
    if ops:
        sitter.send(*(sitter.op(place, value) for place, value in ops))
    assert sitter.submit().status_code == 200

    assert check(app)[0] == 0
