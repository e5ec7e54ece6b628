"""Sample files (样本文件): the sample banks as Word, Excel, text, CSV and JSON, a file for each shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from tests.questions.sample_tables import GridStyle, JsonStyle, write_json, write_rows
from tests.questions.samples import HEADINGS, SHORT, Question, TextStyle, answer_text, write_text
from tests.sheets import xls

COLUMNS = (
    *(("number", "序号"), ("kind", "题型"), ("stem", "题干"), ("A", "选项A"), ("B", "选项B"), ("C", "选项C")),
    *(("D", "选项D"), ("E", "选项E"), ("answer", "正确答案"), ("explanation", "答案解析")),
)
MIXED = (
    *(("explanation", "解析"), ("answer", "标准答案"), ("E", "E"), ("D", "D"), ("C", "C"), ("B", "B"), ("A", "A")),
    *(("stem", "试题内容"), ("kind", "试题类型")),
)
TOGETHER = (("kind", "题型"), ("stem", "题目"), ("options", "选项"), ("answer", "答案"), ("explanation", "解析"))


@dataclass(frozen=True)
class Shape:
    """One shape: what it is called in the report, the file's name, how to write it, whether it says every kind."""

    title: str
    name: str
    write: Callable[[Sequence[Question]], bytes]


def text_file(style: TextStyle, encoding: str = "utf-8") -> Callable[[Sequence[Question]], bytes]:
    """A .txt; what an encoding cannot write becomes what typists use instead."""
    return lambda questions: "\r\n".join(write_text(questions, style)).encode(encoding)


def word_file(style: TextStyle) -> Callable[[Sequence[Question]], bytes]:
    """A .docx with typed numbers, a paragraph a line."""

    def write(questions: Sequence[Question]) -> bytes:
        document = Document()
        for line in write_text(questions, style):
            document.add_paragraph(line)
        return _saved(document)

    return write


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def numbered_word_file(questions: Sequence[Question]) -> bytes:
    """A .docx whose numbers and letters Word itself counts: they stand in no paragraph."""
    document = Document()
    root = document.part.numbering_part.element
    root.insert(0, _levels(90, (("decimal", "%1."), ("upperLetter", "%2．"))))
    root.insert(1, _levels(91, (("chineseCountingThousand", "%1、"),)))
    root.append(_list(91, 91))
    list_id = 100
    for kind in dict.fromkeys(question.kind for question in questions):
        _numbered(document.add_paragraph(HEADINGS[kind]), 91, 0)
        list_id += 1
        root.append(_list(list_id, 90, restart=True))
        for question in (one for one in questions if one.kind is kind):
            _numbered(document.add_paragraph(), list_id, 0)
            _underline_blank(document.paragraphs[-1], question.stem)
            for option in question.options:
                _numbered(document.add_paragraph(option), list_id, 1)
            document.add_paragraph(f"答案：{answer_text(question, TextStyle())}")
            document.add_paragraph(f"解析：{question.explanation}")
    return _saved(document)


def _underline_blank(paragraph: Any, stem: str) -> None:
    """The blank as underlined spaces, as it is often typed."""
    before, _, after = stem.partition("（　）")
    paragraph.add_run(before)
    if before != stem:
        paragraph.add_run("      ").underline = True
    paragraph.add_run(after)


def _levels(number: int, levels: Sequence[tuple[str, str]]) -> Any:
    body = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    return parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{body}</w:abstractNum>')


def _list(number: int, abstract: int, *, restart: bool = False) -> Any:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
    return parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{again}</w:num>')


