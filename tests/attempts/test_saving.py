"""Saving over HTTP: the exact shapes and answers of contract.md; acknowledged only after the commit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from lawedu.attempts.models import AnswerOp, Attempt, Incident
from lawedu.core.questions import sheet_digest
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.counting import count_queries
from tests.exam_cast import Sitter


def test_the_page_carries_what_its_script_needs(sitter: Sitter) -> None:
    block = sitter.block

    assert set(block) == {
        "attempt_id",
        "epoch",
        "deadline_at",
        "server_now",
        "next_seq",
        "csrf_token",
        "items",
        "sheet",
    }
    assert (block["attempt_id"], block["epoch"], block["next_seq"], block["sheet"]) == (sitter.id, 1, 1, {})
    assert [(one["kind"], one["options"]) for one in block["items"]] == [
        ("single_choice", ["A", "B", "C", "D"]),
        ("multiple_choice", ["A", "B", "C", "D"]),
        ("true_false", []),
    ]
    assert datetime.fromisoformat(block["deadline_at"]) > datetime.fromisoformat(block["server_now"])
    assert block["deadline_at"].endswith("Z")


def test_a_save_is_acknowledged_in_the_agreed_shape(sitter: Sitter) -> None:
    answer = sitter.send(sitter.op(0, "A"), sitter.op(1, ["D", "B", "B"]), sitter.op(2, False))

    assert answer.status_code == 200
    assert set(answer.json) == {"acked", "rejected", "next_seq", "server_now", "deadline_at", "epoch"}
    assert (answer.json["acked"], answer.json["rejected"], answer.json["next_seq"]) == ([1, 2, 3], [], 4)
    assert sitter.sheet() == {sitter.items[0]: "A", sitter.items[1]: ["B", "D"], sitter.items[2]: False}


def test_null_clears_an_answer(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    sitter.answer(0, None)

    assert sitter.sheet() == {}
    assert cast.count(AnswerOp) == 2, "nothing is overwritten"


def test_a_heartbeat_names_the_digest_and_writes_nothing(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    with count_queries() as sent:
        answer = sitter.send(digest=True)

    assert answer.json["digest"] == sheet_digest({sitter.items[0]: "A"})
    assert answer.json["acked"] == []
    assert [sql for sql in sent if not sql.startswith("SELECT")] == []


def test_a_save_can_ask_for_the_digest_too(sitter: Sitter) -> None:
    answer = sitter.send(sitter.op(2, True), digest=True)

    assert answer.json["digest"] == sheet_digest({sitter.items[2]: True})


def test_a_save_costs_a_session_row_an_attempt_row_and_an_insert(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    with count_queries() as sent:
        sitter.answer(0, "B")

    assert [sql.split()[0] for sql in sent] == ["SELECT", "SELECT", "INSERT"], sent


def test_bad_operations_are_refused_by_themselves_and_never_block_the_others(sitter: Sitter) -> None:
    item = sitter.items
    answer = sitter.send(
        {"seq": 1, "item": item[0], "value": "A"},
        {"seq": 2, "item": "999999", "value": "A"},
        {"seq": 3, "item": item[0], "value": "E"},
        {"seq": 4, "item": item[1], "value": "A"},
        {"seq": 5, "item": item[2], "value": "true"},
        {"seq": 6, "item": item[1], "value": ["A"] * 65},
        {"seq": 7, "item": item[0], "value": "\x00"},
        {"seq": 8, "item": item[0], "value": "\ud800"},
        {"seq": 9, "item": item[0], "value": "A" * 20_001},
        {"seq": 10, "item": [item[0]], "value": "A"},
        {"seq": 11, "item": item[0]},
        {"seq": 12, "item": item[2], "value": 1},
        {"seq": 13, "item": item[2], "value": True},
        {"seq": 14, "item": item[0], "value": {"A": 1}},
    )

    assert answer.json["acked"] == [1, 13]
    assert {one["seq"]: one["code"] for one in answer.json["rejected"]} == {
        2: "unknown_item",
        3: "bad_shape",
        4: "bad_shape",
        5: "bad_shape",
        6: "too_large",
        7: "bad_text",
        8: "bad_text",
        9: "too_large",
        10: "unknown_item",
        11: "bad_shape",
        12: "bad_shape",
        14: "bad_shape",
    }
    assert sitter.sheet() == {item[0]: "A", item[2]: True}


def test_the_same_operation_again_is_acknowledged_again_and_stored_once(sitter: Sitter) -> None:
    op = sitter.op(0, "A")
    first, second = sitter.send(op), sitter.send(op, op)

    assert first.json["acked"] == second.json["acked"] == [1]
    assert (second.json["rejected"], second.json["next_seq"]) == ([], 2)
    assert cast.count(AnswerOp) == 1


def test_the_same_number_with_another_answer_is_a_conflict(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    across = sitter.send(sitter.op(0, "B", seq=1), sitter.op(1, ["A"], seq=2))
    within = sitter.send(sitter.op(2, True, seq=3), sitter.op(2, False, seq=3))

    assert (across.json["acked"], across.json["rejected"]) == ([2], [{"seq": 1, "code": "conflict"}])
    assert (within.json["acked"], within.json["rejected"]) == ([3], [{"seq": 3, "code": "conflict"}])
    assert sitter.sheet() == {sitter.items[0]: "A", sitter.items[1]: ["A"], sitter.items[2]: True}


def test_two_tabs_may_use_the_same_numbers(sitter: Sitter, desk: Any) -> None:
    other = Sitter(desk, sitter.id, "tab-2")
    sitter.answer(0, "A")
    answer = other.answer(1, ["C"])

    assert answer.json["acked"] == [1]
    assert sitter.sheet() == {sitter.items[0]: "A", sitter.items[1]: ["C"]}


def test_a_reopened_tab_outranks_what_it_sees(sitter: Sitter, desk: Any) -> None:
    for value in ("A", "B", "C"):
        sitter.answer(0, value)
    reopened = Sitter(desk, sitter.id, "0-a-name-that-sorts-first")
    reopened.answer(0, "D")

    assert sitter.sheet() == {sitter.items[0]: "D"}


def test_taking_over_raises_the_epoch_and_the_old_page_loses_without_an_error(sitter: Sitter, desk: Any) -> None:
    sitter.answer(0, "A")
    answer = sitter.post("take-over", {})
    assert answer.json == {"epoch": 2, "next_seq": 2, "sheet": {sitter.items[0]: "A"}}
    other = Sitter(desk, sitter.id, "phone")
    other.answer(0, "B")
    stale = sitter.send(sitter.op(0, "C", seq=50))

    assert (stale.status_code, stale.json["acked"], stale.json["epoch"]) == (200, [50], 2)
    assert sitter.sheet() == {sitter.items[0]: "B"}
    assert cast.count(Incident, attempt_id=sitter.id) == 1


def test_nobody_outranks_the_next_take_over_with_an_invented_epoch(sitter: Sitter, desk: Any) -> None:
    sitter.epoch = 1_000
    assert sitter.answer(0, "A").json["acked"] == [1]
    sitter.post("take-over", {})
    Sitter(desk, sitter.id, "phone").answer(0, "B")

    assert sitter.sheet() == {sitter.items[0]: "B"}


GOOD: dict[str, Any] = {"client": "tab", "epoch": 1, "ops": []}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"client": "tab", "epoch": 1}',
        b'{"client": "tab", "epoch": NaN, "ops": []}',
        b"[" * 100_000,
        json.dumps({**GOOD, "client": ""}).encode(),
        json.dumps({**GOOD, "client": "x" * 65}).encode(),
        json.dumps({**GOOD, "client": "a\x00b"}).encode(),
        json.dumps({**GOOD, "client": 5}).encode(),
        json.dumps({**GOOD, "epoch": 0}).encode(),
        json.dumps({**GOOD, "epoch": "1"}).encode(),
        json.dumps({**GOOD, "epoch": True}).encode(),
        json.dumps({**GOOD, "ops": {}}).encode(),
        json.dumps({**GOOD, "ops": [1]}).encode(),
        json.dumps({**GOOD, "ops": [{"item": "1", "value": "A"}]}).encode(),
        json.dumps({**GOOD, "ops": [{"seq": 0, "item": "1", "value": "A"}]}).encode(),
        json.dumps({**GOOD, "ops": [{"seq": 1.0, "item": "1", "value": "A"}]}).encode(),
        json.dumps({**GOOD, "ops": [{"seq": 2**53, "item": "1", "value": "A"}]}).encode(),
        b'{"client": "tab", "epoch": 1, "ops": [{"seq": ' + b"9" * 5000 + b"}]}",
    ],
)
def test_what_cannot_be_understood_is_a_400_with_code_and_message(sitter: Sitter, content: bytes) -> None:
    answer = sitter.client.post(
        f"/attempts/{sitter.id}/ops",
        data=content,
        headers={"X-CSRF-Token": sitter.token, "Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json["code"]) == (400, "malformed"), answer.text
    assert answer.json["message"]
    assert cast.count(AnswerOp) == 0


def test_more_than_200_operations_or_4_megabytes_are_a_413(sitter: Sitter) -> None:
    many = sitter.send(*(sitter.op(0, "A") for _ in range(201)))
    big = sitter.send({"seq": 1, "item": sitter.items[0], "value": "A" * 5_000_000})

    assert (many.status_code, many.json["code"]) == (413, "too_large")
    assert (big.status_code, big.json["code"]) == (413, "too_large")
    assert sitter.send(*(sitter.op(0, "A", seq=n) for n in range(1, 201))).status_code == 200


def test_without_a_session_it_is_401_before_any_token_is_looked_at(app: Flask, sitter: Sitter) -> None:
    answer = cast.browser(app).post(f"/attempts/{sitter.id}/ops", json=GOOD)

    assert (answer.status_code, answer.json["code"]) == (401, "signed_out")
    assert answer.json["message"]


def test_a_bad_token_brings_the_new_one_and_the_same_request_then_works(sitter: Sitter) -> None:
    op = sitter.op(0, "A")
    sitter.token = "stale"
    answer = sitter.send(op)
    assert (answer.status_code, answer.json["code"]) == (403, "csrf")
    sitter.token = answer.json["csrf_token"]

    assert sitter.send(op).json["acked"] == [1]


def test_someone_elses_attempt_does_not_exist(app: Flask, sitter: Sitter, stranger: Person) -> None:
    theirs = cast.browser(app, stranger)
    token = cast.token_in(theirs.get("/password").text)
    headers = {"X-CSRF-Token": token}
    for number in (sitter.id, sitter.id + 1000, 2**31 - 1):
        for action, content in (("ops", GOOD), ("take-over", {}), ("submit", {**GOOD, "digest": "0" * 64})):
            content = {**content, "ops": [sitter.op(0, "A", seq=1)]} if "ops" in content else content
            answer = theirs.post(f"/attempts/{number}/{action}", json=content, headers=headers)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found"), (number, action)
        for page in ("", "/check", "/receipt", "/result"):
            assert theirs.get(f"/attempts/{number}{page}").status_code == 404
    assert cast.count(AnswerOp) == 0


def test_staff_cannot_answer_for_anyone(app: Flask, sitter: Sitter, exam_admin: Person) -> None:
    office = cast.browser(app, exam_admin)
    token = cast.token_in(office.get("/password").text)

    answer = office.post(f"/attempts/{sitter.id}/ops", json=GOOD, headers={"X-CSRF-Token": token})

    assert answer.status_code in (403, 404)


def test_more_than_twenty_saves_a_second_are_a_429_and_others_go_on(
    app: Flask, sitter: Sitter, stranger: Person, exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = exam_cast.start(cast.browser(app, stranger), exam)
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)
    answers = [sitter.send().status_code for _ in range(80)]

    assert answers[:20] == [200] * 20
    assert 429 in answers
    assert other.send().status_code == 200, "each attempt has its own budget"
    refused = next(one for one in (sitter.send() for _ in range(200)) if one.status_code == 429)
    assert set(refused.json) >= {"code", "message"}


def test_the_reply_leaves_after_the_commit(app: Flask, sitter: Sitter) -> None:
    """The trace of one save: COMMIT comes before the response is made (and a failing commit acknowledges nothing)."""

    def refuse(_connection: Any) -> None:
        raise RuntimeError("the disk is gone")

    event.listen(db.engine, "commit", refuse)
    try:
        with pytest.raises(RuntimeError, match="the disk is gone"):
            sitter.answer(0, "A")
    finally:
        event.remove(db.engine, "commit", refuse)

    assert cast.count(AnswerOp) == 0
    assert sitter.answer(0, "A").json["acked"] == [2]


def test_opening_the_page_changes_nothing(sitter: Sitter, desk: Any) -> None:
    before = exam_cast.get_attempt(sitter.id).epoch
    for page in ("", "/check", "?q=2", "?q=x", "?q=-1"):
        assert desk.get(f"/attempts/{sitter.id}{page}").status_code == 200

    assert exam_cast.get_attempt(sitter.id).epoch == before
    assert cast.count(Attempt) == 1
