"""Reading the fields of a question from data of any shape: what is wrong is collected, nothing raises (FORMAT.md).

Bank files are written by hand, so every value may be missing, of another type, or a date that YAML took for a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from lawedu.core.citation import PREAMBLE, Article, article_label
from lawedu.core.question_draft import Answer, Basis, RubricLine
from lawedu.core.questions import CHOICE, KIND_NAMES, LETTERS, SEVERAL, QuestionKind

Say = Callable[[str], None]

AUDIENCES = ("all", "leaders", "enforcement", "village")
USES = ("practice", "exam")
WRITTEN = frozenset({QuestionKind.SHORT_ANSWER, QuestionKind.ESSAY})
_SWEEPING = re.compile(r"^(以上|上述)|(以上|上述)(各项|选项|答案|说法|三项|几项)?(都|均|全|皆)")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


def read_text(data: Mapping[object, object], name: str, say: Say) -> str:
    """A text that must be there and not blank; otherwise the empty text and a fault."""
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        say(f"请填写 {name}（一段文字）。")
        return ""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        say(f"{name} 中有无法保存的字符，请删去。")
        return ""
    return value.strip()


def read_id(data: Mapping[object, object], say: Say) -> str:
    """The id of a question; the empty text and a fault when it is none."""
    value = data.get("id")
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    say("请填写 id：小写字母、数字和连字符，例如 xzcf-033-01。")
    return ""


def read_kind(data: Mapping[object, object], say: Say) -> QuestionKind | None:
    """The kind; None and a fault when it is unknown."""
    value = data.get("kind")
    if isinstance(value, str) and value in list(QuestionKind):
        return QuestionKind(value)
    say(f"kind 须是下列之一：{'、'.join(QuestionKind)}。")
    return None


def read_options(data: Mapping[object, object], kind: QuestionKind, say: Say) -> dict[str, str]:
    """The options by key, in order; none and a fault when the kind has none or they cannot be read."""
    value = data.get("options")
    if kind not in CHOICE:
        if value is not None:
            say(f"{KIND_NAMES[kind]}没有选项，请删去 options。")
        return {}
    if not isinstance(value, Mapping) or not 2 <= len(value) <= len(LETTERS):
        say("请写 2 至 8 个选项，键为 A、B、C……")
        return {}
    if list(value) != list(LETTERS[: len(value)]):
        say("选项的键须从 A 起连续，按顺序书写。")
        return {}
    if any(not isinstance(text, str) or not text.strip() for text in value.values()):
        say("每个选项都须是一段文字；只有数字的选项请加引号。")
        return {}
    options = {str(key): str(text).strip() for key, text in value.items()}
    if len(set(options.values())) != len(options):
        say("有两个选项文字相同，请改写其中一个。")
    for key, text in options.items():
        # A sum of money may well begin with it: 以上一年度……; only a verdict on the other options is meant.
        if _SWEEPING.search(text) and re.search(r"对|正确|错|不是|都是|均是|全是", text):
            say(f"选项{key}请改写成具体内容，不使用“以上都对”“以上都不对”。")
    return options


def read_answer(data: Mapping[object, object], kind: QuestionKind, options: Mapping[str, str], say: Say) -> Answer:
    """The answer in the form of its kind; None with a fault when it does not fit."""
    value = data.get("answer")
    if kind in WRITTEN or kind is QuestionKind.CASE_ANALYSIS:
        if value is not None:
            instead = "parts 中各小题的 answer" if kind is QuestionKind.CASE_ANALYSIS else "rubric"
            say(f"{KIND_NAMES[kind]}没有 answer，请改用 {instead}。")
        return None
    if kind is QuestionKind.TRUE_FALSE:
        if isinstance(value, bool):
            return value
        say("判断题的 answer 须是 true 或 false，不加引号。")
        return None
    if kind is QuestionKind.SINGLE_CHOICE:
        if isinstance(value, str) and value in options:
            return value
        say("单选题的 answer 须是一个选项的键，例如 B。")
        return None
    return _read_several(value, kind, options, say)


def _read_several(value: object, kind: QuestionKind, options: Mapping[str, str], say: Say) -> Answer:
    if not isinstance(value, list) or not value or any(not isinstance(part, str) or not part.strip() for part in value):
        form = "可接受的文字的列表" if kind is QuestionKind.FILL_BLANK else "选项的键的列表，例如 [A, C]"
        say(f"{KIND_NAMES[kind]}的 answer 须是{form}。")
        return None
    if len(set(value)) != len(value):
        say("answer 中有重复的内容，请删去重复的。")
    if kind not in SEVERAL:
        return tuple(value)
    if not set(value) <= set(options):
        say("answer 中有的键不在 options 中，请核对。")
        return None
    if kind is QuestionKind.MULTIPLE_CHOICE:
        if len(set(value)) < 2:
            say("多选题至少有两个正确选项；只有一个时请改为单选题或不定项选择题。")
        elif len(set(value)) == len(options):
            say("多选题不能所有选项都正确，请把其中至少一个改成错误选项。")
    return tuple(sorted(set(value)))


def read_why_not(
    data: Mapping[object, object], kind: QuestionKind, options: Mapping[str, str], answer: Answer, say: Say
) -> dict[str, str]:
    """What is wrong with wrong options only; for true/false the key is the wrong judgement."""
    value = data.get("why_not")
    if value is None:
        return {}
    if not isinstance(value, Mapping) or any(not isinstance(text, str) or not text.strip() for text in value.values()):
        say("why_not 须按“选项的键: 错在哪里”书写。")
        return {}
    reasons = {str(key).lower() if isinstance(key, bool) else str(key): str(text) for key, text in value.items()}
    if kind is QuestionKind.TRUE_FALSE:
        wrong = {str(not answer).lower()}
    else:
        right = {answer} if isinstance(answer, str) else set(answer) if isinstance(answer, tuple) else set()
        wrong = set(options) - right
    # Without a readable answer nobody knows which options are wrong; that fault is said already.
    surplus = sorted(set(reasons) - wrong) if answer is not None else []
    if surplus:
        say(f"why_not 只写错误的选项，请删去或改正 {'、'.join(surplus)}。")
    return reasons


def read_rubric(data: Mapping[object, object], kind: QuestionKind, say: Say) -> tuple[RubricLine, ...]:
    """What a written answer is marked by; points above 0."""
    value = data.get("rubric")
    if kind not in WRITTEN:
        if value is not None:
            say(f"{KIND_NAMES[kind]}没有评分要点，请删去 rubric。")
        return ()
    lines = value if isinstance(value, list) else []
    rubric = [line for line in map(_rubric_line, lines) if line is not None]
    if not rubric or len(rubric) != len(lines):
        say("请写 rubric：每条有 points（大于 0 的分值）和 text（要点）。")
    return tuple(rubric)


def _rubric_line(line: object) -> RubricLine | None:
    if not isinstance(line, Mapping):
        return None
    points, text = line.get("points"), line.get("text")
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points <= 1000:
        return None
    return RubricLine(Decimal(str(points)), text.strip()) if isinstance(text, str) and text.strip() else None


def read_basis(data: Mapping[object, object], say: Say) -> tuple[Basis, ...]:
    """The articles a question rests on, at least one; those that cannot be read are left out with a fault."""
    value = data.get("basis")
    if not isinstance(value, list) or not value:
        say("请写至少一条法律依据 basis：instrument、version、article。")
        return ()
    read = [_basis(line, number, say) for number, line in enumerate(value, 1)]
    return tuple(basis for basis in read if basis is not None)


def _basis(line: object, number: int, say: Say) -> Basis | None:
    if not isinstance(line, Mapping):
        say(f"第{number}条法律依据须写 instrument、version、article。")
        return None
    instrument, version, article = line.get("instrument"), as_date(line.get("version")), as_article(line.get("article"))
    if not isinstance(instrument, str) or not instrument.strip():
        say(f"第{number}条法律依据请写 instrument（法律全称）。")
    elif version is None:
        say(f"第{number}条法律依据请写 version（日期，例如 2021-01-22）。")
    elif article is None:
        say(f'第{number}条法律依据的 article 须是条号，例如 33；之一写 "133-1"，序言写 preamble。')
    else:
        paragraph = line.get("paragraph")
        if paragraph is not None and (isinstance(paragraph, bool) or not isinstance(paragraph, int) or paragraph < 1):
            say(f"第{number}条法律依据的 paragraph 须是款号，从 1 起。")
            paragraph = None
        return Basis(instrument.strip(), version, article, paragraph)
    return None


def as_article(value: object) -> Article | None:
    """An article number as the bank writes it: 33, "133-1" or "preamble"; None when it is not one."""
    if value == PREAMBLE:
        return PREAMBLE
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        article_label(value)
    except ValueError:
        return None
    return int(value) if str(value).isdecimal() else value


def as_date(value: object) -> date | None:
    """A date that YAML has read or left as text; None when it is neither."""
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def read_names(data: Mapping[object, object], name: str, known: tuple[str, ...], say: Say) -> tuple[str, ...]:
    """A list of names out of `known`, at least one."""
    value = data.get(name)
    if not isinstance(value, list) or not value or any(not isinstance(one, str) or one not in known for one in value):
        say(f"{name} 须是列表，只能取：{'、'.join(known)}。")
        return ()
    return tuple(one for one in known if one in value)


def read_difficulty(data: Mapping[object, object], say: Say) -> int:
    """1 to 5; 0 and a fault otherwise."""
    value = data.get("difficulty")
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
        return value
    say("difficulty 须是 1（最易）至 5（最难）的整数。")
    return 0


def read_checked_on(data: Mapping[object, object], say: Say) -> date | None:
    """When the second reader compared the question with the article; None and a fault otherwise."""
    checked_on = as_date(data.get("checked_on"))
    if checked_on is None:
        say("没有核对日期：请由没有参加编写的人对照法条核对，再写 checked_on（日期）。")
    return checked_on
