"""A bank in a folder, made for a test (题库样例)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

LAW = "中华人民共和国行政处罚法"
OTHER_LAW = "中华人民共和国行政复议法"
DOMAINS = ["行政处罚", "行政复议与诉讼"]
KEYS = "ABCD"


def scrambled(number: int, length: int) -> str:
    """Chinese characters that resemble those of no other number: questions must not look alike."""
    digest = hashlib.sha512(str(number).encode()).digest() * 4
    pairs = zip(digest[::2], digest[1::2], strict=True)
    return "".join(chr(0x4E00 + (high * 256 + low) % 20_000) for high, low in list(pairs)[:length])


def entry(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A single choice question without faults."""
    made = {
        "id": f"xzcf-033-{number:04d}",
        "kind": "single_choice",
        "stem": f"{scrambled(number, 40)}对该餐馆，行政机关（　）。",
        "options": {key: f"处理方式{scrambled(number * 10 + i, 8)}" for i, key in enumerate(KEYS)},
        "answer": KEYS[number % 4],
        "explanation": f"可以不予行政处罚。第三十三条对此有规定，{scrambled(number + 5000, 60)}",
        "basis": [{"instrument": LAW, "version": "2021-01-22", "article": 33, "paragraph": 1}],
        "domain": "行政处罚",
        "difficulty": number % 5 + 1,
        "audience": ["all"],
        "use": ["practice", "exam"],
        "checked_on": "2026-11-22",
    }
    return made | changes


def write_bank(folder: Path, entries: Sequence[dict[str, Any]], name: str = "penalty/one.yaml") -> Path:
    """A bank of one file with its two lists."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    instruments = [{"title": LAW, "version": "2021-01-22"}, {"title": OTHER_LAW, "version": "2023-09-01"}]
    for file, content in (
        (path, {"questions": list(entries)}),
        (folder / "domains.yaml", {"domains": DOMAINS}),
        (folder / "instruments.yaml", {"instruments": instruments}),
    ):
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder
