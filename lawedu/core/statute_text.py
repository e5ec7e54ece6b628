"""Text of a law (法律文本): what a source hands over, in one shape, and what makes two texts the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lawedu.core.statutes import InstrumentKind, VersionAct

STATE_NAME = "中华人民共和国"
_STRAIGHT = re.compile(r'"([^"\n]*)"')
# Sources differ in quotation marks and in the width of signs; the words are the same.
_SIGNS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "〈": "《", "〉": "》", "○": "〇", "—": "-", "・": "·"})


class Origin(StrEnum):
    """Where a text came from (文本来源)."""

    FACTS = "facts"
    PACKAGE = "package"
    FILE = "file"


@dataclass(frozen=True)
class ArticleDraft:
    """An article as read; number 0 is the 序言 or a whole text without articles. Paragraphs end with newlines."""

    number: int
    sub: int
    label: str
    chapter: str
    text: str


@dataclass(frozen=True)
class InstrumentText:
    """One version of an instrument as a source gives it. `in_force_on` None: the source does not know the day."""

    title: str
    kind: InstrumentKind
    version_on: date
    in_force_on: date | None
    articles: tuple[ArticleDraft, ...] = ()
    adopted_on: date | None = None
    act: VersionAct = VersionAct.PUBLISHED
    aliases: tuple[str, ...] = ()
    issuing_body: str = ""
    department: str = ""
    origin: Origin = Origin.FILE
    is_repealed: bool = False
    repealed_on: date | None = None
    is_doubtful: bool = False

    @property
    def short_title(self) -> str:
        return short_title(self.title)


def short_title(title: str) -> str:
    """The title without 中华人民共和国 at its head."""
    return title.removeprefix(STATE_NAME) or title


def bare(text: str) -> str:
    """The text as compared: no white space, one width of signs, one kind of quotation marks."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_SIGNS)).split())


def text_hash(articles: Sequence[ArticleDraft]) -> str:
    """Hex SHA-256 over numbers, chapters and bare texts: layout makes no new version."""
    digest = hashlib.sha256()
    for one in articles:
        digest.update(f"{one.number}-{one.sub}|{bare(one.chapter)}|{bare(one.text)}\n".encode())
    return digest.hexdigest()


def curl(text: str) -> str:
    """Straight double quotes as “ ”, pair by pair within a paragraph."""
    return _STRAIGHT.sub(r"“\1”", text)


def holds_literally(quotation: str, texts: Iterable[str]) -> bool:
    """Whether the quoted words stand in one of the texts, signs and white space aside."""
    wanted = bare(quotation)
    return any(wanted in bare(text) for text in texts)


def repealed_titles(text: str) -> list[str]:
    """Titles 《…》 that a closing article says to be repealed: those in a sentence with 废止."""
    found: list[str] = []
    for sentence in re.split(r"[。\n]", text):
        if "废止" in sentence:
            found += re.findall(r"《([^《》]+)》", sentence)
    return found
