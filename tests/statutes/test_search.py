"""Searching (检索): by words and by citation, alike on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from lawedu.core.statute_search import words_of
from lawedu.db import db
from lawedu.statutes import search_queries
from lawedu.statutes.search_index import TABLE
from tests.statutes.laws import PENALTY, TEXTS, amended, get_law, law, load


def found(asked: str, instrument_id: int | None = None) -> list[tuple[str, int]]:
    rows = db.session.scalars(search_queries.select_matching(words_of(asked), instrument_id)).unique()
    return [(one.version.instrument.short_title, one.number) for one in rows]


def test_words_find_the_articles_in_which_all_of_them_stand(app: Flask) -> None:
    load(law())

    assert found("听证") == [("样例处罚法", 3)]
    assert found("告知 听证") == [("样例处罚法", 3)]
    assert found("听证 轻微") == []


def test_two_characters_are_enough_and_their_order_counts(app: Flask) -> None:
    load(law())

    assert found("轻微") == [("样例处罚法", 2)]
    assert found("微轻") == []
    assert found("微并") == [("样例处罚法", 2)]


def test_the_article_that_speaks_most_of_the_word_comes_first(app: Flask) -> None:
    load(law({1: "听证听证听证。", 2: "关于听证的规定很长很长很长很长很长很长很长。", 3: "无关。"}))

    assert [number for _, number in found("听证")] == [1, 2]


def test_only_the_text_that_readers_see_is_searched(app: Flask) -> None:
    load(law(), amended(a3="当事人可以要求听取意见。"))

    assert found("听证") == []
    assert found("听取意见") == [("样例处罚法", 3)]


def test_a_search_within_a_law_stays_there(app: Flask) -> None:
    load(law(), law(title="中华人民共和国另一部法"))

    assert len(found("听证")) == 2
    assert found("听证", get_law().id) == [("样例处罚法", 3)]


@pytest.mark.parametrize("asked", ["", "的", "\"'*()", "' OR 1=1 --", "a:b & c | !d", "％＿%_"])
def test_nothing_typed_breaks_the_engine(app: Flask, asked: str) -> None:
    load(law())

    assert found(asked) == []


def test_an_emptied_library_finds_nothing(app: Flask) -> None:
    """The stage empties the tables before each test; what an earlier test indexed is gone with them."""
    assert db.session.scalar(text(f"SELECT count(*) FROM {TABLE}")) == 0  # noqa: S608 (our own name)


def test_laws_are_found_by_a_part_of_their_name(app: Flask) -> None:
    load(law(aliases=("样罚法",)), law(title="样例条例"))

    assert [one.title for one in search_queries.find_instruments("处罚")] == [PENALTY]
    assert [one.title for one in search_queries.find_instruments("样罚")] == [PENALTY]
    assert search_queries.find_instruments("样") == []
    assert search_queries.find_instruments("%%") == []


def test_a_word_of_thousands_of_articles_is_cut_short(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_queries, "MOST_MATCHES", 3)
    load(law({number: f"第{number}个规定。" for number in range(1, 9)}, version_on=date(2021, 1, 22)))

    assert len(found("规定")) == 3
    assert len(found("规定", get_law().id)) == 8
    assert len(TEXTS) == 4
