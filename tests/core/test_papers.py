from __future__ import annotations

from collections import Counter
from decimal import Decimal as D
from random import Random
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from lawedu.core.blueprint import Cell, check
from lawedu.core.papers import CannotFill, FormMode, Pick, assemble
from lawedu.core.questions import QuestionKind

K = QuestionKind
DOMAINS = ("宪法", "民法典", "行政处罚", "保密")


def make_pick(number: Any, **changes: Any) -> Any:
    usual = {"kind": K.SINGLE_CHOICE, "domain": "民法典", "difficulty": 2, "basis_key": f"民法典|{number}"}
    return Pick(**{"version_id": number, **usual, "option_keys": ("A", "B", "C", "D"), **changes})


def make_pool(
    seed: Any = 1,
    sizes: Any = ((K.SINGLE_CHOICE, 200), (K.MULTIPLE_CHOICE, 100), (K.TRUE_FALSE, 100)),
    articles: Any = 300,
) -> Any:
    rng = Random(seed)  # noqa: S311 - invents a bank
    kinds = [kind for kind, size in sizes for _ in range(size)]
    return [
        make_pick(
            number,
            kind=kind,
            domain=rng.choice(DOMAINS),
            difficulty=rng.choice([1, 2, 2, 3, 3, 3, 4, 5]),
            basis_key=f"法|{rng.randrange(articles)}",
            option_keys=() if kind is K.TRUE_FALSE else ("A", "B", "C", "D"),
        )
        for number, kind in enumerate(kinds, 1)
    ]


ANNUAL = [
    Cell(1, K.SINGLE_CHOICE, None, None, 40, D(1)),
    Cell(2, K.MULTIPLE_CHOICE, None, None, 20, D(2)),
    Cell(3, K.TRUE_FALSE, None, None, 20, D(1)),
]


def build(
    cells: Any = ANNUAL, pool: Any = None, seed: Any = 7, forms: Any = 1, mode: Any = FormMode.FIXED, **flags: Any
) -> Any:
    rng = Random(seed)  # noqa: S311 - papers are drawn the same way again from their seed
    return assemble(cells, make_pool() if pool is None else pool, rng, forms, mode, **flags)


def versions(paper: Any) -> Any:
    return [item.version_id for item in paper.items]


def facts_of(paper: Any, pool: Any) -> Any:
    by_id = {pick.version_id: pick for pick in pool}
    return [by_id[version] for version in versions(paper)]


def difficulties(paper: Any, pool: Any) -> Any:
    return Counter((pick.kind, pick.difficulty) for pick in facts_of(paper, pool))


def shared(papers: Any) -> Any:
    counts = Counter(version for paper in papers for version in versions(paper))
    return sum(count - 1 for count in counts.values())


def test_a_paper_holds_what_the_plan_says() -> None:
    pool = make_pool()
    [paper] = build(pool=pool)
    kinds = [pick.kind for pick in facts_of(paper, pool)]
    assert kinds == [K.SINGLE_CHOICE] * 40 + [K.MULTIPLE_CHOICE] * 20 + [K.TRUE_FALSE] * 20
    assert sum(item.points for item in paper.items) == 100
    assert len(set(versions(paper))) == 80


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_pool() -> None:
    pool = make_pool()
    for mode in FormMode:
        assert build(pool=pool, forms=3, mode=mode) == build(pool=pool[::-1], forms=3, mode=mode)
        assert build(pool=pool, forms=3, mode=mode) != build(pool=pool, forms=3, mode=mode, seed=8)


def test_a_fixed_paper_is_one() -> None:
    assert len(build(forms=5, mode=FormMode.FIXED)) == 1
    assert len(build(forms=5, mode=FormMode.BALANCED)) == 5


def test_groups_of_a_kind_follow_the_positions_of_the_cells() -> None:
    pool = make_pool()
    cells = [Cell(2, K.SINGLE_CHOICE, "宪法", None, 3, D(1)), Cell(1, K.TRUE_FALSE, None, None, 2, D(1))]
    cells.append(Cell(3, K.SINGLE_CHOICE, "民法典", None, 3, D(1)))
    [paper] = build(cells, pool)
    assert [pick.kind for pick in facts_of(paper, pool)] == [K.TRUE_FALSE] * 2 + [K.SINGLE_CHOICE] * 6