def _numbered(paragraph: Any, number: int, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().set(qn("w:val"), str(level))
    properties.get_or_add_numId().set(qn("w:val"), str(number))


def word_table(questions: Sequence[Question]) -> bytes:
    """A .docx with one table: 序号, 题型, 题干, 选项, 答案, 解析."""
    document = Document()
    document.add_paragraph("普法考试题库")
    style = GridStyle(columns=(("number", "序号"), *TOGETHER), together="\n")
    rows = write_rows(questions, style)
    table = document.add_table(len(rows), len(rows[0]))
    cells = table._cells  # a table asks for every cell anew otherwise
    for place, value in enumerate(cell for row in rows for cell in row):
        cells[place].text = str(value)
    return _saved(document)


def sheet_file(style: GridStyle) -> Callable[[Sequence[Question]], bytes]:
    """An .xlsx with one sheet."""
    return lambda questions: _workbook({"Sheet1": write_rows(questions, style)})


def _workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def sheet_per_kind(questions: Sequence[Question]) -> bytes:
    """An .xlsx with a sheet for each kind, which stands nowhere else."""
    style = GridStyle(columns=tuple(column for column in COLUMNS if column[0] != "kind"), numbered="{n}、")
    kinds = dict.fromkeys(question.kind for question in questions)
    return _workbook({SHORT[kind]: write_rows([q for q in questions if q.kind is kind], style) for kind in kinds})


def old_sheet(questions: Sequence[Question]) -> bytes:
    """An .xls, which somebody named .xlsx."""
    return xls(
        [[cell or None for cell in row] for row in write_rows(questions, GridStyle(columns=COLUMNS, title="题库"))]
    )


def csv_file(style: GridStyle, encoding: str = "gb18030") -> Callable[[Sequence[Question]], bytes]:
    """A .csv, cells quoted where they must be."""

    def write(questions: Sequence[Question]) -> bytes:
        buffer = io.StringIO()
        csv.writer(buffer).writerows(write_rows(questions, style))
        return buffer.getvalue().encode(encoding)

    return write


def json_file(style: JsonStyle) -> Callable[[Sequence[Question]], bytes]:
    """A .json."""
    return lambda questions: json.dumps(write_json(questions, style), ensure_ascii=False).encode()


_KEYS = dict(
    zip(("kind", "stem", "options", "answer", "explanation"), ("题型", "题干", "选项", "正确答案", "解析"), strict=True)
)
SHAPES = (
    Shape("Word：章节标题写题型，1．编号，选项每行一个", "01.docx", word_file(TextStyle())),
    Shape("Word：自动编号（编号不在文字里），下划线作空", "02.docx", numbered_word_file),
    Shape("Word：表格，选项在一格里换行", "03.docx", word_table),
    Shape(
        "Word：答案集中在文末（1-5 ABCDA），各部分重新编号",
        "04.docx",
        word_file(TextStyle(place="end_range", judge=("√", "×"), number="{n}、", blank="( )")),
    ),
    Shape("Word：文末逐题答案和解析（1.【答案】A【解析】…）", "05.docx", word_file(TextStyle(place="end_full"))),
    Shape(
        "Word：1<制表符>编号，选项一行两个，答案 A B C",
        "06.docx",
        word_file(
            TextStyle(
                number="{n}\t", heading="第{c}部分 {k}", layout="two", option="{l}：", answer="【答案】{a}", letters=" "
            )
        ),
    ),
    Shape(
        "文本 GB18030：答案在题干括号里，选项同行，页眉混入",
        "07.txt",
        text_file(
            TextStyle(place="bracket", layout="inline", judge=("对", "错"), header="某某区普法办公室  第{p}页"),
            "gb18030",
        ),
    ),
    Shape(
        "文本：【单选题】1、…，选项粘连 A.甲B.乙，答案 A,B,C",
        "08.txt",
        text_file(
            TextStyle(
                heading="", restart=False, number="{n}、", tag="【{k}】", layout="glued", option="{l}.", letters=",",
                judge=("对", "错"),
            )
        ),
    ),
    Shape(
        "文本 BOM：（1）编号，答案在选项之前，全角字母",
        "09.txt",
        text_file(
            TextStyle(
                number="（{n}）", place="before", bom=True, letters="wide", answer="参考答案：{a}", option="{l}、",
                explanation="试题解析：{e}", blank="＿＿＿＿",
            )
        ),
    ),
    Shape(
        "文本：一、编号，选项后标（正确），各题自带题型",
        "10.txt",
        text_file(TextStyle(number="{c}、", heading="", tag="（{k}）", restart=False, place="marked", blank="【  】")),
    ),
    Shape(
        "文本：没有题号，空行分题，评析",
        "11.txt",
        text_file(TextStyle(number="", gap=True, explanation="评析：{e}", judge=("√", "×"), blank="[  ]")),
    ),
    Shape(
        "文本：题干与选项同在一行，文末 1.A 2.B",
        "12.txt",
        text_file(
            TextStyle(layout="stem", place="end_list", option="{l}、", judge=("√", "×"), blank="〔　〕"), "gb18030"
        ),
    ),
    Shape(
        "文本：判断写 A/B，说明里 A 表示错误",
        "13.txt",
        text_file(TextStyle(judge=("B", "A"), legend="（A表示错误，B表示正确）", header="— {p} —")),
    ),
    Shape("文本：判断写 1/2，只能从解析看出含义", "14.txt", text_file(TextStyle(judge=("1", "2"), answer="答案 {a}"))),
    Shape(
        "文本：判断写 V/X，答案 A、B", "15.txt", text_file(TextStyle(judge=("V", "X"), letters="、", number="第{n}题 "))
    ),
    Shape(
        "文本：判断的选项是 A 错误 B 正确",
        "16.txt",
        text_file(TextStyle(judge_options=True, explanation="【解析】{e}")),
    ),
    Shape("Excel：每个选项一列", "17.xlsx", sheet_file(GridStyle(columns=COLUMNS, title="2026年题库"))),
    Shape("Excel：列序打乱，列名用同义词，答案写文字", "18.xlsx", sheet_file(GridStyle(columns=MIXED, answer="texts"))),
    Shape(
        "Excel：选项在一格里换行，判断 TRUE/FALSE，答案 A,B",
        "19.xlsx",
        sheet_file(GridStyle(columns=TOGETHER, together="\n", answer="comma", judge=(True, False))),
    ),
    Shape("Excel：每种题型一个工作表", "20.xlsx", sheet_per_kind),
    Shape("Excel：.xls 文件改名为 .xlsx", "21.xlsx", old_sheet),
    Shape(
        "Excel：答案是序号，从 1 数起，判断 1 正确 2 错误",
        "22.xlsx",
        sheet_file(GridStyle(columns=COLUMNS, answer="base1", judge_options=True)),
    ),
    Shape(
        "CSV GB18030：选项逗号隔开同在一格，答案是序号，从 0 数起",
        "23.csv",
        csv_file(GridStyle(columns=TOGETHER, together=",", labelled=False, answer="base0", judge=("√", "×"))),
    ),
    Shape(
        "CSV UTF-8 BOM：选项 A.…|B.… 同在一格",
        "24.csv",
        csv_file(GridStyle(columns=TOGETHER, together="|"), "utf-8-sig"),
    ),
    Shape("JSON：选项数组，答案序号从 0 数起", "25.json", json_file(JsonStyle(answer="base0", english=True))),
    Shape(
        "JSON：选项对象，答案 ABD，中文字段名",
        "26.json",
        json_file(JsonStyle(names=tuple(_KEYS.items()), options="dict", wrap="data")),
    ),
    Shape("JSON：选项标 is_correct", "27.json", json_file(JsonStyle(options="objects", answer="marks"))),
    Shape("JSON：选项带字母，答案写文字", "28.json", json_file(JsonStyle(options="labelled", answer="texts"))),
)  # fmt: skip
UNSAID = Shape(
    "文本：全文没有写题型（只能推断，应当都有疑问）", "90.txt", text_file(TextStyle(heading="", restart=False))
)
