"""Pages of the law library (法律库页面): open to everybody, dated, linked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lawedu.statutes.models import Article
from tests import cast
from tests.counting import count_queries
from tests.statutes.laws import PENALTY, TEXTS, amended, fact, get_law, law, load


def page(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


@pytest.fixture
def law_id(app: Flask) -> int:
    """A law of 2021 that was amended in 2025 and again for 2027."""
    load(
        law({**TEXTS, 3: TEXTS[3] + "《样例条例》第一条另有规定的，从其规定。"}),
        amended(a2="违法行为轻微的，不予样例处罚。"),
        amended(date(2026, 8, 28), date(2027, 1, 1), a2="违法行为轻微的，应当不予样例处罚。"),
        law({1: "样例条例的第一条。"}, title="样例条例", version_on=date(2020, 1, 1), in_force_on=date(2020, 2, 1)),
    )
    return get_law().id


def test_a_guest_reads_the_library(client: Any, law_id: int) -> None:
    shown = page(client, "/laws")

    assert PENALTY in shown
    assert "现行有效" in shown
    assert "2025年9月1日" in shown


def test_the_list_is_cut_by_kind_and_department(client: Any, law_id: int) -> None:
    assert PENALTY in page(client, "/laws?kind=law&department=行政法")
    assert PENALTY not in page(client, "/laws?kind=constitution")
    assert PENALTY in page(client, "/laws?kind=nonsense")


def test_an_empty_library_says_so(client: Any, app: Flask) -> None:
    assert "法律库还没有载入" in page(client, "/laws")


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_laws(client: Any, app: Flask) -> None:
    load(law())
    with count_queries() as few:
        page(client, "/laws")
    load(*(law(title=f"样例第{number}条例") for number in range(18)))
    with count_queries() as many:
        page(client, "/laws")

    assert len(many.reads) == len(few.reads)


def test_a_law_shows_its_state_version_contents_and_articles(client: Any, law_id: int) -> None:
    shown = page(client, f"/laws/{law_id}")

    assert "现行有效" in shown
    assert "2025年9月1日公布" in shown
    assert "2026年1月1日起施行" in shown
    assert 'id="a2"' in shown
    assert "违法行为轻微的，不予样例处罚。" in shown


def test_a_text_to_come_is_announced_and_marked(client: Any, law_id: int) -> None:
    assert "新文本2027年1月1日起施行" in page(client, f"/laws/{law_id}")

    newest = max(one.id for one in get_law().versions if one.version_on == date(2026, 8, 28))
    shown = page(client, f"/laws/{law_id}?version={newest}")

    assert "这个文本已经公布，尚未施行。" in shown
    assert "应当不予样例处罚" in shown


def test_the_library_says_what_an_article_said_on_a_day(client: Any, law_id: int) -> None:
    assert "没有造成危害后果的" in page(client, f"/laws/{law_id}/articles/2?on=2022-03-01")
    assert "没有造成危害后果的" not in page(client, f"/laws/{law_id}/articles/2?on=2026-03-01")
    assert "应当不予" in page(client, f"/laws/{law_id}/articles/2?on=2027-01-01")


def test_before_the_first_text_the_library_says_that_it_has_none(client: Any, law_id: int) -> None:
    shown = page(client, f"/laws/{law_id}/articles/2?on=2001-01-01")

    assert "法律库中没有这部法律在2001年1月1日施行的文本" in shown
    assert "没有造成" not in shown


@pytest.mark.parametrize("address", ["?on=gestern", "?on=2026-13-01", "/articles/2?on=x"])
def test_a_day_that_is_none_is_refused_in_words(client: Any, law_id: int, address: str) -> None:
    answer = client.get(f"/laws/{law_id}{address}")

    assert answer.status_code == 400
    assert "日期请按" in answer.text


@pytest.mark.parametrize("label", ["99", "abc", "2-1", "第二条之九"])
def test_an_article_that_is_not_there_is_not_found(client: Any, law_id: int, label: str) -> None:
    assert client.get(f"/laws/{law_id}/articles/{label}").status_code == 404


@pytest.mark.parametrize("address", ["/laws/99999", "/laws/99999/articles/1", "/laws/99999/compare"])
def test_a_law_that_is_not_there_is_not_found(client: Any, app: Flask, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_version_of_another_law_is_not_found(client: Any, law_id: int) -> None:
    other = get_law("样例条例").versions[0].id

    assert client.get(f"/laws/{law_id}?version={other}").status_code == 404
    assert client.get(f"/laws/{law_id}?version=x").status_code == 404


def test_an_article_leads_to_the_one_before_and_after(client: Any, law_id: int) -> None:
    shown = page(client, f"/laws/{law_id}/articles/2?on=2022-03-01")

    assert f'href="/laws/{law_id}/articles/1?on=2022-03-01" rel="prev"' in shown
    assert f'href="/laws/{law_id}/articles/3?on=2022-03-01" rel="next"' in shown


def test_citations_in_a_text_are_links(client: Any, law_id: int) -> None:
    other = get_law("样例条例").id
    shown = page(client, f"/laws/{law_id}/articles/3?on=2022-03-01")

    assert f'<a href="/laws/{law_id}/articles/2">第二条</a>' in shown
    assert f'<a href="/laws/{other}">《样例条例》</a><a href="/laws/{other}/articles/1">第一条</a>' in shown


def test_two_versions_are_compared_with_the_words_marked(client: Any, law_id: int) -> None:
    old, new = (one.id for one in get_law().versions[:2])
    shown = page(client, f"/laws/{law_id}/compare?old={old}&new={new}")

    assert "<del>" in shown
    assert "没有造成危害后果" in shown
    assert "为了规范样例处罚" not in shown
    assert "为了规范样例处罚" in page(client, f"/laws/{law_id}/compare?old={old}&new={new}&all=1")


def test_the_comparison_does_not_care_which_is_named_first(client: Any, law_id: int) -> None:
    old, new = (one.id for one in get_law().versions[:2])
    right, turned = (page(client, f"/laws/{law_id}/compare?old={a}&new={b}") for a, b in ((old, new), (new, old)))

    assert right.split("<main")[1].split("<footer")[0] == turned.split("<main")[1].split("<footer")[0]


def test_a_law_with_one_text_has_nothing_to_compare(client: Any, law_id: int) -> None:
    assert client.get(f"/laws/{get_law('样例条例').id}/compare").status_code == 404


def test_searching_a_citation_shows_the_article_itself(client: Any, law_id: int) -> None:
    shown = page(client, "/laws?q=样例处罚法 2条")

    assert "违法行为轻微的，不予样例处罚。" in shown
    assert f"/laws/{law_id}/articles/2" in shown
    assert "没有第九十九条" in page(client, "/laws?q=样例处罚法 99")


def test_searching_words_marks_them(client: Any, law_id: int) -> None:
    assert "<mark>听证</mark>" in page(client, "/laws?q=听证")
    assert "<mark>听证</mark>" in page(client, "/laws?q=样例处罚法 听证")


@pytest.mark.parametrize("asked", ["没有这样的词", "的", "%E2%80%9C", "x" * 500, "<script>"])
def test_searching_nothing_says_what_to_do(client: Any, law_id: int, asked: str) -> None:
    shown = page(client, f"/laws?q={asked}")

    assert "没有找到" in shown
    assert "<script>alert" not in shown


def test_a_law_without_its_text_says_so(client: Any, app: Flask) -> None:
    load(facts=[fact()])

    assert "条文尚未入库" in page(client, f"/laws/{get_law().id}")
    assert "条文未入库" in page(client, "/laws")


def test_an_amended_law_whose_new_text_is_missing_warns(client: Any, app: Flask) -> None:
    load(law(), facts=[fact(version_on=date(2025, 9, 1), in_force_on=date(2026, 1, 1))])
    shown = page(client, f"/laws/{get_law().id}")

    assert "已修改" in shown
    assert "尚未入库，下面是2021年1月22日的文本" in shown


def test_a_repealed_law_is_shown_as_such(client: Any, app: Flask) -> None:
    load(law(is_repealed=True, repealed_on=date(2026, 8, 15)))
    shown = page(client, f"/laws/{get_law().id}")

    assert "本法已于2026年8月15日废止。" in shown
    assert cast.count(Article) == 4
