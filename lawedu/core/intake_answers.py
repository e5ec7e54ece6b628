"""Reading an answer (答案识别): letters, positions, texts, judgements. What does not fit raises `Unclear`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lawedu.core.intake import Raw
from lawedu.core.intake_options import Option, judgement_options, same_text, split_options
from lawedu.core.intake_words import judgement_of, kind_of_word, plain
from lawedu.core.questions import LETTERS, QuestionKind

_LETTERS = re.compile(r"[A-Ja-j](?:[\s,、;；/|和与及.。]*[A-Ja-j])*")
_DIGITS = re.compile(r"\d(?:[\s,、;；/|]*\d)*")
_ALL = re.compile(r"(?:全选|全部|全对|以上(?:都|全|均|皆).*|都对)")
_LEAD = re.compile(r"^(?:故选|应选|选|为|是|[:：])\s*")
_LABELLED = re.compile(r"^[A-J]\s*[.、:：)]\s*\S")
SIGNS = frozenset({"A", "B", "0", "1", "2"})


class Unclear(Exception):
    """The answer cannot be told for certain (答案不明): becomes a doubt; `letters` is the best guess."""

    def __init__(self, code: str, sentence: str, letters: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.letters = code, sentence, tuple(letters)


@dataclass(frozen=True)
class Habits:
    """What holds throughout a file (全文件的写法): positions from 0 or 1, what A or 1 means in 判断."""

    base: int | None = None
    legend: Mapping[str, bool] = field(default_factory=dict)


def letters_of(text: str, options: Mapping[str, str], habits: Habits) -> tuple[str, ...]:
    """The letters that an answer names, in order. Raises Unclear."""
    answer = _LEAD.sub("", plain(text)).rstrip("。.;；,，、 ")
    exact = [key for key, option in options.items() if same_text(option, text)]
    if _LETTERS.fullmatch(answer):
        if exact and [answer.upper()] != exact:
            raise Unclear("answer_ambiguous", f"答案“{answer}”既是选项字母，又是选项文字，请核对。")
        return _checked(re.findall(r"[A-J]", answer.upper()), options)
    if exact:
        return _one(exact, answer)
    if _DIGITS.fullmatch(answer):
        return _positions(re.findall(r"\d", answer), options, habits)
    if _LABELLED.match(answer):
        return _labelled(text, options)
    if _ALL.fullmatch(answer):
        raise Unclear("answer_all", f"答案写的是“{answer}”，请核对。", tuple(options))
    return _texts(plain(text), options)


def _one(exact: Sequence[str], answer: str) -> tuple[str, ...]:
    if len(exact) > 1:
        raise Unclear("answer_ambiguous", f"答案“{answer[:30]}”与几个选项的文字相同。")
    return tuple(exact)


def _checked(letters: Sequence[str], options: Mapping[str, str]) -> tuple[str, ...]:
    twice = [letter for letter, times in Counter(letters).items() if times > 1]
    if twice:
        raise Unclear("answer_repeats", f"答案中 {'、'.join(twice)} 出现两次。", sorted(set(letters)))
    strange = sorted(set(letters) - set(options))
    if strange:
        raise Unclear("answer_outside", f"答案 {'、'.join(strange)} 不在选项里。", sorted(set(letters) & set(options)))
    return tuple(sorted(letters))


def _positions(digits: Sequence[str], options: Mapping[str, str], habits: Habits) -> tuple[str, ...]:
    if any(plain(text).rstrip(".。") in digits for text in options.values()):
        raise Unclear("answer_ambiguous", f"答案“{'、'.join(digits)}”既可能是序号，也可能是选项文字，请核对。")
    if habits.base is None:
        raise Unclear("answer_base", f"答案“{'、'.join(digits)}”是序号，但看不出从 0 还是从 1 数起。")
    places = [int(digit) - habits.base for digit in digits]
    if any(not 0 <= place < len(options) for place in places):
        raise Unclear("answer_outside", f"答案“{'、'.join(digits)}”超出了选项的个数。")
    keys = list(options)
    return _checked([keys[place] for place in places], options)


def _labelled(text: str, options: Mapping[str, str]) -> tuple[str, ...]:
    pieces, _ = split_options([text.strip()])
    letters = [letter for letter, _ in pieces]
    if all(letter in options and same_text(options[letter], piece.strip("；;，, ")) for letter, piece in pieces):
        return _checked(letters, options)
    raise Unclear(
        "answer_text", f"答案“{plain(text)[:30]}”后面的文字与选项不同，请核对。", [x for x in letters if x in options]
    )


def _texts(answer: str, options: Mapping[str, str]) -> tuple[str, ...]:
    """Option texts in a row, longest first; what is left over may only separate them."""
    rest, found = re.sub(r"\s", "", answer), []
    for key in sorted(options, key=lambda key: -len(options[key])):
        text = re.sub(r"\s", "", plain(options[key]))
        if len(text) > 1 and text in rest:
            rest = rest.replace(text, "\x00", 1)
            found.append(key)
    if not found or rest.strip("\x00,，、;；|/。.和与及"):
        raise Unclear("answer_unread", f"答案“{answer[:40]}”与选项对不上。")
    texts = [re.sub(r"\s", "", plain(options[key])) for key in found]
    inside = any(a != b and a in b for a in (re.sub(r"\s", "", plain(t)) for t in options.values()) for b in texts)
    if inside and len(found) > 1:
        raise Unclear("answer_ambiguous", "有的选项文字包含在另一个选项里，请核对答案。", sorted(found))
    return _checked(found, options)


def judgement_answer(text: str, legend: Mapping[str, bool], habits: Habits, options: Mapping[str, bool]) -> bool:
    """True or false. `options`: {"A": True, "B": False} when the question offers them. Raises Unclear."""
    answer = _LEAD.sub("", plain(text)).rstrip("。.;；,， ")
    labelled = re.match(r"^([AB])\s*[.、:：)]\s*(.+)$", answer)
    value = judgement_of(labelled[2] if labelled else answer)
    if value is not None:
        if labelled and options and options.get(labelled[1]) is not value:
            raise Unclear("answer_text", f"答案“{answer[:30]}”的字母与文字不一致。")
        return value
    sign = answer.upper()
    if sign not in SIGNS:
        word = re.match(r"^(正确|错误|不正确|对|错|√|×)[,，。;；:：(（\s]", answer)
        guess = judgement_of(word[1]) if word else None
        raise Unclear(
            "answer_unread", f"判断题的答案“{answer[:40]}”看不明白。", [str(guess)] if guess is not None else ()
        )
    if sign in options:
        return options[sign]
    if options and habits.base is not None and sign.isdecimal():
        keys = list(options)
        if 0 <= int(sign) - habits.base < len(keys):
            return options[keys[int(sign) - habits.base]]
    known = dict(legend) or dict(habits.legend)
    if options or sign not in known:
        raise Unclear("judgement_sign", f"判断题的答案写作“{sign}”，看不出它表示正确还是错误。")
    return known[sign]


_SAYS = re.compile(
    r"^(?:本题|该题|此题|该|此|这一|题干|题目)?(?:的)?(?:说法|表述|观点|判断|做法|题干)?(?:是)?(正确|错误|不正确|不对|对|错)(?:的)?[。，,；;：:！.]"
)


def said_in_explanation(text: str) -> bool | None:
    """Whether an explanation begins by saying right or wrong (“说法错误。……”); None when it does not."""
    found = _SAYS.match(text.strip())
    return judgement_of(found[1]) if found else None


def habits_of(raws: Iterable[Raw]) -> Habits:
    """Positions: from 0 when a 0 occurs, from 1 when the last place does. Signs: by explanations, if all agree."""
    zero = top = False
    evidence: dict[str, set[bool]] = {}
    times = 0
    for raw in raws:
        answer = plain(raw.answer or raw.key_answer or "、".join(raw.answer_list or ()))
        if raw.options and not judgement_options(raw.options):
            digits = re.findall(r"\d", answer) if _DIGITS.fullmatch(answer) else []
            zero = zero or "0" in digits
            top = top or str(len(raw.options)) in digits
        said = said_in_explanation(raw.explanation)
        if not raw.options and answer.upper() in SIGNS and said is not None and _may_judge(raw):
            evidence.setdefault(answer.upper(), set()).add(said)
            times += 1
    base = None if zero == top else 0 if zero else 1
    return Habits(base, _agreed(evidence) if times >= 2 else {})


def _may_judge(raw: Raw) -> bool:
    return kind_of_word(raw.kind_word or raw.section_word) in (None, QuestionKind.TRUE_FALSE)


def _agreed(evidence: Mapping[str, set[bool]]) -> dict[str, bool]:
    """What each sign means, when no two explanations disagree and there are two signs."""
    known = {sign: next(iter(values)) for sign, values in evidence.items() if len(values) == 1}
    return known if len(evidence) == 2 and sorted(known.values()) == [False, True] else {}


def options_by_letter(pairs: Sequence[Option]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(options by letter, doubts as code and sentence) of options as they stood, with or without letters."""
    doubts: list[tuple[str, str]] = []
    labels = [label or LETTERS[i] if i < len(LETTERS) else label for i, (label, _) in enumerate(pairs)]
    if len(pairs) > len(LETTERS):
        doubts.append(("too_many_options", f"有 {len(pairs)} 个选项，最多 8 个，请核对选项的划分。"))
    if labels != list(LETTERS[: len(labels)]):
        doubts.append(("option_letters", f"选项的字母是 {'、'.join(filter(None, labels))}，不是从 A 起连续，请核对。"))
    options: dict[str, str] = {}
    for key, (_, text) in zip(LETTERS, pairs, strict=False):
        options[key] = text
        twin = next((other for other in options if other != key and same_text(options[other], text)), "")
        if not text:
            doubts.append(("empty_option", f"选项 {key} 没有文字。"))
        elif twin:
            doubts.append(("same_options", f"选项 {twin} 与 {key} 相同。"))
    return options, doubts
