"""The template for units (单位模板): headings, drop-downs and how to fill it in, as .xlsx."""

from __future__ import annotations

from collections.abc import Sequence

from lawedu.core.roster_cells import first_words
from lawedu.core.unit_words import KINDS
from lawedu.people.roster_template import Column, build

COLUMNS: tuple[Column, ...] = (
    ("单位名称", 30, "", "必填，写全称"),
    ("上级单位", 30, "units", "全称、简称或者“上级单位/单位”；可以是表中别的行的单位；留空的在顶层单位之下"),
    ("单位类别", 16, "kinds", "新增单位必填；留空不改动已有单位"),
    ("机构序", 10, "", "同一上级下的先后次序，小的在前；留空的排在最后"),
    ("简称", 16, "", "留空不改动"),
    ("原上级单位", 30, "units", "只在已有单位调整上级时填写；另一个同名的新单位写“无”"),
)
RULES = (
    "一行一个单位，从第 2 行填起，上下级先后不限。表头文字可以改成贵单位的习惯说法，多余的列不读取。",
    "也可以按层级填：把表头改为“一级单位”“二级单位”“三级单位”，一行写到哪一级就是哪个单位。",
    "第一次导入请写一行顶层单位：上级单位留空，单位类别选“高新区”。",
    "表中没有的单位保持不变，不会被删除。改名、撤销请在单位页面办理。",
    "上传后先看预演结果（新增、变更、移动、不变、有问题），确认后才会写入。",
    "本站为非涉密系统，请勿填写涉密信息。",
)


def write(unit_names: Sequence[str]) -> bytes:
    """The template with these units in its drop-down."""
    choices = {"units": list(unit_names) or ["单位名称"], "kinds": first_words(KINDS)}
    return build("单位", COLUMNS, RULES, choices)
