"""From a question as it stood to the question understood (理解试题): kind, stem, options, answer, and every doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lawedu.core.intake import Raw, Understood
from lawedu.core.intake_answers import (
    Habits,
    Unclear,
    habits_of,
    judgement_answer,
    letters_of,
    options_by_letter,
    said_in_explanation,
)
from lawedu.core.intake_citations import citations_in
from lawedu.core.intake_options import answers_in_brackets, judgement_options, options_in_stem, take_right_mark
from lawedu.core.intake_words import (
    BLANK,
    CHOICE_OF_SOME_KIND,
    difficulty_of,
    judgement_of,
    kind_of_word,
    plain,
    tidy,
    with_blanks,
)
from lawedu.core.question_draft import Answer, RubricLine
from lawedu.core.questions import CHOICE, KIND_NAMES, LETTERS, QuestionKind

WRITTEN = frozenset({QuestionKind.SHORT_ANSWER, QuestionKind.ESSAY})
FULL_POINTS = Decimal(10)
_SAID = re.compile(
    r"(?:故选|故本题选|因此选|应选|本题选|正确答案(?:为|是)?|答案(?:为|是|选)?[:：]?)\s*([A-H]{1,8})(?![A-Za-z])"
)
_LOOSE_OPTIONS = re.compile(r"(?<![A-Za-z0-9])[AＡ][\s　]+\S.*[\s　][BＢ][\s　]+\S", re.S)
MARKS = ("［图片］", "［公式］", "［符号］")
_FIELD = re.compile(r"(?:答案|解析)\s*[:：]|[【\[]\s*(?:正确答案|答案|答案解析|解析)\s*[】\]]")


def understand(raws: Sequence[Raw], names: Mapping[str, int]) -> list[Understood]:
    """Every question of a file. `names`: tidy titles and aliases of laws → the caller's key of each."""
    habits = habits_of(raws)
    return [_Question(raw, habits).understood(names) for raw in raws]


