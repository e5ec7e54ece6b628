"""Articles of a must-know item (清单条文范围)."""

from __future__ import annotations

import pytest

from lawedu.core.must_know import ArticlesUnclear, read_articles, spell_articles, write_articles


@pytest.mark.parametrize(
    ("typed", "kept", "spelt"),
    [
        ("", "", ""),
        ("第一条至第五条、第三十三条", "1至5,33", "第一条至第五条、第三十三条"),
        ("1至5，33，133-1", "1至5,33,133-1", "第一条至第五条、第三十三条、第一百三十三条之一"),
        ("第一条-第五条", "1至5", "第一条至第五条"),
    ],
)
def test_ranges_are_kept_and_spelt(typed: str, kept: str, spelt: str) -> None:
    ranges = read_articles(typed)

    assert write_articles(ranges) == kept
    assert read_articles(kept) == ranges
    assert spell_articles(ranges) == spelt


@pytest.mark.parametrize("typed", ["总则", "第五条至第一条", "1至2至3", "、".join(["1"] * 61)])
def test_what_is_no_range_is_refused(typed: str) -> None:
    with pytest.raises(ArticlesUnclear):
        read_articles(typed)


def test_a_range_holds_the_articles_between() -> None:
    (whole,) = read_articles("133至140")

    assert whole.holds(133, 1)
    assert whole.holds(140, 0)
    assert not whole.holds(132, 5)
