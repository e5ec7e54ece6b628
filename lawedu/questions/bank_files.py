"""Bank files (题库文件): a folder of YAML, read and checked; the database stays out of it.

Format: question_bank/FORMAT.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from lawedu.core.bank import BankReading, read_bank
from lawedu.core.errors import BadInput
from lawedu.core.question_draft import Fault
from lawedu.core.question_fields import as_date

DOMAINS = "domains.yaml"
INSTRUMENTS = "instruments.yaml"
LARGEST_FILE = 4 * 1024 * 1024


class BankUnreadable(BadInput):
    """The folder is not there, is no bank, or may not be read (题库文件夹无法读取)."""

    code = "bank_unreadable"
    sentence = "题库文件夹“{name}”无法读取：请核对路径，文件夹中须有 domains.yaml 和 instruments.yaml。"


@dataclass(frozen=True)
class BankFiles:
    """A bank as it lies in its folder: parsed files by their path, the two lists, what could not be parsed."""

    contents: Mapping[str, object]
    domains: tuple[str, ...]
    instruments: Mapping[str, frozenset[date]]
    faults: Sequence[Fault]


class _Loader(yaml.CSafeLoader):
    """Plain data only. A key given twice is a mistake of the writer that YAML itself would pass over in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode):
                if key_node.value in seen:
                    raise ConstructorError(None, None, f"“{key_node.value}”写了两次，请删去一个", key_node.start_mark)
                seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def read_directory(directory: Path) -> BankFiles:
    """Parse every file of a bank. Raises BankUnreadable when the folder or one of its two lists cannot be read."""
    names, versions = _read_lists(directory)
    contents: dict[str, object] = {}
    faults: list[Fault] = []
    for path in sorted(directory.rglob("*.y*ml")):
        name = path.relative_to(directory).as_posix()
        if name in (DOMAINS, INSTRUMENTS):
            continue
        if path.suffix != ".yaml":
            faults.append(Fault(name, "", "文件名须以 .yaml 结尾，请改名。"))
            continue
        try:
            contents[name] = _parse(path)
        except _NotParsed as fault:
            faults.append(Fault(name, "", str(fault)))
    return BankFiles(contents, names, versions, faults)


def check_directory(directory: Path) -> BankReading:
    """Read and check a bank: its questions, and every fault with file and question. Raises BankUnreadable."""
    files = read_directory(directory)
    reading = read_bank(files.contents, files.domains, files.instruments)
    faults = sorted([*files.faults, *reading.faults], key=lambda fault: fault.file)
    if not files.contents and not faults:
        faults = [Fault("", "", "文件夹中没有试题文件：每部法律一个文件夹，里面按主题放 .yaml 文件。")]
    return BankReading(reading.questions, faults, reading.warnings)


def list_domains(directory: Path) -> tuple[str, ...]:
    """The domains (法律领域) of a bank in the order in which pages show them; empty when the list cannot be read."""
    try:
        return _domains(_parse(directory / DOMAINS))
    except (_NotParsed, BankUnreadable):
        return ()


class _NotParsed(Exception):
    """Why a file is no YAML, as one sentence."""


def _parse(path: Path) -> object:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _NotParsed("文件超过 4 MB，请按主题拆成几个文件。")
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a safe loader)
    except UnicodeDecodeError:
        raise _NotParsed("文件不是 UTF-8 编码，请另存为 UTF-8。") from None
    except OSError:
        raise _NotParsed("文件无法读取，请核对权限。") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "文件"
        problem = getattr(error, "problem", None) if isinstance(error, ConstructorError) else None
        raise _NotParsed(f"{place}不符合 YAML 格式：{problem or '请核对缩进、冒号和引号'}。") from None
    except (ValueError, RecursionError):
        # PyYAML reads 2021-02-30 as a date and lets the calendar's own error through.
        raise _NotParsed("文件中有不存在的日期或嵌套过深的内容，请核对。") from None


def _read_lists(directory: Path) -> tuple[tuple[str, ...], Mapping[str, frozenset[date]]]:
    try:
        names, versions = _domains(_parse(directory / DOMAINS)), _instruments(_parse(directory / INSTRUMENTS))
    except _NotParsed:
        raise BankUnreadable(name=directory.name) from None
    if not names or not versions:
        raise BankUnreadable(name=directory.name)
    return names, versions


def _domains(content: object) -> tuple[str, ...]:
    names = content.get("domains") if isinstance(content, Mapping) else None
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _instruments(content: object) -> Mapping[str, frozenset[date]]:
    """Full title → dates of the known texts; the same title may stand there once for each text."""
    entries = content.get("instruments") if isinstance(content, Mapping) else None
    found: defaultdict[str, set[date]] = defaultdict(set)
    for entry in entries if isinstance(entries, list) else []:
        version = as_date(entry.get("version")) if isinstance(entry, Mapping) else None
        if version is not None and isinstance(entry.get("title"), str):
            found[entry["title"]].add(version)
    return {title: frozenset(dates) for title, dates in found.items()}
