"""The grouped query says what a slow, obvious count over people says; the identity holds for any history."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lawedu import clock
from lawedu.attempts import sweeper
from lawedu.attempts.models import ImportState
from lawedu.completion import report_queries, scope_queries
from lawedu.completion.report_queries import get_unit_report
from lawedu.completion.scope_queries import EVERYBODY, Filter, get_reading
from lawedu.core.attempt import AttemptState
from lawedu.core.completion import CandidateStanding, ExamFigures
from lawedu.core.exam import WindowKind
from lawedu.core.standings import UnitStanding
from lawedu.core.unit_figures import UnitLine
from lawedu.db import db, transaction
from lawedu.exams.models import Candidate, Decision, Exam
from lawedu.people.models import Person, Unit
from tests import cast, exam_cast
from tests.completion.histories import History, Outside, Try, live, live_all

POINTS = (0, 20, 40, 60, 80, 100)
ENDED = (AttemptState.SUBMITTED, AttemptState.EXPIRED, AttemptState.VOIDED)


def tries_of() -> st.SearchStrategy[list[Try]]:
    window = st.sampled_from(list(WindowKind))
    ended = st.builds(Try, window, st.sampled_from(ENDED), st.sampled_from(POINTS))
    running = st.builds(Try, window, st.just(AttemptState.IN_PROGRESS), st.sampled_from(POINTS), ran_out=st.booleans())
    return st.tuples(st.lists(ended, max_size=3), st.lists(running, max_size=1)).map(lambda both: both[0] + both[1])


def outside_of() -> st.SearchStrategy[list[Outside]]:
    one = st.builds(Outside, st.sampled_from(list(WindowKind)), st.sampled_from(POINTS), st.sampled_from(ImportState))
    return st.lists(one, max_size=2, unique_by=lambda score: score.window)


DECISIONS = st.sampled_from([None, None, Decision.APPROVED, Decision.REJECTED])
HISTORIES = st.lists(st.builds(History, tries_of(), outside_of(), DECISIONS, DECISIONS), min_size=1, max_size=6)


COLUMNS = ("listed", "exempt", "required", "sat", "missing", "deferred", "passed", "excellent")


class Obvious:
    """The count by hand: one person after another, with nothing but the words of product.md."""

    def __init__(self, final: bool) -> None:
        self.final = final
        self.numbers = {
            name: dict.fromkeys(
                ("listed", "exempt", "required", "sat", "missing", "deferred", "passed", "excellent"), 0
            )
            for name in ("first", "after")
        }
        self.sums = {"first": Decimal(0), "after": Decimal(0)}

    def add(self, one: History) -> None:
        scores = [(score.window, score.points, False) for score in one.outside if score.state is ImportState.APPROVED]
        scores.sort(key=lambda score: score[0].value)
        for attempt in one.tries:
            if attempt.state is not AttemptState.IN_PROGRESS or attempt.ran_out:
                scores.append((attempt.window, attempt.points, attempt.state is AttemptState.VOIDED))
        first = [score for score in scores if score[0] is WindowKind.MAIN][:1]
        self._count("first", one, first, was_begun=False)
        valid = [score for score in scores if not score[2]]
        best = [max(valid, key=lambda score: score[1])] if valid else scores[:1]
        self._count("after", one, best, was_begun=any(t.state is AttemptState.IN_PROGRESS for t in one.tries))

    def _count(self, name: str, one: History, which: list[tuple[WindowKind, int, bool]], was_begun: bool) -> None:
        row = self.numbers[name]
        row["listed"] += 1
        if one.exempt is Decision.APPROVED:
            row["exempt"] += 1
            return
        row["required"] += 1
        if which:
            points = 0 if which[0][2] else which[0][1]
            row["sat"] += 1
            row["passed"] += points >= 60
            row["excellent"] += points >= 90
            self.sums[name] += points
        elif one.deferred is Decision.APPROVED and not (name == "after" and (self.final or was_begun)):
            row["deferred"] += 1
        else:
            row["missing"] += 1


def check(found: ExamFigures, obvious: Obvious) -> None:
    for name in ("first", "after"):
        figures, row = getattr(found, name), obvious.numbers[name]
        seen = {key: getattr(figures, key) for key in row if key != "missing"}
        assert {**seen, "missing": figures.absent + figures.not_yet} == row, name
        assert figures.points_sum == obvious.sums[name]
        assert figures.required == figures.sat + figures.absent + figures.not_yet + figures.deferred
        assert figures.required == figures.listed - figures.exempt


@pytest.fixture
def crowd(unit: Unit, other_unit: Unit, village: Unit) -> list[Person]:
    """Six people over three units."""
    return [cast.make_person(unit=place) for place in (unit, other_unit, village) for _ in range(2)]


@given(histories=HISTORIES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_what_an_obvious_count_gives(app: Flask, crowd: list[Person], histories: list[History]) -> None:
    people = crowd[: len(histories)]
    exam = exam_cast.make_exam(*people, opens_at=clock.now() - timedelta(days=4), resit=True)
    obvious = Obvious(final=False)
    live_all(exam, people, histories)
    for history in histories:
        obvious.add(history)
    report = get_unit_report(get_reading(exam.id, clock.now()), EVERYBODY, Filter())
    check(report.total, obvious)
    tops = [line.figures for line in report.lines if line.depth == 0]
    assert sum(tops, ExamFigures()) == report.total


@given(histories=HISTORIES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_lists_down_to_people_hold_exactly_those_counted(
    app: Flask, crowd: list[Person], histories: list[History]
) -> None:
    people = crowd[: len(histories)]
    exam = exam_cast.make_exam(*people, opens_at=clock.now() - timedelta(days=4), resit=True)
    live_all(exam, people, histories)
    reading = get_reading(exam.id, clock.now())
    after = get_unit_report(reading, EVERYBODY, Filter()).total.after
    listed = {place: standing_of(reading, place) for place in CandidateStanding}
    assert sum(map(len, listed.values())) == after.listed
    assert len(listed[CandidateStanding.PASSED]) == after.passed
    assert len(listed[CandidateStanding.FAILED]) == after.failed
    assert len(listed[CandidateStanding.DEFERRED]) == after.deferred
    for place, lines in listed.items():
        assert all(line.standing is place for line in lines)
    counts = report_queries.count_for_unit(reading, EVERYBODY)
    assert sum(counts.values()) == after.listed


def standing_of(reading: Any, place: CandidateStanding) -> list[Any]:
    query = report_queries.select_people(
        reading, EVERYBODY, Filter(), lambda facts: reading.phase.standing(facts) is place
    )
    return list(report_queries.stream_people(reading, query))


@given(histories=HISTORIES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_with_the_sweeper_off_every_figure_is_the_same(
    app: Flask, crowd: list[Person], histories: list[History]
) -> None:
    people = crowd[: len(histories)]
    exam = exam_cast.make_exam(*people, opens_at=clock.now() - timedelta(days=4), resit=True)
    live_all(exam, people, histories)
    now = clock.now()
    before = get_unit_report(get_reading(exam.id, now), EVERYBODY, Filter())
    people_before = list_all(exam, now)
    sweep(exam.id)
    after = get_unit_report(get_reading(exam.id, now), EVERYBODY, Filter())
    assert (after.lines, after.total) == (before.lines, before.total)
    assert list_all(exam, now) == people_before


def list_all(exam: Exam, now: Any) -> list[Any]:
    reading = get_reading(exam.id, now)
    return list(report_queries.stream_people(reading, report_queries.select_people(reading, EVERYBODY, Filter())))


def sweep(exam_id: int) -> None:
    db.session.rollback()
    with transaction():
        sweeper.write_down_all(exam_id)


def line_of(lines: list[UnitLine], name: str, *, own: bool = False) -> ExamFigures:
    return next(line.figures for line in lines if line.name == name and line.is_own_part is own)


def test_a_subdistrict_counts_its_villages(exam: Exam, zhao: Person, villager: Person) -> None:
    live(exam, villager, History([Try(points=80)]))
    lines = get_unit_report(get_reading(exam.id, clock.now()), EVERYBODY, Filter()).lines
    assert line_of(lines, "兴城街道").after.listed == 2
    assert line_of(lines, "兴城街道", own=True).after.listed == 1
    assert line_of(lines, "柳岸社区").after.passed == 1
    assert [line.name for line in lines] == ["经济发展局", "兴城街道", "兴城街道", "柳岸社区"]


def test_who_was_taken_off_the_roster_is_counted_nowhere(exam: Exam, wang: Person) -> None:
    row = db.session.query(Candidate).filter_by(person_id=wang.id).one()
    row.removed_at = clock.now()
    db.session.commit()
    assert get_unit_report(get_reading(exam.id, clock.now()), EVERYBODY, Filter()).total.after.listed == 3


def test_not_yet_turns_into_absent_when_the_resit_has_closed(exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(points=100)]))
    reading = get_reading(exam.id, clock.now())
    first, after = _both(reading)
    assert (first.absent, first.not_yet, after.absent, after.not_yet) == (3, 0, 0, 3)
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        first, after = _both(get_reading(exam.id, clock.now()))
    assert (first.absent, after.absent, after.not_yet) == (3, 3, 0)


def _both(reading: Any) -> tuple[Any, Any]:
    total = get_unit_report(reading, EVERYBODY, Filter()).total
    return total.first, total.after


def test_while_somebody_has_extra_time_nobody_is_absent(exam: Exam, wang: Person) -> None:
    live(exam, wang, History([Try(state=AttemptState.IN_PROGRESS)]))
    reading = get_reading(exam.id, clock.now())
    assert not reading.phase.main_closed
    assert _both(reading)[0].not_yet == 4


def test_an_outside_score_counts_like_our_own_and_a_rejected_one_leaves_no_trace(
    exam: Exam, wang: Person, li: Person
) -> None:
    live(exam, wang, History(outside=[Outside(points=95)]))
    live(exam, li, History(outside=[Outside(points=95, state=ImportState.REJECTED)]))
    first, after = _both(get_reading(exam.id, clock.now()))
    assert (first.sat, first.excellent, after.passed) == (1, 1, 1)


def test_a_liaison_hears_only_who_needs_the_resit(exam: Exam, wang: Person, li: Person) -> None:
    live(exam, wang, History([Try(points=40)]))
    live(exam, li, History([Try(points=80)]))
    counts = report_queries.count_for_unit(get_reading(exam.id, clock.now()), EVERYBODY)
    assert counts[UnitStanding.NEEDS_RESIT] == 3
    assert counts[UnitStanding.DONE] == 1


def test_before_release_nobody_reads_from_the_list_who_failed(wang: Person) -> None:
    exam = exam_cast.make_exam(wang, resit=True, score_at_submit=False)
    live(exam, wang, History([Try(points=40)]))
    reading = scope_queries.get_reading(exam.id, clock.now())
    assert not reading.scores_shown
    assert report_queries.count_for_unit(reading, EVERYBODY)[UnitStanding.DONE] == 1
