"""Questions as a bank file would hold them, for the tests of the bank."""

from __future__ import annotations

from datetime import date
from typing import Any

from lawedu.core.bank import check_bank

LAW = "中华人民共和国行政处罚法"
DOMAINS = ["行政处罚"]
INSTRUMENTS = {LAW: {date(2021, 1, 22)}}
EXPLANATION = (
    "应当在五日内提出。第六十四条规定当事人要求听证的，应当在行政机关告知后五日内提出；"
    "七日是举行听证前通知当事人的期间，两者最容易混淆。"
)


def make_question(**changes: Any) -> Any:
    question = {
        "id": "xzcf-064-01",
        "kind": "single_choice",
        "stem": "行政机关告知当事人有权要求听证，当事人要求听证的，应当在告知后（　）内提出。",
        "options": {"A": "三日", "B": "五日", "C": "七日", "D": "十日"},
        "answer": "B",
        "why_not": {"C": "七日是举行听证前通知当事人的期间。"},
        "explanation": EXPLANATION,
        "basis": [{"instrument": LAW, "version": date(2021, 1, 22), "article": 64, "paragraph": 1}],
        "domain": "行政处罚",
        "difficulty": 2,
        "audience": ["all"],
        "use": ["practice", "exam"],
        "checked_on": date(2026, 11, 22),
        **changes,
    }
    return {name: value for name, value in question.items() if value is not ...}


def sentences(*questions: Any) -> Any:
    return [str(fault) for fault in check_bank({"a.yaml": {"questions": list(questions)}}, DOMAINS, INSTRUMENTS)]
