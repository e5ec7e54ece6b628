"""`flask statutes …` (法律库命令): load the laws, move to the texts that hold today."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.core.policy import MACHINE
from lawedu.core.statute_text import InstrumentText
from lawedu.db import transaction
from lawedu.statutes import currency, facts, loading, queries, sources

statutes = AppGroup("statutes", help="法律库：载入、更新现行文本、核对试题依据。")


@statutes.command("load")
@click.option(
    "--from",
    "places",
    multiple=True,
    type=click.Path(path_type=Path),
    help="文件或者文件夹（.json、.docx），可写多个。",
)
def load(places: tuple[Path, ...]) -> None:
    """载入法律：不写 --from 时取已安装的数据包，写了取指定的文件。重复载入不会有变化。"""
    try:
        texts = _read(places)
        known = facts.read_facts(current_app.config["QUESTION_BANK"] / "instruments.yaml")
        with click.progressbar(length=len(texts), label="载入法律", file=sys.stderr) as bar, transaction():
            done = loading.load_laws(MACHINE, texts, known, lambda: bar.update(1))
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    if done.is_nothing:
        click.echo("法律库没有变化。", nl=False)
    else:
        moved = f"，{done.became_current} 部法律换用新文本" if done.became_current else ""
        click.echo(
            f"已载入：{done.instruments} 部，文本 {done.versions} 个，条文 {done.articles} 条{moved}。", nl=False
        )
    held = queries.count_all()
    click.echo(f"共 {held.instruments} 部、{held.versions} 个文本、{held.articles} 条", nl=False)
    click.echo(f"，另有 {held.without_text} 部条文未入库。" if held.without_text else "。")


def _read(places: tuple[Path, ...]) -> list[InstrumentText]:
    if not places:
        return sources.read_package()
    return [sources.read_file(path) for path in sources.find_files(places)]


@statutes.command("refresh")
def refresh() -> None:
    """每天运行一次：到了施行日期的文本成为现行文本，有关试题转入核对。"""
    with transaction():
        moved = currency.refresh_current(clock.now(), clock.today())
        titles = [fact.instrument.title for fact in moved]
    for title in titles:
        click.echo(f"《{title}》换用新文本。")
    click.echo(f"共 {len(titles)} 部法律换用新文本。")
