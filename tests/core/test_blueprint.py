from __future__ import annotations

from decimal import Decimal as D
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.blueprint import Cell, allocate, check, supply, total_items, total_points
from lawedu.core.questions import QuestionKind

SINGLE, MULTIPLE = QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE


def make_cell(**changes: Any) -> Any:
    usual = {"position": 1, "kind": SINGLE, "domain": None, "difficulty": None, "count": 1, "points": D(1)}
    return Cell(**{**usual, **changes})


def test_points_are_per_question() -> None:
    cells = [make_cell(count=40), make_cell(position=2, kind=MULTIPLE, count=20, points=D("1.5"))]
    assert (total_items(cells), total_points(cells)) == (60, D(70))


def test_a_cell_counts_what_suits_it_by_itself() -> None:
    available = {
        (SINGLE, "行政处罚", 1): 3,
        (SINGLE, "民法典", 1): 4,
        (SINGLE, "民法典", 2): 5,
        (MULTIPLE, "民法典", 1): 9,
    }
    assert supply(make_cell(), available) == 12
    assert supply(make_cell(domain="民法典"), available) == 9
    assert supply(make_cell(domain="民法典", difficulty=2), available) == 5
    assert supply(make_cell(domain="宪法"), available) == 0


def test_a_plan_that_the_bank_covers_has_no_shortage() -> None:
    assert check([make_cell(count=3)], {(SINGLE, "民法典", 1): 3}) == []


def test_a_shortage_names_the_cell_what_it_wants_and_what_there_is() -> None:
    cell = make_cell(position=4, count=5, domain="民法典", difficulty=3)
    [shortage] = check([make_cell(count=1), cell], {(SINGLE, "民法典", 3): 2, (SINGLE, "民法典", 1): 1})
    assert (shortage.cell, shortage.wanted, shortage.available, shortage.missing) == (cell, 5, 2, 3)
    assert shortage.cell.label == "第4行（单选题·民法典·难度3）"


def test_one_question_is_not_promised_to_two_cells() -> None:
    wide, narrow = make_cell(position=1, count=2), make_cell(position=2, count=2, domain="民法典")
    [shortage] = check([wide, narrow], {(SINGLE, "民法典", 1): 3})
    assert (shortage.cell, shortage.available) == (wide, 1)


def test_a_cell_gives_way_when_it_can_take_another_question() -> None:
    by_domain, by_difficulty = make_cell(domain="民法典", count=1), make_cell(position=2, difficulty=1, count=1)
    assert check([by_domain, by_difficulty], {(SINGLE, "民法典", 1): 1, (SINGLE, "民法典", 2): 1}) == []


DOMAINS, DIFFICULTIES = ("a", "b"), (1, 2)
BUCKETS = [(kind, domain, level) for kind in (SINGLE, MULTIPLE) for domain in DOMAINS for level in DIFFICULTIES]
CELLS = st.lists(
    st.builds(
        Cell,
        position=st.integers(1, 9),
        kind=st.sampled_from([SINGLE, SINGLE, MULTIPLE]),
        domain=st.sampled_from([None, *DOMAINS]),
        difficulty=st.sampled_from([None, *DIFFICULTIES]),
        count=st.integers(0, 4),
        points=st.just(D(1)),
    ),
    max_size=5,
)
SUPPLY = st.fixed_dictionaries({bucket: st.integers(0, 3) for bucket in BUCKETS})


def can_be_filled(cells: Any, available: Any) -> Any:
    """Hall's condition, tried on every set of cells: what they want together is there together."""
    for chosen in product([False, True], repeat=len(cells)):
        group = [cell for cell, taken in zip(cells, chosen, strict=True) if taken]
        there = sum(n for bucket, n in available.items() if any(cell.takes(*bucket) for cell in group))
        if sum(cell.count for cell in group) > there:
            return False
    return True


@given(cells=CELLS, available=SUPPLY)
def test_a_plan_has_no_shortage_exactly_when_it_can_be_filled(cells: Any, available: Any) -> None:
    assert (check(cells, available) == []) is can_be_filled(cells, available)


@given(cells=CELLS, available=SUPPLY)
def test_what_is_allocated_suits_the_cell_and_is_there(cells: Any, available: Any) -> None:
    shares = allocate(cells, available)
    for cell, share in zip(cells, shares, strict=True):
        assert 0 <= sum(share.values()) <= cell.count
        assert all(cell.takes(*bucket) and count >= 0 for bucket, count in share.items())
    for bucket, there in available.items():
        assert sum(share.get(bucket, 0) for share in shares) <= there


@given(cells=CELLS, available=SUPPLY)
def test_after_cutting_the_plan_by_its_shortages_it_can_be_filled(cells: Any, available: Any) -> None:
    short = [sum(share.values()) for share in allocate(cells, available)]
    cut = [
        make_cell(kind=c.kind, domain=c.domain, difficulty=c.difficulty, count=n)
        for c, n in zip(cells, short, strict=True)
    ]
    assert check(cut, available) == []
