from __future__ import annotations

from typing import Any

import pytest

from lawedu.core.citation import article_label, chinese_number, cites, place_label


@pytest.mark.parametrize(
    ("number", "spelt"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (33, "三十三"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (133, "一百三十三"),
        (210, "二百一十"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1260, "一千二百六十"),
    ],
)
def test_numbers_are_spelt_as_in_statutes(number: Any, spelt: Any) -> None:
    assert chinese_number(number) == spelt


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_there_is_no_article_nought(number: Any) -> None:
    with pytest.raises(ValueError):
        chinese_number(number)


def test_articles_are_named_as_in_statutes() -> None:
    assert article_label(33) == article_label("33") == "第三十三条"
    assert article_label("133-1") == "第一百三十三条之一"
    assert article_label("preamble") == "序言"


@pytest.mark.parametrize("article", ["", "第三条", "33-", "-1", "1-2-3", "three", 0, True])
def test_what_is_no_article_is_refused(article: Any) -> None:
    with pytest.raises(ValueError):
        article_label(article)


def test_an_inserted_article_does_not_name_the_one_before_it() -> None:
    assert cites("依第三十三条第一款", 33)
    assert not cites("依第三十三条之一", 33)
    assert cites("依第三十三条之一", "33-1")
    assert cites("依第三十三条之一和第三十三条", 33)
    assert not cites("依第一百三十三条", 33)


def test_a_place_names_its_paragraph() -> None:
    assert place_label(33, 2) == "第三十三条第二款"
    assert place_label("133-1") == "第一百三十三条之一"
