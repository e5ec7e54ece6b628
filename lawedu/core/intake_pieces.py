"""The pieces of one question (题目各部分) while its lines come in: stem, options, answer, explanation and the rest."""

from __future__ import annotations

from lawedu.core.intake import Raw
from lawedu.core.intake_marks import Line, field_start
from lawedu.core.intake_options import has_answer_or_options, option_label, options_in_stem, split_cell, split_options
from lawedu.core.intake_words import kind_of_word
from lawedu.core.questions import QuestionKind

WRITTEN = frozenset({QuestionKind.SHORT_ANSWER, QuestionKind.ESSAY, QuestionKind.CASE_ANALYSIS})
_ENDS = tuple("。！？?；;：:”）)》…，,、.")


class Pieces:
    """Collects the lines of one question and says what is odd about them."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.where = "stem"
        self.option_lines: list[str] = []

    @property
    def is_complete(self) -> bool:
        """Whether it has what a question needs, so that another may follow."""
        return bool(self.raw.answer or self.option_lines or has_answer_or_options(self.raw.stem))

    def take_stem(self, number: int, text: str) -> None:
        """The rest of the line that begins the question; 题目：… stands there too."""
        inner = field_start(number, text)
        if inner and inner.name == "stem":
            self.raw.stem = inner.text
        elif inner:
            self.take_field(inner)
        else:
            self.raw.stem = text

    def take_option(self, line: Line) -> bool:
        """The line as option, when it begins with the letter that may stand here."""
        label = option_label(line.text)
        if not label or self._kind is QuestionKind.CASE_ANALYSIS:
            return False
        if not self.option_lines:
            accepted = label == "A"
        elif self.where != "options":
            if label == "A" or label <= option_label(self.option_lines[-1]):
                return False
            self.raw.doubt("late_option", f"解析或答案之后有一行以 {label} 开头，请核对是否选项。")
            return False
        else:
            if label == "A" and len(self.option_lines) == 1:
                self._back_to_stem()
            accepted = not self.option_lines or label > option_label(self.option_lines[-1])
        if accepted:
            self.option_lines.append(line.text)
            self._at(line, "options")
        return accepted

    def _back_to_stem(self) -> None:
        """“A、B两家公司……” began a line of the stem: the real option A comes after it."""
        self.raw.stem += "\n" + self.option_lines.pop()
        self.raw.doubt("stem_lines", "题干中有一行像是选项 A，已按题干收下，请核对。")

    def take_field(self, line: Line) -> None:
        """答案, 解析 and the other named fields."""
        raw = self.raw
        if line.name == "options":
            self.option_lines += [line.text] if option_label(line.text) else self._cell(line.text)
            self._at(line, "options")
        elif line.name == "answer":
            self._answer(line)
        elif line.name in ("explanation", "basis"):
            held = getattr(raw, line.name)
            setattr(raw, line.name, f"{held}\n{line.text}".strip("\n"))
            self._at(line, line.name)
        elif line.name == "stem":
            raw.stem = f"{raw.stem}\n{line.text}".strip("\n")
            self._at(line, "stem")
        else:
            if line.name != "score":
                name = {"kind": "kind_word"}.get(line.name, line.name)
                setattr(raw, name, line.text)
            self._at(line, "other")

    def _cell(self, text: str) -> list[str]:
        if not text:
            return []
        pairs, _ = split_cell(text)
        self.raw.doubt("unlabelled_options", "选项没有字母，请核对选项的划分。")
        return [f"{'ABCDEFGHIJ'[i]}.{part}" for i, (_, part) in enumerate(pairs[:10])]

    def _answer(self, line: Line) -> None:
        raw = self.raw
        if raw.answer and self.where == "explanation":
            raw.explanation = f"{raw.explanation}\n答案：{line.text}"
        elif raw.answer and raw.answer.strip() != line.text.strip():
            raw.doubt("two_answers", f"有两处答案：“{raw.answer[:30]}”和“{line.text[:30]}”，请核对。")
        else:
            raw.answer = line.text
            self._at(line, "answer")

    def take_text(self, line: Line, continues: bool) -> None:
        """A line without any mark: part of what stands above it, with a doubt unless lines are broken at a width."""
        raw, text = self.raw, line.text.strip()
        raw.last = line.number
        glue = "" if continues else "\n"
        if self._kind is QuestionKind.CASE_ANALYSIS:
            raw.stem += f"\n{text}"
        elif self.where == "stem":
            raw.stem = f"{raw.stem}{glue}{text}".strip()
            if not continues:
                raw.doubt("stem_lines", "题干由几行组成，请核对其中没有混入标题或页眉。")
        elif self.where == "options" and self.option_lines:
            self.option_lines[-1] += text
            if not continues:
                letter = option_label(self.option_lines[-1])
                raw.doubt("option_lines", f"选项 {letter} 由几行组成，请核对其中没有混入页眉页脚。")
        elif self.where == "answer":
            self._more_answer(text)
        elif self.where in ("explanation", "basis"):
            self._more(self.where, text, glue)
        else:
            raw.doubt("loose_line", f"有一行不知属于哪一部分，没有收下：“{text[:40]}”。")

    def _more_answer(self, text: str) -> None:
        raw = self.raw
        if not raw.answer:
            raw.answer = text
        elif self._kind in WRITTEN:
            raw.answer += f"\n{text}"
        else:
            raw.explanation = text
            self.where = "explanation"
            raw.doubt("loose_line", "答案之后的文字没有写明是解析，已按解析收下，请核对。")

    def _more(self, name: str, text: str, glue: str) -> None:
        """A short line without an end among sentences may be a page header."""
        held = getattr(self.raw, name)
        if held and not glue.strip() and not text.endswith(_ENDS) and glue:
            self.raw.doubt("loose_line", f"解析末尾有一行可能不属于本题：“{text[:40]}”。")
        setattr(self.raw, name, f"{held}{glue}{text}".strip())

    @property
    def _kind(self) -> QuestionKind | None:
        return kind_of_word(self.raw.kind_word) or kind_of_word(self.raw.section_word)

    def _at(self, line: Line, where: str) -> None:
        self.where = where
        self.raw.last = line.number

    def finish(self) -> Raw:
        """The question with its options divided."""
        raw = self.raw
        if self.option_lines:
            raw.options, doubts = split_options(self.option_lines)
            for sentence in doubts:
                raw.doubt("option_split", sentence)
        elif self._kind not in WRITTEN:
            raw.stem, raw.options, is_doubtful = options_in_stem(raw.stem)
            if is_doubtful:
                raw.doubt("option_split", "题干中字母 A 出现不止一次，请核对选项的划分。")
        return raw
