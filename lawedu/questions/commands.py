"""`flask bank …` (题库命令): check, load, export."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from lawedu.core.bank import BankReading, compare_with_law
from lawedu.core.errors import Refusal
from lawedu.core.policy import MACHINE
from lawedu.db import db, transaction
from lawedu.questions import services
from lawedu.questions.bank_files import BankUnreadable, check_directory
from lawedu.questions.law_queries import read_law

bank = AppGroup("bank", help="题库：检查、载入、导出。")
FOLDER = click.argument("directory", type=click.Path(path_type=Path))


@bank.command("check")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def check(directory: Path, as_json: bool) -> None:
    """检查题库文件夹：0 全部合格，1 有问题，2 无法检查。法律库已载入时一并核对依据和引文；提醒不影响结果。"""
    try:
        reading = _with_law(check_directory(directory))
    except BankUnreadable as refusal:
        _say_unreadable(refusal, as_json)
        raise SystemExit(2) from None
    count = sum(len(own) for own in reading.questions.values())
    if as_json:
        click.echo(json.dumps(_as_json(reading, count), ensure_ascii=False))
    else:
        for fault in reading.faults:
            click.echo(fault)
        for warning in reading.warnings:
            click.echo(f"提醒：{warning}", err=True)
        click.echo(
            f"共 {count} 道题，{len(reading.faults)} 处问题。" if reading.faults else f"共 {count} 道题，全部合格。"
        )
    raise SystemExit(1 if reading.faults else 0)


def _with_law(reading: BankReading) -> BankReading:
    """What the law library says, when it is loaded: a bank can also be checked beside an empty database or none."""
    bases = {basis for own in reading.questions.values() for question in own for basis in question.basis}
    try:
        return compare_with_law(reading, read_law(bases))
    except SQLAlchemyError:
        db.session.rollback()
        return reading


def _say_unreadable(refusal: BankUnreadable, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"code": refusal.code, "message": refusal.text}, ensure_ascii=False))
    else:
        click.echo(refusal.text, err=True)


def _as_json(reading: BankReading, count: int) -> dict[str, object]:
    faults = [{"file": fault.file, "question": fault.question, "message": fault.sentence} for fault in reading.faults]
    warnings = [{"file": one.file, "question": one.question, "message": one.sentence} for one in reading.warnings]
    return {"questions": count, "faults": faults, "warnings": warnings}


@bank.command("load")
@FOLDER
def load(directory: Path) -> None:
    """载入题库：新题入库，改过的题成为新版本，文件中没有的题停用。"""
    try:
        with transaction():
            done = services.load_bank(MACHINE, directory)
    except services.BankFaulty as refusal:
        for fault in refusal.faults:
            click.echo(fault, err=True)
        raise click.ClickException(refusal.text) from None
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    if done.kept:
        click.echo(
            f"有 {len(done.kept)} 道题在系统里改过或者停用，与文件不同，保留系统里的内容（导出后写回文件）："
            f"{'、'.join(done.kept[:10])}{'……' if len(done.kept) > 10 else ''}。",
            err=True,
        )
    if done.is_nothing:
        click.echo(f"题库没有变化，共 {done.unchanged} 道题。")
    else:
        click.echo(f"题库已载入：新增 {done.added}，更新 {done.changed}，停用 {done.retired}，未变 {done.unchanged}。")


@bank.command("export")
@FOLDER
def export(directory: Path) -> None:
    """把在用的题写成题库文件，放进一个空文件夹。"""
    try:
        count = services.export_bank(MACHINE, directory)
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    except OSError as error:
        raise click.ClickException(f"文件夹“{directory.name}”不能写入，请核对路径和权限：{error.strerror}") from None
    click.echo(f"已导出 {count} 道题。")
