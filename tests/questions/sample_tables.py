"""Sample banks as sheets and as JSON (表格与 JSON 样本)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lawedu.core.questions import LETTERS, QuestionKind
from tests.questions.samples import SHORT, Question


@dataclass(frozen=True)
class GridStyle:
    """How a bank stands in a sheet. `columns`: field → heading, in order; `together` separates options in one cell."""

    columns: tuple[tuple[str, str], ...]
    together: str = ""
    labelled: bool = True
    answer: str = "letters"  # letters, comma, texts, base0, base1
    judge: tuple[Any, Any] = ("正确", "错误")
    judge_options: bool = False
    title: str = ""
    legend: str = ""
    numbered: str = ""


def write_rows(questions: Sequence[Question], style: GridStyle) -> list[list[Any]]:
    """The bank as rows, with its header."""
    rows: list[list[Any]] = [[style.title]] if style.title else []
    rows += [[style.legend]] if style.legend else []
    rows.append([heading for _, heading in style.columns])
    return rows + [
        [_cell(question, n, field, style) for field, _ in style.columns] for n, question in enumerate(questions, 1)
    ]


def _cell(question: Question, number: int, field: str, style: GridStyle) -> Any:
    options = _grid_options(question, style)
    if field in LETTERS:
        place = LETTERS.index(field)
        return options[place] if place < len(options) else None
    if field == "options":
        labels = [f"{LETTERS[i]}．{text}" if style.labelled else text for i, text in enumerate(options)]
        return style.together.join(labels)
    stem = style.numbered.format(n=number) + question.stem
    found = {"number": number, "kind": SHORT[question.kind], "stem": stem, "explanation": question.explanation}
    return found[field] if field in found else _grid_answer(question, style)


def _grid_options(question: Question, style: GridStyle) -> list[str]:
    if question.kind is QuestionKind.TRUE_FALSE and style.judge_options:
        return ["正确", "错误"]
    return list(question.options)


def _grid_answer(question: Question, style: GridStyle) -> Any:
    if question.kind is QuestionKind.FILL_BLANK:
        return question.text
    if question.kind is QuestionKind.TRUE_FALSE:
        if not style.judge_options:
            return style.judge[0 if question.is_true else 1]
        question = replace(question, options=("正确", "错误"), right=(0 if question.is_true else 1,))
    if style.answer == "texts":
        return "；".join(question.options[place] for place in question.right)
    if style.answer.startswith("base"):
        places = [place + int(style.answer[-1]) for place in question.right]
        return places[0] if len(places) == 1 else ",".join(map(str, places))
    return ("," if style.answer == "comma" else "").join(LETTERS[place] for place in question.right)


@dataclass(frozen=True)
class JsonStyle:
    """How a bank stands in JSON: names of the fields, form of options and answers."""

    names: tuple[tuple[str, str], ...] = (
        *(("kind", "type"), ("stem", "question"), ("options", "options"), ("answer", "answer")),
        ("explanation", "analysis"),
    )
    options: str = "list"  # list, dict, objects, labelled
    answer: str = "letters"  # letters, list, base0, base1, texts, marks
    wrap: str = ""
    english: bool = False


def write_json(questions: Sequence[Question], style: JsonStyle) -> Any:
    """The bank as JSON values."""
    entries = [_entry(question, style) for question in questions]
    return {style.wrap: entries} if style.wrap else entries


def _entry(question: Question, style: JsonStyle) -> dict[str, Any]:
    names = dict(style.names)
    kind = str(question.kind) if style.english else SHORT[question.kind]
    entry: dict[str, Any] = {names["kind"]: kind, names["stem"]: question.stem}
    if question.options:
        entry[names["options"]] = _json_options(question, style)
    answer = _json_answer(question, style)
    if answer is not None:
        entry[names["answer"]] = answer
    entry[names["explanation"]] = question.explanation
    return entry


def _json_options(question: Question, style: JsonStyle) -> Any:
    if style.options == "dict":
        return {LETTERS[i]: text for i, text in enumerate(question.options)}
    if style.options == "labelled":
        return [f"{LETTERS[i]}. {text}" for i, text in enumerate(question.options)]
    if style.options == "objects":
        return [
            {"key": LETTERS[i], "text": text, "is_correct": i in question.right}
            for i, text in enumerate(question.options)
        ]
    return list(question.options)


def _json_answer(question: Question, style: JsonStyle) -> Any:
    if question.kind is QuestionKind.TRUE_FALSE:
        return question.is_true
    if question.kind is QuestionKind.FILL_BLANK:
        return question.text
    letters = [LETTERS[place] for place in question.right]
    places = [place + (style.answer == "base1") for place in question.right]
    several = question.kind is not QuestionKind.SINGLE_CHOICE
    if style.answer.startswith("base"):
        return places if several else places[0]
    if style.answer == "texts":
        texts = [question.options[place] for place in question.right]
        return texts if several else texts[0]
    if style.answer == "marks":
        return None
    return letters if style.answer == "list" else "".join(letters)
