"""`flask people import FILE` (导入名册): prints the dry run; writes only with --yes."""

from __future__ import annotations

from pathlib import Path

import click

from lawedu import wording
from lawedu.core.errors import Refusal
from lawedu.core.grid import Grid
from lawedu.core.policy import MACHINE
from lawedu.core.roster import Sheet
from lawedu.core.roster_plan import Outcome, Plan
from lawedu.db import transaction
from lawedu.people import rosters
from lawedu.people.commands import people
from lawedu.people.roster_wording import MISSING
from lawedu.spreadsheets import read_grid

MOST_LINES = 200


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="写入；不加时只预演")
@click.option("--only-good", is_flag=True, help="有问题的行跳过，只导入其余的行")
@click.option("--mark-missing", is_flag=True, help="把名单中未出现的人员登记为调离")
def import_roster(file: Path, yes: bool, only_good: bool, mark_missing: bool) -> None:
    """导入人员名册（.xlsx、.xls、.csv）：先预演，加 --yes 才写入。"""
    try:
        grid = read_grid(file.read_bytes(), file.name)
        sheet, plan = rosters.preview(MACHINE, grid)
        _print(sheet, plan)
        if yes:
            _write(grid, only_good, mark_missing)
        else:
            click.echo("以上是预演，没有写入。核对后加 --yes 导入。")
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from refusal


def _write(grid: Grid, only_good: bool, mark_missing: bool) -> None:
    with transaction():
        done = rosters.import_at_once(MACHINE, grid, only_good=only_good, mark_missing=mark_missing)
    click.echo(f"已导入：新增 {done['added']} 人，变更 {done['changed']} 人，调动 {done['moved']} 人。")


def _print(sheet: Sheet, plan: Plan) -> None:
    counts = [f"{wording.label(outcome)} {plan.count(outcome)}" for outcome in Outcome]
    click.echo("，".join([*counts, f"{MISSING} {len(plan.missing)}"]))
    if sheet.unread:
        click.echo(f"未读取的列：{'、'.join(sheet.unread)}")
    faulty = [entry.row for entry in plan.entries if entry.outcome is Outcome.FAULTY]
    for row in faulty[:MOST_LINES]:
        click.echo(f"第 {row.number} 行 {row.text('name')}：{''.join(row.faults)}")
    if len(faulty) > MOST_LINES:
        click.echo(f"……另有 {len(faulty) - MOST_LINES} 行有问题。")
