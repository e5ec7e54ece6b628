"""Between the editor and a bank entry (表单与试题条目): an entry is what a bank file would say (FORMAT.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lawedu.core.question_fields import WRITTEN, as_article, as_date
from lawedu.core.questions import CHOICE, LETTERS, SEVERAL, QuestionKind
from lawedu.questions.editor_forms import (
    AUDIENCE_ORDER,
    MOST_BASIS,
    MOST_LINES,
    MOST_OPTIONS,
    MOST_PARTS,
    USE_ORDER,
    QuestionForm,
    known,
    read_points,
)

LEAST_PARTS, FIRST_OPTIONS, FIRST_LINES = 2, 4, 2
NEW: dict[str, Any] = {
    "kind": QuestionKind.SINGLE_CHOICE.value,
    "difficulty": "",
    "audience": ["all"],
    "use": ["practice", "exam"],
    "options": [{}] * FIRST_OPTIONS,
    "rubric": [{}] * FIRST_LINES,
    "basis": [{}],
}


def entry_from(form: QuestionForm) -> dict[str, Any]:
    """The entry that stands in the form now, complete or not."""
    typed = form.data
    entry = _asked(typed)
    if entry["kind"] == QuestionKind.CASE_ANALYSIS:
        entry["parts"] = [_asked(part) for part in typed["parts"]]
    entry["basis"] = [line for line in map(_basis, typed["basis"]) if line]
    entry["domain"] = typed["domain"] or ""
    entry["difficulty"] = int(typed["difficulty"]) if typed["difficulty"] else 0
    entry["audience"] = known(AUDIENCE_ORDER, typed["audience"])
    entry["use"] = known(USE_ORDER, typed["use"])
    return entry


def _asked(typed: Mapping[str, Any]) -> dict[str, Any]:
    kind = QuestionKind(typed["kind"])
    entry: dict[str, Any] = {"kind": kind.value, "stem": typed["stem"] or "", "explanation": typed["explanation"] or ""}
    if kind in CHOICE:
        entry |= _choices(kind, typed)
    elif kind is QuestionKind.TRUE_FALSE:
        answer = {"true": True, "false": False}.get(typed["judgement"] or "")
        entry["answer"] = answer
        if typed["judgement_why"] and answer is not None:
            entry["why_not"] = {str(not answer).lower(): typed["judgement_why"]}
    elif kind is QuestionKind.FILL_BLANK:
        lines = [line.strip() for line in (typed["blanks"] or "").splitlines()]
        entry["answer"] = [line for line in lines if line]
    elif kind in WRITTEN:
        rows = [row for row in typed["rubric"] if row["text"] or row["points"]]
        entry["rubric"] = [_rubric_line(row) for row in rows]
    return entry


def _rubric_line(line: Mapping[str, str | None]) -> dict[str, Any]:
    return {"points": read_points(line["points"] or "") or 0, "text": line["text"] or ""}


def _choices(kind: QuestionKind, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Letters run on over rows left blank; a row that is marked right counts even without text."""
    marked = set(typed["right"] or ())
    rows = [
        (letter in marked, row["text"] or "", row["why_not"] or "")
        for letter, row in zip(LETTERS, typed["options"], strict=False)
        if row["text"] or row["why_not"] or letter in marked
    ]
    lettered = list(zip(LETTERS, rows, strict=False))
    right = [letter for letter, (is_right, _, _) in lettered if is_right]
    answer: Any = right
    if kind not in SEVERAL:
        answer = right[0] if len(right) == 1 else right or None
    entry: dict[str, Any] = {"options": {letter: text for letter, (_, text, _) in lettered}, "answer": answer}
    why_not = {letter: why for letter, (_, _, why) in lettered if why}
    return entry | ({"why_not": why_not} if why_not else {})


def _basis(typed: Mapping[str, Any]) -> dict[str, Any] | None:
    version, article = as_date(typed["version"]), as_article(typed["article"])
    if not typed["instrument"] or version is None or article is None:
        return None
    line: dict[str, Any] = {"instrument": typed["instrument"], "version": version, "article": article}
    paragraph = typed["paragraph"] or ""
    if paragraph.isascii() and paragraph.isdigit() and int(paragraph):
        line["paragraph"] = int(paragraph)
    return line


