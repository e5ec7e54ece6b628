"""Cells of a roster (名册单元格): a reader returns the value or raises BadCell; what it assumed goes into `notes`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lawedu.core.errors import BadInput
from lawedu.core.grid import Cell, expand_scientific, is_scientific, text_of
from lawedu.core.roster_words import CHOICES, FIELD_WORDS, NO, YES
from lawedu.core.staff_numbers import IDENTITY, SHAPE, is_mistyped

MOBILE = re.compile(r"1[3-9]\d{9}")
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[·' -])*")
DOTS = re.compile(r"\s*[•・‧∙.]\s*")
LONGEST_TEXT = 60
# 1.38E+10 keeps three digits of eleven: so many zeros at the end are never a person's number.
LOST_DIGITS = 5
EXACT = 1e15


class BadCell(BadInput):
    """One cell cannot be read (单元格有问题); the sentence says why."""

    code = "bad_cell"
    sentence = "单元格内容无法识别。"


def name_of(cell: Cell) -> str:
    """姓名 without layout spaces: “张　三” is 张三; a minority name has its dot as ·."""
    text = text_of(cell)
    if not text:
        raise BadCell("缺少姓名。")
    if not text.isascii():
        text = DOTS.sub("·", text).strip("·")
    if not 2 <= len(text) <= 40 or not NAME.fullmatch(text):
        raise BadCell(f"姓名“{text[:20]}”不像人名，请核对。")
    return text


def staff_number_of(cell: Cell) -> str:
    """工号 or 学法编号 in capitals; empty when the cell is. Never an ID-card number: those are not collected."""
    text = text_of(cell).replace(" ", "").upper()
    if not text or text in ("-", "—", "无", "/"):
        return ""
    if is_scientific(text) or (isinstance(cell, float) and abs(cell) >= EXACT):
        raise BadCell("工号在表格中变成了科学计数，后几位已经丢失，请把该列设为文本后重新填写。")
    if IDENTITY.fullmatch(text):
        raise BadCell("工号一栏像是身份证号码。本系统不收集身份证号码，请填写工号；没有工号的留空。")
    if not SHAPE.fullmatch(text):
        raise BadCell(f"工号“{text[:20]}”只能由字母、数字和短横组成，最多 32 位。")
    if is_mistyped(text):
        raise BadCell(f"学法编号 {text} 的校验位不符，请核对。")
    return text


def mobile_of(cell: Cell, notes: list[str]) -> str:
    """Eleven digits, or empty. A landline is left out with a note; of several numbers the first mobile counts."""
    text = text_of(cell)
    if not text or text in ("-", "—", "无", "/"):
        return ""
    if is_scientific(text):
        text = expand_scientific(text)
    parts = [_digits(part) for part in re.split(r"[/;,、，；]", text)]
    found = [part for part in parts if MOBILE.fullmatch(part)]
    if found and found[0].endswith("0" * LOST_DIGITS):
        raise BadCell("手机号在表格中变成了科学计数（如 1.38E+10），后几位已经丢失，请把该列设为文本后重新填写。")
    if len(found) > 1:
        notes.append(f"手机号一栏有多个号码，只登记第一个（尾号 {found[0][-4:]}）。")
    if found:
        return found[0]
    if all(part.startswith("0") or len(part) in (7, 8) for part in parts):
        notes.append("联系电话是固定电话，没有登记；手机号可以用来登录。")
        return ""
    raise BadCell("手机号不是 11 位号码，请核对。")


def _digits(text: str) -> str:
    digits = re.sub(r"[\s\-—()]", "", text)
    return re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)


def yes_no_of(cell: Cell, field: str) -> bool:
    """是, √, 1, … against 否, blank, ×, 0, …"""
    text = text_of(cell).lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise BadCell(f"“{FIELD_WORDS[field]}”一栏请填“是”或“否”，现在是“{text[:20]}”。")


def choice_of(cell: Cell, field: str) -> str | None:
    """The enum's text for a word that offices use; None when the cell is empty."""
    words: Mapping[str, str] = CHOICES[field]
    text = text_of(cell).replace(" ", "").replace("/", "").replace('"', "")
    if not text:
        return None
    if text in words:
        return words[text]
    shown = "、".join(dict.fromkeys(first_words(words)))
    raise BadCell(f"{FIELD_WORDS[field]}“{text[:20]}”不在可选范围内。可填：{shown}。")


def first_words(words: Mapping[str, str]) -> list[str]:
    """The leading word for each value, in order (for sentences and for the template's drop-downs)."""
    first: dict[str, str] = {}
    for word, value in words.items():
        first.setdefault(value, word)
    return list(first.values())


def order_of(cell: Cell) -> int | None:
    """排序号, a whole number from 0 to 999999; None when the cell is empty."""
    text = text_of(cell)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise BadCell(f"排序号“{text[:20]}”应为 0 到 999999 的整数。")
    return int(text)


def free_text_of(cell: Cell, field: str) -> str:
    """职务, 职级, 干部管理权限: at most 60 characters."""
    text = text_of(cell)
    if len(text) > LONGEST_TEXT:
        raise BadCell(f"{FIELD_WORDS[field]}超过 {LONGEST_TEXT} 个字。")
    return text
