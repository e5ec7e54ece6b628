"""Fault 9: what a database administrator changes is detected and named; a clean database is never accused (P6)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.annual_exam import answer_for, digest
from bench.faults.clients import Client
from bench.faults.rows import Row
from bench.faults.stage import Prepared, Stage, stage

PEOPLE = 4
# name → statements, and the codes of which one must be told. {a} and {b} are two attempts, {n} a row of the log.
DEEDS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "成绩": (("UPDATE result SET total = 10000, passed = NOT passed WHERE attempt_id = {a}",), {"tampered_result"}),
    "作答": (
        ("UPDATE answer_op SET value = '\"Z\"' WHERE attempt_id = {a} AND seq = 1",),
        {"sheet_differs", "result_differs"},
    ),
    "答案": (("UPDATE exam_key SET answer = '\"Z\"'",), {"result_differs"}),
    "两人互换": (
        (
            "UPDATE attempt SET try_no = try_no + id WHERE id IN ({a}, {b})",
            "UPDATE attempt SET person_id = CASE id WHEN {a} THEN {pb} ELSE {pa} END WHERE id IN ({a}, {b})",
            "UPDATE result SET person_id = CASE attempt_id WHEN {a} THEN {pb} ELSE {pa} END "
            "WHERE attempt_id IN ({a}, {b})",
        ),
        {"tampered_result"},
    ),
    "试卷题干": (("UPDATE exam_item SET stem = stem || '?'",), {"paper_differs"}),
    "审计删一条": (("DELETE FROM audit_event WHERE id = {n}",), {"row_missing"}),
    "审计改一条": (("UPDATE audit_event SET actor_number = 'X' WHERE id = {n}",), {"row_altered"}),
    "审计插一条": (
        (
            "INSERT INTO audit_event (id, at, actor_number, action, subject, outcome, body, mac) SELECT id + 1, at, "
            "actor_number, action, subject, outcome, body, mac FROM audit_event "
            "WHERE id = (SELECT last_id FROM audit_head)",
        ),
        {"row_inserted"},
    ),
    "审计链尾截断": (
        (
            "DELETE FROM audit_event WHERE id = (SELECT last_id FROM audit_head)",
            "UPDATE audit_head SET last_id = last_id - 1, "
            "mac = (SELECT mac FROM audit_event e WHERE e.id = last_id - 1)",
        ),
        {"history_lost"},
    ),
    "旧成绩重放": (("UPDATE result SET mac = mac, version = version + 1 WHERE attempt_id = {a}",), {"tampered_result"}),
}


def run(prepared: Prepared, short: bool) -> Row:
    """Every deed on a copy of its own with finished attempts; before it, that copy must not be accused."""
    wrong: list[str] = []
    clean = 0
    deeds = dict(list(DEEDS.items())[:3]) if short else DEEDS
    for name, (statements, codes) in deeds.items():
        with stage(prepared) as one:
            attempts = _finish(one)
            if _verify(one):
                wrong.append(f"{name}：没有改动也报警 {_verify(one)}")
            clean += 1
            _tamper(one, statements, attempts)
            if not _verify(one) & codes:
                wrong.append(f"{name}：没有被发现")
    if not prepared.url:
        wrong += _yesterday(prepared)
    done = f"{len(deeds) + (not prepared.url)} 种改动，{clean} 个未改动的库"
    # The twin of each deed is the same database without it: it must stay silent.
    return Row(
        "绕过程序改库",
        prepared.engine,
        done,
        caught=not wrong,
        note=f"误报 0/{clean}" if not wrong else "",
        wrong="；".join(wrong),
    )


def _finish(one: Stage) -> list[int]:
    """A few people hand in; then the server stops and a checkpoint stands outside."""
    one.start()
    with tempfile.TemporaryDirectory() as name:
        found = []
        for place, account in enumerate(one.prepared.officials[:PEOPLE]):
            client = Client(one, account, Path(name))
            client.open()
            for number, item in enumerate(client.attempt["items"]):
                client.seq += 1
                value = answer_for(item, number + place)
                client.waiting.append({"seq": client.seq, "item": item["item"], "value": value})
                client.sheet[item["item"]] = value
            client.send()
            told = {"client": client.name, "epoch": 1, "ops": [], "digest": digest(client.sheet)}
            client.browser.json("x", f"{client.address}/submit", client.attempt["csrf_token"], told)
            found.append(client.attempt["attempt_id"])
    one.stop()
    one.flask("audit", "checkpoint")
    return found


def _verify(one: Stage) -> set[str]:
    done = one.flask("audit", "verify", "--json", check=False)
    codes = {found["code"] for found in json.loads(done.stdout)["violations"]}
    return codes if done.returncode == 1 else set()


def _tamper(one: Stage, statements: tuple[str, ...], attempts: list[int]) -> None:
    first, second = attempts[0], attempts[1]
    owner: Callable[[int], int] = lambda number: one.sql("SELECT person_id FROM attempt WHERE id = :i", i=number)[0][0]  # noqa: E731
    facts = {"a": first, "b": second, "pa": owner(first), "pb": owner(second), "n": 2}
    for statement in statements:
        one.sql(statement.format(**facts))


def _yesterday(prepared: Prepared) -> list[str]:
    """Yesterday's database comes back; everything inside agrees with itself."""
    with stage(prepared) as one, tempfile.TemporaryDirectory() as name:
        old = Path(name) / "old.sqlite3"
        one.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(one.folder / "lawedu.sqlite3", old)
        _finish(one)
        for file in one.folder.glob("lawedu.sqlite3*"):
            file.unlink()
        shutil.copy(old, one.folder / "lawedu.sqlite3")
        return [] if "history_lost" in _verify(one) else ["换回昨天的库没有被发现"]
