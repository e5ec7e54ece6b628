"""The roster template (名册模板): headings, drop-downs and how to fill it in, as .xlsx. Units use the same frame."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from lawedu.core.roster_cells import first_words
from lawedu.core.roster_words import CATEGORIES, CHANNELS, DUTY_STATES

FILL_ROWS = 2_000
YES_NO = ("是", "否")
# Each column: its heading, width, drop-down and note.
Column = tuple[str, int, str, str]
COLUMNS: tuple[Column, ...] = (
    ("姓名", 12, "", "必填"),
    ("工号", 16, "", "没有工号的留空，由系统给终身学法编号；前面的零要保留"),
    ("单位", 26, "units", "必填，编制所在单位；下拉选择，或者写“上级单位/单位”"),
    ("工作单位", 26, "units", "借调、挂职的填写；在本单位工作的留空"),
    ("职务", 20, "", ""),
    ("职级", 16, "", ""),
    ("人员类别", 16, "categories", "新增人员必填"),
    ("是否领导干部", 14, "yes_no", "留空按“否”处理"),
    ("行政执法人员", 14, "yes_no", "留空按“否”处理"),
    ("干部管理权限", 16, "", "如：区管、市管"),
    ("手机号", 16, "", "11 位，可以用来登录；留空不改动原有号码"),
    ("排序号", 10, "", "本单位名单中的先后次序，小的在前"),
    ("在岗状态", 14, "states", "留空不改动；新增人员留空按“在岗”处理"),
    ("考试渠道", 12, "channels", "留空不改动；新增人员留空按“区内”处理"),
)
RULES = (
    "一行一人，从第 2 行填起。表头文字可以改成贵单位的习惯说法，先后次序不限，多余的列不读取。",
    "请不要填写身份证号码：系统不收集，含有这一列的表格不能上传。",
    "已有人员按工号识别；没有工号的按姓名和手机号、姓名和单位识别。",
    "上传后先看预演结果（新增、变更、调动、未出现、有问题），确认后才会写入。",
    "本站为非涉密系统，请勿填写涉密信息。",
)


def write(unit_names: Sequence[str]) -> bytes:
    """The template with these units in its drop-down."""
    choices = {
        "units": list(unit_names) or ["单位名称"],
        "categories": first_words(CATEGORIES),
        "yes_no": list(YES_NO),
        "states": first_words(DUTY_STATES),
        "channels": first_words(CHANNELS),
    }
    return build("名册", COLUMNS, RULES, choices)


def build(title: str, columns: Sequence[Column], rules: Sequence[str], choices: Mapping[str, Sequence[str]]) -> bytes:
    """A workbook to fill in: the sheet itself, how to fill it in, and the choices of its drop-downs."""
    import xlsxwriter  # heavy, and only wanted here

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, help_sheet, lists = (book.add_worksheet(name) for name in (title, "填写说明", "选项"))
        _write_lists(book, lists, choices)
        _write_columns(book, sheet, columns)
        _write_help(book, help_sheet, columns, rules)
    return buffer.getvalue()


def _write_lists(book: Any, sheet: Any, choices: Mapping[str, Sequence[str]]) -> None:
    """Choices stand on a hidden sheet: a list inside the rule itself may hold 255 characters only."""
    for column, (name, words) in enumerate(choices.items()):
        for row, word in enumerate(words):
            sheet.write_string(row, column, word)
        letter = chr(ord("A") + column)
        book.define_name(f"choice_{name}", f"=选项!${letter}$1:${letter}${len(words)}")
    sheet.hide()


def _write_columns(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#EEF2F5", "border": 1, "align": "center"})
    # Text format keeps leading zeros and all eleven digits of a mobile number.
    text = book.add_format({"num_format": "@"})
    for column, (heading, width, choice, note) in enumerate(columns):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, heading, head)
        if note:
            sheet.write_comment(0, column, note)
        if choice:
            # Units may also be typed as a path, hence only a hint there and a stop elsewhere.
            kind = "information" if choice == "units" else "stop"
            rule = {"validate": "list", "source": f"=choice_{choice}", "error_type": kind}
            sheet.data_validation(1, column, FILL_ROWS, column, rule)
    sheet.freeze_panes(1, 1)


def _write_help(book: Any, sheet: Any, columns: Sequence[Column], rules: Sequence[str]) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80, wrap)
    for row, rule in enumerate(rules):
        sheet.write_string(row, 0, f"说明 {row + 1}", bold)
        sheet.write_string(row, 1, rule)
    for row, (heading, _width, _choice, note) in enumerate(columns, start=len(rules) + 1):
        sheet.write_string(row, 0, heading, bold)
        sheet.write_string(row, 1, note or "选填")
