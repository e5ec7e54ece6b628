"""`python3 run.py bench`: every program on SQLite, and on PostgreSQL when BENCH_DATABASE_URL names one."""

from __future__ import annotations

import argparse
import os

from bench import annual_exam


def main() -> None:
    """Run and print the figures side by side."""
    parser = argparse.ArgumentParser(
        prog="run.py bench", description="年度考试压力测试：登录、开考、保存、交卷、查看结果"
    )
    parser.add_argument("--officials", type=int, default=300, help="参加考试的人数（默认 300）")
    parser.add_argument("--clients", type=int, default=16, help="同时在线的客户端（默认 16）")
    words = parser.parse_args()
    targets = {"SQLite": ""}
    postgres = os.environ.get("BENCH_DATABASE_URL") or os.environ.get("TEST_DATABASE_URL")
    if postgres:
        targets["PostgreSQL"] = postgres
    else:
        print("没有设置 BENCH_DATABASE_URL：这次只测 SQLite。")
    figures = {name: annual_exam.run(url, words.officials, words.clients) for name, url in targets.items()}
    annual_exam.show(figures)


main()
