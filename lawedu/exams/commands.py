"""`flask exams …` (考试命令): publish and release by whoever runs the machine."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lawedu.core.errors import Refusal
from lawedu.core.policy import MACHINE
from lawedu.db import transaction
from lawedu.exams import papers, publication, queries, readiness
from lawedu.exams import release as releasing
from lawedu.wording import label

exams = AppGroup("exams", help="考试：发布、公布成绩。")


@exams.command("publish")
@click.argument("exam_id", type=int)
def publish(exam_id: int) -> None:
    """发布一场考试：固定设置、时段、方案和试卷。"""
    try:
        exam = queries.get_exam(MACHINE, "exam.approve", exam_id)
        _say_missing(readiness.list_missing(MACHINE, exam))
        drawn = papers.draw(exam)
        with transaction():
            publication.publish(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam_id, lock=True), drawn)
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    click.echo(f"已发布，共 {len(drawn.main) + len(drawn.resit)} 份试卷。")


def _say_missing(missing: list[readiness.Missing]) -> None:
    for one in missing:
        click.echo(f"{label(one.step)}：{label(one.gap)}{one.detail}", err=True)


@exams.command("release")
@click.argument("exam_id", type=int)
def release(exam_id: int) -> None:
    """公布一场考试的成绩。"""
    try:
        with transaction():
            releasing.release(MACHINE, queries.get_exam(MACHINE, "exam.approve", exam_id, lock=True))
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from None
    click.echo("成绩已公布。")
