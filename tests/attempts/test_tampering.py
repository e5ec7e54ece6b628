"""Promise P6 with raw SQL: what is changed behind the application is detected and named; a clean database is not
accused.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lawedu.attempts.models import Attempt
from lawedu.audit import checkpoints
from lawedu.audit.models import AuditEvent, AuditHead
from lawedu.core.chain import START, seal
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.exam_cast import RIGHT, Sitter


@pytest.fixture(autouse=True)
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Checkpoints of this test alone."""
    monkeypatch.setitem(app.config, "LAWEDU_DATA", tmp_path)
    return tmp_path


@pytest.fixture
def handed_in(app: Flask, exam: Exam, stranger: Person, sitter: Sitter) -> list[int]:
    """Two people have handed in, with different scores; a checkpoint stands outside the database."""
    hand_in(sitter, *RIGHT)
    hand_in(exam_cast.start(cast.browser(app, stranger), exam), "B", None, None)
    assert app.test_cli_runner().invoke(args=["audit", "checkpoint"]).exit_code == 0
    return sorted(db.session.scalars(select(Attempt.id)))


def hand_in(sitter: Sitter, *values: Any) -> None:
    sheet = {item: value for item, value in zip(sitter.items, values, strict=False) if value is not None}
    ops = [sitter.op(place, value) for place, value in enumerate(values) if value is not None]
    assert sitter.submit(*ops, sheet=sheet).status_code == 200


def verify(app: Flask) -> tuple[int, set[tuple[str, str]]]:
    db.session.rollback()
    answer = app.test_cli_runner().invoke(args=["audit", "verify", "--json"])
    found = json.loads(answer.stdout)["violations"]
    return answer.exit_code, {(one["subject"], one["code"]) for one in found}


def sql(statement: str, **values: Any) -> None:
    db.session.execute(text(statement), values)
    db.session.commit()


def test_a_clean_database_is_not_accused(app: Flask, handed_in: list[int]) -> None:
    assert verify(app) == (0, set())
    told = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert "0 处不符" in told.stdout


def score(first: int, second: int) -> set[tuple[str, str]]:
    sql("UPDATE result SET total = 9900, passed = true WHERE attempt_id = :id", id=second)
    return {(f"attempt:{second}", "tampered_result")}


def answer(first: int, second: int) -> set[tuple[str, str]]:
    sql("UPDATE answer_op SET value = '\"D\"' WHERE attempt_id = :id", id=second)
    return {(f"attempt:{second}", "sheet_differs")}


def key(first: int, second: int) -> set[tuple[str, str]]:
    sql("UPDATE exam_key SET answer = '\"C\"' WHERE item_id = (SELECT MIN(item_id) FROM exam_key)")
    return {(f"attempt:{first}", "result_differs")}


def results_swapped(first: int, second: int) -> set[tuple[str, str]]:
    for before, after in ((first, -1), (second, first), (-1, second)):
        db.session.execute(text("PRAGMA defer_foreign_keys=ON")) if db.engine.dialect.name == "sqlite" else None
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
        db.session.execute(text("UPDATE result SET attempt_id = :b WHERE attempt_id = :a"), {"a": before, "b": after})
    db.session.commit()
    return {(f"attempt:{first}", "tampered_result"), (f"attempt:{second}", "tampered_result")}


def people_swapped(first: int, second: int) -> set[tuple[str, str]]:
    one, other = (
        db.session.scalar(text("SELECT person_id FROM attempt WHERE id = :i"), {"i": i}) for i in (first, second)
    )
    db.session.execute(text("UPDATE attempt SET try_no = 7, person_id = :p WHERE id = :i"), {"p": other, "i": first})
    db.session.execute(text("UPDATE attempt SET person_id = :p WHERE id = :i"), {"p": one, "i": second})
    db.session.commit()
    return {(f"attempt:{first}", "tampered_result"), (f"attempt:{second}", "tampered_result")}


def receipts_swapped(first: int, second: int) -> set[tuple[str, str]]:
    body = "(SELECT body FROM receipt WHERE attempt_id = :other)"
    sql(f"UPDATE receipt SET body = {body} WHERE attempt_id = :id", id=first, other=second)  # noqa: S608
    return {(f"attempt:{first}", "receipt_wrong")}


