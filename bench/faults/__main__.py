"""`python3 run.py faults`: every fault on SQLite, and on PostgreSQL when TEST_DATABASE_URL names a server; prints the
table of docs/reliability.md. Exit 0 when nothing was lost and every twin was caught.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from bench.faults import banks, databases, deadlines, disks, kills, submits, sweeping, tampering
from bench.faults.rows import Program, Row
from bench.faults.stage import prepare

PROGRAMS: dict[str, Program] = {
    "kills": kills.run,
    "databases": databases.run,
    "disks": disks.run,
    "submits": submits.run,
    "deadlines": deadlines.run,
    "sweeping": sweeping.run,
    "tampering": tampering.run,
    "banks": banks.run,
}
# Each of these is about one engine only.
ONLY = {"databases": "PostgreSQL", "disks": "SQLite"}
HEADINGS = ("故障", "数据库", "次数", "已确认", "丢失", "恢复（秒，中位）", "故意改坏的程序", "说明")


def cells(row: Row) -> tuple[str, ...]:
    """One row as text."""
    recovered = "—" if row.recovered is None else f"{row.recovered:.1f}"
    caught = {None: "—", True: "被发现", False: "没有被发现！"}[row.caught]
    note = "；".join(filter(None, (row.wrong and f"不符：{row.wrong}", row.note)))
    return row.fault, row.engine, row.tried, str(row.acknowledged), str(row.lost), recovered, caught, note


def main() -> int:
    """Run what was asked for and print a Markdown table."""
    parser = argparse.ArgumentParser(prog="run.py faults", description="故障程序：故意出错，核对有没有丢失作答")
    parser.add_argument("names", nargs="*", choices=[[], *PROGRAMS], help="只运行这些（默认全部）")
    parser.add_argument("--short", action="store_true", help="少做几次（持续集成用）")
    parser.add_argument("--officials", type=int, default=560, help=argparse.SUPPRESS)
    words = parser.parse_args()
    targets = [""] + [url for url in (os.environ.get("TEST_DATABASE_URL", ""),) if url]
    if len(targets) == 1:
        print("没有设置 TEST_DATABASE_URL：这次只在 SQLite 上运行。", file=sys.stderr)
    rows = []
    for url in targets:
        with prepare(url, words.officials) as prepared:
            for name in words.names or PROGRAMS:
                if ONLY.get(name, prepared.engine) != prepared.engine:
                    continue
                begun = time.monotonic()
                rows.append(PROGRAMS[name](prepared, words.short))
                print(f"{name} {prepared.engine}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))
    for row in rows:
        print("| " + " | ".join(cells(row)) + " |")
    return 0 if all(row.is_clean for row in rows) else 1


sys.exit(main())
