"""Fault 7: everybody hands in within a second of the deadline, and some come after the grace (promises P3, P8)."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.annual_exam import digest
from bench.faults.clients import Client
from bench.faults.rows import Row
from bench.faults.stage import Prepared, Stage, stage, twin

GRACE = 30.0
# The mistake: no time is left for transport.
BEFORE = "GRACE = timedelta(seconds=30)"
AFTER = "GRACE = timedelta(seconds=0)"


def run(prepared: Prepared, short: bool) -> Row:
    """500 within ±1 s, 50 after the grace; 40 and 5 when `short`."""
    people, late = (40, 5) if short else (500, 50)
    with stage(prepared) as one:
        row = _rush(one, people, late)
    with twin("lawedu/core/attempt.py", BEFORE, AFTER) as tree, stage(prepared, tree=tree) as broken:
        row.caught = bool(_rush(broken, 20, 0).wrong)
    return row


def _rush(one: Stage, people: int, late: int) -> Row:
    one.start()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        clients = [Client(one, account, Path(name)) for account in one.prepared.officials[: people + late]]
        _open_all(clients)
        numbers = [client.attempt["attempt_id"] for client in clients]
        deadline = datetime.now(UTC) + timedelta(seconds=6)
        form = deadline.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if not one.url else "+00")
        one.sql(f"UPDATE attempt SET deadline_at = '{form}' WHERE id IN ({','.join(map(str, numbers))})")  # noqa: S608
        zero = time.monotonic() + (deadline - datetime.now(UTC)).total_seconds()
        times = _hand_in_all(clients, people, zero, wrong)
        entries = {entry["attempt_id"]: entry for entry in one.dump()}
        lost = sum(_is_lost(client, entries) for client in clients[:people])
        states = [entries[number]["state"] for number in numbers]
        receipts = sum(bool(entries[number]["receipt"]) for number in numbers)
    # The oracle: who came before deadline and grace has handed in, who came after it has expired.
    if states[:people] != ["submitted"] * people or states[people:] != ["expired"] * late:
        wrong.append(f"状态不符 {sum(s != 'submitted' for s in states[:people])} 份")
    if receipts != people + late:
        wrong.append(f"回执 {receipts} 份")
    ninety_nine = sorted(times)[int(len(times) * 0.99) - 1] if times else 0.0
    if ninety_nine > GRACE:
        wrong.append("p99 超过宽限")
    note = f"p50 {sorted(times)[len(times) // 2]:.1f} 秒，p99 {ninety_nine:.1f} 秒（宽限 30 秒）"
    done = f"{people} 人在截止前后 1 秒内交卷，{late} 人在宽限之后"
    acked = sum(client.acked for client in clients)
    return Row("截止时刻一起交卷", one.prepared.engine, done, acked, lost, note=note, wrong="；".join(wrong))


def _open_all(clients: list[Client]) -> None:
    """Sign in, start and answer a little, sixteen at a time."""
    waiting: queue.Queue[Client] = queue.Queue()
    for client in clients:
        waiting.put(client)

    def work() -> None:
        while True:
            try:
                client = waiting.get_nowait()
            except queue.Empty:
                return
            client.open()
            for _ in range(3):
                client.change()
            client.send()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hand_in_all(clients: list[Client], people: int, zero: float, wrong: list[str]) -> list[float]:
    times: list[float] = []

    def hand_in(client: Client, at: float) -> None:
        client.change()
        ops = list(client.waiting)
        sheet = {item: value for item, value in client.sheet.items() if value is not None}
        told = {"client": client.name, "epoch": 1, "ops": ops, "digest": digest(sheet)}
        time.sleep(max(0.0, at - time.monotonic()))
        if at > zero + GRACE:
            # Half a minute of silence: the kept connection is gone, and a browser opens another.
            client.browser.connection.close()
        begun = time.monotonic()
        try:
            status, _ = client.browser.json("x", f"{client.address}/submit", client.attempt["csrf_token"], told)
        except (OSError, ValueError) as error:
            wrong.append(repr(error)[:60])
            return
        if status != 200:
            wrong.append(f"答复 {status}")
        if at < zero + GRACE:
            times.append(time.monotonic() - begun)

    threads = []
    for place, client in enumerate(clients):
        is_late = place >= people
        at = zero + GRACE + 1.5 + client.chance.random() if is_late else zero - 1 + 2 * client.chance.random()
        threads.append(threading.Thread(target=hand_in, args=(client, at), daemon=True))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    wrong[:] = [f"{one}×{wrong.count(one)}" for one in dict.fromkeys(wrong)]
    return times


def _is_lost(client: Client, entries: dict[int, dict[str, object]]) -> bool:
    sheet = {item: value for item, value in client.sheet.items() if value is not None}
    return entries[client.attempt["attempt_id"]]["sheet"] != sheet
