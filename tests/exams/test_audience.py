"""Who must sit (应考范围): rules, drawing up, single changes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed
from lawedu.core.exam import ExamState
from lawedu.core.policy import Role
from lawedu.db import db, transaction
from lawedu.exams import audience, audience_queries, candidates
from lawedu.exams.models import AudienceEffect, AudienceRule, Candidate, Exam
from lawedu.people.models import DutyState, ExamChannel, Person, PersonCategory, Unit, UnitKind
from tests import cast
from tests.counting import count_queries
from tests.exams import roster_stage as stage


@pytest.fixture
def exam(app: Flask) -> Exam:
    return stage.make_exam()


def add_rule(exam: Exam, admin: Person, effect: AudienceEffect = AudienceEffect.INCLUDE, **facts: Any) -> AudienceRule:
    with transaction():
        return audience.add_rule(
            cast.actor_of(admin),
            audience_queries.get_exam(exam.id),
            effect,
            **{k: db.session.merge(v) if k == "unit" else v for k, v in facts.items()},
        )


def add(exam: Exam, admin: Person, person: Person, reason: str = "") -> None:
    with transaction():
        found = audience_queries.get_exam(exam.id, lock=True)
        candidates.add_candidate(cast.actor_of(admin), found, audience_queries.get_person(person.id), reason)


def remove(exam: Exam, admin: Person, person: Person, reason: str = "") -> None:
    with transaction():
        found = audience_queries.get_exam(exam.id, lock=True)
        row = audience_queries.find_candidate(exam.id, person.id, lock=True)
        candidates.remove_candidate(cast.actor_of(admin), found, row, reason)


def test_a_rule_for_a_unit_reaches_the_units_below_it(
    exam: Exam, exam_admin: Person, other_unit: Unit, zhao: Person, wang: Person
) -> None:
    village = cast.make_unit(name="前进村", kind=UnitKind.VILLAGE, parent=other_unit)
    cast.make_person(unit=village, name="村里人")

    done = stage.draw_up(exam, exam_admin, other_unit)

    assert stage.listed(exam) == {zhao.name, "村里人"}
    assert (done.added, done.total) == (2, 2)


def test_drawing_up_twice_changes_nothing(exam: Exam, exam_admin: Person, wang: Person, zhao: Person) -> None:
    first = stage.draw_up(exam, exam_admin)
    before = {row.id: row.added_at for row in db.session.query(Candidate)}

    again = stage.draw_up_again(exam, exam_admin)

    assert first.added == first.total == 3
    assert (again.added, again.removed, again.moved, again.total) == (0, 0, 0, 3)
    assert {row.id: row.added_at for row in db.session.query(Candidate)} == before


@pytest.mark.parametrize(
    ("facts", "is_listed"),
    [
        ({"duty_state": DutyState.ACTIVE}, True),
        ({"duty_state": DutyState.SECONDED_OUT}, True),
        ({"duty_state": DutyState.LONG_LEAVE}, True),
        ({"duty_state": DutyState.RETIRED}, False),
        ({"duty_state": DutyState.LEFT}, False),
        ({"exam_channel": ExamChannel.CITY}, False),
        ({"exam_channel": ExamChannel.LINE}, False),
    ],
)
def test_who_belongs_to_the_zones_exam_is_listed(
    exam: Exam, exam_admin: Person, unit: Unit, facts: dict[str, Any], is_listed: bool
) -> None:
    person = cast.make_person(unit=unit, name="某人", **facts)

    stage.draw_up(exam, exam_admin, unit)

    assert (person.name in stage.listed(exam)) is is_listed


def test_exclusions_win_over_inclusions_and_conditions_hold_together(
    exam: Exam, exam_admin: Person, unit: Unit
) -> None:
    cast.make_person(unit=unit, name="领导公务员", is_leader=True)
    cast.make_person(unit=unit, name="领导聘用", is_leader=True, category=PersonCategory.CONTRACT_STAFF)
    cast.make_person(unit=unit, name="普通公务员")
    add_rule(exam, exam_admin, unit=unit, leaders_only=True)
    add_rule(exam, exam_admin, AudienceEffect.EXCLUDE, category=PersonCategory.CONTRACT_STAFF)

    stage.draw_up_again(exam, exam_admin)

    assert stage.listed(exam) == {"领导公务员"}


def test_whom_the_rules_name_no_more_is_taken_off_and_comes_back(
    exam: Exam, exam_admin: Person, unit: Unit, other_unit: Unit, wang: Person, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit, other_unit)
    rule = add_rule(exam, exam_admin, AudienceEffect.EXCLUDE, unit=other_unit)
    off = stage.draw_up_again(exam, exam_admin)
    assert off.removed == 1
    assert zhao.name not in stage.listed(exam)

    with transaction():
        found = audience_queries.get_group_rule(exam.id, rule.id)
        audience.remove_rule(cast.actor_of(exam_admin), audience_queries.get_exam(exam.id), found)
    back = stage.draw_up_again(exam, exam_admin)

    assert back.added == 1
    assert zhao.name in stage.listed(exam)
    assert cast.count(Candidate, person_id=zhao.id) == 1


def test_before_the_lock_a_moved_person_counts_in_the_new_unit_afterwards_in_the_listed_one(
    exam: Exam, exam_admin: Person, unit: Unit, other_unit: Unit, wang: Person, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin)
    wang.unit_id = other_unit.id
    db.session.commit()
    assert stage.draw_up_again(exam, exam_admin).moved == 1
    assert stage.row_of(exam, wang).unit_id == other_unit.id

    stage.lock(exam, exam_admin)
    wang.unit_id = unit.id
    db.session.commit()

    assert stage.row_of(exam, wang).unit_id == other_unit.id
    with pytest.raises(audience.RosterLocked):
        stage.draw_up_again(exam, exam_admin)


def test_who_sets_or_runs_exams_is_flagged(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, li: Person
) -> None:
    author = cast.official(unit, "命题人", Role.AUTHOR)
    exam.created_by = wang.id
    db.session.commit()

    stage.draw_up(exam, exam_admin)

    flagged = {row.person.name for row in db.session.query(Candidate).filter_by(is_exam_staff=True)}
    assert flagged == {exam_admin.name, author.name, wang.name}


def test_without_an_including_rule_nothing_is_drawn_up(exam: Exam, exam_admin: Person, wang: Person) -> None:
    with pytest.raises(audience.NoAudience):
        stage.draw_up_again(exam, exam_admin)
    assert cast.count(Candidate) == 0


def test_the_same_rule_twice_is_refused(exam: Exam, exam_admin: Person, unit: Unit) -> None:
    add_rule(exam, exam_admin, unit=unit)
    with pytest.raises(audience.RuleRepeated):
        add_rule(exam, exam_admin, unit=unit)
    assert cast.count(AudienceRule) == 1


def test_a_cancelled_exam_keeps_its_list(exam: Exam, exam_admin: Person, wang: Person) -> None:
    exam.state = ExamState.CANCELLED
    db.session.commit()
    with pytest.raises(audience.ExamCancelled):
        stage.draw_up(exam, exam_admin)


def test_only_the_exam_administrator_changes_the_list(
    exam: Exam, exam_admin: Person, li: Person, wang: Person, hr: Person
) -> None:
    for person in (li, wang, hr):
        with pytest.raises(NotAllowed):
            stage.draw_up(exam, person)
    assert cast.count(AudienceRule) == 0


def test_drawing_up_takes_the_same_number_of_statements_for_any_number_of_people(
    exam: Exam, exam_admin: Person, unit: Unit
) -> None:
    def statements() -> int:
        with count_queries() as sent:
            stage.draw_up_again(exam, exam_admin)
        return sent.count

    stage.draw_up(exam, exam_admin)
    few = statements()
    for _ in range(30):
        cast.make_person(unit=unit)

    assert statements() == few


def test_changes_by_hand_last_through_drawing_up(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    add(exam, exam_admin, zhao)
    remove(exam, exam_admin, wang, "本人在市里参加")

    stage.draw_up_again(exam, exam_admin)

    assert zhao.name in stage.listed(exam)
    assert wang.name not in stage.listed(exam)
    assert stage.row_of(exam, wang).removed_reason == "本人在市里参加"


def test_changing_ones_mind_leaves_one_rule_and_one_row(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    remove(exam, exam_admin, wang)
    add(exam, exam_admin, wang)

    stage.draw_up_again(exam, exam_admin)

    assert wang.name in stage.listed(exam)
    assert cast.count(AudienceRule, person_id=wang.id) == 1
    assert cast.count(Candidate, person_id=wang.id) == 1


def test_a_person_of_another_channel_is_added_by_hand_but_nobody_retired(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    city = cast.make_person(unit=unit, name="市考人员", exam_channel=ExamChannel.CITY)
    gone = cast.make_person(unit=unit, name="退休人员", duty_state=DutyState.RETIRED)

    add(exam, exam_admin, city)
    with pytest.raises(candidates.NotOnDuty):
        add(exam, exam_admin, gone)
    with pytest.raises(candidates.AlreadyListed):
        add(exam, exam_admin, city)
    stage.draw_up_again(exam, exam_admin)

    assert city.name in stage.listed(exam)
    assert gone.name not in stage.listed(exam)


def test_after_the_lock_a_change_needs_a_reason_and_is_written_down(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, zhao: Person
) -> None:
    stage.draw_up(exam, exam_admin, unit)
    stage.lock(exam, exam_admin)
    for deed, person in ((add, zhao), (remove, wang)):
        with pytest.raises(candidates.ReasonMissing):
            deed(exam, exam_admin, person)

    add(exam, exam_admin, zhao, "11月3日调入")
    remove(exam, exam_admin, wang, "已调离")
    with pytest.raises(candidates.NotOnList):
        remove(exam, exam_admin, wang, "再来一次")

    assert zhao.name in stage.listed(exam)
    bodies = [event.body for event in db.session.query(AuditEvent).filter(AuditEvent.action.like("roster.%"))]
    assert any("11月3日调入" in body and '"after_lock":true' in body for body in bodies)
    assert any("已调离" in body for body in bodies)
    assert not any(zhao.name in body for body in bodies)
