"""Finding citations (识别引用): “行政处罚法 33条” typed by a person, 《…》第…条 in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from lawedu.core.citation import PREAMBLE, chinese_number, read_number

_NUMBER = "[0-9]{1,4}|[零〇一二两三四五六七八九十百千]{1,9}"
_ARTICLE = re.compile(
    rf"第(?P<number>{_NUMBER})条(?:之(?P<sub>{_NUMBER}))?(?P<paragraphs>(?:第(?P<paragraph>{_NUMBER})款)?)"
)
_TYPED = re.compile(rf"^第?(?P<number>{_NUMBER})(?:条)?(?:[之-](?P<sub>{_NUMBER}))?(?:第?(?P<paragraph>{_NUMBER})款)?$")
_TITLE = re.compile(r"《([^《》]{2,80})》(?:（[^（）]{1,40}）)?")
# Between 第十条 and 第十二条 of one law there is nothing but this.
_CARRIES = re.compile(r"^(?:[、，和或及至到与\s]|以及|或者|第[零〇一二两三四五六七八九十百千0-9]+[款项])*$")
_NAMED_LAW = re.compile(r"([㐀-鿿]{1,30}(?:法典|法|条例|规定|办法|决定|解释|准则|党章))(?:的)?$")
_OWN = ("本法", "本法典", "本条例", "本规定", "本办法", "本决定")


@dataclass(frozen=True)
class Citation:
    """A place in a law: instrument (its key in the names given), article number, 之几, paragraph (款)."""

    instrument: int
    number: int | None = None
    sub: int = 0
    paragraph: int | None = None


@dataclass(frozen=True)
class Stretch:
    """A piece of a text; with a citation it becomes a link."""

    text: str
    citation: Citation | None = None


def slug_of(number: int, sub: int = 0) -> str:
    """The article in a path and in question banks: 33, 133-1, preamble."""
    if number == 0:
        return PREAMBLE
    return f"{number}-{sub}" if sub else str(number)


def label_of(number: int, sub: int = 0) -> str:
    """第三十三条, 第一百三十三条之一; 序言 for number 0."""
    if number == 0:
        return "序言"
    return f"第{chinese_number(number)}条" + (f"之{chinese_number(sub)}" if sub else "")


def tidy_name(text: str) -> str:
    """A name of a law as looked up: one width of signs, no title marks, no spaces."""
    return re.sub(r"[《》〈〉\s]", "", unicodedata.normalize("NFKC", text))


def read_article(text: str) -> tuple[int, int, int | None] | None:
    """(number, sub, paragraph) of “33”, “133-1”, “第三十三条第二款”; None when it is something else."""
    plain = tidy_name(text)
    if plain in ("序言", PREAMBLE):
        return (0, 0, None)
    found = _TYPED.match(plain)
    return _numbers(found) if found else None


def _numbers(found: re.Match[str]) -> tuple[int, int, int | None] | None:
    try:
        number = read_number(found["number"])
        sub = read_number(found["sub"]) if found["sub"] else 0
        paragraph = read_number(found["paragraph"]) if found["paragraph"] else None
    except ValueError:
        return None
    return number, sub, paragraph


def read_citation(text: str, names: Mapping[str, int]) -> tuple[Citation | None, str]:
    """What a person typed: a citation, and the words left over.

    `names`: every tidy title and alias → instrument. “行政处罚法 33条”, “《刑法》第一百三十三条”; “行政处罚法 听证”
    cites the law alone and leaves 听证 over. Without a law's name there is no citation.
    """
    plain = tidy_name(text)
    longest = min(len(plain), max(map(len, names), default=0))
    for length in range(longest, 1, -1):
        instrument = names.get(plain[:length])
        if instrument is None:
            continue
        rest = _after(text, length)
        article = read_article(rest)
        if article:
            return Citation(instrument, *article), ""
        return Citation(instrument), rest
    return None, text.strip()


def _after(text: str, length: int) -> str:
    """What follows the first `length` characters that count in a name."""
    seen = 0
    for place, char in enumerate(text):
        if seen == length:
            return text[place:].lstrip("》〉 　")
        seen += len(tidy_name(char))
    return ""


def link_citations(text: str, names: Mapping[str, int], own: int | None = None) -> list[Stretch]:
    """The text in stretches; 《…》第…条, 本法第…条 and bare 第…条 (of `own`) carry what they cite.

    A list after one title (第十条、第十一条) belongs to that title. A bare number after an unknown law's name is left
    alone: a wrong link is worse than none. Joined, the stretches give back the text.
    """
    stretches: list[Stretch] = []
    done, carried, carried_end = 0, own, 0
    spans = sorted([*_TITLE.finditer(text), *_ARTICLE.finditer(text)], key=lambda match: match.start())
    for match in spans:
        if match.start() < done:
            continue
        if match.re is _TITLE:
            carried, carried_end = names.get(tidy_name(match[1])), match.end()
            citation = Citation(carried) if carried is not None else None
        else:
            carried = _law_before(text[done : match.start()], text[carried_end : match.start()], carried, names, own)
            numbers, carried_end = _numbers(match), match.end()
            citation = Citation(carried, *numbers) if carried is not None and numbers else None
        if citation is not None:
            stretches += [Stretch(text[done : match.start()]), Stretch(match[0], citation)]
            done = match.end()
    return [stretch for stretch in [*stretches, Stretch(text[done:])] if stretch.text]


def _law_before(near: str, between: str, carried: int | None, names: Mapping[str, int], own: int | None) -> int | None:
    """Whose article a bare 第…条 is: the title's just before, 本法, a law named without marks, else this law's own."""
    if carried is not own and _CARRIES.match(between):
        return carried
    if near.rstrip("的").endswith(_OWN):
        return own
    named = _NAMED_LAW.search(near)
    if named is None or near.rstrip("的").endswith(("依法", "违法", "立法", "执法", "合法", "守法")):
        return own
    word = named[1]
    return next((names[word[place:]] for place in range(len(word) - 1) if word[place:] in names), None)
