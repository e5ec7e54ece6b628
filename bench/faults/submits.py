"""Fault 6: the same hand-in a hundred times at once, and handing in while a save is under way (promise P4)."""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
from functools import partial
from pathlib import Path
from typing import Any

from bench.annual_exam import digest
from bench.faults.clients import Client
from bench.faults.rows import Row
from bench.faults.stage import Prepared, Stage, stage, twin

# The mistake: a second call writes a receipt of its own.
BEFORE = """    stored = queries.find_receipt_bytes(sitting.id)
    if stored is not None:
        return stored
    if sitting.state_at(now)"""
AFTER = """    stored = None
    if sitting.state is AttemptState.SUBMITTED:
        paper = receipts.get_paper_facts(sitting.form_id)
        return receipts.issue(sitting, paper, queries.get_sheet(sitting.id), now, EndReason.SUBMITTED)
    if sitting.state_at(now)"""


def run(prepared: Prepared, short: bool) -> Row:
    """100 parallel hand-ins; then 40 people (5 when `short`) hand in while a save of theirs is under way."""
    with stage(prepared) as one:
        row = _rush(one, 100, 5 if short else 40)
    with twin("lawedu/attempts/submission.py", BEFORE, AFTER) as tree, stage(prepared, tree=tree) as broken:
        row.caught = bool(_rush(broken, 20, 0).wrong)
    return row


def _rush(one: Stage, times: int, racers: int) -> Row:
    one.start()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        client = Client(one, prepared_account(one, 0), Path(name))
        client.open()
        for _ in range(20):
            client.change()
        client.send()
        told = {"client": client.name, "epoch": 1, "ops": [], "digest": digest(_sheet(client))}
        bodies: list[bytes] = []
        _at_once([lambda: bodies.append(_post(client, "submit", told)[1]) for _ in range(times)])
        if len(bodies) != times or len(set(bodies)) != 1:
            wrong.append(f"{len(bodies)} 份答复，{len(set(bodies))} 种回执")
        acked, lost = _race(one, racers, Path(name), wrong)
        entries = {entry["attempt_id"]: entry for entry in one.dump()}
        stored = entries[client.attempt["attempt_id"]]
        if len(set(bodies)) == 1 and json.loads(bodies[0]) != stored["receipt"]:
            wrong.append("答复的回执与存下的不同")
    done = f"{times} 个同时交卷；{racers} 人交卷时正在保存"
    return Row("同时交卷", one.prepared.engine, done, client.acked + acked, lost, wrong="；".join(wrong))


def _race(one: Stage, racers: int, ledger: Path, wrong: list[str]) -> tuple[int, int]:
    """Submit and save at the same moment. What was acknowledged counts; nobody has two receipts."""
    acked: dict[int, tuple[Client, dict[str, Any], int]] = {}
    for place in range(1, racers + 1):
        client = Client(one, prepared_account(one, place), ledger)
        client.open()
        client.change()
        client.send()
        told = {"client": client.name, "epoch": 1, "ops": [], "digest": digest(_sheet(client))}
        client.change()
        late = {"client": client.name, "epoch": 1, "ops": list(client.waiting)}
        answers: dict[str, int] = {}

        def ask(what: str, thing: dict[str, Any], who: Client = client, into: dict[str, int] = answers) -> None:
            into[what] = _post(who, what, thing)[0]

        _at_once([partial(ask, "submit", told), partial(ask, "ops", late)])
        if answers["submit"] not in (200, 409) or answers["ops"] not in (200, 410):
            wrong.append(f"交卷 {answers['submit']}，保存 {answers['ops']}")
        acked[client.attempt["attempt_id"]] = (client, client.waiting[0], answers["ops"])
        if answers["submit"] == 409:
            again = {"client": client.name, "epoch": 1, "ops": [], "digest": digest(_sheet(client))}
            if _post(client, "submit", again)[0] != 200:
                wrong.append("核对后仍不能交卷")
    lost = 0
    for entry in one.dump():
        if entry["attempt_id"] in acked:
            _, op, status = acked[entry["attempt_id"]]
            in_sheet = entry["sheet"].get(op["item"]) == op["value"]
            lost += status == 200 and not in_sheet
            if entry["state"] != "submitted" or len(entry["results"]) != 1:
                wrong.append(f"作答 {entry['attempt_id']}：{entry['state']}，成绩 {len(entry['results'])} 个")
    return sum(status == 200 for _, _, status in acked.values()), lost


def prepared_account(one: Stage, place: int) -> dict[str, str]:
    """Some official."""
    return one.prepared.officials[place]


def _sheet(client: Client) -> dict[str, Any]:
    """As the page shows it: nothing empty."""
    return {item: value for item, value in client.sheet.items() if value is not None}


def _at_once(deeds: list[Any]) -> None:
    gate = threading.Barrier(len(deeds))

    def wait_and_do(deed: Any) -> None:
        gate.wait()
        deed()

    threads = [threading.Thread(target=wait_and_do, args=(deed,), daemon=True) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _post(client: Client, what: str, thing: dict[str, Any]) -> tuple[int, bytes]:
    """One request on a connection of its own, with the client's session."""
    connection = http.client.HTTPConnection("127.0.0.1", client.stage.port, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in client.browser.cookies.items())
    headers = {"Cookie": cookies, "X-CSRF-Token": client.attempt["csrf_token"], "Content-Type": "application/json"}
    connection.request("POST", f"{client.address}/{what}", json.dumps(thing).encode(), headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body
