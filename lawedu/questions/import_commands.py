"""`flask questions import FILE` (导入题目): prints what was understood; writes drafts only with --yes."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from lawedu.core.errors import NotFound, Refusal
from lawedu.core.policy import MACHINE, Actor
from lawedu.db import transaction
from lawedu.people import role_queries
from lawedu.questions import imports
from lawedu.questions.bank_files import list_domains
from lawedu.questions.import_checks import Checked
from lawedu.questions.import_files import Reading, read_file
from lawedu.questions.import_forms import answer_words, basis_words
from lawedu.questions.import_wording import place_words

questions = AppGroup("questions", help="题目：导入。")
MOST_LINES = 200


@questions.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
@click.option("--yes", is_flag=True, help="把没有疑问的题写成草稿，要同时写 --by；不加时只识别。")
@click.option("--by", "number", metavar="工号", help="以这位命题人的名义导入，有疑问的题留待其在网页上核定。")
def import_file(file: Path, as_json: bool, yes: bool, number: str | None) -> None:
    """识别试题文件：0 没有疑问，1 有疑问，2 不能识别。加 --yes 才写入草稿。"""
    try:
        if yes and not number:
            raise click.UsageError("加 --yes 时请用 --by 写明命题人的工号。")
        data = file.read_bytes()
        reading = read_file(data)
        upload = imports.Upload(file.name, mimetypes.guess_type(file.name)[0] or "application/octet-stream", data)
        domains = list_domains(current_app.config["QUESTION_BANK"])
        checked = imports.preview(MACHINE, reading, domains, upload)
        drafts = _write(upload, reading, domains, number) if yes and number else 0
    except (Refusal, OSError) as refusal:
        _say_refused(refusal.text if isinstance(refusal, Refusal) else f"文件“{file.name}”不能读取。", as_json)
        raise SystemExit(2) from None
    doubtful = sum(bool(one.doubts) for one in checked)
    if as_json:
        click.echo(json.dumps(_report(file.name, reading, checked, drafts), ensure_ascii=False))
    else:
        _print(reading, checked, drafts)
    raise SystemExit(1 if doubtful else 0)


def _write(upload: imports.Upload, reading: Reading, domains: tuple[str, ...], number: str) -> int:
    author = _actor(number)
    with transaction():
        found = imports.dry_run(author, upload, reading, domains)
        return imports.apply(author, found)


def _actor(number: str) -> Actor:
    """The author with the roles they hold: drafts are somebody's, and only an author's. Raises NotFound."""
    person = role_queries.find_person(number)
    if person is None:
        raise NotFound(f"没有工号为“{number}”的人员。")
    return Actor(person.id, person.staff_number, person.name, tuple(g for g, _ in role_queries.list_held(person.id)))


def _say_refused(sentence: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"message": sentence}, ensure_ascii=False))
    else:
        click.echo(sentence, err=True)


def _report(name: str, reading: Reading, checked: list[Checked], drafts: int) -> dict[str, Any]:
    doubtful = sum(bool(one.doubts) for one in checked)
    return {
        "file": name,
        "form": reading.form,
        "questions": len(checked),
        "clear": len(checked) - doubtful,
        "doubtful": doubtful,
        "drafts": drafts,
        "unread": [{"line": one.line, "text": one.text} for one in reading.source.unread],
        "items": [_item(reading, one) for one in checked],
    }


def _item(reading: Reading, one: Checked) -> dict[str, Any]:
    where = one.understood
    return {
        "place": place_words(reading.form, where.sheet, where.first, where.last),
        "number": where.number,
        **{name: one.entry[name] for name in ("kind", "stem", "options", "answer", "explanation", "basis", "domain")},
        "confidence": imports.confidence(one.doubts, one.notes) / 100,
        "doubts": [{"code": code, "message": sentence} for code, sentence in one.doubts],
        "notes": one.notes,
    }


def _print(reading: Reading, checked: list[Checked], drafts: int) -> None:
    doubtful = [one for one in checked if one.doubts]
    click.echo(f"识别出 {len(checked)} 道题：{len(checked) - len(doubtful)} 道没有疑问，{len(doubtful)} 道有疑问。")
    for one in doubtful[:MOST_LINES]:
        where = one.understood
        click.echo(f"{place_words(reading.form, where.sheet, where.first, where.last)}：{where.stem[:30]}")
        click.echo(f"  答案 {answer_words(one.entry) or '—'}；" + "；".join(basis_words(b) for b in one.entry["basis"]))
        for _, sentence in one.doubts:
            click.echo(f"  疑问：{sentence}")
    if len(doubtful) > MOST_LINES:
        click.echo(f"……另有 {len(doubtful) - MOST_LINES} 道题有疑问。")
    click.echo(f"已写入 {drafts} 道草稿。" if drafts else "以上是识别结果，没有写入。")
