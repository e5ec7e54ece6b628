"""Content of a question (试题内容): from file or editor to rows and back, and the hash by which a change is noticed.

An `entry` is a question as a bank file writes it (FORMAT.md). The editor speaks in entries too, so that files and
system pass the same checks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from lawedu.core.question_draft import Answer, PartDraft, QuestionDraft, RubricLine
from lawedu.core.question_fields import as_article, as_date
from lawedu.core.questions import QuestionKind, canonical_json
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion


def content_hash(draft: QuestionDraft) -> str:
    """Hex SHA-256 over everything that a bank file says of a question, its id excepted."""
    content = _asked(draft) | {
        "parts": [_asked(part) for part in draft.parts],
        "basis": [[b.instrument, b.version.isoformat(), str(b.article), b.paragraph] for b in draft.basis],
        "domain": draft.domain,
        "difficulty": draft.difficulty,
        "audience": list(draft.audience),
        "use": list(draft.use),
        "checked_on": draft.checked_on.isoformat() if draft.checked_on else None,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def question_values(draft: QuestionDraft, digest: str) -> dict[str, Any]:
    """Columns of a question in use that repeat its current version for counting."""
    return {
        "state": QuestionState.PUBLISHED,
        "kind": draft.kind,
        "domain": draft.domain,
        "difficulty": draft.difficulty,
        "for_practice": "practice" in draft.use,
        "for_exam": "exam" in draft.use,
        "content_hash": digest,
    }


def version_values(draft: QuestionDraft, question_id: int, version_no: int, now: datetime) -> dict[str, Any]:
    """Columns of a new version."""
    asked = _asked(draft)
    # A written answer has points to look for instead of an answer: both are what is right.
    right = asked.pop("rubric") or asked["answer"]
    about = {"domain": draft.domain, "difficulty": draft.difficulty, "checked_on": draft.checked_on}
    return (
        asked
        | about
        | {
            "kind": draft.kind,
            "answer": right,
            "question_id": question_id,
            "version_no": version_no,
            "parts": [_asked(part) for part in draft.parts],
            "audience": list(draft.audience),
            "use": list(draft.use),
            "created_at": now,
        }
    )


def basis_values(draft: QuestionDraft, version_id: int) -> list[dict[str, Any]]:
    """Columns of the version's legal basis, in order."""
    return [
        {
            "version_id": version_id,
            "position": position,
            "instrument": basis.instrument,
            "instrument_version": basis.version,
            "article": str(basis.article),
            "paragraph": basis.paragraph,
        }
        for position, basis in enumerate(draft.basis, 1)
    ]


def entry_of(question: Question, version: QuestionVersion) -> dict[str, Any]:
    """The question as a bank file writes it (FORMAT.md), fields in the order of the format."""
    entry: dict[str, Any] = {"id": question.code}
    entry |= _written(version.kind, version.stem, version.options, version.answer, version.why_not, version.explanation)
    if version.parts:
        entry["parts"] = [_written(QuestionKind(part["kind"]), *_part_values(part)) for part in version.parts]
    entry["basis"] = [_basis_entry(basis) for basis in version.basis]
    entry["domain"] = version.domain
    entry["difficulty"] = version.difficulty
    entry["audience"] = list(version.audience)
    entry["use"] = list(version.use)
    entry["checked_on"] = version.checked_on
    return entry


