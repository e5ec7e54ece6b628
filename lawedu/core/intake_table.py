"""From a table to questions as they stood (表格识别): columns in any order, under the names that people give them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from lawedu.core.grid import Cell, Grid, Header, NoHeader, find_header, text_of
from lawedu.core.intake import Raw, Source, Unread
from lawedu.core.intake_marks import field_start, numbered, take_tag
from lawedu.core.intake_options import WEAK_SEPARATORS, Option, options_in_stem, split_cell, without_label
from lawedu.core.intake_words import kind_of_word, legend_in, plain, readable
from lawedu.core.questions import LETTERS

LONGEST_CELL = 2_000
OPTION_LETTERS = "ABCDEFGHIJ"
_STEMS = (
    "题干",
    "题目内容",
    "试题内容",
    "试题题干",
    "题目题干",
    "题目",
    "试题",
    "问题",
    "内容",
    "题目描述",
    "question",
    "stem",
    "title",
)
_ANSWERS = ("正确答案", "标准答案", "参考答案", "答案", "答案选项", "正确选项", "answer", "correctanswer", "correct")
WORDS: Mapping[str, Sequence[str]] = {
    "stem": _STEMS,
    "answer": _ANSWERS,
    "options": ("选项", "选项内容", "备选答案", "答案选项", "候选项", "options", "choices"),
    "explanation": (
        "解析",
        "答案解析",
        "试题解析",
        "题目解析",
        "评析",
        "详解",
        "答案分析",
        "分析",
        "说明",
        "explanation",
        "analysis",
    ),
    "kind": ("题型", "题目类型", "试题类型", "类型", "题目题型", "type", "kind", "questiontype"),
    "difficulty": ("难度", "难易度", "难度系数", "难易程度", "难度等级", "difficulty", "level"),
    "domain": (
        "法律领域",
        "知识点",
        "领域",
        "考点",
        "所属领域",
        "所属法律",
        "分类",
        "类别",
        "专业",
        "domain",
        "category",
    ),
    "basis": ("法律依据", "依据", "法条依据", "法条", "出处", "来源", "basis", "reference"),
    "number": ("序号", "题号", "编号", "no", "id", "number"),
    **{
        letter: (
            *(f"选项{letter}", f"{letter}选项", f"备选答案{letter}", f"选择{letter}", f"答案{letter}", letter),
            *(f"option{letter}", f"选项{place}", f"option{place}"),
        )
        for place, letter in enumerate(OPTION_LETTERS, 1)
    },
}


def read_sheets(grids: Sequence[Grid]) -> Source:
    """Questions of all sheets that have a header with 题干 or a word like it. Raises NoHeader when none has."""
    raws: list[Raw] = []
    unread: list[Unread] = []
    refused: NoHeader | None = None
    for grid in grids:
        try:
            header = _header(grid)
        except NoHeader as none:
            refused = none
            unread.append(Unread(0, f"工作表“{grid.sheet}”没有题干一列"))
            continue
        raws += _read_sheet(grid, header, several=len(grids) > 1)
        unread += [Unread(header.row + 1, f"未读取的列：{name}") for name in header.unread]
    if refused is not None and not raws:
        raise refused
    return Source(raws, unread)


def has_header(grid: Grid) -> bool:
    """Whether a table is a table of questions, with a column of stems and one of answers or options."""
    try:
        columns = _header(grid).columns
    except NoHeader:
        return False
    return "answer" in columns or "options" in columns or "A" in columns


def _header(grid: Grid) -> Header:
    """Headings are compared without case: a sheet from an English tool says Option A."""
    rows = [[_folded(cell) for cell in row] for row in grid.rows[:31]]
    words = {name: [plain(word).casefold() for word in synonyms] for name, synonyms in WORDS.items()}
    folded = Grid(rows, grid.merged, grid.sheet)
    return find_header(folded, {**words, "stem": ["题干", *words["stem"]]}, ("stem",))


def _folded(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return re.sub(r"[\s_\-]+", "", plain(cell)).casefold()


def _read_sheet(grid: Grid, header: Header, *, several: bool) -> list[Raw]:
    legend: dict[str, bool] = {}
    for row in grid.rows[: header.row + 1]:
        for cell in row:
            legend = legend or legend_in(_text(cell))
    raws, separators = [], []
    for place in range(header.row + 1, len(grid.rows)):
        cells = {name: grid.at(place, column) for name, column in header.columns.items()}
        if not any(_text(cell) for name, cell in cells.items() if name != "number") or _is_heading(cells):
            continue
        raw, separator = _read_row(cells, place + 1)
        raw.sheet = grid.sheet if several else ""
        raw.section_word = grid.sheet if kind_of_word(grid.sheet) else ""
        raw.legend = legend
        raws.append(raw)
        separators.append(separator)
    _strip_numbers(raws)
    _check_separators(raws, separators)
    return raws


def _is_heading(cells: Mapping[str, Cell]) -> bool:
    """The header again in the middle of a sheet (pages pasted together)."""
    return plain(_text(cells.get("stem"))) in _STEMS and plain(_text(cells.get("answer"))) in ("", *_ANSWERS)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return readable(cell).strip()
    return ("正确" if cell else "错误") if isinstance(cell, bool) else text_of(cell)


def _read_row(cells: Mapping[str, Cell], row: int) -> tuple[Raw, str]:
    text = {name: _text(cell) for name, cell in cells.items()}
    raw = Raw(first=row, last=row)
    raw.number = int(text["number"]) if text.get("number", "").isdecimal() and len(text["number"]) < 6 else None
    word, stem = take_tag(text.get("stem", ""))
    raw.kind_word = text.get("kind", "") or word
    if text.get("kind") and word and kind_of_word(word) is not kind_of_word(text["kind"]):
        raw.doubt("kind_conflict", f"题型一列是“{text['kind'][:20]}”，题干写的是“{word}”。")
    raw.stem = stem
    raw.answer = _without_name(text.get("answer", "")) or None
    raw.explanation = _without_name(text.get("explanation", ""))
    raw.basis, raw.difficulty, raw.domain = (text.get(name, "") for name in ("basis", "difficulty", "domain"))
    separator = _read_options(raw, text)
    for name, cell in cells.items():
        if isinstance(cell, date):
            raw.doubt("cell_date", f"“{WORDS[name][0]}”一格是日期，请核对原来的文字。")
        if len(text[name]) >= LONGEST_CELL:
            raw.doubt("cell_cut", f"“{WORDS[name][0]}”一格太长，可能没有读全。")
    return raw, separator


def _strip_numbers(raws: Sequence[Raw]) -> None:
    """“1、” before the stem goes when stems of the sheet are numbered; one that breaks the row is doubted."""
    found = [numbered(raw.stem) for raw in raws]
    are_numbered = sum(one is not None and bool(one.rest) for one in found) * 10 >= len(raws) * 8
    previous = 0
    for raw, one in zip(raws, found, strict=True):
        if one is not None and are_numbered and one.rest:
            if one.number not in (1, previous + 1, raw.number):
                raw.doubt("stem_number", f"题干以编号 {one.number} 开头，与前后不连续，请核对。")
            previous, raw.stem = one.number, one.rest
        elif one is not None or re.match(r"\s*\d{1,4}\.\d", raw.stem):
            raw.doubt("stem_number", "题干以数字开头，请核对它是题号还是题干。")


def _without_name(text: str) -> str:
    """A cell may repeat the name of its column: 答案：B."""
    inner = field_start(1, text)
    return inner.text if inner and inner.name in ("answer", "explanation") else text


def _read_options(raw: Raw, text: Mapping[str, str]) -> str:
    """Options from their columns, from one cell, or from the stem; returns what separated them in one cell."""
    columns = [(letter, text[letter]) for letter in OPTION_LETTERS if letter in text]
    while columns and not columns[-1][1]:
        columns.pop()
    if columns:
        raw.options = [(letter, without_label(letter, value)) for letter, value in columns]
        if text.get("options"):
            raw.doubt("option_split", "既有各选项的列，又有“选项”一列，请核对。")
        return ""
    if text.get("options"):
        raw.options, separator = split_cell(text["options"])
        return _doubt_separator(raw, text["options"], separator)
    raw.stem, raw.options, is_doubtful = options_in_stem(raw.stem.replace("\n", " "))
    if is_doubtful:
        raw.doubt("option_split", "题干中字母 A 出现不止一次，请核对选项的划分。")
    return ""


_INNER_COMMA = re.compile(r"[0-9A-Za-z],[0-9A-Za-z]|[一-鿿],[一-鿿]")


def _doubt_separator(raw: Raw, cell: str, separator: str) -> str:
    """Commas divide options only when nothing suggests that the writer uses the same comma inside them."""
    if separator in ("，", "、", "/"):
        raw.doubt("option_separator", f"选项用“{separator}”分开，它也可能是选项里的标点，请核对。")
    elif separator == "," and (re.search(r"\d,\d", cell) or _INNER_COMMA.search(raw.stem + raw.explanation)):
        raw.doubt("option_separator", "选项用逗号分开，选项里可能也有逗号，请核对。")
    elif separator in (";", "；") and re.search("[;；]", raw.stem + raw.explanation):
        raw.doubt("option_separator", "选项用分号分开，选项里可能也有分号，请核对。")
    return separator


def _check_separators(raws: Sequence[Raw], separators: Sequence[str]) -> None:
    """In one column one sign divides; a row divided by another, or without any, may be divided wrongly."""
    used = Counter(separator for separator in separators if separator)
    if not used:
        return
    usual = used.most_common(1)[0][0]
    for raw, separator in zip(raws, separators, strict=True):
        if separator and separator != usual:
            raw.doubt("option_separator", f"本题选项的分隔符与其他题不同（{_shown(separator)}），请核对。")
        unlabelled: list[Option] = [option for option in raw.options if not option[0]]
        if separator in WEAK_SEPARATORS and len(unlabelled) > len(LETTERS):
            raw.doubt("option_separator", "分出的选项太多，请核对。")


def _shown(separator: str) -> str:
    return {"\n": "换行", "\t": "制表符"}.get(separator, separator)
