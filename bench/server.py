"""A server of our own on a free port, with a database and a data folder that go away afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server with its demo data."""

    port: int
    group: int
    demo: dict[str, Any]
    environment: dict[str, str]

    def cpu_seconds(self) -> float:
        """User and system time of all its processes so far, ended children included."""
        total = 0
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(fields[2]) == self.group:
                    total += sum(int(fields[i]) for i in (11, 12, 13, 14))
        return total / TICKS


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _database(url: str) -> Iterator[str]:
    """A PostgreSQL database of its own next to the named one; nothing for SQLite."""
    if not url:
        yield ""
        return
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    name = f"lawedu_bench_{os.getpid()}"
    admin = create_engine(parsed, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield parsed.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@contextmanager
def serve(url: str, officials: int, workers: int = 2, threads: int = 8) -> Iterator[Server]:
    """Migrate, load the bank, make demo data, start granian as `run.py` does, and end all of it."""
    with tempfile.TemporaryDirectory() as folder, _database(url) as database:
        port = free_port()
        environment = {
            **os.environ,
            "LAWEDU_DATA": folder,
            "LAWEDU_RATE_LIMITS": "off",
            "LAWEDU_ENV": "development",
            "PORT": str(port),
            "DATABASE_URL": database,
        }
        flask = [sys.executable, "-m", "flask", "--app", "app"]
        for words in (["db", "upgrade"], ["bank", "load", "question_bank"]):
            subprocess.run([*flask, *words], cwd=ROOT, env=environment, check=True, capture_output=True)
        made = subprocess.run(
            [*flask, "demo", "--json", "--officials", str(officials)],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        command += [
            "--workers",
            str(workers),
            "--blocking-threads",
            str(threads),
            "--no-access-log",
            "--log-level",
            "error",
            "app:app",
        ]
        with open(Path(folder) / "server.log", "wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
            try:
                _wait(port)
                yield Server(port, process.pid, json.loads(made.stdout), environment)
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")
