"""`flask demo` and `flask doctor` (命令)."""

from __future__ import annotations

import json
import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.db import transaction
from lawedu.home import demo
from lawedu.web import health


@click.command("demo")
@click.option("--officials", type=click.IntRange(1, demo.MOST_OFFICIALS), default=300, help="干部人数，默认 300。")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@with_appcontext
def demo_command(officials: int, as_json: bool) -> None:
    """生成或刷新演示数据，输出账号。"""
    base_url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    try:
        with transaction():
            made = demo.make(officials, clock.now(), base_url)
    except Refusal as refusal:
        click.echo(refusal.text, err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False))
        return
    click.echo(f"演示账号（密码都是 {made['accounts'][0]['password']}）：")
    shown = set()
    for account in made["accounts"]:
        if account["role"] not in shown:
            shown.add(account["role"])
            click.echo(f"  {account['staff_number']}  {account['name']}  {account['unit']}  {account['role_label']}")
    click.echo("考试编号：" + "，".join(f"{name}={number}" for name, number in made["exams"].items()))


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@with_appcontext
def doctor_command(as_json: bool) -> None:
    """检查运行环境：数据库、迁移、磁盘、时钟、密钥。正常退出 0，有问题退出 1。"""
    found = health.problems(current_app._get_current_object())  # type: ignore[attr-defined]
    if as_json:
        click.echo(json.dumps({"problems": found}, ensure_ascii=False))
    else:
        click.echo("\n".join(found) if found else "一切正常。")
    sys.exit(1 if found else 0)
