"""What a file alone cannot say of its questions (导入核对): their basis in the library, the same ones elsewhere."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from lawedu.core.bank_duplicates import find_alike
from lawedu.core.bank_law import BasisStanding
from lawedu.core.intake import Understood
from lawedu.core.question_draft import Basis, QuestionDraft
from lawedu.core.questions import QuestionKind
from lawedu.questions import import_queries, law_queries, queries

MOST_BASIS = 5
# A stem this short (下列说法正确的是) says nothing without its options.
TELLING = 15


@dataclass
class Checked:
    """A question understood, as an entry of the bank, with what the checks add."""

    understood: Understood
    entry: dict[str, Any]
    doubts: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_all(found: Sequence[Understood], domains: Collection[str], domain: str, use: Sequence[str]) -> list[Checked]:
    """Entries with proposed bases, and what resembles them in the bank and in the file. `domain`, `use`: where the
    file says nothing.
    """
    checked = [_entry(one, domains, domain, use) for one in found]
    _add_bases(checked)
    _add_twins(checked)
    return checked


def _entry(one: Understood, domains: Collection[str], domain: str, use: Sequence[str]) -> Checked:
    entry: dict[str, Any] = {
        "kind": one.kind.value if one.kind else "",
        "stem": one.stem,
        "options": dict(one.options),
        "answer": list(one.answer) if isinstance(one.answer, tuple) else one.answer,
        "rubric": [{"points": format(line.points.normalize(), "f"), "text": line.text} for line in one.rubric],
        "explanation": one.explanation,
        "basis": [],
        "domain": one.domain if one.domain in domains else domain,
        "difficulty": one.difficulty,
        "audience": ["all"],
        "use": list(use),
    }
    checked = Checked(one, entry, [(doubt.code, doubt.sentence) for doubt in one.doubts], list(one.notes))
    if one.domain and one.domain not in domains:
        checked.notes.append(f"法律领域“{one.domain[:20]}”不在清单中，没有采用。")
    checked.notes += [f"《{title[:40]}》不在法律库中，请在编辑时填写依据。" for title in one.unknown_laws[:3]]
    return checked


def _add_bases(checked: Sequence[Checked]) -> None:
    """Old banks cite old texts: the article is looked up in the text of today, and a person compares the two."""
    citations = {citation for one in checked for citation in one.understood.citations}
    bases = import_queries.propose_bases(citations)
    standings = law_queries.read_law(set(bases.values()))
    for one in checked:
        own = [bases[citation] for citation in one.understood.citations if citation in bases][:MOST_BASIS]
        one.entry["basis"] = [_line(basis) for basis in own]
        for basis in own:
            if standings[basis].standing is BasisStanding.NO_ARTICLE:
                one.notes.append(f"{basis.instrument}的现行文本没有第 {basis.article} 条，请核对依据。")


def _line(basis: Basis) -> dict[str, Any]:
    line: dict[str, Any] = {
        "instrument": basis.instrument,
        "version": basis.version.isoformat(),
        "article": str(basis.article),
    }
    return line | ({"paragraph": basis.paragraph} if basis.paragraph else {})


def _add_twins(checked: Sequence[Checked]) -> None:
    by_kind: defaultdict[QuestionKind, list[Checked]] = defaultdict(list)
    for one in checked:
        if one.understood.kind is not None and one.understood.stem:
            by_kind[one.understood.kind].append(one)
    for kind, own in by_kind.items():
        _find_twins(own, queries.list_of_kind(kind, 0))


def _find_twins(own: Sequence[Checked], bank: Sequence[QuestionDraft]) -> None:
    drafts = [QuestionDraft(one.entry["kind"], one.understood.stem, one.understood.options) for one in own]
    told: set[tuple[int, int]] = set()
    for pair in find_alike([*bank, *drafts]):
        second = pair.second - len(bank)
        if second < 0:
            continue
        told.add((pair.first, second))
        name = _name(pair.first, bank, own)
        if pair.exact:
            own[second].doubts.append(("duplicate", f"与{name}相同，请核对是否还要导入。"))
        else:
            own[second].notes.append(f"与{name}几乎相同。")
    stems: dict[str, int] = {}
    for index, draft in enumerate([*bank, *drafts]):
        words = _words(draft.stem)
        first = stems.setdefault(words, index)
        second = index - len(bank)
        if second >= 0 and first != index and len(words) >= TELLING and (first, second) not in told:
            own[second].notes.append(f"题干与{_name(first, bank, own)}相同，选项不同。")


def _name(index: int, bank: Sequence[QuestionDraft], own: Sequence[Checked]) -> str:
    if index < len(bank):
        return f"题库 {bank[index].id} "
    return f"本文件{place_of(own[index - len(bank)].understood)}的题"


def place_of(one: Understood) -> str:
    """Where in the file, for a sentence."""
    return f"“{one.sheet}”第 {one.first} 行" if one.sheet else f"第 {one.first} 行"


def _words(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
