"""From JSON to questions as they stood (JSON 识别): arrays of objects, with the field names that tools give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lawedu.core.errors import BadInput
from lawedu.core.intake import Raw, Source, Unread
from lawedu.core.intake_marks import take_tag
from lawedu.core.intake_options import option_label, split_cell, without_label
from lawedu.core.intake_table import OPTION_LETTERS, WORDS
from lawedu.core.intake_words import kind_of_word, plain, readable
from lawedu.core.question_fields import as_article
from lawedu.core.statute_citation import label_of, read_article

MOST_ENTRIES = 20_000
_LISTS = ("questions", "data", "items", "list", "rows", "records", "result", "results", "试题", "题目", "题库")
_MORE: Mapping[str, Sequence[str]] = {
    "stem": ("content", "text", "name", "subject", "body", "topic", "questiontext"),
    "answer": ("answers", "key", "rightanswer", "correctanswers", "correctoption", "right", "solution"),
    "options": ("option", "answerlist", "optionlist", "items"),
    "explanation": ("explain", "parse", "comment", "remark", "answeranalysis", "解答"),
    "kind": ("category_type", "qtype", "questiontypename", "typename"),
    "domain": ("tag", "tags", "knowledge", "knowledgepoint"),
}
_LABEL = ("key", "label", "letter", "code", "option", "id", "name")
_TEXT = ("text", "content", "value", "title", "desc", "description", "内容", "name", "option")
_RIGHT = ("is_right", "isright", "iscorrect", "is_correct", "correct", "right", "isanswer", "is_answer", "checked")


class NotQuestions(BadInput):
    """JSON, but no array of questions (不是试题数组)."""

    code = "not_questions"
    sentence = "JSON 文件中没有找到试题：应当是一个数组，每道题是一个对象，至少有题干（stem、question、题干等）。"


def read_entries(content: object) -> Source:
    """Questions of an array, of an object that holds one, or of an object of arrays by kind. Raises NotQuestions."""
    found = list(_objects(content, ""))[: MOST_ENTRIES + 1]
    raws: list[Raw] = []
    unread: list[Unread] = []
    for place, (entry, word) in enumerate(found, 1):
        raw = _read(entry, place) if isinstance(entry, Mapping) else None
        if raw is None:
            unread.append(Unread(place, readable(str(entry))[:80]))
            continue
        raw.section_word = word
        raws.append(raw)
    if not raws:
        raise NotQuestions
    return Source(raws, unread, [entry for entry, _ in found])


def _objects(content: object, word: str) -> Iterator[tuple[object, str]]:
    if isinstance(content, list):
        yield from ((entry, word) for entry in content)
    elif isinstance(content, Mapping):
        for name, value in content.items():
            key = str(name)
            if isinstance(value, list) and (kind_of_word(key) or plain(key).casefold() in _LISTS):
                yield from _objects(value, key if kind_of_word(key) else word)
            elif isinstance(value, Mapping) and plain(key).casefold() in _LISTS:
                yield from _objects(value, word)


def _fold(name: object) -> str:
    return re.sub(r"[\s_\-]+", "", plain(str(name))).casefold()


_FIELD = {_fold(word): name for name, words in _MORE.items() for word in words}
_FIELD |= {_fold(word): name for name, words in WORDS.items() for word in words}


def _read(entry: Mapping[object, object], place: int) -> Raw | None:
    """None when there is nothing that could be a stem."""
    values: dict[str, object] = {}
    for name, value in entry.items():
        # The first name wins: {"question": …, "title": …} asks its question.
        field = _FIELD.get(_fold(name), "")
        if field and value not in (None, "") and field not in values:
            values[field] = value
    if not isinstance(values.get("stem"), str):
        return None
    raw = Raw(first=place, last=place, number=place)
    word, raw.stem = take_tag(readable(str(values["stem"])))
    raw.kind_word = _text(values.get("kind")) or word
    raw.explanation, raw.difficulty, raw.domain = (
        _text(values.get(n)) for n in ("explanation", "difficulty", "domain")
    )
    raw.basis = _basis(values.get("basis"))
    _read_options(raw, values)
    _read_answer(raw, values.get("answer"))
    return raw


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "正确" if value else "错误"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "、".join(_text(part) for part in value)
    return readable(str(value)).strip() if isinstance(value, (str, int, float)) else ""


def _basis(value: object) -> str:
    """Text as it is; {"instrument": …, "article": 33} as 《…》第三十三条."""
    lines = value if isinstance(value, list) else [value]
    found = []
    for line in lines:
        if isinstance(line, Mapping):
            title = _text(line.get("instrument") or line.get("law") or line.get("法律"))
            article = as_article(line.get("article") or line.get("条"))
            place = read_article(str(article)) if article is not None else None
            found.append(f"《{title.strip('《》')}》{label_of(*place[:2])}" if title and place else "")
        else:
            found.append(_text(line))
    return "；".join(filter(None, found))


def _read_options(raw: Raw, values: Mapping[str, object]) -> None:
    options = values.get("options")
    columns = [(letter, _text(values[letter])) for letter in OPTION_LETTERS if letter in values]
    if isinstance(options, Mapping):
        raw.options = [(plain(str(key)).upper()[:1], _text(text)) for key, text in options.items()]
    elif isinstance(options, list):
        raw.options = _listed(raw, options)
    elif isinstance(options, str) and options.strip():
        raw.options, separator = split_cell(readable(options))
        if separator in (",", "，", "、", "/", ";", "；"):
            raw.doubt("option_separator", f"选项写在一段文字里，用“{separator}”分开，请核对。")
    elif columns:
        raw.options = columns


def _listed(raw: Raw, options: list[object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    right: list[str] = []
    for place, option in enumerate(options):
        letter = OPTION_LETTERS[place] if place < len(OPTION_LETTERS) else ""
        if isinstance(option, Mapping):
            known = {_fold(name): value for name, value in option.items()}
            text = next(
                (
                    _text(known[name])
                    for name in _TEXT
                    if isinstance(known.get(name), str) and len(str(known[name])) > 0 and not _is_letter(known[name])
                ),
                "",
            )
            label = next((plain(str(known[name])).upper() for name in _LABEL if _is_letter(known.get(name))), "")
            if any(known.get(_fold(name)) in (True, 1, "1", "true") for name in _RIGHT):
                right.append(letter)
            found.append((label, text))
        else:
            found.append(("", _text(option)))
    if found and all(option_label(text) == letter for (_, text), letter in zip(found, OPTION_LETTERS, strict=False)):
        found = [
            (letter, without_label(letter, text)) for (_, text), letter in zip(found, OPTION_LETTERS, strict=False)
        ]
    if right:
        raw.key_answer = "".join(right)
    return found


def _is_letter(value: object) -> bool:
    return isinstance(value, str) and len(plain(value)) == 1 and plain(value).upper() in OPTION_LETTERS


def _read_answer(raw: Raw, value: object) -> None:
    if isinstance(value, list) and all(isinstance(part, (str, int, float)) for part in value):
        parts = [_text(part) for part in value]
        if len(parts) == 1:
            raw.answer = parts[0] or None
        else:
            raw.answer_list = [part for part in parts if part] or None
    elif value is not None:
        raw.answer = _text(value) or None
