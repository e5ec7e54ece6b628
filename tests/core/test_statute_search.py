"""Pieces of Chinese for both search engines (检索切分)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.statute_search import excerpt, fts5_query, highlighted, pieces, tsquery, words_of


def test_text_is_cut_into_overlapping_pairs() -> None:
    assert pieces("制定本法。PM2 第3条") == ["制定", "定本", "本法", "pm2", "3"]


def test_words_stand_between_spaces_and_signs() -> None:
    assert words_of("　听证，告知 ＰＭ 听证") == ["听证", "告知", "pm"]


def test_a_single_character_is_no_word() -> None:
    assert words_of("的 听证") == ["听证"]
    assert words_of("法") == []


def test_both_engines_are_asked_for_the_same_phrases() -> None:
    words = words_of("行政处罚 听证")

    assert fts5_query(words) == '"行政 政处 处罚" AND "听证"'
    assert tsquery(words) == "('行政' <-> '政处' <-> '处罚') & ('听证')"


def test_signs_of_the_engines_never_reach_them() -> None:
    assert words_of("\"' OR 1 -- & | ! : * ( )") == ["or", "1"]


def test_the_words_asked_for_are_marked() -> None:
    assert highlighted("要求听证的，举行听证", ["听证"]) == [
        ("要求", False),
        ("听证", True),
        ("的，举行", False),
        ("听证", True),
    ]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_marking_loses_nothing(text: str, words: list[str]) -> None:
    assert "".join(part for part, _ in highlighted(text, words)) == text


def test_an_excerpt_is_cut_around_the_first_word() -> None:
    cut = excerpt("甲" * 300 + "听证" + "乙" * 300, ["听证"], 60)

    assert "听证" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) == 62