def test_without_shuffling_cells_stay_apart_and_options_in_their_order() -> None:
    pool = make_pool()
    cells = [Cell(1, K.SINGLE_CHOICE, "宪法", None, 4, D(1)), Cell(2, K.SINGLE_CHOICE, "民法典", None, 4, D(1))]
    [paper] = build(cells, pool, shuffle_items=False, shuffle_options=False)
    assert [pick.domain for pick in facts_of(paper, pool)] == ["宪法"] * 4 + ["民法典"] * 4
    assert all(item.option_order == ("A", "B", "C", "D") for item in paper.items)


def test_with_shuffling_every_option_is_still_there_once() -> None:
    [paper] = build()
    orders = [item.option_order for item in paper.items]
    assert all(sorted(order) in ([], ["A", "B", "C", "D"]) for order in orders)
    assert len(set(orders)) > 10


def test_cells_of_different_worth_keep_their_points() -> None:
    pool = make_pool()
    cells = [Cell(1, K.SINGLE_CHOICE, "宪法", None, 4, D(1)), Cell(2, K.SINGLE_CHOICE, "民法典", None, 4, D(3))]
    [paper] = build(cells, pool)
    for item, pick in zip(paper.items, facts_of(paper, pool), strict=True):
        assert item.points == (1 if pick.domain == "宪法" else 3)


@pytest.mark.parametrize("mode", [FormMode.BALANCED, FormMode.INDIVIDUAL])
def test_all_forms_are_of_the_same_difficulty(mode: Any) -> None:
    pool = make_pool()
    papers = build(pool=pool, forms=12, mode=mode)
    assert len({frozenset(difficulties(paper, pool).items()) for paper in papers}) == 1


def test_the_difficulty_of_a_paper_follows_the_bank() -> None:
    pool = make_pool()
    [paper] = build(pool=pool)
    bank = sum(pick.difficulty for pick in pool) / len(pool)
    drawn = sum(pick.difficulty for pick in facts_of(paper, pool)) / 80
    assert abs(bank - drawn) < 0.15


def test_balanced_forms_share_no_question_when_the_bank_is_large_enough() -> None:
    pool = make_pool(sizes=((K.SINGLE_CHOICE, 220), (K.MULTIPLE_CHOICE, 110), (K.TRUE_FALSE, 110)))
    assert shared(build(pool=pool, forms=4, mode=FormMode.BALANCED)) == 0


def test_balanced_forms_share_as_few_questions_as_the_bank_allows() -> None:
    pool = [make_pick(number) for number in range(25)]
    papers = build([Cell(1, K.SINGLE_CHOICE, None, None, 10, D(1))], pool, forms=3, mode=FormMode.BALANCED)
    assert shared(papers) == 5


def test_balanced_forms_would_rather_ask_twice_about_an_article_than_share_a_question() -> None:
    pool = [make_pick(number, basis_key="x" if number < 3 else "y") for number in range(4)]
    for seed in range(10):
        papers = build([Cell(1, K.SINGLE_CHOICE, None, None, 2, D(1))], pool, seed, forms=2, mode=FormMode.BALANCED)
        assert shared(papers) == 0


def test_a_wide_cell_leaves_to_a_narrow_one_what_the_other_forms_need() -> None:
    pool = [make_pick(n, domain="宪法") for n in range(6)] + [make_pick(n, domain="保密") for n in range(6, 12)]
    cells = [Cell(1, K.SINGLE_CHOICE, None, None, 2, D(1)), Cell(2, K.SINGLE_CHOICE, "宪法", None, 2, D(1))]
    assert shared(build(cells, pool, forms=3, mode=FormMode.BALANCED)) == 0


def test_individual_papers_differ() -> None:
    papers = build(forms=30, mode=FormMode.INDIVIDUAL)
    assert len({tuple(versions(paper)) for paper in papers}) == 30


@pytest.mark.parametrize("mode", list(FormMode))
def test_no_article_is_asked_twice_when_the_bank_has_others(mode: Any) -> None:
    pool = [make_pick(n, basis_key=f"法|{n // 3}") for n in range(90)]
    for paper in build([Cell(1, K.SINGLE_CHOICE, None, None, 20, D(1))], pool, forms=1, mode=mode):
        assert len({pick.basis_key for pick in facts_of(paper, pool)}) == 20


