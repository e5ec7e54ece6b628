"""Figures of units (各单位统计): lines in customary order, each with all below it, and one total that counts nobody
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lawedu.core.completion import ExamFigures, ensure_balanced


@dataclass(frozen=True)
class UnitNode:
    """A unit as the tree knows it: `path` is /id/id/…/ and ends with its own id."""

    id: int
    name: str
    path: str

    @property
    def above(self) -> list[int]:
        """Ids from the root down to the unit itself."""
        return ids_of(self.path)


def ids_of(path: str) -> list[int]:
    """The ids in a path, from the root down."""
    return [int(part) for part in path.split("/") if part]


@dataclass(frozen=True)
class UnitLine:
    """One line of the table. `depth` counts from 0; `has_below`: the sum of a unit with those below it;
    `is_own_part`: only the people of the unit itself (本级), where lines of units below stand beside it.
    """

    unit_id: int
    name: str
    depth: int
    figures: ExamFigures
    has_below: bool = False
    is_own_part: bool = False


def total_of(own: Iterable[ExamFigures]) -> ExamFigures:
    """The figures of disjoint sets of people together (合计). Raises FiguresDisagree when the identity does not
    hold.
    """
    total = sum(own, ExamFigures())
    ensure_balanced(total.first)
    ensure_balanced(total.after)
    return total


def unit_lines(nodes: Sequence[UnitNode], own: Mapping[int, ExamFigures]) -> list[UnitLine]:
    """Lines for units that have people at or below them. `nodes`: these units and all above them, in customary order.

    One unit above all others would only repeat the total, so it has no line; its own people do (本级). The lines of
    depth 0 add up to the total.
    """
    sums: dict[int, ExamFigures] = {}
    for node in nodes:
        if node.id in own:
            for above in node.above:
                sums[above] = sums.get(above, ExamFigures()) + own[node.id]
    kept = [node for node in nodes if node.id in sums]
    branching = {node.above[-2] for node in kept if len(node.above) > 1}
    dropped = _single_roots([node for node in kept if node.id in own]) & branching
    lines: list[UnitLine] = []
    for node in kept:
        depth = len([one for one in node.above[:-1] if one not in dropped])
        has_below = node.id in branching
        if node.id not in dropped:
            lines.append(UnitLine(node.id, node.name, depth, sums[node.id], has_below))
            depth += 1
        if has_below and node.id in own:
            lines.append(UnitLine(node.id, node.name, depth, own[node.id], is_own_part=True))
    return lines


def _single_roots(peopled: Sequence[UnitNode]) -> set[int]:
    """Units that stand above everybody, from the root down."""
    common = peopled[0].above if peopled else []
    for node in peopled:
        common = [one for one, other in zip(common, node.above, strict=False) if one == other]
    return set(common)
