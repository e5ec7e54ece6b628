"""Reading a law from plain lines (读取法律文本), as the Word files of the national law database give it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lawedu.core.citation import read_number
from lawedu.core.errors import BadInput
from lawedu.core.statute_citation import label_of
from lawedu.core.statute_text import ArticleDraft, InstrumentText, curl
from lawedu.core.statutes import InstrumentKind, VersionAct

_NUMBER = "[零〇一二三四五六七八九十百千]{1,9}"
_HEADING = re.compile(rf"^第{_NUMBER}(编|分编|章|节)(?:[\s　]+(.+))?$")
_ARTICLE = re.compile(rf"^第({_NUMBER})条(?:之({_NUMBER}))?(?:[\s　]+(.*))?$", re.DOTALL)
_DATE = re.compile(r"(自)?(\d{4})年(\d{1,2})月(\d{1,2})日")
_ANNEX = re.compile(r"^附(?:件|则表|表|[：:])")
_LEVELS = {"编": 0, "分编": 1, "章": 2, "节": 3}
_ACTS = (("修订", VersionAct.REVISED), ("修正", VersionAct.AMENDED), ("通过", VersionAct.ADOPTED))
LONGEST_TITLE = 120


class NoLawText(BadInput):
    """The lines are no law: no title, no date, or no article (不是法律文本)."""

    code = "no_law_text"
    sentence = "没有认出法律文本：{missing}。请使用国家法律法规数据库下载的文件。"


@dataclass
class _Body:
    """Articles gathered so far, and where in the chapters we are."""

    articles: list[tuple[int, int, str, list[str]]] = field(default_factory=list)
    path: dict[int, str] = field(default_factory=dict)
    is_over: bool = False

    def take(self, line: str) -> None:
        """One more line: a heading, the head of an article, the annex, or a further paragraph."""
        heading, article = _HEADING.match(line), _ARTICLE.match(line)
        if self.is_over:
            return
        if heading and not article:
            level = _LEVELS[heading[1]]
            self.path = {at: name for at, name in self.path.items() if at < level} | {level: _heading(line)}
        elif article:
            number, sub = read_number(article[1]), read_number(article[2]) if article[2] else 0
            self.articles.append((number, sub, self.chapter, [article[3]] if article[3] else []))
        elif _ANNEX.match(line) and self.articles:
            self.is_over = True
        elif self.articles:
            self.articles[-1][3].append(line)

    @property
    def chapter(self) -> str:
        return " / ".join(self.path[level] for level in sorted(self.path))


def _heading(line: str) -> str:
    return " ".join(line.split())


def read_lines(lines: Sequence[str]) -> InstrumentText:
    """A law from its lines: title, history in brackets, contents, chapters and articles.

    Raises NoLawText, naming what is missing. The first day in force comes from the history or the last article; where
    neither names one for this version it stays unknown.
    """
    tidy = [line.replace("　", " ").strip() for line in lines]
    tidy = [line for line in tidy if line]
    history_at, history = _find_history(tidy)
    title = "".join("".join(line.split()) for line in tidy[:history_at])
    if not title or len(title) > LONGEST_TITLE:
        raise NoLawText(missing="开头没有标题")
    after = tidy[history_at + history.count("\n") + 1 :]
    body = _Body()
    for line in after:
        body.take(line)
    preamble = _preamble(after)
    numbered = [ArticleDraft(n, s, label_of(n, s), path, curl("\n".join(text))) for n, s, path, text in body.articles]
    if not numbered:
        raise NoLawText(missing="没有“第一条”")
    articles = ([ArticleDraft(0, 0, "序言", "序言", curl(preamble))] if preamble else []) + numbered
    return _dated(title, history, articles)


def _find_history(lines: Sequence[str]) -> tuple[int, str]:
    """Place and text (newlines kept) of the bracket after the title: （1996年3月17日……通过……）."""
    for place, line in enumerate(lines[:10]):
        if line[0] in "（(" and _DATE.search(" ".join(lines[place : place + 3])):
            held = [line]
            while not held[-1].endswith(("）", ")")) and place + len(held) < min(len(lines), place + 60):
                held.append(lines[place + len(held)])
            return place, "\n".join(held)
    raise NoLawText(missing="标题下面没有写明日期的括号")


def _preamble(lines: Sequence[str]) -> str:
    """Lines after a heading 序言 up to the first chapter; the contents list 序言 too, followed by a chapter at once."""
    places = [place for place, line in enumerate(lines) if "".join(line.split()) == "序言"]
    for start in places:
        held: list[str] = []
        for line in lines[start + 1 :]:
            if _HEADING.match(line) or _ARTICLE.match(line):
                break
            held.append(line)
        if held:
            return "\n".join(held)
    return ""


def _dated(title: str, history: str, articles: Sequence[ArticleDraft]) -> InstrumentText:
    found = _DATE.findall(history)
    days = [_day(one) for one in found if not one[0]]
    starts = [_day(one) for one in found if one[0]]
    if not days:
        raise NoLawText(missing="标题下面的括号没有通过或者修改的日期")
    adopted, version = min(days), max(days)
    act = max(((history.rfind(word), act) for word, act in _ACTS), key=lambda one: one[0])
    return InstrumentText(
        title=title,
        kind=kind_of(title, history),
        version_on=version,
        in_force_on=_first_day(version, adopted, starts, articles[-1].text),
        articles=tuple(articles),
        adopted_on=adopted,
        act=act[1] if act[0] >= 0 else VersionAct.PUBLISHED,
    )


def _day(found: tuple[str, str, str, str]) -> date:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NoLawText(missing="括号中有不存在的日期") from None


def _first_day(version: date, adopted: date, starts: Sequence[date], last_article: str) -> date | None:
    """A day before the version belongs to an older text and says nothing about this one."""
    named = [*starts, *(_day(one) for one in _DATE.findall(last_article) if one[0])]
    fitting = [day for day in named if day >= version]
    if fitting:
        return max(fitting)
    at_once = re.search(r"自(?:公布|发布|通过|印发)之日起(?:施行|实施)", last_article)
    return version if at_once and version == adopted else None


def kind_of(title: str, history: str = "") -> InstrumentKind:
    """The kind of instrument by its title and who made it, as the history says."""
    if title.endswith("宪法"):
        return InstrumentKind.CONSTITUTION
    if "修正案" in title:
        return InstrumentKind.AMENDMENT
    if title.startswith("中国共产党") or "中共中央" in history:
        return InstrumentKind.PARTY_REGULATION
    if title.endswith("的解释"):
        return InstrumentKind.INTERPRETATION
    if "国务院" in history and "全国人民代表大会" not in history:
        return InstrumentKind.ADMINISTRATIVE_REGULATION
    if "人民代表大会" in history and "全国人民代表大会" not in history:
        return InstrumentKind.LOCAL_REGULATION
    return InstrumentKind.LAW