def stem(first: int, second: int) -> set[tuple[str, str]]:
    sql("UPDATE exam_item SET stem = '改过的题干' WHERE id = (SELECT MIN(id) FROM exam_item)")
    return {(f"attempt:{first}", "paper_differs"), (f"attempt:{second}", "paper_differs")}


@pytest.mark.parametrize(
    "deed",
    [score, answer, key, results_swapped, people_swapped, receipts_swapped, stem],
    ids=lambda deed: deed.__name__,
)
def test_what_is_changed_behind_the_application_is_named(
    app: Flask, handed_in: list[int], deed: Callable[[int, int], set[tuple[str, str]]]
) -> None:
    expected = deed(*handed_in)

    assert verify(app) == (1, expected)


def test_an_older_version_of_a_result_played_again_is_named(app: Flask, handed_in: list[int]) -> None:
    first = handed_in[0]
    # The newer version was logged, then taken away and the older one made current again.
    cast.logged("attempt.mark", f"attempt:{first}", result="a newer seal")

    assert verify(app) == (1, {(f"attempt:{first}", "result_replayed")})


def rows() -> list[AuditEvent]:
    return list(db.session.query(AuditEvent).order_by(AuditEvent.id))


def test_an_edited_row_is_named_in_text_and_in_columns(app: Flask, handed_in: list[int]) -> None:
    sql('UPDATE audit_event SET body = replace(body, \'"outcome":"ok"\', \'"outcome":"no"\') WHERE id = 2')
    assert verify(app) == (1, {("audit:2", "row_altered")})
    sql("UPDATE audit_event SET actor_number = 'GX9999' WHERE id = 3")
    assert ("audit:3", "row_altered") in verify(app)[1]


def test_a_deleted_row_is_named(app: Flask, handed_in: list[int]) -> None:
    sql("DELETE FROM audit_event WHERE id = 2")
    assert verify(app)[1] >= {("audit:2", "row_missing")}


def test_a_row_put_behind_the_head_is_named(app: Flask, handed_in: list[int]) -> None:
    last = rows()[-1]
    sql(
        "INSERT INTO audit_event (id, at, actor_number, action, subject, outcome, body, mac) "
        "SELECT id + 1, at, actor_number, action, subject, outcome, body, mac FROM audit_event WHERE id = :id",
        id=last.id,
    )
    assert verify(app) == (1, {(f"audit:{last.id + 1}", "row_inserted")})


def test_a_chain_rewritten_whole_with_its_own_key_is_told_by_the_checkpoint(app: Flask, handed_in: list[int]) -> None:
    key, mac = app.config["KEYS"]["audit_mac"], START
    for row in rows():
        row.body = row.body.replace('"address":""', '"address":"10.0.0.1"').replace("127.0.0.1", "10.0.0.1")
        row.mac = mac = seal(key, mac, row.body)
    db.session.get(AuditHead, 1).mac = mac  # type: ignore[union-attr]
    db.session.commit()

    status, found = verify(app)

    assert status == 1
    assert {code for _, code in found} == {"history_rewritten"}


def test_yesterdays_database_is_told_by_the_checkpoint(app: Flask, handed_in: list[int]) -> None:
    """Everything inside agrees with itself; only the file outside knows that there was more."""
    last, before, mac = rows()[-1].id, rows()[-2].id, rows()[-2].mac
    sql("DELETE FROM audit_event WHERE id = :id", id=last)
    sql("UPDATE audit_head SET last_id = :id, mac = :mac WHERE id = 1", id=before, mac=mac)

    assert (f"audit:{last}", "history_lost") in verify(app)[1]


def test_a_checkpoint_that_was_edited_or_taken_out_is_named(app: Flask, handed_in: list[int], folder: Path) -> None:
    app.test_cli_runner().invoke(args=["audit", "checkpoint"])
    path = checkpoints.folder() / "audit.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b'"number":', b'"number":1'))
    assert verify(app) == (1, {("checkpoint:1", "checkpoint_forged")})
    path.write_bytes(lines[1])
    assert verify(app) == (1, {("checkpoint:1", "checkpoint_forged")})


def test_verifying_reads_in_batches(app: Flask, handed_in: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawedu.audit.verifying.BATCH", 2)
    assert verify(app) == (0, set())
