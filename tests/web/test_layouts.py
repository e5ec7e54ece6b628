"""Layouts and the error page: they render with everything and with nothing."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment

ERROR_CODES = (400, 403, 404, 405, 409, 410, 413, 429, 500, 503)


@pytest.mark.parametrize("layout", ["base", "site", "bench", "exam", "print"])
def test_layouts_render_without_any_context(jinja: Environment, layout: str) -> None:
    page = jinja.get_template(f"layout/{layout}.html").render()

    assert page.startswith("<!doctype html>")
    assert '<html lang="zh-CN"' in page


def item(label: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": f"/{label}", **more}


def test_the_site_names_the_page_and_offers_sign_out(jinja: Environment) -> None:
    child = '{% extends "layout/site.html" %}{% block title %}我的学法{% endblock %}'
    page = jinja.from_string(child).render(
        nav=[
            item("首页", icon="home"),
            item("我的学法", icon="user", short="我的", current=True),
            item("帮助", count=3),
        ],
        viewer=SimpleNamespace(name="李建国", unit_name="应急管理局", is_signed_in=True),
        benches=[("考务工作台", "/bench")],
        text_size_class="text-lg",
    )

    assert "<title>我的学法 - 法治高新大讲堂</title>" in page
    assert 'class="text-lg"' in page
    assert 'value="large" aria-current="true"' in page
    assert 'action="/sign-out" method="post"' in page
    assert page.count('<nav class="tabbar"') == 1
    assert "切换到考务工作台" in page
    assert page.count(">我的</a>") == 1


def test_the_bench_shows_its_menu_and_where_we_are(jinja: Environment) -> None:
    page = jinja.get_template("layout/bench.html").render(
        menu=[{"title": "考试", "items": [item("考试安排", current=True), item("成绩复核", count=2)]}],
        benches=[("我的学法", "/my"), ("题库工作台", "/bank")],
        bench_name="考务工作台",
    )

    assert "<summary>菜单：考试安排</summary>" in page
    assert "<small>考务工作台</small>" in page
    assert '<details class="switch' in page


@pytest.mark.parametrize("status", ERROR_CODES)
def test_every_error_page_says_what_to_do_next(jinja: Environment, status: int) -> None:
    page = jinja.get_template("errors/error.html").render(status=status, reference="20261124-7F3A9C")

    assert re.search(r'<h1 id="error-title">[^<。]+。</h1>\s*<p>[^<]+。</p>', page)
    assert "编号 20261124-7F3A9C" in page
    assert 'href="/">回到首页' in page
    assert not re.search(r"系统异常|非法操作|参数错误|！", page)


def test_an_error_page_prefers_the_sentence_of_the_refusal(jinja: Environment) -> None:
    page = jinja.get_template("errors/error.html").render(
        status=410, sentence="考试已经截止。您的作答已保存。", back=("返回考试列表", "/exams")
    )

    assert '<h1 id="error-title">考试已经截止。</h1>' in page
    assert "<p>您的作答已保存。</p>" in page
    assert "返回考试列表" in page