@dataclass
class _Question:
    raw: Raw
    habits: Habits
    kind: QuestionKind | None = None
    stem: str = ""
    options: dict[str, str] = field(default_factory=dict)
    judgement: dict[str, bool] = field(default_factory=dict)
    answer: Answer = None
    rubric: tuple[RubricLine, ...] = ()

    def understood(self, names: Mapping[str, int]) -> Understood:
        raw = self.raw
        self.stem = with_blanks(raw.stem)
        self._said_kind()
        marked = self._read_options()
        statements = self._statements(marked)
        if self.kind is None:
            self._infer_kind(statements)
        self._read_answer(statements)
        self._look_again()
        explanation = tidy(raw.explanation)
        cited, unknown = citations_in((raw.basis, explanation, self.stem), names)
        return Understood(
            raw.first, raw.last, raw.sheet, raw.number, self.kind, self.stem, self.options, self.answer, self.rubric,
            explanation, tidy(raw.domain), difficulty_of(raw.difficulty), cited, unknown, tuple(raw.doubts),
            tuple(raw.notes),
        )  # fmt: skip

    def doubt(self, code: str, sentence: str) -> None:
        self.raw.doubt(code, sentence)

    def _said_kind(self) -> None:
        raw = self.raw
        said, headed = kind_of_word(raw.kind_word), kind_of_word(raw.section_word)
        if raw.kind_word.strip() and said is None and plain(raw.kind_word) != CHOICE_OF_SOME_KIND:
            self.doubt("kind_unknown", f"不认识的题型“{raw.kind_word[:20]}”。")
        if said and headed and said is not headed:
            self.doubt("kind_conflict", f"本题写明是{KIND_NAMES[said]}，所在部分却是{KIND_NAMES[headed]}。")
        self.kind = said or (headed if not raw.kind_word.strip() else None)

    def _read_options(self) -> list[str]:
        """Options by letter; returns the letters marked （正确）."""
        pairs, marked = [], []
        for place, (label, text) in enumerate(self.raw.options):
            bare, is_right = take_right_mark(tidy(text))
            pairs.append((label, with_blanks(bare).strip()))
            if is_right and place < len(LETTERS):
                marked.append(LETTERS[place])
        judgement = judgement_options(pairs)
        if judgement and self.kind in (None, QuestionKind.TRUE_FALSE):
            self.judgement = judgement
            return marked
        self.options, doubts = options_by_letter(pairs)
        for code, sentence in doubts:
            self.doubt(code, sentence)
        return marked

    def _statements(self, marked: list[str]) -> list[str]:
        """Everything that says what is right, as it stands: answer, block at the end, marks, brackets of the stem."""
        raw = self.raw
        found = [text for text in (raw.answer, raw.key_answer) if text and text.strip()]
        if raw.answer_list:
            found.append("|".join(raw.answer_list))
        if marked:
            found.append("".join(marked))
        bracketed = self._from_brackets(bool(found))
        return found + ([bracketed] if bracketed else [])

    def _from_brackets(self, has_other: bool) -> str:
        wants_letters = bool(self.options) or self.kind in CHOICE
        if self.kind in (QuestionKind.FILL_BLANK, QuestionKind.CASE_ANALYSIS, *WRITTEN):
            return ""
        held = [m for m in answers_in_brackets(self.stem) if self._may_answer(m, wants_letters)]
        if not held:
            return ""
        if len(held) > 1 or (BLANK in self.stem and not has_other):
            self.doubt("bracket_letters", "题干括号里有字母或对错，看不出是不是答案。")
            return ""
        if BLANK in self.stem:
            return ""
        match = held[0]
        self.stem = self.stem[: match.start()] + BLANK + self.stem[match.end() :]
        return match[1]

    def _may_answer(self, match: re.Match[str], wants_letters: bool) -> bool:
        is_letters = bool(re.fullmatch(r"[A-H、,，\s]+", plain(match[1]).upper()))
        if wants_letters:
            return is_letters
        at_edge = match.start() == 0 or not self.stem[match.end() :].strip("。. ")
        return at_edge and (judgement_of(match[1]) is not None or is_letters)

    def _infer_kind(self, statements: list[str]) -> None:
        first = statements[0] if statements else ""
        if self.judgement or (not self.options and first and judgement_of(first) is not None):
            self.kind = QuestionKind.TRUE_FALSE
            self.raw.notes.append("没有写明题型，按答案识别为判断题。")
        elif len(self.options) >= 2 and first:
            try:
                several = len(letters_of(first, self.options, self.habits)) > 1
            except Unclear as unclear:
                several = len(unclear.letters) > 1
            self.kind = QuestionKind.MULTIPLE_CHOICE if several else QuestionKind.SINGLE_CHOICE
            self.doubt("kind_inferred", f"没有写明题型，题型按答案推断为{KIND_NAMES[self.kind]}。")
        elif not self.options and first and BLANK in self.stem:
            self.kind = QuestionKind.FILL_BLANK
            self.doubt("kind_inferred", "没有写明题型，按题干中的空推断为填空题。")
        else:
            self.doubt("kind_unknown", "没有写明题型，也看不出是哪一种。")

    def _read_answer(self, statements: list[str]) -> None:
        readers: dict[QuestionKind, Callable[[str], Answer]] = {
            QuestionKind.TRUE_FALSE: self._judge,
            QuestionKind.FILL_BLANK: self._fill,
            **dict.fromkeys(CHOICE, self._choose),
        }
        if self.kind in WRITTEN:
            self._write(statements)
            return
        if self.kind is QuestionKind.CASE_ANALYSIS:
            self.doubt("case", "案例分析题不能自动拆成小题，请在导入后编辑。")
            self.stem = tidy("\n".join([self.stem, *(f"{k}．{t}" for k, t in self.options.items()), *statements]))
            self.options = {}
            return
        if self.kind is None:
            return
        if not statements:
            self.doubt("no_answer", "没有找到答案。")
        values = [readers[self.kind](text) for text in statements]
        self.answer = next((value for value in values if value is not None), None)
        if self.answer is None and not self.raw.doubts:
            self.doubt("answer_unread", f"答案“{''.join(statements)[:40]}”看不明白。")
        if len({str(value) for value in values if value is not None}) > 1:
            said = "”“".join(text[:20] for text in statements)
            self.doubt("two_answers", f"几处答案不一致：“{said}”。")
        self._check_kind()

    def _judge(self, text: str) -> Answer:
        try:
            return judgement_answer(text, self.raw.legend, self.habits, self.judgement)
        except Unclear as unclear:
            self.doubt(unclear.code, unclear.sentence)
            return unclear.letters[0] == "True" if unclear.letters else None

    def _choose(self, text: str) -> Answer:
        try:
            letters = letters_of(text, self.options, self.habits)
        except Unclear as unclear:
            self.doubt(unclear.code, unclear.sentence)
            letters = unclear.letters
        if self.kind is QuestionKind.SINGLE_CHOICE and len(letters) == 1:
            return letters[0]
        if self.kind is QuestionKind.SINGLE_CHOICE and letters:
            self.doubt("kind_answer", f"题型是单选题，答案却有 {len(letters)} 个：{''.join(letters)}。")
            return letters[0]
        return letters or None

    def _fill(self, text: str) -> Answer:
        body = text if self.raw.answer_list is None else "|".join(self.raw.answer_list)
        parts = tuple(dict.fromkeys(filter(None, (tidy(part) for part in re.split(r"[/|｜／]", body)))))
        if re.search(r"[;；\n/／]|或|\s{2,}", body):
            self.doubt("fill_variants", f"填空题的答案“{body[:40]}”可能不止一个，请核对可接受的答案。")
        return parts or None

    def _write(self, statements: list[str]) -> None:
        text = "\n".join(statements)
        if not text.strip():
            self.doubt("no_answer", "没有找到参考答案。")
            return
        lines = [line for line in tidy(text).split("\n") if line]
        points = [re.search(r"[（(]\s*(\d{1,2}(?:\.\d)?)\s*分\s*[)）]\s*[。；;.]?$", line) for line in lines]
        if len(lines) > 1 and all(points):
            self.rubric = tuple(
                RubricLine(Decimal(found[1]), line[: found.start()].strip())
                for line, found in zip(lines, points, strict=True)
                if found
            )
        else:
            self.rubric = (RubricLine(FULL_POINTS, "\n".join(lines)),)
            self.raw.notes.append("参考答案没有分点给分，先作为一条要点收下。")

    def _check_kind(self) -> None:
        kind, answer = self.kind, self.answer
        if kind in CHOICE and len(self.options) < 2:
            self.doubt("few_options", "选项少于两个。")
        if kind is QuestionKind.MULTIPLE_CHOICE and isinstance(answer, tuple):
            if len(answer) == 1:
                self.doubt("kind_answer", f"题型是多选题，答案却只有一个：{answer[0]}。")
            elif len(answer) == len(self.options):
                self.raw.notes.append("多选题的全部选项都是正确答案。")
        if kind is QuestionKind.TRUE_FALSE:
            if self.options:
                self.doubt("judge_options", "判断题带有选项，请核对题型。")
            self.stem = _without_edge_blank(self.stem)
        if kind is QuestionKind.FILL_BLANK:
            if self.options:
                self.doubt("fill_options", "填空题带有选项，请核对题型。")
            if self.stem.count(BLANK) != 1:
                self.doubt("fill_blanks", f"填空题的题干中有 {self.stem.count(BLANK)} 个空，应当正好一个。")

    def _look_again(self) -> None:
        """What does not look like a whole question, and explanations that say another answer."""
        if len(self.stem) < 4:
            self.doubt("short_stem", "题干太短或者没有题干。")
        if any(_FIELD.search(text) for text in (self.stem, *self.options.values())):
            self.doubt("field_inside", "题干或选项里混有“答案”“解析”字样，请核对。")
        if len(options_in_stem(self.raw.stem)[1]) >= 2 or _LOOSE_OPTIONS.search(self.raw.stem):
            self.doubt("option_split", "题干里像是还有选项，请核对。")
        said = _SAID.search(plain(self.raw.explanation))
        if self.kind in CHOICE and said and self.answer is not None and set(said[1]) != set(self.answer):  # type: ignore[arg-type]
            self.doubt("explanation_differs", f"解析说的是 {said[1]}，与答案不一致。")
        judged = said_in_explanation(self.raw.explanation)
        if self.kind is QuestionKind.TRUE_FALSE and None not in (judged, self.answer) and judged is not self.answer:
            self.doubt("explanation_differs", "解析的说法与答案不一致。")
        if any(mark in text for mark in MARKS for text in (self.stem, self.raw.explanation, *self.options.values())):
            self.doubt("picture", "原文这里有图片、公式或特殊符号，没有读入，请补上。")
        if "�" in self.raw.stem + self.raw.explanation + "".join(self.options.values()):
            self.doubt("broken_text", "文字中有乱码，或者太长没有读全，请核对。")


def _without_edge_blank(stem: str) -> str:
    """A judgement needs no brackets to write √ in; the full stop behind them stays."""
    found = re.search(rf"\s*{BLANK}\s*([。.]?)$", stem)
    if found:
        bare = stem[: found.start()]
        stem = bare if bare.endswith(("。", ".", "！", "？")) else bare + found[1]
    return stem.removeprefix(BLANK).strip()
