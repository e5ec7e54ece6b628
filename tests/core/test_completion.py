from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.completion import (
    CandidateFacts,
    CandidateStanding,
    Figures,
    FiguresDisagree,
    Group,
    PassRateBase,
    add,
    ensure_balanced,
    figures,
    group_of,
    standing,
)

S = CandidateStanding
PASSED = CandidateFacts(
    sat=True, sat_first=True, first_points=D(85), first_passed=True, best_points=D(85), best_passed=True
)
FAILED = CandidateFacts(sat=True, sat_first=True, first_points=D(60), best_points=D(70))
RESAT = CandidateFacts(sat=True, sat_first=True, first_points=D(60), best_points=D(92), best_passed=True)
NOBODY = CandidateFacts()


def figures_of(*persons: Any, final: Any = True, **options: Any) -> Any:
    return figures([group_of(person, D(90)) for person in persons], final, **options)


@pytest.mark.parametrize(
    ("facts", "before", "after"),
    [
        (CandidateFacts(exempt=True), S.EXEMPT, S.EXEMPT),
        (CandidateFacts(exempt=True, sat=True, best_passed=True), S.EXEMPT, S.EXEMPT),
        (PASSED, S.PASSED, S.PASSED),
        (FAILED, S.FAILED, S.FAILED),
        (RESAT, S.PASSED, S.PASSED),
        (CandidateFacts(in_progress=True), S.IN_PROGRESS, S.FAILED),
        (CandidateFacts(sat=True, in_progress=True), S.FAILED, S.FAILED),
        (CandidateFacts(sat=True, best_passed=True, in_progress=True), S.PASSED, S.PASSED),
        (CandidateFacts(voided_only=True), S.FAILED, S.FAILED),
        (CandidateFacts(sat=True, voided_only=True, best_passed=True), S.FAILED, S.FAILED),
        (NOBODY, S.NOT_SAT, S.ABSENT),
        (CandidateFacts(deferred=True), S.DEFERRED, S.ABSENT),
        (CandidateFacts(deferred=True, sat=True, best_passed=True), S.PASSED, S.PASSED),
        (CandidateFacts(deferred=True, sat=True), S.FAILED, S.FAILED),
    ],
)
def test_where_a_person_stands_before_and_after_the_end(facts: Any, before: Any, after: Any) -> None:
    assert standing(facts, final=False) is before
    assert standing(facts, final=True) is after


def test_who_was_deferred_stays_so_when_the_exam_has_no_resit() -> None:
    assert standing(CandidateFacts(deferred=True), final=True, resit_offered=False) is S.DEFERRED


def test_the_figures_of_a_finished_exam() -> None:
    exempt, deferred = CandidateFacts(exempt=True), CandidateFacts(deferred=True)
    both = figures_of(PASSED, FAILED, RESAT, NOBODY, exempt, deferred)
    assert both.after == Figures(
        listed=6, exempt=1, required=5, sat=3, absent=2, passed=2, excellent=1, points_sum=D(247)
    )
    assert both.first == Figures(
        listed=6, exempt=1, required=5, sat=3, absent=1, deferred=1, passed=1, excellent=0, points_sum=D(205)
    )


def test_before_the_end_nobody_is_absent() -> None:
    both = figures_of(PASSED, NOBODY, CandidateFacts(in_progress=True), CandidateFacts(deferred=True), final=False)
    assert (both.after.absent, both.after.not_yet, both.after.deferred) == (0, 2, 1)
    assert (both.first.absent, both.first.not_yet, both.first.deferred) == (0, 2, 1)


def test_between_main_window_and_resit_the_first_sitting_is_settled_and_the_whole_is_not() -> None:
    both = figures_of(NOBODY, final=False, main_closed=True)
    assert (both.first.absent, both.first.not_yet) == (1, 0)
    assert (both.after.absent, both.after.not_yet) == (0, 1)


def test_who_sat_in_the_resit_only_was_absent_the_first_time() -> None:
    both = figures_of(CandidateFacts(sat=True, best_points=D(88), best_passed=True))
    assert (both.first.sat, both.first.absent) == (0, 1)
    assert (both.after.sat, both.after.passed) == (1, 1)


def test_a_voided_attempt_counts_as_sat_and_not_passed() -> None:
    both = figures_of(CandidateFacts(sat=True, sat_first=True, voided_only=True))
    assert (both.after.sat, both.after.passed, both.after.failed, both.after.average) == (1, 0, 1, D(0))


def test_a_person_counts_once_however_often_they_sat() -> None:
    assert figures_of(RESAT).after.sat == 1


