"""Must-know lists (应知应会清单): kinds, and how some articles of a law are written down.

Source: 法治宣传教育法 art. 37 (lists of the laws that officials must know, kept up to date).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lawedu.core.errors import BadInput
from lawedu.core.statute_citation import label_of, read_article

_RANGE = re.compile(r"[—–~～至到]|(?<=条)-")
MOST_PARTS = 60


class ListKind(StrEnum):
    """Common to all, of a field of work, or of a post (通用、领域、岗位)."""

    COMMON = "common"
    FIELD = "field"
    POST = "post"


class ArticlesUnclear(BadInput):
    """The articles of an item cannot be read (条文范围无法识别)."""

    code = "articles_unclear"
    sentence = "条文范围“{part}”无法识别：请写成“第一条至第五条、第三十三条”或者“1至5、33”。"


@dataclass(frozen=True)
class ArticleRange:
    """From an article to another, both included; the same twice for a single one."""

    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, number: int, sub: int) -> bool:
        """Whether an article lies within."""
        return self.first <= (number, sub) <= self.last


def read_articles(text: str) -> tuple[ArticleRange, ...]:
    """Ranges of “第一条至第五条、第三十三条” or “1至5，33，133-1”; empty for an empty text. Raises ArticlesUnclear."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    parts = [part for part in re.split(r"[,，、;；和及]", plain) if part]
    if len(parts) > MOST_PARTS:
        raise ArticlesUnclear(part=f"{len(parts)}段")
    return tuple(_range(part) for part in parts)


def _range(part: str) -> ArticleRange:
    ends = [read_article(end) for end in _RANGE.split(part)]
    if not 1 <= len(ends) <= 2 or None in ends:
        raise ArticlesUnclear(part=part[:20])
    first, last = (ends[0] or (0, 0, None))[:2], (ends[-1] or (0, 0, None))[:2]
    if last < first:
        raise ArticlesUnclear(part=part[:20])
    return ArticleRange(first, last)


def write_articles(ranges: tuple[ArticleRange, ...]) -> str:
    """The ranges as kept: 1至5,33,133-1."""

    def slug(key: tuple[int, int]) -> str:
        return f"{key[0]}-{key[1]}" if key[1] else str(key[0])

    return ",".join(slug(r.first) if r.first == r.last else f"{slug(r.first)}至{slug(r.last)}" for r in ranges)


def spell_articles(ranges: tuple[ArticleRange, ...]) -> str:
    """The ranges as people read them: 第一条至第五条、第三十三条."""
    return "、".join(
        label_of(*r.first) if r.first == r.last else f"{label_of(*r.first)}至{label_of(*r.last)}" for r in ranges
    )
