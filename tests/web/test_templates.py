"""Templates: every one parses, the components say what they promise, nothing needs inline style or script."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "lawedu" / "static"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "style element": re.compile(r"<style\b"),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "inline script": re.compile(r"<script\b(?![^>]*(?:\bsrc=|type=[\"']application/json[\"']))"),
    "script address": re.compile(r"(?:href|action)\s*=\s*[\"']?javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("name", ALL)
def test_every_template_parses(jinja: Environment, name: str) -> None:
    jinja.parse((TEMPLATES / name).read_text(encoding="utf-8"), name)


@pytest.mark.parametrize("name", ALL)
def test_no_template_carries_inline_style_or_script(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")

    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize(
    "source",
    [
        '<p style="color: red">',
        "<style>p{}</style>",
        '<a onclick="go()">',
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">',
    ],
)
def test_inline_style_and_script_would_be_noticed(source: str) -> None:
    assert any(pattern.search(source) for pattern in FORBIDDEN.values())


def test_scripts_from_files_and_data_are_allowed() -> None:
    source = '<script type="module" src="/a.js"></script><script type="application/json" id="x">{}</script>'

    assert not any(pattern.search(source) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("name", ALL)
def test_every_icon_named_exists(name: str) -> None:
    sprite = ElementTree.parse(STATIC / "icons.svg").getroot()  # noqa: S314 - our own file
    known = {symbol.get("id") for symbol in sprite}
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    named = re.findall(r"""\bicon\(\s*["']([a-z-]+)["']""", source)

    assert [icon for icon in named if icon not in known] == []


def test_the_stylesheet_stays_within_the_oldest_browsers() -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "site.css").read_text(encoding="utf-8"), flags=re.DOTALL)

    assert css.count("{") == css.count("}")
    assert re.findall(r":has\(|:is\(|aspect-ratio|clamp\(|\binset:|@container|@import|https?:", css) == []


def test_text_from_people_is_escaped(say: Callable[..., str]) -> None:
    page = say(
        "{{ ui.tag(x) }}{{ ui.notice('warn', x, x) }}{{ ui.page_head(x, x, [(x, x)]) }}{{ ui.empty(x, x, (x, x)) }}"
        "{{ ui.facts([(x, x)]) }}{{ ui.confirm(x, x, x, x, [(x, x)], fields={x: x}) }}{{ ui.bar(1, label=x) }}",
        x='"><script>',
    )

    assert "<script>" not in page


@pytest.mark.parametrize(
    ("value", "most", "width"), [(42.5, 100, "42.5%"), (3, 4, "75%"), (9, 4, "100%"), (-1, 4, "0%"), (1, 0, "0%")]
)
def test_a_bar_is_as_wide_as_its_value(say: Callable[..., str], value: float, most: int, width: str) -> None:
    assert f'<rect width="{width}"' in say("{{ ui.bar(value, most) }}", value=value, most=most)


def test_pictures_of_figures_also_say_them(say: Callable[..., str]) -> None:
    page = say(
        "{{ ui.ring(3, 5, '共 5 项') }}{{ ui.seg([('已交卷', 3), ('未开始', 1)]) }}{{ ui.seg([('无', 0)]) }}"
        "{{ ui.hbars([('应急管理局', 81.5, True)], mark=60, unit='%') }}{{ ui.inline_bar(0, 5) }}"
        "<dl>{{ ui.kv_bar('讲座', '1 / 2', 1, 2) }}</dl>"
        "{% call ui.stats() %}{{ ui.stat('应考', 6, '人') }}{% endcall %}"
    )

    assert "<b>3</b>共 5 项" in page
    assert 'aria-label="已交卷 3，未开始 1"' in page
    assert "81.5%" in page
    assert "<dt>应考</dt><dd>6<small>人</small></dd>" in page


def pages(number: int, count: int) -> SimpleNamespace:
    return SimpleNamespace(number=number, pages=count, total=count * 20, url_for=lambda n: f"?page={n}")


@pytest.mark.parametrize(
    ("number", "count", "shown"),
    [(1, 2, "12"), (1, 1, ""), (7, 12, "1 56789 12"), (12, 12, "1 10 11 12"), (3, 5, "12345")],
)
def test_the_pager_shows_ends_and_neighbours(say: Callable[..., str], number: int, count: int, shown: str) -> None:
    page = say("{{ ui.pager(page, '人') }}", page=pages(number, count))

    assert f"共 {count * 20} 人" in page
    assert "".join(re.findall(r'aria-label="第(\d+)页', page)) == shown.replace(" ", "")


def test_a_sorted_column_tells_its_direction(say: Callable[..., str]) -> None:
    sort = SimpleNamespace(key="score", descending=True, url_for=lambda key: f"?sort={key}")
    page = say("{{ ui.sort_header('得分', 'score', s, number=True) }}{{ ui.sort_header('姓名', 'name', s) }}", s=sort)

    assert page.count('aria-sort="descending"') == page.count("aria-sort") == 1
    assert '<a class="sort" href="?sort=name">姓名' in page


def test_a_law_is_cited_with_place_and_dates(say: Callable[..., str]) -> None:
    cite = SimpleNamespace(
        title="中华人民共和国行政处罚法", place="第三十三条", version=date(2021, 1, 22), is_changed=True
    )
    page = say("{{ ui.law_cite(basis) }}", basis=cite)

    assert "《中华人民共和国行政处罚法》" in page
    assert "2021年1月22日版本" in page
    assert "条文已变动" in page


def test_the_other_components_render(say: Callable[..., str]) -> None:
    page = say(
        "{{ ui.flashes() }}{{ ui.tabs([('错题 7', '/a', True)], '显示') }}{{ ui.steps(['甲', '乙', '丙'], 2) }}"
        "{{ ui.timeline([('提交', '11月2日', 'done')]) }}{{ ui.leaf(11, 27) }}"
        "{{ ui.card_head('名单', 'list', '3 人') }}"
        "{% call ui.table('名单') %}<tbody></tbody>{% endcall %}"
        "{% call ui.notice('info', '说明。') %}<p>内容</p>{% endcall %}"
        "{{ ui.action_button('/x', '取消报名', 'danger', {'id': 7}, about='第20期') }}{{ ui.day('11月') }}"
    )

    assert "考试已保存。" in page
    assert '<li class="now" aria-current="step">乙</li>' in page
    assert 'aria-label="名单，可左右滚动"' in page
    assert '<input type="hidden" name="id" value="7">' in page
    assert "<p>内容</p>" in page
