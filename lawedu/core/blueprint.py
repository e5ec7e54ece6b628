"""Blueprint (组卷方案, 双向细目表): how many questions of which kind, domain and difficulty a paper holds, for how
many points.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lawedu.core.questions import KIND_NAMES, QuestionKind

Bucket = tuple[QuestionKind, str, int]


@dataclass(frozen=True)
class Cell:
    """One line of the plan (细目). `domain` or `difficulty` None means any; `points` are per question."""

    position: int
    kind: QuestionKind
    domain: str | None
    difficulty: int | None
    count: int
    points: Decimal

    def takes(self, kind: QuestionKind, domain: str, difficulty: int) -> bool:
        return kind == self.kind and self.domain in (None, domain) and self.difficulty in (None, difficulty)

    @property
    def label(self) -> str:
        """The cell as refusals name it: 第2行（多选题·行政处罚·难度3）."""
        domain = self.domain or "不限领域"
        difficulty = "不限难度" if self.difficulty is None else f"难度{self.difficulty}"
        return f"第{self.position}行（{KIND_NAMES[self.kind]}·{domain}·{difficulty}）"


@dataclass(frozen=True)
class Shortage:
    """A cell that cannot be filled (缺题): how many it wants, how many are left for it when the others are served."""

    cell: Cell
    wanted: int
    available: int

    @property
    def missing(self) -> int:
        return self.wanted - self.available


def total_points(cells: Iterable[Cell]) -> Decimal:
    """Full points of a paper drawn to the plan (卷面总分)."""
    return sum((cell.points * cell.count for cell in cells), Decimal(0))


def total_items(cells: Iterable[Cell]) -> int:
    """How many questions a paper holds (总题数)."""
    return sum(cell.count for cell in cells)


def supply(cell: Cell, available: Mapping[Bucket, int]) -> int:
    """How many questions suit the cell by itself, other cells left aside."""
    return sum(count for bucket, count in available.items() if cell.takes(*bucket))


def check(cells: Sequence[Cell], available: Mapping[Bucket, int]) -> list[Shortage]:
    """Cells that cannot be filled when no question serves twice; empty exactly when the plan can be filled.

    Cells may overlap (any domain and one domain), so counting cell by cell would promise a question to two of them:
    this is a maximum flow. The narrower cell is served first, so the shortage is reported at the wider one.
    """
    shares = allocate(cells, available)
    return [
        Shortage(cell, cell.count, filled)
        for cell, share in zip(cells, shares, strict=True)
        if (filled := sum(share.values())) < cell.count
    ]


def allocate(cells: Sequence[Cell], available: Mapping[Bucket, int]) -> list[dict[Bucket, int]]:
    """Per cell, how many questions it takes from which bucket, so that as many places as possible are filled."""
    buckets = sorted(bucket for bucket, count in available.items() if count > 0)
    left = {bucket: available[bucket] for bucket in buckets}
    suits = [[bucket for bucket in buckets if cell.takes(*bucket)] for cell in cells]
    shares: list[dict[Bucket, int]] = [{} for _ in cells]
    for index in narrow_first(cells):
        wanted = cells[index].count
        while wanted > 0:
            taken = _augment(index, wanted, suits, left, shares)
            if taken == 0:
                break
            wanted -= taken
    return shares


def narrow_first(cells: Sequence[Cell]) -> list[int]:
    """Indexes of the cells, those that leave less open first; then by position."""
    return sorted(
        range(len(cells)),
        key=lambda i: ((cells[i].domain is None) + (cells[i].difficulty is None), cells[i].position, i),
    )


def _augment(
    start: int, wanted: int, suits: list[list[Bucket]], left: dict[Bucket, int], shares: list[dict[Bucket, int]]
) -> int:
    """Find one shortest chain start → bucket → (cell that gives way → bucket)… → bucket with something left; move
    along it.
    """
    came_from: dict[Bucket, tuple[int, Bucket | None]] = {}
    queue: deque[tuple[int, Bucket | None]] = deque([(start, None)])
    seen = {start}
    while queue:
        cell, via = queue.popleft()
        for bucket in suits[cell]:
            if bucket in came_from:
                continue
            came_from[bucket] = (cell, via)
            if left[bucket] > 0:
                return _shift(bucket, wanted, came_from, left, shares)
            for other, share in enumerate(shares):
                if other not in seen and share.get(bucket, 0) > 0:
                    seen.add(other)
                    queue.append((other, bucket))
    return 0


def _shift(
    end: Bucket,
    wanted: int,
    came_from: dict[Bucket, tuple[int, Bucket | None]],
    left: dict[Bucket, int],
    shares: list[dict[Bucket, int]],
) -> int:
    steps: list[tuple[int, Bucket | None, Bucket]] = []
    bucket: Bucket | None = end
    while bucket is not None:
        cell, via = came_from[bucket]
        steps.append((cell, via, bucket))
        bucket = via
    amount = min(wanted, left[end], *(shares[cell][via] for cell, via, _ in steps if via is not None))
    left[end] -= amount
    for cell, via, to in steps:
        shares[cell][to] = shares[cell].get(to, 0) + amount
        if via is not None:
            shares[cell][via] -= amount
    return amount
