"""Comparing two versions of a law (新旧对照): what became of each article, and which words changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Less in common than this is another article, not the same one rewritten.
SAME_ARTICLE = 0.5
# An article keeps its number more often than it swaps places with a similar one.
KEEPS_NUMBER = 0.1
SHORTEST_SAME = 2


class Fate(StrEnum):
    """What became of an article (条文变化)."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    RENUMBERED = "renumbered"
    RENUMBERED_CHANGED = "renumbered_changed"
    ADDED = "added"
    DELETED = "deleted"


class PieceKind(StrEnum):
    """A stretch of words in both texts, only in the old one, or only in the new one."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class ArticleText:
    """An article as compared: number, 之几 (0 when none), text with paragraphs separated by newlines."""

    number: int
    sub: int
    text: str

    @property
    def key(self) -> tuple[int, int]:
        return (self.number, self.sub)


@dataclass(frozen=True)
class Pair:
    """One line of the comparison; `old` is None for an added article, `new` for a deleted one."""

    fate: Fate
    old: ArticleText | None
    new: ArticleText | None


@dataclass(frozen=True)
class Piece:
    """A stretch of a marked text."""

    kind: PieceKind
    text: str


def compare(old: Sequence[ArticleText], new: Sequence[ArticleText]) -> list[Pair]:
    """Every article of both versions once, in the new order with deleted ones where they stood.

    Identical text is found first, wherever it stands; then what is left is paired by what it has in common. Text is
    compared without white space, because sources differ in it.
    """
    pairs = _identical(old, new)
    left_old = [a for a in old if a.key not in {p.old.key for p in pairs if p.old}]
    left_new = [a for a in new if a.key not in {p.new.key for p in pairs if p.new}]
    pairs += _similar(left_old, left_new)
    paired_old = {p.old.key for p in pairs if p.old}
    paired_new = {p.new.key for p in pairs if p.new}
    pairs += [Pair(Fate.DELETED, article, None) for article in old if article.key not in paired_old]
    pairs += [Pair(Fate.ADDED, None, article) for article in new if article.key not in paired_new]
    return _in_order(pairs, old)


def _bare(text: str) -> str:
    return "".join(text.split())


def _identical(old: Sequence[ArticleText], new: Sequence[ArticleText]) -> list[Pair]:
    by_key = {article.key: article for article in new}
    pairs = []
    rest: dict[str, list[ArticleText]] = defaultdict(list)
    taken = set()
    for article in old:
        there = by_key.get(article.key)
        if there is not None and _bare(there.text) == _bare(article.text):
            pairs.append(Pair(Fate.UNCHANGED, article, there))
            taken.add(there.key)
        else:
            rest[_bare(article.text)].append(article)
    for article in new:
        waiting = rest.get(_bare(article.text))
        if article.key not in taken and waiting:
            pairs.append(Pair(Fate.RENUMBERED, waiting.pop(0), article))
    return pairs


def _similar(old: Sequence[ArticleText], new: Sequence[ArticleText]) -> list[Pair]:
    """Greedy by what two articles have in common; an index of word pieces keeps a code of 1,260 articles quick."""
    pieces_new = [_pieces(article.text) for article in new]
    holders: dict[str, list[int]] = defaultdict(list)
    for place, pieces in enumerate(pieces_new):
        for piece in pieces:
            holders[piece].append(place)
    scored = []
    for i, article in enumerate(old):
        pieces = _pieces(article.text)
        common: Counter[int] = Counter()
        for piece, times in pieces.items():
            for place in holders.get(piece, ()):
                common[place] += min(times, pieces_new[place][piece])
        for place, shared in common.items():
            likeness = 2 * shared / (pieces.total() + pieces_new[place].total())
            if likeness >= SAME_ARTICLE:
                scored.append((likeness + (KEEPS_NUMBER if article.key == new[place].key else 0), i, place))
    return _greedy(scored, old, new)


def _greedy(scored: list[tuple[float, int, int]], old: Sequence[ArticleText], new: Sequence[ArticleText]) -> list[Pair]:
    pairs, used_old, used_new = [], set(), set()
    for _, i, place in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if i in used_old or place in used_new:
            continue
        used_old.add(i)
        used_new.add(place)
        fate = Fate.CHANGED if old[i].key == new[place].key else Fate.RENUMBERED_CHANGED
        pairs.append(Pair(fate, old[i], new[place]))
    return pairs


def _pieces(text: str) -> Counter[str]:
    bare = _bare(text)
    return Counter(bare[place : place + 2] for place in range(max(1, len(bare) - 1)))


def _in_order(pairs: Sequence[Pair], old: Sequence[ArticleText]) -> list[Pair]:
    """New order; a deleted article stands after the successor of the last kept one before it."""
    place_of = {pair.old.key: pair.new.key for pair in pairs if pair.old and pair.new}
    anchor: tuple[int, int] = (0, 0)
    deleted_at = {}
    for rank, article in enumerate(old):
        anchor = place_of.get(article.key, anchor)
        deleted_at[article.key] = (anchor, 1, rank)

    def order(pair: Pair) -> tuple[tuple[int, int], int, int]:
        if pair.new is not None:
            return (pair.new.key, 0, 0)
        return deleted_at[pair.old.key] if pair.old else ((0, 0), 0, 0)

    return sorted(pairs, key=order)


def marked(old: str, new: str) -> list[Piece]:
    """The words of both texts once, marked as kept, removed or added; joined, they give back either text.

    Kept stretches shorter than two characters are not shown as kept: single characters in common tell a reader nothing.
    """
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = [block for block in matcher.get_matching_blocks() if block.size >= SHORTEST_SAME]
    pieces: list[Piece] = []
    i = j = 0
    for block in kept:
        pieces += _between(old[i : block.a], new[j : block.b])
        pieces.append(Piece(PieceKind.SAME, old[block.a : block.a + block.size]))
        i, j = block.a + block.size, block.b + block.size
    return pieces + _between(old[i:], new[j:])


def _between(old: str, new: str) -> list[Piece]:
    found = [Piece(PieceKind.REMOVED, old)] if old else []
    return [*found, Piece(PieceKind.ADDED, new)] if new else found


def text_of(pieces: Sequence[Piece], without: PieceKind) -> str:
    """The old text (without ADDED) or the new one (without REMOVED) back from marked pieces."""
    return "".join(piece.text for piece in pieces if piece.kind is not without)
