"""N officials sit the annual exam over HTTP: sign in, open, start, 10 saves of 5 answers, submit, result.

What the figures mean: CPU seconds are those of the server's processes, divided by completed attempts; latency is seen
from the client, on the same machine, so clients and server share its cores.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.client import HTTPMessage
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlencode

from bench.server import Server, serve

STEPS = ("登录", "考试列表", "考试须知", "开始", "作答页", "保存", "交卷", "结果")
SAVES, PER_SAVE = 10, 5
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
DATA = re.compile(r'<script type="application/json" id="attempt">(.*?)</script>', re.S)


@dataclass
class Figures:
    """What one run measured. Times in seconds."""

    attempts: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    save_cpu: float = 0.0
    errors: list[str] = field(default_factory=list)
    latency: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


class Browser:
    """One official's browser: a kept connection and a jar of cookies."""

    def __init__(self, port: int, figures: Figures) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.figures = figures

    def send(
        self, step: str, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, HTTPMessage, str]:
        """One request, timed under `step`."""
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begun = time.perf_counter()
        self.connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.figures.latency[step].append(time.perf_counter() - begun)
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, answer.headers, text

    def form(self, step: str, path: str, fields: dict[str, str]) -> tuple[int, HTTPMessage, str]:
        """A posted form."""
        return self.send(
            step, "POST", path, urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded"
        )

    def json(self, step: str, path: str, token: str, thing: Any) -> tuple[int, dict[str, Any]]:
        """A posted JSON body."""
        body = json.dumps(thing).encode()
        status, _, text = self.send(step, "POST", path, body, Content_Type="application/json", X_CSRF_Token=token)
        return status, json.loads(text)


def token_in(page: str) -> str:
    """The form token of a page."""
    found = TOKEN.search(page)
    if found is None:
        raise AssertionError("no token in the page")
    return found.group(1)


def read_block(page: str) -> dict[str, Any]:
    """The JSON that the answering page carries."""
    found = DATA.search(page)
    if found is None:
        raise AssertionError("no attempt in the page")
    block: dict[str, Any] = json.loads(found.group(1))
    return block


def answer_for(item: dict[str, Any], number: int) -> Any:
    """Some answer of the right shape."""
    keys = item["options"]
    match item["kind"]:
        case "true_false":
            return number % 2 == 0
        case "single_choice":
            return keys[number % len(keys)]
        case _:
            return sorted({keys[number % len(keys)], keys[(number + 1) % len(keys)]})


