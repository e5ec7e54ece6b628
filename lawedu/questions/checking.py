"""Checking a question inside the system (自动检查): the rules of `bank check`, over what an author has typed so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from lawedu import clock
from lawedu.core.bank import parse_question
from lawedu.core.bank_duplicates import find_like
from lawedu.core.bank_law import check_against_law
from lawedu.core.bank_warnings import find_warnings
from lawedu.core.question_draft import QuestionDraft
from lawedu.questions import law_queries, queries
from lawedu.questions.bank_files import list_domains
from lawedu.questions.refusals import CheckFailed

# Sentences of the core name the fields of a bank file; on a page they have no such names.
_WORDS = (
    ("请填写 stem（一段文字）", "请填写题干"),
    ("请填写 explanation（一段文字）", "请填写解析"),
    ("请填写 domain（一段文字）", "请选择法律领域"),
    ("请写至少一条法律依据 basis：instrument、version、article", "请填写至少一条法律依据"),
    ("单选题的 answer 须是一个选项的键，例如 B", "请勾选一个正确选项"),
    ("判断题的 answer 须是 true 或 false，不加引号", "请选择“正确”或者“错误”作为答案"),
    ("填空题的 answer 须是可接受的文字的列表", "请填写至少一个可接受的答案"),
    ("的 answer 须是选项的键的列表，例如 [A, C]", "请勾选正确选项"),
    ("请写 2 至 8 个选项，键为 A、B、C……", "请填写 2 至 8 个选项"),
    ("请写 rubric：每条有 points（大于 0 的分值）和 text（要点）", "请填写评分要点，每条有分值和要点"),
    ("difficulty 须是 1（最易）至 5（最难）的整数", "请选择难度"),
    ("audience 须是列表，只能取：all、leaders、enforcement、village", "请选择适用对象"),
    ("use 须是列表，只能取：practice、exam", "请选择用途"),
    ("案例分析题须有 2 至 4 个小题（parts）", "案例分析题须有 2 至 4 个小题"),
    ("不在 domains.yaml 中，请选用其中之一", "不在清单中，请重新选择"),
    ("why_not 只写错误的选项，请删去或改正", "“错在哪里”只写错误的选项，请删去或改正"),
    ("answer 中有重复的内容", "答案中有重复的内容"),
)
_PARAGRAPH = re.compile(r"第(\d+)条法律依据的 paragraph")


@dataclass(frozen=True)
class Findings:
    """What the checks say (检查结果): faults keep a question from being handed in, warnings do not."""

    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_entry(entry: Mapping[str, Any], code: str, question_id: int) -> Findings:
    """Check an entry as the author has it now. `question_id` 0: not saved yet.

    The day of comparison with the law is the reviewer's to give, so none is asked for.
    """
    parsed = parse_question({**entry, "id": code or "gx-00000", "checked_on": clock.today()}, "")
    if not isinstance(parsed, QuestionDraft):
        return Findings(tuple(for_people(fault.sentence) for fault in parsed))
    return check_draft(parsed, question_id)


def check_draft(question: QuestionDraft, question_id: int) -> Findings:
    """Check a complete question: its domain, the law, duplicates in the whole bank, and what lets people guess."""
    faults: list[str] = []
    domains = list_domains(current_app.config["QUESTION_BANK"])
    if domains and question.domain not in domains:
        faults.append(f"法律领域“{question.domain}”不在清单中，请重新选择。")
    law = check_against_law(question, law_queries.read_law(question.basis))
    faults += law.faults
    others = queries.list_of_kind(question.kind, question_id)
    for index, is_exact in find_like(question, others):
        degree = "相同" if is_exact else "几乎相同"
        faults.append(f"与 {others[index].id} {degree}，请改写，或者改用那道题。")
    return Findings(tuple(faults), (*law.warnings, *find_warnings(question)))


def ensure_clean(findings: Findings) -> None:
    """Refuse a question with faults. Raises CheckFailed."""
    if findings.faults:
        raise CheckFailed(findings.faults)


def for_people(sentence: str) -> str:
    """A sentence of the core in the words of the page."""
    for there, here in _WORDS:
        sentence = sentence.replace(there, here)
    return _PARAGRAPH.sub(r"第\1条法律依据的款号", sentence)
