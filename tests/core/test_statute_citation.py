"""Finding citations (识别引用)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.citation import chinese_number, read_number
from lawedu.core.statute_citation import Citation, link_citations, read_article, read_citation

PENALTY, CRIMINAL, OWN = 1, 2, 9
NAMES = {
    "中华人民共和国行政处罚法": PENALTY,
    "行政处罚法": PENALTY,
    "中华人民共和国刑法": CRIMINAL,
    "刑法": CRIMINAL,
}


@given(st.integers(1, 9999))
def test_every_number_reads_back_from_its_chinese_form(number: int) -> None:
    assert read_number(chinese_number(number)) == number


@pytest.mark.parametrize("text", ["", "条", "三x", "0", "10000", "零"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_number(text)


@pytest.mark.parametrize(
    ("typed", "citation"),
    [
        ("行政处罚法 33条", Citation(PENALTY, 33)),
        ("行政处罚法33", Citation(PENALTY, 33)),
        ("行政处罚法 第三十三条第二款", Citation(PENALTY, 33, 0, 2)),
        ("《中华人民共和国刑法》第一百三十三条之一", Citation(CRIMINAL, 133, 1)),
        ("刑法 133-1", Citation(CRIMINAL, 133, 1)),
        ("刑法第１３３条之一第２款", Citation(CRIMINAL, 133, 1, 2)),
        ("刑法", Citation(CRIMINAL)),
    ],
)
def test_a_citation_is_read_as_people_type_it(typed: str, citation: Citation) -> None:
    assert read_citation(typed, NAMES) == (citation, "")


def test_words_after_a_law_are_left_over() -> None:
    assert read_citation("行政处罚法 听证 告知", NAMES) == (Citation(PENALTY), "听证 告知")


@pytest.mark.parametrize("typed", ["听证 告知", "33", "处罚", ""])
def test_without_a_laws_name_nothing_is_cited(typed: str) -> None:
    assert read_citation(typed, NAMES)[0] is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("33", (33, 0, None)),
        ("133-1", (133, 1, None)),
        ("第三十三条第二款", (33, 0, 2)),
        ("preamble", (0, 0, None)),
        ("序言", (0, 0, None)),
        ("abc", None),
        ("33条4", None),
    ],
)
def test_an_article_alone(text: str, found: tuple[int, int, int | None] | None) -> None:
    assert read_article(text) == found


def cited(text: str) -> list[tuple[str, Citation]]:
    return [(one.text, one.citation) for one in link_citations(text, NAMES, OWN) if one.citation]


def test_articles_after_a_title_belong_to_that_title() -> None:
    found = cited("依照《中华人民共和国刑法》第十条、第十一条第二款和第十三条的规定")

    assert [(words, c.instrument, c.number, c.paragraph) for words, c in found] == [
        ("《中华人民共和国刑法》", CRIMINAL, None, None),
        ("第十条", CRIMINAL, 10, None),
        ("第十一条第二款", CRIMINAL, 11, 2),
        ("第十三条", CRIMINAL, 13, None),
    ]


def test_a_bare_article_is_this_laws_own() -> None:
    assert cited("违反本法第三十三条，或者第五条规定的") == [
        ("第三十三条", Citation(OWN, 33)),
        ("第五条", Citation(OWN, 5)),
    ]


def test_a_law_named_without_marks_keeps_its_article() -> None:
    assert cited("依照刑法第三百八十二条处罚") == [("第三百八十二条", Citation(CRIMINAL, 382))]


@pytest.mark.parametrize("text", ["依照《海商法》第三条", "违反海商法第三条的"])
def test_an_article_of_an_unknown_law_is_left_alone(text: str) -> None:
    assert cited(text) == []


def test_own_articles_after_another_laws_sentence() -> None:
    assert cited("《刑法》另有规定的除外。违反第四条规定的")[-1] == ("第四条", Citation(OWN, 4))


@given(st.text(alphabet="依照《刑法》第三十条之、本的规定违反1款（）", max_size=60))
def test_stretches_always_give_back_the_text(text: str) -> None:
    assert "".join(one.text for one in link_citations(text, NAMES, OWN)) == text
