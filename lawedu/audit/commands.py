"""`flask audit verify` and `flask audit checkpoint` (审计命令). Exit: 0 clean, 1 violated, 2 could not check."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from lawedu.audit import checkpoints, verifying
from lawedu.audit.wording import subject_label
from lawedu.wording import label

audit = AppGroup("audit", help="审计日志：核对、检查点。")


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def verify(as_json: bool) -> None:
    """核对审计链、库外检查点和全部成绩证据，指出第一处不符。"""
    try:
        report = verifying.verify()
    except (DBAPIError, OSError) as error:
        click.echo("数据库或检查点文件无法读取，没有核对。", err=True)
        raise SystemExit(2) from error
    if as_json:
        found = [{"subject": one.subject, "code": one.code.value} for one in report.problems]
        click.echo(json.dumps({"events": report.events, "checkpoints": report.checkpoints, "violations": found}))
    else:
        for one in report.problems:
            click.echo(f"{subject_label(one.subject)}：{label(one.code)}")
        click.echo(f"核对审计记录 {report.events} 条、检查点 {report.checkpoints} 个，{len(report.problems)} 处不符。")
    raise SystemExit(1 if report.problems else 0)


@audit.command("checkpoint")
def checkpoint() -> None:
    """在数据库之外写一个签名的检查点；请把文件另存到别的机器。"""
    try:
        made = checkpoints.write()
    except (DBAPIError, OSError) as error:
        click.echo("检查点没有写成：数据库无法读取，或者文件夹不能写入。", err=True)
        raise SystemExit(2) from error
    click.echo(f"已写入检查点：审计记录第 {made.number} 条，{checkpoints.folder() / 'audit.jsonl'}")
