"""`flask statutes check` (核对试题依据): every published question against the law library as it stands today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import click

from lawedu.core.bank_law import BasisStanding, check_against_law
from lawedu.core.citation import article_label
from lawedu.core.question_draft import QuestionDraft
from lawedu.db import db
from lawedu.questions import queries
from lawedu.questions.contents import draft_of
from lawedu.questions.law_queries import read_law
from lawedu.questions.models import QuestionState
from lawedu.statutes import queries as statutes_queries

CHUNK = 200


@dataclass
class Findings:
    """What the check found (核对结果). `not_loaded`: questions with a basis whose text the library does not hold."""

    questions: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    not_loaded: dict[str, int] = field(default_factory=dict)


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def check(as_json: bool) -> None:
    """核对已入库试题的依据：0 全部相符，1 有不符，2 无法核对。条文未入库的另计，不算不符。"""
    if not statutes_queries.count_all().articles:
        _say_empty(as_json)
        raise SystemExit(2)
    found = Findings()
    for chunk in _chunks():
        _check(chunk, found)
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        for code, sentence in found.faults:
            click.echo(f"{code}：{sentence}")
        for place, count in sorted(found.not_loaded.items()):
            click.echo(f"依据未入库：{place}，{count} 处。")
        verdict = f"{len(found.faults)} 处不符" if found.faults else "全部相符"
        click.echo(f"共核对 {found.questions} 道题，{verdict}；依据未入库 {sum(found.not_loaded.values())} 处。")
    raise SystemExit(1 if found.faults else 0)


def _say_empty(as_json: bool) -> None:
    sentence = "法律库中没有条文，无法核对：请先运行 flask statutes load。"
    if as_json:
        click.echo(json.dumps({"code": "library_empty", "message": sentence}, ensure_ascii=False))
    else:
        click.echo(sentence, err=True)


def _as_json(found: Findings) -> dict[str, object]:
    return {
        "questions": found.questions,
        "faults": [{"question": code, "message": sentence} for code, sentence in found.faults],
        "not_loaded": [{"basis": place, "count": count} for place, count in sorted(found.not_loaded.items())],
    }


def _chunks() -> Iterator[list[QuestionDraft]]:
    held: list[QuestionDraft] = []
    for question, version in queries.each_in_use(CHUNK):
        if question.state is QuestionState.PUBLISHED:
            held.append(draft_of(question.code, version))
        if len(held) == CHUNK:
            yield held
            held = []
            db.session.expunge_all()
    yield held


def _check(drafts: list[QuestionDraft], found: Findings) -> None:
    law = read_law({basis for draft in drafts for basis in draft.basis})
    for draft in drafts:
        found.questions += 1
        findings = check_against_law(draft, law)
        found.faults += [(draft.id, sentence) for sentence in findings.faults]
        for basis in draft.basis:
            standing = law[basis].standing
            if standing is BasisStanding.NOT_LOADED:
                place = f"《{basis.instrument}》（{basis.version}文本）"
                found.not_loaded[place] = found.not_loaded.get(place, 0) + 1
            elif standing is BasisStanding.NOT_YET:
                sentence = f"《{basis.instrument}》{article_label(basis.article)}尚未施行，不能作为现行依据。"
                found.faults.append((draft.id, sentence))
