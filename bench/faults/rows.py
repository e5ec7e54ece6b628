"""One line of the table (一行结果)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.faults.stage import Prepared


@dataclass
class Row:
    """What one fault gave on one engine. `recovered` in seconds; `caught`: whether the broken twin was caught."""

    fault: str
    engine: str
    tried: str
    acknowledged: int = 0
    lost: int = 0
    recovered: float | None = None
    caught: bool | None = None
    note: str = ""
    wrong: str = ""

    @property
    def is_clean(self) -> bool:
        return self.lost == 0 and not self.wrong and self.caught is not False


Program = Callable[[Prepared, bool], Row]


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return sorted(values)[len(values) // 2]
