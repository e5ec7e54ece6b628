"""Sample banks (题库样本): the same questions written down in every messy shape that offices keep them in.

A style says how; `write_text` here, `write_rows` and `write_json` in sample_tables render any questions in it,
those of our own bank for the report in docs/import.md, random ones for the promise that nothing is wrong in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lawedu.core.questions import LETTERS, QuestionKind

BANK = Path(__file__).resolve().parents[2] / "question_bank"
HEADINGS = {
    QuestionKind.SINGLE_CHOICE: "单项选择题",
    QuestionKind.MULTIPLE_CHOICE: "多项选择题",
    QuestionKind.INDETERMINATE_CHOICE: "不定项选择题",
    QuestionKind.TRUE_FALSE: "判断题",
    QuestionKind.FILL_BLANK: "填空题",
}
SHORT = {kind: word.replace("项选择题", "选题") for kind, word in HEADINGS.items()}
SHORT[QuestionKind.INDETERMINATE_CHOICE] = "不定项选择题"
CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Question:
    """A question as its writer meant it. `right`: places of the right options; `text` of a blank."""

    kind: QuestionKind
    stem: str
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    is_true: bool | None = None
    text: str = ""
    explanation: str = ""

    @property
    def answer(self) -> str | bool | tuple[str, ...]:
        """In the form of the bank."""
        if self.kind is QuestionKind.TRUE_FALSE:
            return bool(self.is_true)
        if self.kind is QuestionKind.FILL_BLANK:
            return (self.text,)
        letters = tuple(LETTERS[place] for place in self.right)
        return letters[0] if self.kind is QuestionKind.SINGLE_CHOICE else letters


FILLS = (
    ("当事人要求听证的，应当在行政机关告知后____内提出。", "五日"),
    ("公民、法人对行政行为不服的，一般可以自知道该行为之日起____内申请行政复议。", "六十日"),
    ("宪法宣誓誓词由____制定。", "全国人民代表大会常务委员会"),
    ("行政机关应当自收到政府信息公开申请之日起____个工作日内予以答复。", "20"),
    ("违法行为在____内未被发现的，一般不再给予行政处罚。", "二年"),
    ("国家工作人员应当树立正确的权力观，做到____。", "权为民所用"),
    ("行政处罚应当由具有行政执法资格的执法人员实施，执法人员不得少于____。", "两人"),
    ("行政机关实施行政许可，不得向申请人提出购买指定商品、接受____等不正当要求。", "有偿服务"),
    ("直接向人民法院提起行政诉讼的，应当自知道行政行为之日起____内提出。", "六个月"),
    ("重大行政决策草案应当经____集体讨论。", "决策机关"),
)


def bank_questions(per_kind: int = 24) -> list[Question]:
    """Questions of our own bank, spread over its files, and blanks written for this; grouped by kind."""
    entries = [
        entry
        for path in sorted(BANK.rglob("*.yaml"))
        for entry in (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}).get("questions", ())
    ]
    found: list[Question] = []
    for kind in tuple(HEADINGS)[:-1]:
        own = [entry for entry in entries if entry["kind"] == kind]
        step = max(1, len(own) // per_kind)
        found += [_question(kind, entry) for entry in own[::step][:per_kind]]
    return found + [
        Question(QuestionKind.FILL_BLANK, stem.replace("____", "（　）"), text=text, explanation="见相关法律的规定。")
        for stem, text in FILLS
    ]


def _question(kind: QuestionKind, entry: dict[str, Any]) -> Question:
    if kind is QuestionKind.TRUE_FALSE:
        return Question(kind, entry["stem"], is_true=entry["answer"], explanation=entry["explanation"])
    options = entry["options"]
    right = entry["answer"] if isinstance(entry["answer"], list) else [entry["answer"]]
    places = tuple(sorted(LETTERS.index(letter) for letter in right))
    return Question(kind, entry["stem"], tuple(options.values()), places, explanation=entry["explanation"])


@dataclass(frozen=True)
class TextStyle:
    """How a bank stands in a text. Words in braces are filled: {n} number, {c} Chinese number, {k} kind, {l} letter."""

    number: str = "{n}．"
    heading: str = "{c}、{k}（每题2分）"
    restart: bool = True
    tag: str = ""
    option: str = "{l}．"
    layout: str = "lines"  # lines, inline, glued, two, stem
    answer: str = "正确答案：{a}"
    place: str = "after"  # after, before, bracket, marked, end_range, end_list, end_full
    letters: str = "{}"  # {} together, "," "、" " " between, "wide"
    judge: tuple[str, str] = ("正确", "错误")
    judge_options: bool = False
    legend: str = ""
    explanation: str = "解析：{e}"
    blank: str = "（　　）"
    header: str = ""
    bom: bool = False
    gap: bool = False


def write_text(questions: Sequence[Question], style: TextStyle) -> list[str]:
    """The bank as lines."""
    lines = ["某某区领导干部学法用法题库"] if style.heading or style.header else []
    if style.bom:
        lines = ["\ufeff" + (lines[0] if lines else ""), *lines[1:]]
    kinds = list(dict.fromkeys(question.kind for question in questions)) if style.heading else [None]
    ends: list[str] = []
    number = 0
    for place, kind in enumerate(kinds):
        own = [question for question in questions if kind is None or question.kind is kind]
        number = 0 if style.restart else number
        if kind is not None:
            lines.append(_heading(style, place, kind))
            ends.append(f"{CHINESE[place]}、{SHORT[kind]}")
        rendered = [(number + i, question) for i, question in enumerate(own, 1)]
        for n, question in rendered:
            lines += _one(question, n, style)
        ends += _end(rendered, style)
        number += len(own)
    return _with_headers(lines + (["参考答案", *ends] if style.place.startswith("end") else []), style.header)


def _heading(style: TextStyle, place: int, kind: QuestionKind) -> str:
    legend = style.legend if kind is QuestionKind.TRUE_FALSE else ""
    return style.heading.format(c=CHINESE[place], n=place + 1, k=HEADINGS[kind]) + legend


def _with_headers(lines: list[str], header: str) -> list[str]:
    """A page header after every ninth line, wherever that is."""
    if not header:
        return lines
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        found.append(line)
        if number % 9 == 0:
            found.append(header.format(p=number // 9))
    return found


def _one(question: Question, number: int, style: TextStyle) -> Iterator[str]:
    answer = answer_text(question, style)
    stem = question.stem.replace("（　）", style.blank)
    if style.place == "bracket" and question.kind is not QuestionKind.FILL_BLANK:
        stem = _bracketed(question, answer)
    head = style.number.format(n=number, c=_chinese(number)) + style.tag.format(k=SHORT[question.kind])
    if style.tag and not style.number:
        head = style.tag.format(k=SHORT[question.kind])
    options = _options(question, style)
    says = [style.answer.format(a=answer)] if _answers_here(question, style) else []
    first = head + stem
    if style.layout == "stem" and options:
        first, options = first + " " + " ".join(options), []
    body = [*says, *options] if style.place == "before" else [*options, *says]
    yield first
    yield from body
    if question.explanation and not style.place.startswith("end_full"):
        yield style.explanation.format(e=question.explanation)
    if style.gap:
        yield ""


def _answers_here(question: Question, style: TextStyle) -> bool:
    if style.place in ("after", "before"):
        return True
    unmarked = question.kind is QuestionKind.FILL_BLANK or (
        question.kind is QuestionKind.TRUE_FALSE and not style.judge_options and style.place == "marked"
    )
    return style.place in ("bracket", "marked") and unmarked


def _bracketed(question: Question, answer: str) -> str:
    if question.kind is QuestionKind.TRUE_FALSE:
        return f"{question.stem}（{answer}）"
    stem = question.stem if "（　）" in question.stem else question.stem + "（　）"
    return stem.replace("（　）", f"（{answer}）", 1)


def _options(question: Question, style: TextStyle) -> list[str]:
    texts, right = list(question.options), set(question.right)
    if question.kind is QuestionKind.TRUE_FALSE and style.judge_options:
        texts, right = ["错误", "正确"], {int(bool(question.is_true))}
    marked = [text + ("（正确）" if style.place == "marked" and i in right else "") for i, text in enumerate(texts)]
    options = [style.option.format(l=LETTERS[i]) + text for i, text in enumerate(marked)]
    if style.layout == "glued":
        return ["".join(options)] if options else []
    if style.layout == "inline":
        return ["  ".join(options)] if options else []
    if style.layout == "two":
        return ["\t".join(options[i : i + 2]) for i in range(0, len(options), 2)]
    return options


def answer_text(question: Question, style: TextStyle) -> str:
    """The answer as this style writes it."""
    if question.kind is QuestionKind.TRUE_FALSE:
        if style.judge_options:
            return "B" if question.is_true else "A"
        return style.judge[0 if question.is_true else 1]
    if question.kind is QuestionKind.FILL_BLANK:
        return question.text
    letters = [LETTERS[place] for place in question.right]
    if style.letters == "wide":
        return "".join(chr(ord(letter) + 0xFEE0) for letter in letters)
    return ("" if style.letters == "{}" else style.letters).join(letters)


def _end(rendered: Sequence[tuple[int, Question]], style: TextStyle) -> list[str]:
    if not style.place.startswith("end"):
        return []
    if style.place == "end_full":
        return [
            f"{n}.【答案】{answer_text(q, style)}" + (f"【解析】{q.explanation}" if q.explanation else "")
            for n, q in rendered
        ]
    if style.place == "end_range" and all(q.kind is not QuestionKind.FILL_BLANK for _, q in rendered):
        rows = [rendered[i : i + 5] for i in range(0, len(rendered), 5)]
        return [f"{row[0][0]}-{row[-1][0]} " + _run(row, style) for row in rows]
    rows = [rendered[i : i + 4] for i in range(0, len(rendered), 4)]
    if any(q.kind is QuestionKind.FILL_BLANK for _, q in rendered):
        rows = [[one] for one in rendered]
    return ["  ".join(f"{n}.{answer_text(q, style)}" for n, q in row) for row in rows]


def _run(row: Sequence[tuple[int, Question]], style: TextStyle) -> str:
    answers = [answer_text(question, style) for _, question in row]
    return ("" if all(len(answer) == 1 for answer in answers) else " ").join(answers)


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number >= 100:
        return f"{digits[number // 100]}百" + (
            "" if number % 100 == 0 else ("零" if number % 100 < 10 else "") + _below(number % 100, inner=True)
        )
    return _below(number)


def _below(number: int, *, inner: bool = False) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens = ("一" if inner and number < 20 else "" if number < 20 else digits[number // 10]) + "十"
    return tens + (digits[number % 10] if number % 10 else "")