def form_from(entry: Mapping[str, Any], edit_no: int, reason: str = "") -> QuestionForm:
    """The form as it shows an entry."""
    data = _shown(entry) | {
        "edit_no": str(edit_no),
        "reason": reason,
        "domain": entry.get("domain", ""),
        "difficulty": str(entry.get("difficulty") or ""),
        "audience": list(entry.get("audience", ())),
        "use": list(entry.get("use", ())),
        "basis": [_shown_basis(line) for line in entry.get("basis", ())] or [{}],
        "parts": [_shown(part) for part in entry.get("parts", ())],
    }
    return QuestionForm(formdata=None, data=data)


def _shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    answer, why_not = entry.get("answer"), entry.get("why_not", {})
    kind = QuestionKind(entry["kind"])
    options = [{"text": text, "why_not": why_not.get(key, "")} for key, text in entry.get("options", {}).items()]
    lines = [{"points": str(line["points"] or ""), "text": line["text"]} for line in entry.get("rubric", ())]
    is_judged = isinstance(answer, bool)
    return {
        "kind": kind.value,
        "stem": entry.get("stem", ""),
        "explanation": entry.get("explanation", ""),
        "options": options + [{}] * (max(0, 2 - len(options)) if options else FIRST_OPTIONS),
        "right": ([answer] if isinstance(answer, str) else list(answer or ())) if kind in CHOICE else [],
        "judgement": str(answer).lower() if is_judged else None,
        "judgement_why": why_not.get(str(not answer).lower(), "") if is_judged else "",
        "blanks": "\n".join(answer or ()) if kind is QuestionKind.FILL_BLANK else "",
        "rubric": lines or [{}] * FIRST_LINES,
    }


def _shown_basis(line: Mapping[str, Any]) -> dict[str, str]:
    return {
        "instrument": line["instrument"],
        "version": str(line["version"]),
        "article": str(line["article"]),
        "paragraph": str(line.get("paragraph") or ""),
    }


_ROWS = {"option": ("options", MOST_OPTIONS), "line": ("rubric", MOST_LINES)}
_WHOLE_ROWS = {"basis": ("basis", MOST_BASIS), "part": ("parts", MOST_PARTS)}


def changed(form: QuestionForm, deed: str) -> QuestionForm:
    """The same page with one row more or less: `add-option`, `remove-option-2`, `add-option@1` in the second part, …

    An unknown deed changes nothing; everything typed stays.
    """
    data = {name: value for name, value in form.data.items() if name != "csrf_token"}
    word, _, where = deed.partition("@")
    target = data
    if where:
        if not (where.isascii() and where.isdigit() and int(where) < len(data["parts"])):
            return QuestionForm(formdata=None, data=data)
        target = data["parts"][int(where)]
    verb, _, rest = word.partition("-")
    noun, _, row = rest.partition("-")
    name, most = (_ROWS | ({} if where else _WHOLE_ROWS)).get(noun, ("", 0))
    if name and verb == "add" and len(target[name]) < most:
        target[name] = [*target[name], _new_row(noun)]
    elif name and verb == "remove" and row.isascii() and row.isdigit() and int(row) < len(target[name]):
        _remove(target, name, int(row))
    _make_room(data)
    return QuestionForm(formdata=None, data=data)


def _new_row(noun: str) -> dict[str, Any]:
    return dict(_shown({"kind": QuestionKind.SINGLE_CHOICE})) if noun == "part" else {}


def _remove(target: dict[str, Any], name: str, row: int) -> None:
    target[name] = [line for number, line in enumerate(target[name]) if number != row]
    if name == "options":
        kept = [place for place, letter in enumerate(LETTERS) if letter in (target["right"] or ()) and place != row]
        target["right"] = [LETTERS[place - (place > row)] for place in kept]


def _make_room(data: dict[str, Any]) -> None:
    """Rows to type into for the kind that is chosen now."""
    if data["kind"] == QuestionKind.CASE_ANALYSIS:
        while len(data["parts"]) < LEAST_PARTS:
            data["parts"] = [*data["parts"], _new_row("part")]
    for asked in (data, *data["parts"]):
        asked["options"] = asked["options"] or [{}] * FIRST_OPTIONS
        asked["rubric"] = asked["rubric"] or [{}] * FIRST_LINES
