"""Promise P4: one attempt, one submission, one receipt; nobody hands in what they did not see."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lawedu.attempts.models import AnswerOp, Attempt, LateOp, Receipt, Result
from lawedu.audit.models import AuditEvent
from lawedu.core.attempt import AttemptState, salted_sheet_hash
from lawedu.core.questions import sheet_digest
from lawedu.db import db
from lawedu.exams.models import Exam, ExamKey, Form
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import RIGHT, Sitter


def full_sheet(sitter: Sitter) -> dict[str, Any]:
    return dict(zip(sitter.items, RIGHT, strict=True))


def test_handing_in_closes_the_attempt_and_gives_a_receipt_without_a_score(sitter: Sitter) -> None:
    ops = [sitter.op(place, value) for place, value in enumerate(RIGHT)]
    answer = sitter.submit(*ops, sheet=full_sheet(sitter))

    assert answer.status_code == 200, answer.text
    row = exam_cast.get_attempt(sitter.id)
    form = db.session.get(Form, row.form_id)
    assert form is not None
    assert set(answer.json) == {
        "number",
        "exam_id",
        "exam_title",
        "attempt_id",
        "paper_hash",
        "sheet_hash",
        "answered",
        "total_items",
        "ended_at",
        "reason",
        "key",
        "signature",
    }
    assert (answer.json["number"], answer.json["attempt_id"]) == (row.receipt_number, sitter.id)
    assert (answer.json["answered"], answer.json["total_items"], answer.json["reason"]) == (3, 3, "submitted")
    assert answer.json["paper_hash"] == form.hash
    assert answer.json["sheet_hash"] == salted_sheet_hash(bytes.fromhex(row.receipt_salt), full_sheet(sitter))
    assert row.state is AttemptState.SUBMITTED
    result = db.session.query(Result).one()
    assert (str(result.total), result.passed, result.version, result.is_current) == ("100.00", True, 1, True)
    assert cast.count(AuditEvent, action="attempt.submitted", subject=f"attempt:{sitter.id}") == 1


def test_handing_in_twice_returns_the_same_receipt(sitter: Sitter, desk: Any) -> None:
    first = sitter.submit(sitter.op(0, "A"), sheet={sitter.items[0]: "A"})
    second = sitter.submit(sitter.op(0, "B"), sheet={sitter.items[0]: "B"})

    assert first.data == second.data
    assert first.data == desk.get(f"/attempts/{sitter.id}/receipt?download=1").data
    assert first.data == desk.get(f"/attempts/{sitter.id}/receipt", headers={"Accept": "application/json"}).data
    assert cast.count(Receipt) == cast.count(Result) == cast.count(AnswerOp) == 1
    assert cast.count(LateOp) == 1, "what came after the end is kept, and not scored"


def test_after_handing_in_a_save_is_a_410(sitter: Sitter) -> None:
    sitter.submit(sheet={})
    answer = sitter.answer(0, "A")

    assert (answer.status_code, answer.json["code"]) == (410, "already_ended")
    assert (cast.count(AnswerOp), cast.count(LateOp)) == (0, 1)


def test_who_shows_another_sheet_than_the_server_has_is_asked_to_look_again(sitter: Sitter) -> None:
    sitter.answer(0, "A")
    answer = sitter.submit(sitter.op(2, True), sheet={sitter.items[0]: "B", sitter.items[2]: True})

    assert answer.status_code == 409
    assert answer.json == {
        "code": "resync",
        "sheet": {sitter.items[0]: "A", sitter.items[2]: True},
        "next_seq": 3,
    }
    assert exam_cast.get_attempt(sitter.id).state is AttemptState.IN_PROGRESS
    assert cast.count(Receipt) == 0
    assert sitter.submit(sheet=answer.json["sheet"]).status_code == 200


def test_an_operation_that_is_refused_keeps_the_page_from_handing_in_unseen(sitter: Sitter) -> None:
    answer = sitter.submit(sitter.op(0, "Z"), sheet={sitter.items[0]: "Z"})

    assert (answer.status_code, answer.json["sheet"]) == (409, {})


def test_a_digest_is_required_and_must_be_one(sitter: Sitter) -> None:
    for digest in (None, "", "x" * 64, "A" * 64, 5):
        content = {"client": "t", "epoch": 1, "ops": [], "digest": digest}
        assert sitter.post("submit", content).status_code == 400
    assert cast.count(Receipt) == 0


def test_the_receipt_does_not_wait_for_marking(app: Flask, sitter: Sitter) -> None:
    key = db.session.query(ExamKey).first()
    assert key is not None
    kept = {name: getattr(key, name) for name in ("item_id", "exam_id", "answer", "explanation", "why_not", "basis")}
    db.session.delete(key)
    db.session.commit()
    assert sitter.submit(sheet={}).status_code == 200
    assert (cast.count(Receipt), cast.count(Result)) == (1, 0)

    db.session.add(ExamKey(**kept))
    db.session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["scores", "recompute", "--check", "--json"]).exit_code == 1
    assert runner.invoke(args=["scores", "recompute"]).exit_code == 0
    assert runner.invoke(args=["scores", "recompute", "--check"]).exit_code == 0


class Crowd:
    """Many requests at the same moment, each in a thread with a browser of its own."""

    def __init__(self, app: Flask, desk: Any, sitter: Sitter) -> None:
        self.app, self.sitter = app, sitter
        self.cookie = desk.get_cookie("session").value
        self.answers: list[Any] = []
        # SQLite lets one connection change the journal mode of a new file; every thread's first one finds it changed.
        db.session.remove()

    def post(self, action: str, content: Any) -> tuple[int, bytes]:
        client = FlaskClient(self.app, self.app.response_class)
        client.set_cookie("session", self.cookie)
        answer = client.post(
            f"/attempts/{self.sitter.id}/{action}", json=content, headers={"X-CSRF-Token": self.sitter.token}
        )
        return answer.status_code, answer.data

    def run(self, jobs: Sequence[Callable[[], tuple[int, bytes]]]) -> list[tuple[int, bytes]]:
        answers: list[tuple[int, bytes] | None] = [None] * len(jobs)
        gate = threading.Barrier(len(jobs))

        def work(place: int) -> None:
            gate.wait()
            answers[place] = jobs[place]()

        threads = [threading.Thread(target=work, args=(place,)) for place in range(len(jobs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(answers), "a request raised"
        return [answer for answer in answers if answer]


@pytest.fixture
def crowd(app: Flask, desk: Any, sitter: Sitter) -> Crowd:
    return Crowd(app, desk, sitter)


def test_a_hundred_submits_at_once_are_one_submission_and_a_hundred_same_receipts(sitter: Sitter, crowd: Crowd) -> None:
    sitter.answer(0, "A")
    content = {"client": "tab-1", "epoch": 1, "ops": [], "digest": sheet_digest({sitter.items[0]: "A"})}

    answers = crowd.run([lambda: crowd.post("submit", content)] * 100)

    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1
    assert cast.count(Receipt) == cast.count(Result) == 1
    assert cast.count(AuditEvent, action="attempt.submitted") == 1


def test_saves_racing_a_submit_are_in_the_receipt_or_refused_never_in_between(sitter: Sitter, crowd: Crowd) -> None:
    def save(seq: int) -> Callable[[], tuple[int, bytes]]:
        op = {"seq": seq, "item": sitter.items[0], "value": "ABCD"[seq % 4]}
        return lambda: crowd.post("ops", {"client": f"tab-{seq}", "epoch": 1, "ops": [op]})

    submit = {"client": "tab-1", "epoch": 1, "ops": [], "digest": sheet_digest({})}
    answers = crowd.run([*(save(seq) for seq in range(1, 13)), lambda: crowd.post("submit", submit)])

    saved = [json.loads(body) for status, body in answers[:-1] if status == 200]
    assert cast.count(AnswerOp) == len(saved)
    status, body = answers[-1]
    assert status in (200, 409)
    if status == 200:
        assert (json.loads(body)["answered"], len(saved)) == (0, 0), "the receipt is of what the page showed"
        assert {status for status, _ in answers[:-1]} == {410}


def test_saves_at_the_same_moment_are_all_kept(sitter: Sitter, crowd: Crowd) -> None:
    def save(seq: int) -> Callable[[], tuple[int, bytes]]:
        op = {"seq": seq, "item": sitter.items[seq % 2 and 1], "value": ["A"] if seq % 2 else "A"}
        return lambda: crowd.post("ops", {"client": "tab-1", "epoch": 1, "ops": [op]})

    answers = crowd.run([save(seq) for seq in range(1, 31)])

    assert [status for status, _ in answers] == [200] * 30
    assert [json.loads(body)["acked"] for _, body in answers] == [[seq] for seq in range(1, 31)]
    assert cast.count(AnswerOp) == 30


def test_pressing_start_many_times_at_once_makes_one_attempt(app: Flask, exam: Exam, stranger: Person) -> None:
    browser = cast.browser(app, stranger)
    token = cast.token_in(browser.get("/password").text)
    cookie, exam_id = browser.get_cookie("session").value, exam.id
    db.session.remove()
    places: list[str] = []

    def press() -> None:
        client = FlaskClient(app, app.response_class)
        client.set_cookie("session", cookie)
        places.append(client.post(f"/exams/{exam_id}/start", data={"csrf_token": token}).location)

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(places) == 20
    assert len(set(places)) == 1
    assert cast.count(Attempt) == cast.count(AuditEvent, action="attempt.start") == 1


def test_a_receipt_is_checked_offline_by_its_signature_alone(app: Flask, sitter: Sitter, tmp_path: Path) -> None:
    content = sitter.submit(sheet={}).data
    runner = app.test_cli_runner()

    def verify(text: bytes) -> Any:
        (tmp_path / "receipt.json").write_bytes(text)
        return runner.invoke(args=["receipts", "verify", str(tmp_path / "receipt.json"), "--json"])

    genuine = verify(content)
    assert (genuine.exit_code, json.loads(genuine.stdout)["genuine"]) == (0, True)
    assert verify(json.dumps(json.loads(content), indent=2, ensure_ascii=True).encode()).exit_code == 0, "spelt anew"
    assert verify(content.replace(b'"answered":0', b'"answered":3')).exit_code == 1
    assert verify(content.replace(b'"answered":0', b'"answered":0,"extra":1')).exit_code == 1
    assert verify(content.replace(b'"answered":0', b'"answered":0,"answered":0')).exit_code == 2
    assert verify(b"not a receipt").exit_code == 2
    missing = runner.invoke(args=["receipts", "verify", str(tmp_path / "missing.json"), "--json"])
    assert (missing.exit_code, json.loads(missing.stdout)["genuine"]) == (2, False)
