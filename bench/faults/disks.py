"""Fault 3: the disk is full while people answer: 503, nothing acknowledged lost, the queues drain afterwards."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faults.clients import Crowd, count_lost
from bench.faults.kills import PEOPLE
from bench.faults.rows import Row, median
from bench.faults.stage import Prepared, Stage, stage, twin

# The mistake: a refused write is taken for a success.
BEFORE = """            except BaseException:
                _safe_rollback()
                raise
    except (OperationalError, DBAPIError) as error:"""
AFTER = """            except OperationalError:
                _safe_rollback()
            except BaseException:
                _safe_rollback()
                raise
    except (OperationalError, DBAPIError) as error:"""
ROOM = 48


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own in memory. Raises CalledProcessError where mounting is not allowed."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def run(prepared: Prepared, short: bool) -> Row:
    """Full 6 times (once when `short`); the embedded database only."""
    size = sum(file.stat().st_size for file in prepared.folder.rglob("*") if file.is_file()) // 1_000_000 + ROOM
    times = 1 if short else 6
    with small_disk(size) as disk, stage(prepared, folder=disk, ready_at="/healthz") as one:
        row = _fill(one, times)
    with (
        twin("lawedu/db.py", BEFORE, AFTER) as tree,
        small_disk(size) as disk,
        stage(prepared, folder=disk, tree=tree, ready_at="/healthz") as broken,
    ):
        row.caught = _fill(broken, 1).lost > 0
    return row


def _fill(one: Stage, times: int) -> Row:
    one.start()
    waits = []
    with tempfile.TemporaryDirectory() as name:
        ledger = Path(name)
        crowd = Crowd(one, PEOPLE, ledger)
        crowd.open()
        crowd.begin()
        for _ in range(times):
            time.sleep(1)
            _hog(one.folder / "hog")
            time.sleep(2)
            (one.folder / "hog").unlink()
            waits.append(crowd.recovery(time.monotonic()))
        crowd.end()
        lost = count_lost(ledger, one.dump())
    wrong = "" if crowd.statuses <= {200, 503} else f"答复 {sorted(crowd.statuses)}"
    wrong = wrong or ("" if 503 in crowd.statuses else "没有出现 503")
    done = f"写满 {times} 次，每次 2 秒"
    return Row("磁盘写满", one.prepared.engine, done, crowd.acked, lost, median(waits), wrong=wrong)


def _hog(path: Path) -> None:
    """Take all that is left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 65536):
                pass
        except OSError:
            pass
