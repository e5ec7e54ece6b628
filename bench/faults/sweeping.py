"""Fault 8: the sweeper off, late, twice at once, and with one attempt it cannot handle: expiry is computed anyway."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.faults.clients import Client
from bench.faults.rows import Row
from bench.faults.stage import Prepared, Stage, stage, twin

PEOPLE = 8
# The mistake: an expiry is dated by whoever notices it.
BEFORE = "ended_at = now if reason is EndReason.SUBMITTED else sitting.deadline_at"
AFTER = "ended_at = now"


def run(prepared: Prepared, short: bool) -> Row:
    """Four ways to sweep or not; every report must read the same."""
    with stage(prepared) as one:
        row = _sweep(one)
    with twin("lawedu/attempts/submission.py", BEFORE, AFTER) as tree, stage(prepared, tree=tree) as broken:
        row.caught = bool(_sweep(broken).wrong)
    return row


def _sweep(one: Stage) -> Row:
    one.start()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        clients = [Client(one, account, Path(name)) for account in one.prepared.officials[:PEOPLE]]
        for client in clients:
            client.open()
            for _ in range(10):
                client.change()
            client.send()
    past = datetime.now(UTC) - timedelta(minutes=2)
    form = past.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if not one.url else "+00")
    numbers = ",".join(str(client.attempt["attempt_id"]) for client in clients)
    one.sql(f"UPDATE attempt SET deadline_at = '{form}' WHERE id IN ({numbers})")  # noqa: S608
    off = _report(one)
    poisoned = clients[0].attempt["attempt_id"]
    salt = one.sql("SELECT receipt_salt FROM attempt WHERE id = :id", id=poisoned)[0][0]
    one.sql("UPDATE attempt SET receipt_salt = 'poison' WHERE id = :id", id=poisoned)
    if one.sweep() != 1:
        wrong.append("出错的一份没有被指出")
    one.sql("UPDATE attempt SET receipt_salt = :salt WHERE id = :id", salt=salt, id=poisoned)
    left = one.sql(f"SELECT COUNT(*) FROM attempt WHERE state = 'in_progress' AND id IN ({numbers})")  # noqa: S608
    if left[0][0] != 1:
        wrong.append(f"出错一份之后还剩 {left[0][0]} 份没有登记")
    if _report(one) != off:
        wrong.append("部分登记后的报告与不登记时不同")
    command = [sys.executable, "-m", "flask", "--app", "app", "attempts", "sweep"]
    twice = [subprocess.Popen(command, cwd=one.tree, env=one.environment, stdout=-3, stderr=-3) for _ in range(2)]
    for process in twice:
        process.wait()
    if _report(one) != off:
        wrong.append("两个同时登记后的报告与不登记时不同")
    acked = sum(client.acked for client in clients)
    done = "不运行、晚运行、两个同时运行、遇到一份坏数据"
    return Row("到时登记（清扫）", one.prepared.engine, done, acked, 0, wrong="；".join(wrong))


def _report(one: Stage) -> str:
    return json.dumps(one.dump(), sort_keys=True)
