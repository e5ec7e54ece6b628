"""`flask attempts …`, `flask scores …`, `flask receipts …` (作答、成绩、回执命令). Exit: 0 clean, 1 violated, 2
could not check.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from lawedu import clock
from lawedu.attempts import dumps, queries, receipts, recomputing, sweeper
from lawedu.attempts.refusals import TamperedResult
from lawedu.core.errors import Refusal, Unavailable
from lawedu.db import db, transaction
from lawedu.wording import label

attempts = AppGroup("attempts", help="作答：到时登记、全量导出。")
scores = AppGroup("scores", help="成绩：复算核对。")
receipts_group = AppGroup("receipts", help="交卷回执：核对真伪。")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
EXAM = click.option("--exam", "exam_id", type=int, default=None, help="只处理这场考试。")
BATCH = 500
log = structlog.get_logger("lawedu.sweeper")


def one_by_one(pick: Callable[[int], list[int]], deed: Callable[[int], bool]) -> tuple[int, list[int]]:
    """Run a deed for each picked number in a transaction of its own; a poisoned one is set aside and the rest go on."""
    done, poisoned, after = 0, [], 0
    while batch := pick(after):
        after = batch[-1]
        db.session.rollback()
        for number in batch:
            try:
                with transaction():
                    done += deed(number)
            except Unavailable:
                raise
            except Exception as error:
                log.error("set aside", attempt_id=number, exc_info=error)
                poisoned.append(number)
    return done, poisoned


@attempts.command("sweep")
def sweep() -> None:
    """登记已经到时的作答：每份一个事务，出错的跳过并列出。"""
    now = clock.now()
    try:
        done, poisoned = one_by_one(lambda after: queries.list_due(now, BATCH, after), sweeper.write_down)
    except (Unavailable, DBAPIError) as error:
        raise _unavailable() from error
    click.echo(f"已登记 {done} 份到时的作答。")
    _tell_poisoned(poisoned)


def _tell_poisoned(poisoned: list[int]) -> None:
    if poisoned:
        click.echo("以下作答未能处理，已跳过，请查看日志：" + "、".join(map(str, poisoned)), err=True)
        raise SystemExit(1)


def _unavailable() -> SystemExit:
    click.echo("数据库无法连接或无法写入，没有办理。", err=True)
    return SystemExit(2)


@attempts.command("dump")
@EXAM
@AS_JSON
def dump(exam_id: int | None, as_json: bool) -> None:
    """导出每份作答的记录、答卷、回执和成绩。"""
    try:
        if as_json:
            _write_json(dumps.attempts(exam_id))
        else:
            for one in dumps.attempts(exam_id):
                click.echo(
                    f"{one['attempt_id']}\t{one['staff_number']}\t{one['state']}\t{len(one['ops'])}\t{len(one['sheet'])}"
                )
    except TamperedResult as refusal:
        click.echo(refusal.text, err=True)
        raise SystemExit(1) from None
    except DBAPIError as error:
        raise _unavailable() from error


def _write_json(entries: Iterable[dict[str, Any]]) -> None:
    """Written as it is read: the whole never stands in memory."""
    click.echo('{"attempts": [', nl=False)
    for place, one in enumerate(entries):
        click.echo((",\n" if place else "\n") + json.dumps(one, ensure_ascii=False), nl=False)
    click.echo("]}")


@scores.command("recompute")
@click.option("--check", "only_check", is_flag=True, help="只核对，不写入。")
@EXAM
@AS_JSON
def recompute(only_check: bool, exam_id: int | None, as_json: bool) -> None:
    """由试卷快照和作答记录重新计算成绩；--check 与已存成绩逐份核对，不加则为交卷时未能评分的补评分。"""
    try:
        if not only_check:
            done, poisoned = one_by_one(lambda after: queries.list_unmarked(after, BATCH), sweeper.mark_again)
            click.echo(json.dumps({"marked": done, "failed": poisoned}) if as_json else f"补评分 {done} 份。")
            _tell_poisoned(poisoned)
            return
        checked, violations = 0, []
        for batch in recomputing.check_all(exam_id):
            checked += batch.count
            violations += batch.violations
    except (Unavailable, DBAPIError) as error:
        raise _unavailable() from error
    if as_json:
        found = [{"attempt_id": one.attempt_id, "code": one.code} for one in violations]
        click.echo(json.dumps({"checked": checked, "violations": found}))
    else:
        for one in violations:
            click.echo(f"作答 {one.attempt_id}：{label(one.code)}")
        click.echo(f"核对 {checked} 份，{len(violations)} 份不一致。")
    raise SystemExit(1 if violations else 0)


@receipts_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
def verify(file: Path, as_json: bool) -> None:
    """核对一份回执：0 真实，1 被改动或不是本系统出具，2 无法读取。"""
    try:
        content = receipts.verify(file.read_bytes())
    except OSError as error:
        _verdict(as_json, 2, "unreadable", f"无法读取文件：{error.strerror}。")
    except receipts.NotAReceipt as refusal:
        _verdict(as_json, 2, refusal.code, refusal.text)
    except Refusal as refusal:
        _verdict(as_json, 1, refusal.code, refusal.text)
    else:
        sentence = f"回执真实：{content['number']}，{content['exam_title']}。"
        _verdict(as_json, 0, "genuine", sentence, number=content["number"], attempt_id=content["attempt_id"])


def _verdict(as_json: bool, status: int, code: str, sentence: str, **facts: Any) -> None:
    if as_json:
        click.echo(json.dumps({"genuine": status == 0, "code": code, "message": sentence, **facts}, ensure_ascii=False))
    else:
        click.echo(sentence, err=status != 0)
    raise SystemExit(status)