def typed_values(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a version that is being written: whatever is there, complete or not."""
    asked = _typed(entry)
    right = asked.pop("rubric") or asked["answer"]
    return asked | {
        "kind": QuestionKind(entry["kind"]),
        "answer": right,
        "parts": [_typed(part) for part in entry.get("parts", ())],
        "domain": entry.get("domain", ""),
        "difficulty": entry.get("difficulty", 0),
        "audience": list(entry.get("audience", ())),
        "use": list(entry.get("use", ())),
    }


def typed_basis(entry: Mapping[str, Any]) -> list[LegalBasis]:
    """The basis of a version that is being written; lines without law, version or article are left out."""
    rows: list[LegalBasis] = []
    for line in entry.get("basis", ()):
        version, article = as_date(line.get("version")), as_article(line.get("article"))
        if line.get("instrument") and version is not None and article is not None:
            rows.append(
                LegalBasis(
                    position=len(rows) + 1,
                    instrument=line["instrument"],
                    instrument_version=version,
                    article=str(article),
                    paragraph=line.get("paragraph"),
                )
            )
    return rows


def draft_of(code: str, version: QuestionVersion) -> QuestionDraft:
    """A version as the core reads it; a wording that was released is complete."""
    parts = tuple(_part_draft(part["kind"], *_part_values(part)) for part in version.parts)
    asked = _part_draft(
        version.kind, version.stem, version.options, version.answer, version.why_not, version.explanation
    )
    return QuestionDraft(
        **vars(asked),
        id=code,
        basis=tuple(basis.place for basis in version.basis),
        domain=version.domain,
        difficulty=version.difficulty,
        audience=tuple(version.audience),
        use=tuple(version.use),
        checked_on=version.checked_on,
        parts=parts,
    )


def _part_draft(
    kind: str, stem: str, options: Mapping[str, str], right: Any, why_not: Mapping[str, str], explanation: str
) -> PartDraft:
    rubric = tuple(RubricLine(Decimal(line["points"]), line["text"]) for line in right) if _is_rubric(right) else ()
    answer: Answer = None if rubric else tuple(right) if isinstance(right, list) else right
    return PartDraft(QuestionKind(kind), stem, dict(options), answer, dict(why_not), explanation, rubric)


def _typed(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": str(entry["kind"]),
        "stem": entry.get("stem", ""),
        "options": dict(entry.get("options", {})),
        "answer": entry.get("answer"),
        "why_not": dict(entry.get("why_not", {})),
        "explanation": entry.get("explanation", ""),
        "rubric": [
            _rubric_line(RubricLine(Decimal(str(line["points"])), line["text"])) for line in entry.get("rubric", ())
        ],
    }


def _asked(part: PartDraft) -> dict[str, Any]:
    return {
        "kind": part.kind.value,
        "stem": part.stem,
        "options": dict(part.options),
        "answer": list(part.answer) if isinstance(part.answer, tuple) else part.answer,
        "why_not": dict(part.why_not),
        "explanation": part.explanation,
        "rubric": [_rubric_line(line) for line in part.rubric],
    }


def _rubric_line(line: RubricLine) -> dict[str, str]:
    return {"points": format(line.points.normalize(), "f"), "text": line.text}


def _part_values(part: Mapping[str, Any]) -> tuple[str, Mapping[str, str], Any, Mapping[str, str], str]:
    return part["stem"], part["options"], part["rubric"] or part["answer"], part["why_not"], part["explanation"]


def _written(
    kind: QuestionKind,
    stem: str,
    options: Mapping[str, str],
    answer: Any,
    why_not: Mapping[str, str],
    explanation: str,
) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": kind.value, "stem": stem}
    if options:
        entry["options"] = dict(sorted(options.items()))
    if _is_rubric(answer):
        entry["rubric"] = [{"points": _number(line["points"]), "text": line["text"]} for line in answer]
    elif answer is not None:
        entry["answer"] = answer
    if why_not:
        entry["why_not"] = dict(sorted(why_not.items()))
    entry["explanation"] = explanation
    return entry


def _is_rubric(answer: Any) -> bool:
    return isinstance(answer, Sequence) and bool(answer) and isinstance(answer[0], Mapping)


def _number(text: str) -> int | float:
    return int(text) if text.isdecimal() else float(text)


def _basis_entry(basis: LegalBasis) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "instrument": basis.instrument,
        "version": basis.instrument_version,
        "article": int(basis.article) if basis.article.isdecimal() else basis.article,
    }
    if basis.paragraph is not None:
        entry["paragraph"] = basis.paragraph
    return entry
