"""Fault 2: PostgreSQL stopped at once, and all its connections ended, while people answer; in a cluster of our own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faults.clients import Crowd, count_lost
from bench.faults.kills import AFTER, BEFORE, PEOPLE
from bench.faults.rows import Row, median
from bench.faults.stage import Prepared, Stage, prepare, stage, twin
from bench.server import free_port

TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Cluster:
    """A PostgreSQL server that belongs to this program alone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self.programs = programs[-1] if programs else Path(shutil.which("initdb") or "initdb").parent
        shutil.chown(folder, "postgres")
        self._run("initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """At once, without a checkpoint: as if the power had failed."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = ["runuser", "-u", "postgres", "--", str(self.programs / program), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Started, and taken away at the end."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        one = Cluster(Path(name))
        one.start()
        try:
            yield one
        finally:
            one.stop()


def run(prepared: Prepared, short: bool) -> Row:
    """5 stops and 20 endings of all connections (1 and 3 when `short`). The prepared database is not touched."""
    stops, endings = (1, 3) if short else (5, 20)
    with cluster() as server, prepare(server.url, 20) as own:
        with stage(own) as one:
            row = _break(one, server, stops, endings)
        # A stopped database loses nothing that a write-behind cache still holds; ending the program with it does.
        with twin("lawedu/attempts/journal.py", BEFORE, AFTER) as tree, stage(own, tree=tree) as broken:
            row.caught = _break(broken, server, 1, 1).lost > 0
    return row


def _break(one: Stage, server: Cluster, stops: int, endings: int) -> Row:
    one.start()
    pid = one.process.pid if one.process else 0
    times = []
    with tempfile.TemporaryDirectory() as name:
        ledger = Path(name)
        crowd = Crowd(one, PEOPLE, ledger)
        crowd.open()
        crowd.begin()
        for number in range(stops + endings):
            time.sleep(0.5)
            since = time.monotonic()
            if number < endings:
                one.sql(TERMINATE)
            else:
                server.stop()
                time.sleep(1)
                since = time.monotonic()
                server.start()
            times.append(crowd.recovery(since))
        crowd.end()
        lost = count_lost(ledger, one.dump())
    wrong = [] if crowd.statuses <= {200, 503} else [f"答复 {sorted(crowd.statuses)}"]
    wrong += [] if one.process and one.process.pid == pid and not one.restarts else ["本系统重启过"]
    done = f"断开全部连接 {endings} 次，立即停库 {stops} 次"
    note = f"其间答复 {'、'.join(map(str, sorted(crowd.statuses)))}，本系统没有重启"
    row = Row("数据库中断", one.prepared.engine, done, crowd.acked, lost, median(times), note=note)
    row.wrong = "；".join(wrong)
    return row