def digest(sheet: dict[str, Any]) -> str:
    """As contract.md says."""
    return hashlib.sha256(
        json.dumps(sheet, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def expect(status: int, *wanted: int) -> None:
    """Anything else is an error of the run."""
    if status not in wanted:
        raise AssertionError(f"answered {status}, expected {wanted}")


def sit(server: Server, account: dict[str, str], figures: Figures) -> None:
    """One official's whole exam."""
    browser = Browser(server.port, figures)
    exam = server.demo["exams"]["annual_open"]
    _, _, page = browser.send("登录", "GET", "/sign-in")
    fields = {"staff_number": account["staff_number"], "password": account["password"], "csrf_token": token_in(page)}
    expect(browser.form("登录", "/sign-in", fields)[0], 303)
    expect(browser.send("考试列表", "GET", "/exams")[0], 200)
    _, _, page = browser.send("考试须知", "GET", f"/exams/{exam}")
    status, headers, _ = browser.form("开始", f"/exams/{exam}/start", {"csrf_token": token_in(page)})
    expect(status, 303)
    address = headers["Location"]
    status, _, page = browser.send("作答页", "GET", address)
    expect(status, 200)
    hand_in(browser, address, read_block(page), account["staff_number"])
    expect(browser.send("结果", "GET", f"{address}/result")[0], 200)


def hand_in(browser: Browser, address: str, attempt: dict[str, Any], client: str) -> None:
    """Ten saves of five answers, then submit what was seen."""
    sheet: dict[str, Any] = {}
    seq = attempt["next_seq"]
    for start in range(0, SAVES * PER_SAVE, PER_SAVE):
        ops = []
        for number, item in enumerate(attempt["items"][start : start + PER_SAVE], start):
            sheet[item["item"]] = answer_for(item, number)
            ops.append({"seq": seq, "item": item["item"], "value": sheet[item["item"]]})
            seq += 1
        told = {"client": client, "epoch": attempt["epoch"], "ops": ops}
        status, reply = browser.json("保存", f"{address}/ops", attempt["csrf_token"], told)
        expect(status, 200)
        assert len(reply["acked"]) == len(ops), reply
    told = {"client": client, "epoch": attempt["epoch"], "ops": [], "digest": digest(sheet)}
    expect(browser.json("交卷", f"{address}/submit", attempt["csrf_token"], told)[0], 200)


def worker(server: Server, queue: Queue[dict[str, str]], figures: Figures, lock: threading.Lock) -> None:
    """Take officials from the queue until it is empty."""
    while True:
        try:
            account = queue.get_nowait()
        except Empty:
            return
        try:
            sit(server, account, figures)
            with lock:
                figures.attempts += 1
        except (AssertionError, OSError, KeyError, ValueError, http.client.HTTPException) as error:
            with lock:
                figures.errors.append(f"{account['staff_number']}: {error!r}")


def run(url: str, officials: int, clients: int) -> Figures:
    """The whole program against one database."""
    figures = Figures()
    with serve(url, officials + 1) as server:
        everyone = [account for account in server.demo["accounts"] if account["role"] == "official"]
        accounts, spare = everyone[:officials], everyone[officials]
        queue: Queue[dict[str, str]] = Queue()
        for account in accounts:
            queue.put(account)
        begun, used = time.perf_counter(), server.cpu_seconds()
        threads = [
            threading.Thread(target=worker, args=(server, queue, figures, threading.Lock())) for _ in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        figures.seconds = time.perf_counter() - begun
        figures.cpu = server.cpu_seconds() - used
        figures.save_cpu = measure_saves(server, spare)
    return figures


def measure_saves(server: Server, account: dict[str, str], saves: int = 400) -> float:
    """CPU seconds of one save alone, on the attempt of an official of its own."""
    figures = Figures()
    browser = Browser(server.port, figures)
    _, _, page = browser.send("x", "GET", "/sign-in")
    fields = {"staff_number": account["staff_number"], "password": account["password"], "csrf_token": token_in(page)}
    expect(browser.form("x", "/sign-in", fields)[0], 303)
    exam = server.demo["exams"]["annual_open"]
    _, _, page = browser.send("x", "GET", f"/exams/{exam}")
    status, headers, _ = browser.form("x", f"/exams/{exam}/start", {"csrf_token": token_in(page)})
    expect(status, 303)
    address = headers["Location"]
    _, _, page = browser.send("x", "GET", address)
    attempt = read_block(page)
    used = server.cpu_seconds()
    for number in range(saves):
        first = number % 40
        ops = [
            {"seq": number * 10 + i + 1, "item": item["item"], "value": answer_for(item, number + i)}
            for i, item in enumerate(attempt["items"][first : first + PER_SAVE])
        ]
        told = {"client": "bench", "epoch": 1, "ops": ops}
        expect(browser.json("x", f"{address}/ops", attempt["csrf_token"], told)[0], 200)
    return (server.cpu_seconds() - used) / saves


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie, in milliseconds."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def show(all_figures: dict[str, Figures]) -> None:
    """Print everything side by side; the targets of the design beside it."""
    names = list(all_figures)
    print(f"\n年度考试：每人 登录→开始→{SAVES} 次保存×{PER_SAVE} 题→交卷→结果\n")
    row = "{:<22}" + "{:>14}" * len(names) + "{:>12}"
    print(row.format("", *names, "目标"))
    print(row.format("完成作答（人）", *(str(f.attempts) for f in all_figures.values()), ""))
    print(row.format("错误", *(str(len(f.errors)) for f in all_figures.values()), "0"))
    print(row.format("每分钟作答", *(f"{f.attempts / f.seconds * 60:.0f}" for f in all_figures.values()), ""))
    print(
        row.format("每人服务器 CPU 秒", *(f"{f.cpu / max(1, f.attempts):.4f}" for f in all_figures.values()), "≤ 0.06")
    )
    print(row.format("一次保存 CPU 毫秒", *(f"{f.save_cpu * 1000:.2f}" for f in all_figures.values()), "≤ 1.5"))
    for step in STEPS:
        cells = (
            "/".join(f"{percentile(f.latency[step], p):.0f}" for p in (0.5, 0.95, 0.99)) for f in all_figures.values()
        )
        print(row.format(f"{step} p50/p95/p99 毫秒", *cells, ""))
    for name, figures in all_figures.items():
        for error in figures.errors[:5]:
            print(f"{name} 错误：{error}")
