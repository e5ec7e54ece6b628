"""Paper assembly (组卷): from a blueprint and the bank to paper forms, the same ones for the same seed.

All forms of one exam share one difficulty profile: which form somebody draws must not decide who is promoted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from random import Random

from lawedu.core.blueprint import Bucket, Cell, allocate, check, narrow_first, total_items
from lawedu.core.errors import RuleBroken
from lawedu.core.questions import QuestionKind


class FormMode(StrEnum):
    """How papers are given out (组卷方式): one for all (固定卷), a few of equal difficulty (平行卷), one per person
    (随机卷).
    """

    FIXED = "fixed"
    BALANCED = "balanced"
    INDIVIDUAL = "individual"


class CannotFill(RuleBroken):
    """The bank has too few questions for a cell of the plan (题库不足)."""

    code = "cannot_fill"
    sentence = "组卷方案{cell}需要{wanted}题，题库中可用的只有{available}题，请减少题数、放宽条件或补充试题。"


@dataclass(frozen=True)
class Pick:
    """A question that may be drawn (可选试题). `basis_key` names its article; `uses` counts earlier exams that held
    it.
    """

    version_id: int
    kind: QuestionKind
    domain: str
    difficulty: int
    basis_key: str = ""
    uses: int = 0
    option_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperItem:
    """A question on a paper. `option_order` lists its option keys in the order shown; empty when it has none."""

    version_id: int
    points: Decimal
    option_order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One form (一份试卷)."""

    items: list[PaperItem]


@dataclass
class _Draft:
    """A form in the making: per part of the plan the questions drawn for it."""

    drawn: dict[int, list[Pick]] = field(default_factory=dict)
    versions: set[int] = field(default_factory=set)
    articles: Counter[str] = field(default_factory=Counter)

    def add(self, part: int, pick: Pick) -> None:
        self.drawn.setdefault(part, []).append(pick)
        self.versions.add(pick.version_id)
        self.articles[pick.basis_key] += 1

    def swap(self, part: int, index: int, pick: Pick) -> None:
        old = self.drawn[part][index]
        self.versions.remove(old.version_id)
        self.articles[old.basis_key] -= 1
        self.drawn[part][index] = pick
        self.versions.add(pick.version_id)
        self.articles[pick.basis_key] += 1

    def clashes(self, pick: Pick) -> bool:
        """Whether the paper asks about this article already."""
        return bool(pick.basis_key) and self.articles[pick.basis_key] > 0


def assemble(
    cells: Sequence[Cell],
    pool: Sequence[Pick],
    rng: Random,
    forms: int,
    mode: FormMode,
    *,
    shuffle_items: bool = True,
    shuffle_options: bool = True,
) -> list[Paper]:
    """Draw `forms` papers (one when the mode is fixed). Raises CannotFill, naming the cell.

    No question stands twice on a paper; two on the same article only when the pool leaves no choice. Balanced forms
    share questions only when the pool is too small for separate ones. Items are grouped by kind, in the order of the
    cells' positions. The result depends on the arguments and the state of `rng` alone, not on the order of the pool.
    """
    available = _available(pool)
    for shortage in check(cells, available):
        raise CannotFill(cell=shortage.cell.label, wanted=shortage.wanted, available=shortage.available)
    parts = _profile(cells, available)
    fitting = _fitting(parts, pool)
    drafts = [_Draft() for _ in range(1 if mode is FormMode.FIXED else forms)]
    uses: Counter[int] = Counter()
    # Part by part over all forms, narrow parts first: a wide part must not use up what a narrow one of a later form
    # needs.
    for part in narrow_first(parts):
        for draft in drafts:
            _draw(draft, part, parts[part].count, fitting[part], uses, rng, mode)
    for draft in drafts:
        _part_articles(draft, fitting, uses, mode)
    return [_lay_out(draft, parts, rng, shuffle_items, shuffle_options) for draft in drafts]


def _available(pool: Sequence[Pick]) -> Counter[Bucket]:
    return Counter((pick.kind, pick.domain, pick.difficulty) for pick in pool)


def _profile(cells: Sequence[Cell], available: Counter[Bucket]) -> list[Cell]:
    """The cells split by difficulty, once for all forms: in proportion to the bank, or by the flow when cells cross.

    After this every part is a kind and a difficulty with one domain or any. Such parts lie inside one another or
    apart, so serving the narrow ones first always succeeds.
    """
    left = Counter(available)
    split: list[dict[int, int]] = [{} for _ in cells]
    for index in narrow_first(cells):
        split[index] = _proportional(cells[index], left)
        for difficulty, count in split[index].items():
            _take_out(left, cells[index], difficulty, count)
    parts = _parts(cells, split)
    if total_items(parts) == total_items(cells):
        return parts
    return _parts(cells, [_by_difficulty(share) for share in allocate(cells, available)])