def test_a_question_makes_room_when_its_article_is_the_only_one_of_another_cell() -> None:
    pool = [make_pick(1, kind=K.TRUE_FALSE, basis_key="x"), make_pick(2, basis_key="x"), make_pick(3, basis_key="y")]
    cells = [Cell(1, K.SINGLE_CHOICE, None, None, 1, D(1)), Cell(2, K.TRUE_FALSE, None, None, 1, D(1))]
    for seed in range(20):
        [paper] = build(cells, pool, seed=seed)
        assert versions(paper) == [3, 1]


def test_the_same_article_twice_is_better_than_no_paper() -> None:
    pool = [make_pick(n, basis_key="x") for n in range(5)]
    [paper] = build([Cell(1, K.SINGLE_CHOICE, None, None, 5, D(1))], pool)
    assert len(set(versions(paper))) == 5


def test_questions_that_earlier_exams_used_come_last() -> None:
    pool = [make_pick(n, uses=n % 2) for n in range(20)]
    [paper] = build([Cell(1, K.SINGLE_CHOICE, None, None, 10, D(1))], pool)
    assert all(pick.uses == 0 for pick in facts_of(paper, pool))


def test_a_cell_that_cannot_be_filled_is_named_in_the_refusal() -> None:
    cells = [Cell(3, K.MULTIPLE_CHOICE, "保密", 5, 9, D(2))]
    with pytest.raises(CannotFill) as refused:
        build(cells, [make_pick(1, kind=K.MULTIPLE_CHOICE, domain="保密", difficulty=5)])
    assert "第3行（多选题·保密·难度5）需要9题" in refused.value.text
    assert "只有1题" in refused.value.text


def test_cells_that_cross_are_filled_though_a_proportional_split_would_fail() -> None:
    pool = [make_pick(1, domain="宪法", difficulty=1), make_pick(2, domain="宪法", difficulty=2)]
    pool += [make_pick(3, domain="保密", difficulty=1)]
    cells = [Cell(1, K.SINGLE_CHOICE, "宪法", None, 1, D(1)), Cell(2, K.SINGLE_CHOICE, None, 1, 2, D(1))]
    [paper] = build(cells, pool)
    assert sorted(versions(paper)) == [1, 2, 3]


POOLS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.sampled_from("xyz"), st.integers(0, 2)), max_size=14
).map(
    lambda rows: [
        make_pick(number, domain=domain, difficulty=level, basis_key=article, uses=uses)
        for number, (domain, level, article, uses) in enumerate(rows)
    ]
)
PLANS = st.lists(
    st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from([None, 1, 2, 3]), st.integers(0, 4)), max_size=4
).map(lambda rows: [Cell(i, K.SINGLE_CHOICE, domain, level, n, D(i)) for i, (domain, level, n) in enumerate(rows, 1)])


@trying(max_examples=300)
@given(cells=PLANS, pool=POOLS, mode=st.sampled_from(FormMode), forms=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_plan_that_can_be_filled_always_gives_papers_that_follow_it(
    cells: Any, pool: Any, mode: Any, forms: Any, seed: Any
) -> None:
    if check(cells, Counter((pick.kind, pick.domain, pick.difficulty) for pick in pool)):
        with pytest.raises(CannotFill):
            build(cells, pool, seed, forms, mode)
        return
    for paper in build(cells, pool, seed, forms, mode):
        drawn = facts_of(paper, pool)
        assert len(set(versions(paper))) == len(drawn) == sum(cell.count for cell in cells)
        for cell in cells:
            own = [pick for item, pick in zip(paper.items, drawn, strict=True) if item.points == cell.points]
            assert len(own) == cell.count
            assert all(cell.takes(pick.kind, pick.domain, pick.difficulty) for pick in own)


def test_three_thousand_individual_papers_are_built_within_seconds() -> None:
    pool = make_pool()
    began = process_time()
    papers = build(pool=pool, forms=3000, mode=FormMode.INDIVIDUAL)
    assert len(papers) == 3000
    assert process_time() - began < 20, "generous for a busy machine; about 3 s alone"
