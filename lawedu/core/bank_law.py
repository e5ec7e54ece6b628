"""A question against the law library (题目与法条核对): the article exists, stands today, and is quoted word for word.

The library's answers come in as facts, so that files, editor and review ask the same thing. An instrument whose text is
not in the library (依据未入库) is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lawedu.core.citation import article_label, chinese_number
from lawedu.core.question_draft import Basis, QuestionDraft
from lawedu.core.statute_text import bare, holds_literally

# Shorter stretches between quotation marks are terms (“从轻”), not quotations.
SHORTEST_QUOTATION = 6
_QUOTED = re.compile("“([^”]+)”")
_ITEM = re.compile(r"^（[一二三四五六七八九十百]+）")


class BasisStanding(StrEnum):
    """How the article that a question rests on stands today (依据状态)."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    NO_ARTICLE = "no_article"
    NOT_LOADED = "not_loaded"


@dataclass(frozen=True)
class BasisFacts:
    """What the library says of one basis; `text` is the article in the version named, paragraphs by newlines."""

    standing: BasisStanding
    text: str = ""


NOT_LOADED = BasisFacts(BasisStanding.NOT_LOADED)
_SENTENCES: Mapping[BasisStanding, str] = {
    BasisStanding.SUPERSEDED: "{place}已经修改，请对照现行条文改写，并改用现行版本。",
    BasisStanding.REPEALED: "{place}所在的法律已经废止，请改用现行法律或者停用本题。",
    BasisStanding.NO_ARTICLE: "{place}在这个版本中查不到，请核对条号和版本。",
}


@dataclass(frozen=True)
class LawFindings:
    """What is wrong (`faults`), and what deserves a second look (`warnings`), a Chinese sentence each."""

    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_against_law(question: QuestionDraft, law: Mapping[Basis, BasisFacts]) -> LawFindings:
    """Compare a question with the library. A basis that `law` does not know counts as not loaded."""
    facts = {basis: law.get(basis, NOT_LOADED) for basis in question.basis}
    faults: list[str] = []
    warnings: list[str] = []
    for basis, known in facts.items():
        place = f"《{basis.instrument}》{article_label(basis.article)}"
        if known.standing in _SENTENCES:
            faults.append(_SENTENCES[known.standing].format(place=place))
        elif known.standing is BasisStanding.NOT_YET:
            warnings.append(f"{place}尚未施行，施行以前不要用于考试。")
        if basis.paragraph and known.text and basis.paragraph > count_paragraphs(known.text):
            faults.append(f"{place}没有第{chinese_number(basis.paragraph)}款，请核对款号。")
    if facts and all(known.text for known in facts.values()):
        faults += _quotations(question, [known.text for known in facts.values()])
    return LawFindings(tuple(faults), tuple(warnings))


def count_paragraphs(text: str) -> int:
    """Paragraphs (款) of an article; its items （一）（二） are none."""
    return sum(1 for line in text.splitlines() if line.strip() and not _ITEM.match(line.strip()))


def _quotations(question: QuestionDraft, articles: Iterable[str]) -> list[str]:
    own = [question.stem, *question.options.values()]
    own += [text for part in question.parts for text in (part.stem, *part.options.values())]
    known = [*articles, *own]
    explanations = [question.explanation, *(part.explanation for part in question.parts)]
    return [
        f"解析引用的“{quoted}”与法条原文不一致，请逐字核对，或者去掉引号。"
        for text in explanations
        for quoted in _QUOTED.findall(text)
        if len(bare(quoted)) >= SHORTEST_QUOTATION and not holds_literally(quoted, known)
    ]
