"""The stage: a prepared data folder and database, copied for each fault; a server that can be killed and started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from bench.server import ROOT, free_port

LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "instance", "docs", "tests", "__pycache__", "*.pyc", ".*_cache")


@dataclass
class Prepared:
    """What every fault of one engine begins with: data folder, database, demo accounts."""

    engine: str
    folder: Path
    url: str
    demo: dict[str, Any]

    @property
    def officials(self) -> list[dict[str, str]]:
        return [account for account in self.demo["accounts"] if account["role"] == "official"]

    @property
    def exam_id(self) -> int:
        return int(self.demo["exams"]["annual_open"])


@dataclass
class Stage:
    """One copy with its server. `tree` is the program that serves: ours, or a twin broken on purpose."""

    prepared: Prepared
    folder: Path
    url: str
    tree: Path = ROOT
    workers: int = 2
    threads: int = 8
    more: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    # A small disk is never ready in the sense of `/readyz`, which wants room.
    ready_at: str = "/readyz"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LAWEDU_DATA": str(self.folder),
            "DATABASE_URL": self.url,
            "LAWEDU_RATE_LIMITS": "off",
            "LAWEDU_ENV": "development",
            "PORT": str(self.port),
            **self.more,
        }

    def start(self) -> None:
        """Start granian as `run.py` does and wait until it says ready."""
        words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", str(self.workers)]
        words += ["--blocking-threads", str(self.threads), "--respawn-failed-workers", "--no-access-log"]
        command = [sys.executable, "-m", "granian", *words, "--log-level", "error", "app:app"]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.tree, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.wait()

    def wait(self, seconds: float = 30) -> None:
        """Until it answers that it is ready. Raises RuntimeError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.is_ready():
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not become ready")

    def is_ready(self) -> bool:
        """Whether it answers and says ready."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", self.ready_at)
            return connection.getresponse().status == 200
        except (OSError, ValueError):
            return False
        finally:
            connection.close()

    def worker_ids(self) -> list[int]:
        """Process numbers of the workers: children of the supervisor that serve."""
        assert self.process is not None
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == self.process.pid and b"resource_tracker" not in command:
                found.append(int(entry.name))
        return sorted(found)

    def kill_worker(self, place: int) -> None:
        """kill -9 of one worker; the supervisor starts another."""
        workers = self.worker_ids()
        if workers:
            os.kill(workers[place % len(workers)], signal.SIGKILL)

    def revive(self) -> None:
        """What systemd's `Restart=always` does: granian gives up when a worker dies twice within seconds."""
        if self.process is not None and self.process.poll() is not None:
            self.restarts += 1
            self.start()

    def kill_all(self) -> None:
        """kill -9 of the whole process group."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """A clean end."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill_all()

    def flask(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """One of our commands on this copy, always with our own tree: the judge is never the twin."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, check=check, capture_output=True)

    def sweep(self) -> int:
        """`attempts sweep` of the program under trial; its exit code."""
        command = [sys.executable, "-m", "flask", "--app", "app", "attempts", "sweep"]
        return subprocess.run(command, cwd=self.tree, env=self.environment, capture_output=True).returncode

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Behind the program's back: what a database administrator could type."""
        address = self.url or f"sqlite:///{self.folder / 'lawedu.sqlite3'}"
        engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            done = connection.execute(text(statement), values)
            rows = list(done.all()) if done.returns_rows else []
        engine.dispose()
        return rows

    def dump(self) -> list[dict[str, Any]]:
        """`attempts dump` of the open exam."""
        done = self.flask("attempts", "dump", "--exam", str(self.prepared.exam_id), "--json")
        entries: list[dict[str, Any]] = json.loads(done.stdout)["attempts"]
        return entries


@contextmanager
def prepare(url: str, officials: int) -> Iterator[Prepared]:
    """Migrate, load the bank and make demo data once; `url` is empty for SQLite, else a PostgreSQL server."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folder = Path(name)
        database = ends.enter_context(_database(url, "")) if url else ""
        environment = {**os.environ, "LAWEDU_DATA": name, "DATABASE_URL": database, "LAWEDU_ENV": "development"}
        made = b""
        for words in (
            ["db", "upgrade"],
            ["bank", "load", "question_bank"],
            ["demo", "--json", "--officials", str(officials)],
            ["audit", "checkpoint"],
        ):
            command = [sys.executable, "-m", "flask", "--app", "app", *words]
            done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
            made = done.stdout if words[0] == "demo" else made
        yield Prepared("PostgreSQL" if url else "SQLite", folder, database, json.loads(made))


@contextmanager
def stage(prepared: Prepared, **changes: Any) -> Iterator[Stage]:
    """A fresh copy, not yet started; stopped and taken away at the end."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folder = Path(changes.pop("folder", None) or name)
        shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
        url = ends.enter_context(_database(prepared.url, make_url(prepared.url).database or "")) if prepared.url else ""
        one = Stage(prepared, folder, url, **changes)
        try:
            yield one
        finally:
            one.stop()


@contextmanager
def twin(path: str, before: str, after: str) -> Iterator[Path]:
    """A copy of the program with one piece of text exchanged: the mistake that the fault must catch."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "twin"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        file = tree / path
        source = file.read_text(encoding="utf-8")
        if source.count(before) != 1:
            raise RuntimeError(f"the twin does not fit: {path} has changed")
        file.write_text(source.replace(before, after), encoding="utf-8")
        yield tree


_count = iter(range(1, 10_000))


@contextmanager
def _database(url: str, template: str) -> Iterator[str]:
    """A PostgreSQL database of its own, a copy of `template` when one is named."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    name = f"lawedu_faults_{os.getpid()}_{next(_count)}"
    admin = create_engine(parsed.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    copied = f'TEMPLATE "{template}"' if template else "TEMPLATE template0 ENCODING 'UTF8'"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {copied}'))
    try:
        yield parsed.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        admin.dispose()
