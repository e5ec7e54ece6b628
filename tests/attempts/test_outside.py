"""Outside scores: matched only when sure, by hand otherwise, counted only after a second person agreed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from lawedu import clock
from lawedu.attempts.models import ImportState, MatchKind, OutsideImport, OutsideScore
from lawedu.audit.models import AuditEvent, StoredFile
from lawedu.completion.report_queries import get_unit_report
from lawedu.completion.scope_queries import EVERYBODY, Filter, get_reading
from lawedu.core.exam import ExamState
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people import mobiles
from lawedu.people.models import Approval, ApprovalState, Person
from tests import cast, exam_cast
from tests.counting import count_queries
from tests.sheets import xlsx

HEAD = ["姓名", "工号", "手机号", "单位", "成绩", "是否合格"]


@pytest.fixture
def roster(sitting_person: Person, stranger: Person, unit: Any, other_unit: Any) -> dict[str, Person]:
    """王建国 and his namesake elsewhere, a third in the same unit as his namesake, and 赵海涛 with a mobile."""
    namesake = cast.make_person(unit=other_unit, name="王建国")
    stranger.mobile_hash = mobiles.hash_mobile("13812345678")
    db.session.commit()
    return {"wang": sitting_person, "namesake": namesake, "zhao": stranger}


@pytest.fixture
def city_exam(roster: dict[str, Person]) -> Exam:
    """The annual exam with these people on its list. Full 100 points, pass 60."""
    return exam_cast.make_exam(*roster.values(), resit=True)


@pytest.fixture
def desk_a(app: Flask, exam_admin: Person) -> Any:
    """Who imports."""
    return cast.browser(app, exam_admin)


@pytest.fixture
def desk_b(app: Flask, second_exam_admin: Person) -> Any:
    """Who approves."""
    return cast.browser(app, second_exam_admin)


def send(desk: Any, to: Exam, *rows: list[Any], head: Any = None, **fields: Any) -> Any:
    data = {
        "exam": str(to.id),
        "window": "main",
        "source": "市2026年度普法考试",
        "file": (io.BytesIO(xlsx([head or HEAD, *rows])), "成绩.xlsx"),
        **fields,
    }
    return cast.post(desk, "/bench/outside/new", data, content_type="multipart/form-data")


def the_import() -> OutsideImport:
    db.session.rollback()
    return db.session.query(OutsideImport).order_by(OutsideImport.id.desc()).first()


def rows_of_import() -> list[OutsideScore]:
    return db.session.query(OutsideScore).filter_by(import_id=the_import().id).order_by(OutsideScore.row_no).all()


def act(desk: Any, verb: str, data: Any = None) -> Any:
    here = f"/bench/outside/{the_import().id}"
    return cast.post(desk, f"{here}/{verb}", data, page=here)


def figures(exam: Exam) -> Any:
    return get_unit_report(get_reading(exam.id, clock.now()), EVERYBODY, Filter()).total


def test_rows_are_matched_by_number_then_mobile_then_name_and_unit(
    desk_a: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(
        desk_a,
        city_exam,
        ["王建国", roster["wang"].staff_number, None, "随便哪里", 86, "合格"],
        ["赵海涛", None, "138-1234-5678", None, 59, None],
        ["王建国", "CITY-77", None, "兴城街道", 91, None],
    )
    found = [(one.match, one.person_id) for one in rows_of_import()]
    assert found == [
        (MatchKind.NUMBER, roster["wang"].id),
        (MatchKind.MOBILE, roster["zhao"].id),
        (MatchKind.NAME_UNIT, roster["namesake"].id),
    ]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["王建国", None, None, None, 86], MatchKind.SEVERAL),
        (["王建国", None, None, "别的单位", 86], MatchKind.SEVERAL),
        (["赵海涛", None, None, None, 86], MatchKind.SEVERAL),
        (["查无此人", None, None, "兴城街道", 86], MatchKind.NONE),
        (["李小龙", None, "13812345678", None, 86], MatchKind.SEVERAL),
    ],
)
def test_what_is_not_sure_is_left_to_a_person(desk_a: Any, city_exam: Exam, row: list[Any], kind: MatchKind) -> None:
    send(desk_a, city_exam, row)
    assert [(one.match, one.person_id) for one in rows_of_import()] == [(kind, None)]


def test_a_number_with_another_name_decides_nothing(desk_a: Any, city_exam: Exam, roster: dict[str, Person]) -> None:
    send(desk_a, city_exam, ["赵海涛", roster["wang"].staff_number, None, "兴城街道", 86])
    assert rows_of_import()[0].match is MatchKind.SEVERAL


def test_two_rows_for_one_person_are_both_left_to_a_person(
    desk_a: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    number = roster["wang"].staff_number
    send(desk_a, city_exam, ["王建国", number, None, None, 86], ["王建国", number, None, None, 90])
    assert {one.match for one in rows_of_import()} == {MatchKind.SEVERAL}


def test_two_namesakes_in_one_unit_are_told_apart_by_hand(
    desk_a: Any, city_exam: Exam, roster: dict[str, Person], other_unit: Any
) -> None:
    third = cast.make_person(unit=other_unit, name="王建国")
    exam_cast.add_candidate(city_exam, third)
    db.session.commit()
    send(desk_a, city_exam, ["王建国", None, None, "兴城街道", 91])
    (row,) = rows_of_import()
    assert row.match is MatchKind.SEVERAL
    page = desk_a.get(f"/bench/outside/{row.import_id}/rows/{row.id}").text
    for person in (roster["wang"], roster["namesake"], third):
        assert person.staff_number in page
    assert "经济发展局" in page
    assert act(desk_a, "submit", {"reason": "市里来函"}).status_code == 409
    assert act(desk_a, f"rows/{row.id}", {"person": str(third.id)}).status_code == 303
    assert [(one.match, one.person_id) for one in rows_of_import()] == [(MatchKind.BY_HAND, third.id)]


def test_nobody_is_chosen_twice_nor_from_outside_the_roster(
    desk_a: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    elsewhere = cast.make_person(name="王建国")
    send(
        desk_a,
        city_exam,
        ["王建国", roster["wang"].staff_number, None, None, 86],
        ["王建国", None, None, None, 90],
    )
    row = rows_of_import()[1]
    for person_id, status in ((roster["wang"].id, 409), (elsewhere.id, 409), (99999, 409)):
        assert act(desk_a, f"rows/{row.id}", {"person": str(person_id)}).status_code == status
    for odd in ("", "x", "-1"):
        assert act(desk_a, f"rows/{row.id}", {"person": odd}).status_code in (404, 422)
    assert rows_of_import()[1].person_id is None


def test_scores_count_only_after_another_person_agreed(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person], second_exam_admin: Person
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    assert figures(city_exam).after.sat == 0
    assert act(desk_a, "submit", {"reason": "市里来函"}).status_code == 303
    assert figures(city_exam).after.sat == 0
    assert act(desk_a, "decide", {"decision": "approve"}).status_code == 409
    assert figures(city_exam).after.sat == 0
    assert act(desk_b, "decide", {"decision": "approve"}).status_code == 303
    counted = figures(city_exam)
    assert (counted.first.sat, counted.first.passed, counted.after.excellent) == (1, 1, 1)
    batch = the_import()
    assert (batch.state, batch.approved_by) == (ImportState.APPROVED, second_exam_admin.id)
    assert cast.count(Approval, state=ApprovalState.APPROVED) == 1
    assert cast.count(AuditEvent, action="score.approve") == 1


def test_the_security_administrator_may_agree_too(
    app: Flask, desk_a: Any, city_exam: Exam, roster: dict[str, Person], security_admin: Person
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    act(desk_a, "submit", {"reason": "市里来函"})
    desk = cast.browser(app, security_admin)
    assert "市2026年度普法考试" in desk.get("/bench/approvals").text
    assert act(desk, "decide", {"decision": "approve"}).status_code == 303
    assert figures(city_exam).after.passed == 1
    assert desk.get("/bench/outside/new").status_code == 403


def test_who_prepared_the_rows_never_agrees_even_when_somebody_else_asked(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    act(desk_b, "submit", {"reason": "市里来函"})
    assert act(desk_a, "decide", {"decision": "approve"}).status_code == 409
    assert act(desk_b, "decide", {"decision": "approve"}).status_code == 409
    assert the_import().state is ImportState.PENDING


def test_a_refused_import_leaves_no_trace(
    app: Flask, desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    act(desk_a, "submit", {"reason": "市里来函"})
    assert act(desk_b, "decide", {"decision": "reject"}).status_code == 422
    assert act(desk_b, "decide", {"decision": "reject", "note": "没有公章"}).status_code == 303
    assert figures(city_exam).after.sat == 0
    assert the_import().state is ImportState.REJECTED
    assert "95" not in cast.browser(app, roster["wang"]).get("/exams").text
    for verb, data in (("submit", {"reason": "再来"}), ("decide", {"decision": "approve"}), ("discard", None)):
        assert act(desk_b if verb == "decide" else desk_a, verb, data).status_code == 409


def test_a_request_can_be_taken_back_and_changed(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    act(desk_a, "submit", {"reason": "市里来函"})
    (row,) = rows_of_import()
    assert act(desk_a, f"rows/{row.id}", {"person": "leave_out"}).status_code == 409
    assert act(desk_a, "withdraw").status_code == 303
    assert act(desk_a, f"rows/{row.id}", {"person": "leave_out"}).status_code == 303
    assert act(desk_a, "submit", {"reason": "市里来函"}).status_code == 409, "nobody is left"
    assert act(desk_b, "decide", {"decision": "approve"}).status_code == 409
    assert act(desk_a, "discard").status_code == 303
    assert figures(city_exam).after.sat == 0


def test_rows_of_unknown_people_are_left_out_together(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(
        desk_a,
        city_exam,
        ["王建国", roster["wang"].staff_number, None, None, 95, None],
        ["查无此人", None, None, None, 70, None],
        ["查无那人", None, None, None, 70, None],
    )
    assert act(desk_a, "leave-out-unknown").status_code == 303
    assert act(desk_a, "submit", {"reason": "市里来函"}).status_code == 303
    act(desk_b, "decide", {"decision": "approve"})
    assert figures(city_exam).after.sat == 1


def test_a_later_import_corrects_the_earlier_one(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    for points in (95, 40):
        send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, points, None])
        page = desk_a.get(f"/bench/outside/{the_import().id}").text
        act(desk_a, "submit", {"reason": "市里来函"})
        act(desk_b, "decide", {"decision": "approve"})
    assert "95 分，合格" in page
    assert "40 分，不合格" in page
    counted = figures(city_exam)
    assert (counted.after.sat, counted.after.passed) == (1, 0)
    assert cast.count(OutsideScore) == 2


def test_a_resit_score_counts_after_the_resit_only(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    number = roster["wang"].staff_number
    for window, points in (("main", 40), ("resit", 88)):
        send(desk_a, city_exam, ["王建国", number, None, None, points, None], window=window)
        act(desk_a, "submit", {"reason": "市里来函"})
        act(desk_b, "decide", {"decision": "approve"})
    counted = figures(city_exam)
    assert (counted.first.passed, counted.after.passed, counted.first.sat) == (0, 1, 1)


def test_an_outside_score_stands_beside_an_attempt_of_our_own(
    app: Flask, desk_a: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    sitter = exam_cast.start(cast.browser(app, roster["wang"]), city_exam)
    assert sitter.submit().status_code == 200
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    page = desk_a.get(f"/bench/outside/{the_import().id}").text
    assert "0 分，不合格" in page
    assert "95 分，合格" in page


def test_one_bad_row_keeps_the_whole_sheet_out(desk_a: Any, city_exam: Exam, roster: dict[str, Person]) -> None:
    number = roster["wang"].staff_number
    answer = send(desk_a, city_exam, ["王建国", number, None, None, 95], ["赵海涛", None, None, None, 101])
    assert answer.status_code == 422
    assert "满分 100 分" in answer.text
    assert 'value="市2026年度普法考试"' in answer.text, "what was typed stays"
    assert (cast.count(OutsideImport), cast.count(OutsideScore), cast.count(StoredFile)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"file": (io.BytesIO(b"<html>"), "a.xlsx")}, 400),
        ({"source": ""}, 422),
        ({"exam": "999"}, 422),
        ({"exam": "x"}, 422),
        ({"window": "third"}, 422),
    ],
)
def test_what_cannot_be_taken_is_refused(desk_a: Any, city_exam: Exam, fields: Any, status: int) -> None:
    assert send(desk_a, city_exam, ["王建国", None, None, None, 80], **fields).status_code == status
    assert cast.count(OutsideImport) == 0


def test_an_exam_that_is_no_draft_and_not_cancelled_takes_scores(
    desk_a: Any, desk_b: Any, city_exam: Exam, roster: dict[str, Person]
) -> None:
    send(desk_a, city_exam, ["王建国", roster["wang"].staff_number, None, None, 95, None])
    act(desk_a, "submit", {"reason": "市里来函"})
    exam = db.session.get(Exam, city_exam.id)
    assert exam is not None
    exam.state = ExamState.CANCELLED
    db.session.commit()
    assert act(desk_b, "decide", {"decision": "approve"}).status_code == 409
    assert send(desk_a, city_exam, ["王建国", None, None, None, 80]).status_code == 422


@pytest.mark.parametrize("address", ["/bench/outside", "/bench/outside/new", "/bench/outside/1"])
def test_nobody_else_has_business_here(app: Flask, hr: Person, li: Person, wang: Person, address: str) -> None:
    for person in (hr, li, wang):
        assert cast.browser(app, person).get(address).status_code == 403


def test_what_does_not_exist_is_not_found(desk_a: Any, city_exam: Exam) -> None:
    send(desk_a, city_exam, ["王建国", None, None, None, 80])
    row = rows_of_import()[0]
    for address in (
        "/bench/outside/99",
        f"/bench/outside/99/rows/{row.id}",
        f"/bench/outside/{row.import_id}/rows/999",
    ):
        assert desk_a.get(address).status_code == 404


def test_the_sheet_can_be_had_back_as_it_came(desk_a: Any, city_exam: Exam) -> None:
    send(desk_a, city_exam, ["王建国", None, None, None, 80])
    answer = desk_a.get(f"/bench/outside/{the_import().id}/file")
    assert answer.data[:2] == b"PK"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_long_import_asks_no_more_questions(desk_a: Any, city_exam: Exam, unit: Any) -> None:
    people = [cast.make_person(unit=unit, name=f"甲{chr(0x4E00 + n)}") for n in range(30)]
    for person in people:
        exam_cast.add_candidate(city_exam, person)
    db.session.commit()
    rows = [[person.name, person.staff_number, None, None, 80] for person in people]
    counts = []
    for part in (rows[:2], rows):
        send(desk_a, city_exam, *part)
        here = f"/bench/outside/{the_import().id}"
        desk_a.get(here)
        with count_queries() as sent:
            assert desk_a.get(here).status_code == 200
        counts.append(len(sent.reads))
    assert counts[1] <= counts[0] + 1
    with count_queries() as sent:
        desk_a.get("/bench/outside")
    assert len(sent.reads) <= 6
