from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lawedu.core.bank import check_bank, compare_with_law, parse_question, read_bank
from lawedu.core.bank_law import BasisFacts, BasisStanding, check_against_law, count_paragraphs
from lawedu.core.bank_warnings import find_warnings
from lawedu.core.question_draft import Basis, QuestionDraft
from tests.core.bank_samples import DOMAINS, INSTRUMENTS, LAW, make_question

ARTICLE = (
    "当事人要求听证的，应当在行政机关告知后五日内提出。\n"
    "行政机关应当在举行听证的七日前，通知当事人：\n（一）时间；\n（二）地点。"
)
BASIS = Basis(LAW, date(2021, 1, 22), 64, 1)


def draft(**changes: Any) -> QuestionDraft:
    made = parse_question(make_question(), "a.yaml")
    assert isinstance(made, QuestionDraft)
    return replace(made, **changes)


def faults(standing: BasisStanding, text: str = ARTICLE, **changes: Any) -> tuple[str, ...]:
    question = draft(**changes)
    return check_against_law(question, dict.fromkeys(question.basis, BasisFacts(standing, text))).faults


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (BasisStanding.SUPERSEDED, "第六十四条已经修改"),
        (BasisStanding.REPEALED, "已经废止"),
        (BasisStanding.NO_ARTICLE, "查不到"),
    ],
)
def test_a_basis_that_does_not_stand_is_a_fault(standing: BasisStanding, words: str) -> None:
    [fault] = faults(standing, text="")
    assert words in fault


def test_a_basis_in_force_or_not_in_the_library_is_none() -> None:
    assert faults(BasisStanding.IN_FORCE) == ()
    assert check_against_law(draft(), {}).faults == ()


def test_a_text_to_come_is_a_warning() -> None:
    found = check_against_law(draft(), {BASIS: BasisFacts(BasisStanding.NOT_YET, ARTICLE)})
    assert found.faults == ()
    assert "尚未施行" in found.warnings[0]


def test_a_paragraph_must_be_there_and_items_are_none() -> None:
    assert count_paragraphs(ARTICLE) == 2
    assert faults(BasisStanding.IN_FORCE, basis=(replace(BASIS, paragraph=2),)) == ()
    [fault] = faults(BasisStanding.IN_FORCE, basis=(replace(BASIS, paragraph=3),))
    assert "没有第三款" in fault


@pytest.mark.parametrize(
    ("quoted", "count"),
    [
        ("应当在行政机关告知后五日内提出", 0),
        ("应当在行政机关告知后 五日内提出", 0),
        ("应当在行政机关告知后十日内提出", 1),
        ("五日内", 0),
        ("当事人要求听证的，应当在告知后", 0),
    ],
)
def test_a_quotation_is_literal_in_the_article_or_in_the_question(quoted: str, count: int) -> None:
    assert len(faults(BasisStanding.IN_FORCE, explanation=f"第六十四条写的是“{quoted}”。")) == count


def test_a_question_with_one_text_missing_is_not_compared_word_for_word() -> None:
    question = draft(basis=(BASIS, replace(BASIS, article=65)), explanation="“这一句话哪里都没有写过”")
    assert check_against_law(question, {BASIS: BasisFacts(BasisStanding.IN_FORCE, ARTICLE)}).faults == ()


def test_the_bank_is_compared_question_by_question() -> None:
    files = {"a.yaml": {"questions": [make_question()]}}
    reading = read_bank(files, DOMAINS, INSTRUMENTS)
    law = {BASIS: BasisFacts(BasisStanding.SUPERSEDED, ARTICLE)}
    [fault] = compare_with_law(reading, law).faults
    assert (fault.file, fault.question) == ("a.yaml", "xzcf-064-01")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stem": "下列不属于行政处罚种类的是（　）。"}, "否定方式"),
        ({"options": {"A": "一律罚款", "B": "警告"}, "why_not": ...}, "选项A用了“一律”"),
        (
            {"options": {"A": "警告", "B": "罚款以后还要没收违法所得并吊销许可证件"}, "why_not": ...},
            "选项长短相差过大",
        ),
        ({"options": {"A": "警告", "B": "罚款并没收违法所得"}, "why_not": ...}, "正确选项明显比其他选项长"),
    ],
)
def test_what_lets_people_guess_is_a_warning_and_no_fault(changes: Any, words: str) -> None:
    question = make_question(**changes)
    files = {"a.yaml": {"questions": [question]}}
    assert check_bank(files, DOMAINS, INSTRUMENTS) == []
    assert any(words in warning.sentence for warning in read_bank(files, DOMAINS, INSTRUMENTS).warnings)


def test_a_marked_negative_and_a_plain_question_are_not_warned_of() -> None:
    assert find_warnings(draft(stem="下列【不属于】行政处罚种类的是（　）。")) == []
    assert find_warnings(draft()) == []
