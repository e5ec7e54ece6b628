"""Facts of instruments (法律要素): instruments.yaml of the bank, preferred over what a data package says of dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from lawedu.core.statute_text import InstrumentText, Origin
from lawedu.core.statutes import KIND_NAMES, InstrumentKind, VersionAct
from lawedu.statutes.sources import SourceUnreadable

_KINDS = {name: kind for kind, name in KIND_NAMES.items()}


def read_facts(path: Path) -> list[InstrumentText]:
    """What instruments.yaml says: titles, aliases, days; no articles. Raises SourceUnreadable.

    A file that is not there says nothing: the library works without it.
    """
    if not path.exists():
        return []
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        entries = content["instruments"]
        return [_fact(entry) for entry in entries]
    except (yaml.YAMLError, OSError, UnicodeDecodeError, KeyError, TypeError, ValueError):
        raise SourceUnreadable(name=path.name, why="格式不对，请先用 bank check 检查题库") from None


def _fact(entry: Mapping[str, object]) -> InstrumentText:
    version = _day(entry["version"])
    in_force = _day(entry["in_force"]) if entry.get("in_force") else None
    adopted = _day(entry["adopted"]) if entry.get("adopted") else None
    aliases = entry.get("aliases")
    return InstrumentText(
        title=str(entry["title"]),
        kind=_KINDS.get(str(entry.get("kind")), InstrumentKind.LAW),
        version_on=version,
        in_force_on=in_force,
        adopted_on=adopted,
        act=VersionAct.ADOPTED if adopted == version else VersionAct.PUBLISHED,
        aliases=tuple(str(alias) for alias in aliases) if isinstance(aliases, list) else (),
        origin=Origin.FACTS,
    )


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(value)
    return value