def test_the_excellent_mark_itself_is_excellent() -> None:
    person = CandidateFacts(sat=True, best_points=D(90), best_passed=True)
    assert figures_of(person).after.excellent == 1


def test_the_rates_and_their_denominators() -> None:
    counts = Figures(listed=12, exempt=2, required=10, sat=8, absent=2, passed=6, excellent=2, points_sum=D(600))
    assert counts.participation_rate == D("0.8")
    assert counts.pass_rate() == counts.pass_rate(PassRateBase.SAT) == D("0.75")
    assert counts.pass_rate(PassRateBase.REQUIRED) == D("0.6")
    assert counts.excellent_rate() == D("0.25")
    assert counts.excellent_rate(PassRateBase.REQUIRED) == D("0.2")
    assert counts.average == D(75)
    assert (counts.denominator(PassRateBase.SAT), counts.denominator(PassRateBase.REQUIRED)) == (8, 10)


def test_rates_are_rounded_to_a_hundredth_of_a_percent() -> None:
    counts = Figures(listed=3, required=3, sat=3, passed=2, points_sum=D(200))
    assert (counts.pass_rate(), counts.average) == (D("0.6667"), D("66.67"))


def test_there_is_no_rate_of_nobody() -> None:
    empty = Figures()
    assert (empty.participation_rate, empty.pass_rate(), empty.excellent_rate(), empty.average) == (None,) * 4


def test_figures_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(FiguresDisagree) as refused:
        ensure_balanced(Figures(listed=3, required=3, sat=2))
    assert "应考3人" in refused.value.text
    with pytest.raises(FiguresDisagree):
        ensure_balanced(Figures(listed=3, exempt=1, required=3, sat=3))
    with pytest.raises(FiguresDisagree):
        ensure_balanced(Figures(listed=1, required=1, sat=1, passed=2))


def people() -> Any:
    flags = st.fixed_dictionaries(
        {
            name: st.booleans()
            for name in (
                "exempt",
                "deferred",
                "first_passed",
                "best_passed",
                "sat",
                "sat_first",
                "voided_only",
                "in_progress",
            )
        }
    )
    points = st.decimals(0, 100, places=2)
    return st.builds(
        lambda known, first, best: CandidateFacts(**known, first_points=first, best_points=best), flags, points, points
    )


@given(persons=st.lists(people(), max_size=12), final=st.booleans(), main=st.booleans(), resit=st.booleans())
def test_required_is_sat_absent_not_yet_and_deferred_whatever_the_facts(
    persons: Any, final: Any, main: Any, resit: Any
) -> None:
    both = figures_of(*persons, final=final, main_closed=main or final, resit_offered=resit)
    for counts in (both.first, both.after):
        assert counts.required == counts.listed - counts.exempt
        assert counts.required == counts.sat + counts.absent + counts.not_yet + counts.deferred
        assert counts.balanced
    assert both.first.listed == both.after.listed == len(persons)
    if final:
        assert both.after.not_yet == both.first.not_yet == 0
    else:
        assert both.after.absent == 0


@given(persons=st.lists(people(), max_size=12), final=st.booleans(), cut=st.integers(0, 12))
def test_the_figures_of_units_add_up_to_those_of_all(persons: Any, final: Any, cut: Any) -> None:
    assert figures_of(*persons[:cut], final=final) + figures_of(*persons[cut:], final=final) == figures_of(
        *persons, final=final
    )


@given(person=people(), count=st.integers(0, 5), final=st.booleans())
def test_a_group_counts_like_its_persons_one_by_one(person: Any, count: Any, final: Any) -> None:
    one = group_of(person, D(90))
    group = Group(
        person,
        count,
        one.first_points_sum * count,
        one.best_points_sum * count,
        one.first_excellent * count,
        one.best_excellent * count,
    )
    assert figures([group], final) == figures([one] * count, final)


@given(persons=st.lists(people(), max_size=12), final=st.booleans())
def test_the_figures_agree_with_where_each_person_stands(persons: Any, final: Any) -> None:
    counts = figures_of(*persons, final=final).after
    places = [standing(person, final) for person in persons]
    assert counts.passed == places.count(S.PASSED)
    assert counts.failed == places.count(S.FAILED)
    assert counts.absent == places.count(S.ABSENT)
    assert counts.deferred == places.count(S.DEFERRED)
    assert counts.not_yet == places.count(S.NOT_SAT) + places.count(S.IN_PROGRESS)


def test_adding_nothing_changes_nothing() -> None:
    counts = figures_of(PASSED).after
    assert add(counts, Figures()) == counts
