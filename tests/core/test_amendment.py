from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lawedu.core.amendment import article_key, find_touched, move, names_moved_article
from lawedu.core.bank import parse_question
from lawedu.core.comparison import ArticleText, compare
from lawedu.core.question_draft import Basis, QuestionDraft
from tests.core.bank_samples import LAW, make_question

OLD, NEW, DAY = date(2021, 1, 22), date(2026, 6, 1), date(2026, 11, 22)
OTHER = "中华人民共和国行政复议法"


def draft(bases: list[Basis], **changes: Any) -> QuestionDraft:
    made = parse_question(make_question(), "a.yaml")
    assert isinstance(made, QuestionDraft)
    return replace(made, basis=tuple(bases), **changes)


def basis(article: int | str, instrument: str = LAW, version: date = OLD) -> Basis:
    return Basis(instrument, version, article)


@pytest.mark.parametrize(("article", "key"), [(33, (33, 0)), ("133-1", (133, 1)), ("preamble", (0, 0))])
def test_an_article_has_a_place(article: int | str, key: tuple[int, int]) -> None:
    assert article_key(article) == key


def test_only_older_texts_of_the_same_law_are_touched_and_only_where_they_changed() -> None:
    stays, goes = "国家机关工作人员应当学习法律", "地方各级人民政府设立普法机构"
    old = [ArticleText(1, 0, stays), ArticleText(2, 0, goes), ArticleText(0, 0, "序言旧")]
    new = [ArticleText(1, 0, stays), ArticleText(0, 0, "完全不同的开篇文字")]
    bases = [basis(1), basis(2), basis("preamble"), basis(2, OTHER), basis(2, version=NEW)]

    touched = find_touched(bases, LAW, NEW, compare(old, new))

    assert [one.position for one in touched] == [2, 3]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("第三十三条规定……", "第三十四条规定……"),
        (f"《{LAW}》第三十三条和第三十四条", f"《{LAW}》第三十四条和第三十五条"),
        ("《行政处罚法》第三十三条", "《行政处罚法》第三十四条"),
        ("《行政复议法》第三十三条", "《行政复议法》第三十三条"),
        ("第三十三条之一", "第三十三条之一"),
        ("第一百三十三条", "第一百三十三条"),
        ("没有条号", "没有条号"),
    ],
)
def test_citations_follow_their_article_all_at_once(text: str, after: str) -> None:
    question = draft([basis(33), basis(34)], explanation=text, why_not={"A": text})

    moved = move(question, [basis(34, version=NEW), basis(35, version=NEW)], DAY)

    assert (moved.explanation, moved.why_not) == (after, {"A": after})
    assert moved.stem == question.stem
    assert (moved.basis[0].version, moved.checked_on) == (NEW, DAY)


def test_a_bare_number_that_two_laws_have_stays() -> None:
    question = draft([basis(33), basis(33, OTHER)], explanation="第三十三条。《行政处罚法》第三十三条。")
    moved = move(question, [basis(34, version=NEW), basis(33, OTHER)], DAY)
    assert moved.explanation == "第三十三条。《行政处罚法》第三十四条。"


def test_stem_and_options_that_name_the_article_are_noticed() -> None:
    question = draft([basis(33)], stem="依照第三十三条之一的规定，应当（　）。")
    assert not names_moved_article(question, ["第三十三条"])
    assert names_moved_article(question, ["第三十三条之一"])
    assert names_moved_article(replace(question, options={"A": "适用第三十三条"}), ["第三十三条"])
