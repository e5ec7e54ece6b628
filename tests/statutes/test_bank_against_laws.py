"""The bank against the corpus of law (题库与法律语料核对), where that corpus lies beside the project.

Elsewhere there is nothing to check against, and this module collects nothing.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from lawedu.core.bank_law import BasisFacts, BasisStanding, check_against_law
from lawedu.core.citation import PREAMBLE, split_article
from lawedu.core.question_draft import Basis, QuestionDraft
from lawedu.questions.bank_files import check_directory
from tests.statutes.laws import CORPUS, ROOT

BANK = ROOT / "question_bank"
FOLDERS = sorted(path.name for path in BANK.iterdir() if path.is_dir()) if (CORPUS / "index.json").exists() else []


@lru_cache(maxsize=1)
def corpus() -> dict[str, dict[str, Any]]:
    """Instruments of the corpus by title."""
    files = [path for path in CORPUS.glob("*.json") if path.name != "index.json"]
    return {law["title"]: law for law in (json.loads(path.read_text(encoding="utf-8")) for path in files)}


@lru_cache(maxsize=1)
def bank() -> dict[str, list[QuestionDraft]]:
    """Questions by folder."""
    found: dict[str, list[QuestionDraft]] = {}
    for file, drafts in check_directory(BANK).questions.items():
        found.setdefault(file.split("/")[0], []).extend(drafts)
    return found


def facts_of(basis: Basis) -> BasisFacts:
    """How the corpus sees a basis: its article in that version."""
    law = corpus().get(basis.instrument)
    if law is None or law["version_date"] != basis.version.isoformat():
        return BasisFacts(BasisStanding.NOT_LOADED)
    if basis.article == PREAMBLE:
        return BasisFacts(BasisStanding.IN_FORCE, law["preamble"])
    number, sub = split_article(basis.article)
    text = next((one["text"] for one in law["articles"] if (one["number"], one["sub"]) == (number, sub)), "")
    in_force = date.fromisoformat(law["version_effective"]) <= date(2026, 11, 22)
    if not text:
        return BasisFacts(BasisStanding.NO_ARTICLE)
    return BasisFacts(BasisStanding.IN_FORCE if in_force else BasisStanding.NOT_YET, text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_question_of_the_bank_agrees_with_the_law(folder: str) -> None:
    wrong: list[str] = []
    for draft in bank().get(folder, []):
        law = {basis: facts_of(basis) for basis in draft.basis}
        findings = check_against_law(draft, law)
        wrong += [f"{draft.id}: {sentence}" for sentence in (*findings.faults, *findings.warnings)]
        for basis in draft.basis:
            known = corpus().get(basis.instrument)
            if known is None:
                wrong.append(f"{draft.id}: {basis.instrument} is not in the corpus")
            elif known["version_date"] != basis.version.isoformat():
                wrong.append(f"{draft.id}: {basis.instrument} is of {known['version_date']}, not {basis.version}")
            elif known["currency"] == "background":
                wrong.append(f"{draft.id}: {basis.instrument} is background only")
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS[:1])
def test_no_question_escapes_the_check(folder: str) -> None:
    """The folders parametrized above hold the whole bank."""
    assert sorted(bank()) == FOLDERS or set(bank()) <= set(FOLDERS)
    assert folder in FOLDERS