def _proportional(cell: Cell, left: Counter[Bucket]) -> dict[int, int]:
    """Largest remainders: how many of each difficulty, in proportion to what is left for this cell."""
    supply = Counter[int]()
    for bucket, count in left.items():
        if count > 0 and cell.takes(*bucket):
            supply[bucket[2]] += count
    total = sum(supply.values())
    if total == 0:
        return {}
    wanted = min(cell.count, total)
    counts = {difficulty: wanted * supply[difficulty] // total for difficulty in sorted(supply)}
    by_remainder = sorted(counts, key=lambda difficulty: (-(wanted * supply[difficulty] % total), difficulty))
    for difficulty in by_remainder[: wanted - sum(counts.values())]:
        counts[difficulty] += 1
    return {difficulty: count for difficulty, count in counts.items() if count}


def _take_out(left: Counter[Bucket], cell: Cell, difficulty: int, count: int) -> None:
    for bucket in sorted(left):
        if bucket[2] == difficulty and cell.takes(*bucket):
            taken = min(count, left[bucket])
            left[bucket] -= taken
            count -= taken


def _by_difficulty(share: dict[Bucket, int]) -> dict[int, int]:
    counts = Counter[int]()
    for (_, _, difficulty), count in share.items():
        counts[difficulty] += count
    return dict(counts)


def _parts(cells: Sequence[Cell], split: Sequence[dict[int, int]]) -> list[Cell]:
    return [
        replace(cell, difficulty=difficulty, count=counts[difficulty])
        for cell, counts in zip(cells, split, strict=True)
        for difficulty in sorted(counts)
        if counts[difficulty]
    ]


def _fitting(parts: Sequence[Cell], pool: Sequence[Pick]) -> list[list[Pick]]:
    buckets: defaultdict[Bucket, list[Pick]] = defaultdict(list)
    for pick in sorted(pool, key=lambda pick: pick.version_id):
        buckets[pick.kind, pick.domain, pick.difficulty].append(pick)
    return [[pick for bucket in sorted(buckets) if part.takes(*bucket) for pick in buckets[bucket]] for part in parts]


def _draw(
    draft: _Draft, part: int, count: int, fitting: list[Pick], uses: Counter[int], rng: Random, mode: FormMode
) -> None:
    """Draw `count` questions for one part of one form, those first that no other form has, then those of a fresh
    article.
    """
    candidates = rng.sample(fitting, len(fitting))
    if mode is not FormMode.INDIVIDUAL:
        candidates.sort(key=lambda pick: (uses[pick.version_id], pick.uses))
    for round_uses in sorted({uses[pick.version_id] for pick in candidates}) if mode is FormMode.BALANCED else [None]:
        level = [pick for pick in candidates if round_uses is None or uses[pick.version_id] == round_uses]
        for clashing in (False, True):
            for pick in level:
                if count == 0:
                    break
                if pick.version_id not in draft.versions and draft.clashes(pick) is clashing:
                    draft.add(part, pick)
                    count -= 1
    for pick in draft.drawn.get(part, []):
        uses[pick.version_id] += 1


def _part_articles(draft: _Draft, fitting: list[list[Pick]], uses: Counter[int], mode: FormMode) -> None:
    """Separate questions on the same article where a replacement of the same part is at hand."""
    for part, picks in draft.drawn.items():
        for index, pick in enumerate(picks):
            if not pick.basis_key or draft.articles[pick.basis_key] < 2:
                continue
            for other in fitting[part]:
                if other.version_id in draft.versions or draft.clashes(other):
                    continue
                # Balanced forms would rather ask twice about an article than share a question.
                if mode is FormMode.BALANCED and uses[other.version_id] >= uses[pick.version_id]:
                    continue
                uses[pick.version_id] -= 1
                uses[other.version_id] += 1
                draft.swap(part, index, other)
                break


def _lay_out(draft: _Draft, parts: Sequence[Cell], rng: Random, shuffle_items: bool, shuffle_options: bool) -> Paper:
    groups: defaultdict[QuestionKind, list[tuple[Cell, Pick]]] = defaultdict(list)
    for part in sorted(range(len(parts)), key=lambda part: (parts[part].position, part)):
        groups[parts[part].kind].extend((parts[part], pick) for pick in draft.drawn.get(part, []))
    items: list[PaperItem] = []
    for group in groups.values():
        if shuffle_items:
            rng.shuffle(group)
        for cell, pick in group:
            keys = rng.sample(pick.option_keys, len(pick.option_keys)) if shuffle_options else pick.option_keys
            items.append(PaperItem(pick.version_id, cell.points, tuple(keys)))
    return Paper(items)
