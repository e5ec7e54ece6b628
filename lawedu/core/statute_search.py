"""Searching the law in Chinese (法条检索): both databases index the same pieces, and ask for them in the same way.

Neither engine knows where Chinese words begin. Runs of characters are cut into overlapping pairs, and a word asked for
is the phrase of its pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_RUNS = re.compile(r"[㐀-鿿〇]+|[0-9a-z]+")
MOST_WORDS = 6
LONGEST_WORD = 30


def pieces(text: str) -> list[str]:
    """Pairs of neighbouring characters of each Chinese run; Latin words and numbers whole."""
    found: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        found += _pieces(run)
    return found


def _pieces(run: str) -> list[str]:
    if run[0].isascii():
        return [run]
    return [run[place : place + 2] for place in range(len(run) - 1)]


def words_of(query: str) -> list[str]:
    """The words asked for, at most six: runs between spaces and signs, Chinese and Latin apart.

    A single Chinese character stands in nearly every article and finds nothing in particular: it is left out.
    """
    found = _RUNS.findall(unicodedata.normalize("NFKC", query).lower())
    words = [word[:LONGEST_WORD] for word in found if word[0].isascii() or len(word) > 1]
    return list(dict.fromkeys(words))[:MOST_WORDS]


def fts5_query(words: Sequence[str]) -> str:
    """The words in the language of SQLite FTS5: phrases of pieces that must all occur."""
    return " AND ".join('"' + " ".join(_pieces(word)) + '"' for word in words)


def tsquery(words: Sequence[str]) -> str:
    """The words in the language of PostgreSQL's to_tsquery('simple', …)."""
    return " & ".join("(" + " <-> ".join(f"'{piece}'" for piece in _pieces(word)) + ")" for word in words)


def highlighted(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in stretches, each with whether it is one of the words; joined, they give back the text."""
    wanted = [re.escape(word) for word in sorted(words, key=len, reverse=True) if word]
    if not wanted:
        return [(text, False)]
    parts = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def excerpt(text: str, words: Sequence[str], length: int = 120) -> str:
    """At most `length` characters around the first of the words, with … where something was left out."""
    plain = " ".join(text.split())
    if len(plain) <= length:
        return plain
    lowered = plain.lower()
    place = min((at for word in words if (at := lowered.find(word)) >= 0), default=0)
    start = max(0, min(place - length // 3, len(plain) - length))
    return ("…" if start else "") + plain[start : start + length] + ("…" if start + length < len(plain) else "")
