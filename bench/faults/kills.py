"""Fault 1: kill -9 of a worker and of the whole server while people answer (promise P1)."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.faults.clients import Crowd, count_lost
from bench.faults.rows import Row, median
from bench.faults.stage import Prepared, Stage, stage, twin

PEOPLE = 6
# The mistake: a cache in front of the journal, written down only now and then.
BEFORE = """    connection = db.session.connection()
    result = connection.execute(_statement(table, connection.dialect.name), rows)
    return set(result.scalars())"""
AFTER = """    global _behind
    _behind = [*globals().get("_behind", []), *rows]
    if len(_behind) > 60:
        connection = db.session.connection()
        connection.execute(_statement(table, connection.dialect.name), _behind)
        _behind = []
    return {row["seq"] for row in rows}"""


def run(prepared: Prepared, short: bool) -> Row:
    """30 kills of a worker, 10 of the server; a few of each when `short`."""
    workers, servers = (3, 1) if short else (30, 10)
    with stage(prepared) as one:
        row = _kill(one, workers, servers)
    with twin("lawedu/attempts/journal.py", BEFORE, AFTER) as tree, stage(prepared, tree=tree) as broken:
        row.caught = _kill(broken, 2, 1).lost > 0
    return row


def _kill(one: Stage, workers: int, servers: int) -> Row:
    one.start()
    times = []
    with tempfile.TemporaryDirectory() as name:
        ledger = Path(name)
        crowd = Crowd(one, PEOPLE, ledger)
        crowd.open()
        crowd.begin()
        for number in range(workers + servers):
            time.sleep(0.4 + crowd.clients[0].chance.random() * 0.4)
            since = time.monotonic()
            if number < workers:
                one.kill_worker(number)
            else:
                one.kill_all()
            times.append(crowd.recovery(since))
        crowd.end()
        lost = count_lost(ledger, one.dump())
    return Row(
        "kill -9 工作进程、整个服务",
        one.prepared.engine,
        f"{workers} + {servers} 次",
        crowd.acked,
        lost,
        median(times),
        note=f"最长 {max(times):.1f} 秒；服务整体重启 {one.restarts} 次",
    )
