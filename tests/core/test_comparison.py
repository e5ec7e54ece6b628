"""Comparing two versions of a law (新旧对照)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.comparison import ArticleText, Fate, Pair, PieceKind, compare, marked, text_of

PENALTY = "行政机关在作出行政处罚决定之前，应当告知当事人拟作出的行政处罚内容及事实、理由、依据。"
HEARING = "当事人要求听证的，应当在行政机关告知后三日内提出。"
HEARING_NEW = "当事人要求听证的，应当在行政机关告知后五日内提出。"
OTHER = "国务院部门可以依照法律制定本部门的裁量基准，并向社会公布。"


def law(*texts: str) -> list[ArticleText]:
    return [ArticleText(number, 0, text) for number, text in enumerate(texts, 1)]


def fates(pairs: list[Pair]) -> list[tuple[Fate, int | None, int | None]]:
    return [(p.fate, p.old.number if p.old else None, p.new.number if p.new else None) for p in pairs]


def test_the_same_law_has_only_unchanged_articles() -> None:
    assert {p.fate for p in compare(law(PENALTY, HEARING), law(PENALTY, HEARING))} == {Fate.UNCHANGED}


def test_a_changed_period_is_one_changed_article() -> None:
    assert fates(compare(law(PENALTY, HEARING), law(PENALTY, HEARING_NEW))) == [
        (Fate.UNCHANGED, 1, 1),
        (Fate.CHANGED, 2, 2),
    ]


def test_an_inserted_article_renumbers_what_follows() -> None:
    assert fates(compare(law(PENALTY, HEARING), law(PENALTY, OTHER, HEARING))) == [
        (Fate.UNCHANGED, 1, 1),
        (Fate.ADDED, None, 2),
        (Fate.RENUMBERED, 2, 3),
    ]


def test_renumbered_and_changed_is_recognised_as_the_same_article() -> None:
    assert fates(compare(law(PENALTY, HEARING), law(PENALTY, OTHER, HEARING_NEW)))[-1] == (
        Fate.RENUMBERED_CHANGED,
        2,
        3,
    )


def test_a_deleted_article_stands_where_it_stood() -> None:
    assert fates(compare(law(PENALTY, OTHER, HEARING), law(PENALTY, HEARING))) == [
        (Fate.UNCHANGED, 1, 1),
        (Fate.DELETED, 2, None),
        (Fate.RENUMBERED, 3, 2),
    ]


def test_another_article_under_the_same_number_is_not_a_change() -> None:
    assert fates(compare(law(OTHER), law(HEARING))) == [(Fate.DELETED, 1, None), (Fate.ADDED, None, 1)]


def test_white_space_is_no_change() -> None:
    assert compare(law("甲乙丙丁\n戊己"), law("甲乙丙丁　\n　戊己"))[0].fate is Fate.UNCHANGED


def test_identical_articles_each_find_their_own_successor() -> None:
    assert fates(compare(law(HEARING, HEARING), law(OTHER, HEARING, HEARING))) == [
        (Fate.ADDED, None, 1),
        (Fate.UNCHANGED, 2, 2),
        (Fate.RENUMBERED, 1, 3),
    ]


def test_the_changed_word_alone_is_marked() -> None:
    changed = [(p.kind, p.text) for p in marked(HEARING, HEARING_NEW) if p.kind is not PieceKind.SAME]
    assert changed == [(PieceKind.REMOVED, "三"), (PieceKind.ADDED, "五")]


TEXTS = st.text("甲乙丙丁戊，。\n", max_size=30)


@given(TEXTS, TEXTS)
def test_marked_pieces_give_back_both_texts(old: str, new: str) -> None:
    pieces = marked(old, new)
    assert text_of(pieces, PieceKind.ADDED) == old
    assert text_of(pieces, PieceKind.REMOVED) == new


@given(st.lists(TEXTS, max_size=8), st.lists(TEXTS, max_size=8))
def test_every_article_of_both_versions_stands_once(old: list[str], new: list[str]) -> None:
    pairs = compare(law(*old), law(*new))
    assert sorted(p.old.number for p in pairs if p.old) == list(range(1, len(old) + 1))
    assert sorted(p.new.number for p in pairs if p.new) == list(range(1, len(new) + 1))
