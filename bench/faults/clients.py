"""Clients that answer an exam and keep a ledger on disk of what was acknowledged; the ledger judges afterwards."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.annual_exam import Browser, Figures, answer_for, expect, read_block, token_in
from bench.faults.stage import Stage

TROUBLE = (OSError, http.client.HTTPException, ValueError)


class Client:
    """One official at one attempt. What the server acknowledged is in the ledger before the next request goes out."""

    def __init__(self, stage: Stage, account: dict[str, str], ledger: Path, seed: int = 0) -> None:
        self.stage, self.account = stage, account
        self.ledger = ledger / f"{account['staff_number']}-{seed}.jsonl"
        self.chance = random.Random(f"{account['staff_number']}{seed}")
        self.name = f"{account['staff_number']}-{seed}"
        self.acked = self.tried = self.last_status = 0
        self.last_ack = 0.0
        self.seq = 0
        self.waiting: list[dict[str, Any]] = []

    def open(self) -> None:
        """Sign in, start, read the page."""
        self.browser = Browser(self.stage.port, Figures())
        _, _, page = self.browser.send("x", "GET", "/sign-in")
        names = ("staff_number", "password")
        fields = {name: self.account[name] for name in names} | {"csrf_token": token_in(page)}
        expect(self.browser.form("x", "/sign-in", fields)[0], 303)
        exam = self.stage.prepared.exam_id
        _, _, page = self.browser.send("x", "GET", f"/exams/{exam}")
        status, headers, _ = self.browser.form("x", f"/exams/{exam}/start", {"csrf_token": token_in(page)})
        expect(status, 303)
        self.address = headers["Location"]
        self.read()

    def read(self) -> None:
        """The answering page as it stands now."""
        status, _, page = self.browser.send("x", "GET", self.address)
        expect(status, 200)
        self.attempt = read_block(page)
        self.sheet: dict[str, Any] = dict(self.attempt["sheet"])
        self.seq = max(self.seq, self.attempt["next_seq"] - 1)

    def change(self) -> None:
        """One more answer into the queue."""
        self.seq += 1
        item = self.chance.choice(self.attempt["items"])
        value = answer_for(item, self.chance.randrange(8))
        self.waiting.append({"seq": self.seq, "item": item["item"], "value": value})
        self.sheet[item["item"]] = value

    def send(self) -> int:
        """The queue, once. The status, 0 when no answer came; only acknowledged numbers leave the queue."""
        told = {"client": self.name, "epoch": self.attempt["epoch"], "ops": self.waiting}
        self.tried += 1
        try:
            status, reply = self.browser.json("x", f"{self.address}/ops", self.attempt["csrf_token"], told)
        except TROUBLE:
            self.browser.connection.close()
            self.browser.connection = http.client.HTTPConnection("127.0.0.1", self.stage.port, timeout=20)
            self.last_status = 0
            return 0
        self.last_status = status
        if status == 200:
            self.note(reply["acked"])
        return status

    def note(self, acked: Iterable[int]) -> None:
        """Write the acknowledged operations to disk, then forget them."""
        numbers = set(acked)
        with open(self.ledger, "a", encoding="utf-8") as file:
            for op in self.waiting:
                if op["seq"] in numbers:
                    file.write(json.dumps({"attempt": self.attempt["attempt_id"], "client": self.name, **op}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.acked += len(numbers)
        self.last_ack = time.monotonic()
        self.waiting = [op for op in self.waiting if op["seq"] not in numbers]


class Crowd:
    """Several clients that answer until they are told to stop."""

    def __init__(self, stage: Stage, people: int, ledger: Path, first: int = 0) -> None:
        self.stage = stage
        accounts = stage.prepared.officials[first : first + people]
        self.clients = [Client(stage, account, ledger) for account in accounts]
        self.stop_now = threading.Event()
        self.statuses: set[int] = set()
        self.threads = [threading.Thread(target=self._answer, args=(client,), daemon=True) for client in self.clients]

    def open(self) -> None:
        for client in self.clients:
            client.open()

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def _answer(self, client: Client) -> None:
        while not self.stop_now.is_set():
            for _ in range(client.chance.randint(1, 4) if len(client.waiting) < 40 else 0):
                client.change()
            status = client.send()
            self.statuses.add(status)
            time.sleep(0.02 if status == 200 else 0.1)

    def end(self, seconds: float = 60) -> None:
        """Stop answering, then let every queue drain."""
        self.stop_now.set()
        for thread in self.threads:
            thread.join()
        until = time.monotonic() + seconds
        for client in self.clients:
            while client.waiting and time.monotonic() < until:
                if client.send() != 200:
                    time.sleep(0.2)

    @property
    def acked(self) -> int:
        return sum(client.acked for client in self.clients)

    def describe(self, since: float) -> str:
        """For whoever reads a failure."""
        alive = sum(thread.is_alive() for thread in self.threads)
        late = [client.last_status for client in self.clients if client.last_ack <= since]
        return f"{alive} clients alive, {len(late)} without an answer, their last statuses {late}"

    def recovery(self, since: float, seconds: float = 30) -> float:
        """Seconds from `since` until every client has had an acknowledgement again; a server that has ended is started
        again meanwhile. Raises RuntimeError.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.stage.revive()
            if all(client.last_ack > since for client in self.clients):
                return max(client.last_ack for client in self.clients) - since
            time.sleep(0.02)
        raise RuntimeError(f"no acknowledgement after the fault: {self.describe(since)}")


def count_lost(ledger: Path, dump: list[dict[str, Any]]) -> int:
    """Acknowledged operations of all ledgers that are not in the journal as they were."""
    stored = {
        (entry["attempt_id"], op["client"], op["seq"]): (op["item"], op["value"])
        for entry in dump
        for op in entry["ops"]
    }
    lost = 0
    for file in ledger.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            op = json.loads(line)
            lost += stored.get((op["attempt"], op["client"], op["seq"])) != (op["item"], op["value"])
    return lost
