"""Reading a law from the lines of a Word file (读取法律文本)."""

from __future__ import annotations

from datetime import date

import pytest

from lawedu.core.statute_reading import NoLawText, kind_of, read_lines
from lawedu.core.statute_text import bare, curl, holds_literally, repealed_titles, text_hash
from lawedu.core.statutes import InstrumentKind, VersionAct

LINES = [
    "中华人民共和国",
    "样例处罚法",
    "（1996年3月17日第八届全国人民代表大会第四次会议通过　根据2009年8月27日第十一届全国人民代表大会常务委员会",
    "《关于修改部分法律的决定》第一次修正　2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订）",
    "目　　录",
    "第一编　总则",
    "第一章　总则",
    "第二编　分则",
    "第二章　处罚",
    "第一编　总则",
    "第一章　总　则",
    "第一条　为了规范处罚，制定本法。",
    "第二条　处罚包括下列种类：",
    "（一）警告；",
    "（二）罚款。",
    "第二编　分则",
    "第二章　处罚",
    "第一节　一般规定",
    '第三条之一　依照"本法"处罚。',
    "第四条　本法自2021年7月15日起施行。",
    "附件：",
    "第九条　不属于正文。",
]


def test_title_chapters_articles_and_paragraphs_are_read() -> None:
    law = read_lines(LINES)

    assert law.title == "中华人民共和国样例处罚法"
    assert [(one.number, one.sub, one.label) for one in law.articles] == [
        (1, 0, "第一条"),
        (2, 0, "第二条"),
        (3, 1, "第三条之一"),
        (4, 0, "第四条"),
    ]
    assert law.articles[0].chapter == "第一编 总则 / 第一章 总 则"
    assert law.articles[2].chapter == "第二编 分则 / 第二章 处罚 / 第一节 一般规定"
    assert law.articles[1].text == "处罚包括下列种类：\n（一）警告；\n（二）罚款。"
    assert law.articles[2].text == "依照“本法”处罚。"


def test_the_version_is_the_newest_amendment() -> None:
    law = read_lines(LINES)

    assert (law.adopted_on, law.version_on, law.in_force_on) == (
        date(1996, 3, 17),
        date(2021, 1, 22),
        date(2021, 7, 15),
    )
    assert law.act is VersionAct.REVISED
    assert law.kind is InstrumentKind.LAW


def test_a_first_day_older_than_the_version_says_nothing_about_it() -> None:
    law = read_lines([*LINES[:-3], "第四条　本法自1996年10月1日起施行。"])

    assert law.in_force_on is None


def test_from_the_day_of_publication_means_the_version_when_it_was_never_amended() -> None:
    law = read_lines(["样例条例", "（2019年4月3日国务院令第711号公布）", "第一条　本条例自公布之日起施行。"])

    assert law.in_force_on == date(2019, 4, 3)
    assert law.kind is InstrumentKind.ADMINISTRATIVE_REGULATION


def test_a_preamble_is_article_nought() -> None:
    law = read_lines(
        [
            "样例宪法",
            "（1982年12月4日通过）",
            "目录",
            "序言",
            "第一章 总纲",
            "序　言",
            "历史悠久。",
            "第一章 总纲",
            "第一条 国体。",
        ]
    )

    assert (law.articles[0].number, law.articles[0].label, law.articles[0].text) == (0, "序言", "历史悠久。")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["只有标题"],
        ["样例法", "（2020年1月1日通过）", "没有条文"],
        ["（2020年1月1日通过）", "第一条 没有标题。"],
        ["样例法", "（2020年13月41日通过）", "第一条 日期不存在。"],
    ],
)
def test_what_is_no_law_is_refused_by_name(lines: list[str]) -> None:
    with pytest.raises(NoLawText):
        read_lines(lines)


def test_kinds_follow_title_and_maker() -> None:
    assert kind_of("中华人民共和国刑法修正案（十二）") is InstrumentKind.AMENDMENT
    assert kind_of("中国共产党章程") is InstrumentKind.PARTY_REGULATION
    assert (
        kind_of("山东省法治宣传教育条例", "2017年山东省人民代表大会常务委员会通过") is InstrumentKind.LOCAL_REGULATION
    )


def test_layout_and_width_make_no_other_text() -> None:
    law = read_lines(LINES)
    spaced = read_lines([line.replace("，", "， ").replace("“", '"') for line in LINES])

    assert text_hash(law.articles) == text_hash(spaced.articles)
    assert bare("（一） “甲”") == bare('(一)"甲"')


def test_a_quotation_is_literal_or_it_is_not() -> None:
    assert holds_literally("没有造成危害后果的", ["违法行为轻微并及时改正，没有造成\n危害后果的，不予行政处罚。"])
    assert not holds_literally("未造成危害后果的", ["违法行为轻微并及时改正，没有造成危害后果的，不予行政处罚。"])


def test_straight_quotes_become_pairs() -> None:
    assert curl('称"甲"和"乙"') == "称“甲”和“乙”"


def test_repealed_laws_are_those_of_the_sentence_with_the_repeal() -> None:
    text = (
        "本法自2026年8月15日起施行。《中华人民共和国环境保护法》《中华人民共和国水污染防治法》同时废止。依照《刑法》。"
    )

    assert repealed_titles(text) == ["中华人民共和国环境保护法", "中华人民共和国水污染防治法"]
