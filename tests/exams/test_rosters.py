"""名单核对: confirming, late changes, notes, the lock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from lawedu import clock
from lawedu.core.errors import NotAllowed, NotFound
from lawedu.core.policy import Role
from lawedu.db import db, transaction
from lawedu.exams import (
    audience_queries,
    candidates,
    roster_note_queries,
    roster_notes,
    roster_queries,
    rosters,
)
from lawedu.exams.models import Candidate, Exam, RosterConfirmation
from lawedu.exams.roster_models import RosterNote, RosterNoteKind, RosterNoteOutcome
from lawedu.exams.roster_queries import ListState
from lawedu.people.models import Person, Unit, UnitKind
from tests import cast
from tests.counting import count_queries
from tests.exams import roster_stage as stage


@pytest.fixture
def exam(app: Flask, exam_admin: Person, wang: Person, li: Person, zhao: Person) -> Exam:
    """Drawn up for everybody and opened for confirmation."""
    made = stage.make_exam()
    stage.draw_up(made, exam_admin)
    stage.open_lists(made, exam_admin)
    return made


def confirm(exam: Exam, person: Person, unit: Unit, list_hash: str | None = None) -> Any:
    with transaction():
        found = roster_queries.get_shown_exam(exam.id, lock=True)
        own = roster_queries.get_unit(cast.actor_of(person), "roster.confirm", unit.id)
        wanted = list_hash or roster_queries.list_hash(exam.id, own.path)
        return rosters.confirm(cast.actor_of(person), found, own, wanted)


def states(exam: Exam, is_late: bool = False) -> dict[str, ListState]:
    db.session.rollback()
    rows = db.session.execute(roster_queries.select_unit_lists(exam.id, Unit.id > 0))
    return {found.unit.name: found.state(is_late) for found in map(roster_queries.unit_list, rows)}


def add_person(exam: Exam, admin: Person, **facts: Any) -> Person:
    person = cast.make_person(**facts)
    with transaction():
        found = audience_queries.get_exam(exam.id, lock=True)
        candidates.add_candidate(cast.actor_of(admin), found, audience_queries.get_person(person.id), "调入")
    return person


def note(
    exam: Exam,
    person: Person,
    unit: Unit,
    candidate: Candidate | None = None,
    who: str = "新来的",
    reason: str = "11月调入",
) -> int:
    with transaction():
        own = roster_queries.get_unit(cast.actor_of(person), "roster.confirm", unit.id)
        row = candidate and roster_queries.get_listed(cast.actor_of(person), "roster.confirm", exam.id, candidate.id)
        found = roster_queries.get_shown_exam(exam.id, lock=True)
        made = roster_notes.raise_note(cast.actor_of(person), found, own, reason, candidate=row, who=who)
        return made.id


def settle(
    exam: Exam, admin: Person, note_id: int, *, person: Person | None = None, declined: str | None = None
) -> None:
    with transaction():
        actor = cast.actor_of(admin)
        found = roster_note_queries.get_note(actor, "roster.change", exam.id, note_id, lock=True)
        if declined is not None:
            return roster_notes.decline_note(actor, found, declined)
        who = person and audience_queries.get_person(person.id)
        return roster_notes.accept_note(actor, audience_queries.get_exam(exam.id, lock=True), found, person=who)


def test_the_liaison_confirms_the_list_of_the_unit(exam: Exam, unit: Unit, li: Person) -> None:
    assert confirm(exam, li, unit) == 2

    kept = db.session.query(RosterConfirmation).one()
    assert (kept.unit_id, kept.person_count, kept.confirmed_by) == (unit.id, 2, li.id)
    assert len(kept.list_hash) == 64
    assert states(exam)[unit.name] is ListState.CONFIRMED


def test_a_subdistrict_confirms_for_its_villages(exam: Exam, exam_admin: Person, other_unit: Unit) -> None:
    village = cast.make_unit(name="前进村", kind=UnitKind.VILLAGE, parent=other_unit)
    add_person(exam, exam_admin, unit=village)
    liaison = cast.official(other_unit, "街道联络员", Role.UNIT_ADMIN, scope=other_unit)

    confirm(exam, liaison, other_unit)

    assert states(exam)[village.name] is ListState.CONFIRMED
    assert states(exam)[other_unit.name] is ListState.CONFIRMED
    add_person(exam, exam_admin, unit=village)
    assert states(exam)[village.name] is ListState.CHANGED
    assert states(exam)[other_unit.name] is ListState.CONFIRMED


@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_list_that_changed_since_it_was_looked_at_is_not_confirmed(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, li: Person, change: str
) -> None:
    looked_at = roster_queries.list_hash(exam.id, unit.path)
    if change == "add":
        add_person(exam, exam_admin, unit=unit)
    else:
        with transaction():
            row = audience_queries.find_candidate(exam.id, wang.id)
            found = audience_queries.get_exam(exam.id)
            candidates.remove_candidate(cast.actor_of(exam_admin), found, row)

    with pytest.raises(rosters.ListChanged):
        confirm(exam, li, unit, looked_at)

    assert cast.count(RosterConfirmation) == 0


def test_a_change_after_the_confirmation_asks_for_a_new_one(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, li: Person
) -> None:
    confirm(exam, li, unit)
    with transaction():
        row = audience_queries.find_candidate(exam.id, wang.id)
        candidates.remove_candidate(cast.actor_of(exam_admin), audience_queries.get_exam(exam.id), row)
    assert states(exam)[unit.name] is ListState.CHANGED

    # One out and one in leaves the number the same, and is noticed all the same.
    add_person(exam, exam_admin, unit=unit)
    assert states(exam)[unit.name] is ListState.CHANGED

    confirm(exam, li, unit)
    assert states(exam)[unit.name] is ListState.CONFIRMED
    assert cast.count(RosterConfirmation) == 2


def test_a_move_before_the_lock_opens_both_lists_again(
    exam: Exam, exam_admin: Person, unit: Unit, other_unit: Unit, wang: Person, li: Person
) -> None:
    liaison = cast.official(other_unit, "街道联络员", Role.UNIT_ADMIN, scope=other_unit)
    stage.draw_up_again(exam, exam_admin)
    confirm(exam, li, unit)
    confirm(exam, liaison, other_unit)

    wang.unit_id = other_unit.id
    db.session.commit()
    stage.draw_up_again(exam, exam_admin)

    assert states(exam)[unit.name] is states(exam)[other_unit.name] is ListState.CHANGED


def test_who_is_late_is_seen_and_may_still_confirm(exam: Exam, unit: Unit, li: Person) -> None:
    with time_machine.travel(clock.now() + timedelta(days=5), tick=False):
        assert states(exam, is_late=True)[unit.name] is ListState.LATE
        confirm(exam, li, unit)
        assert states(exam, is_late=True)[unit.name] is ListState.CONFIRMED


def test_another_units_list_does_not_exist_for_the_liaison(
    exam: Exam, unit: Unit, other_unit: Unit, li: Person, zhao: Person
) -> None:
    with pytest.raises(NotFound):
        confirm(exam, li, other_unit)
    with pytest.raises(NotFound):
        note(exam, li, unit, stage.row_of(exam, zhao))
    with pytest.raises(NotAllowed):
        confirm(exam, zhao, other_unit, "x")
    assert cast.count(RosterConfirmation) == cast.count(RosterNote) == 0


def test_after_the_lock_nobody_confirms(exam: Exam, exam_admin: Person, unit: Unit, li: Person) -> None:
    stage.lock(exam, exam_admin)
    with pytest.raises(rosters.ListIsLocked):
        confirm(exam, li, unit)
    with pytest.raises(rosters.AlreadyLocked):
        stage.lock(exam, exam_admin)


def test_only_the_exam_administrator_opens_and_locks(exam: Exam, li: Person, wang: Person) -> None:
    for person in (li, wang):
        with pytest.raises(NotAllowed):
            stage.open_lists(exam, person)
        with pytest.raises(NotAllowed):
            stage.lock(exam, person)


def test_an_empty_list_is_neither_opened_nor_locked(app: Flask, exam_admin: Person) -> None:
    empty = stage.make_exam()
    with pytest.raises(rosters.NobodyListed):
        stage.open_lists(empty, exam_admin)
    with pytest.raises(rosters.NobodyListed):
        stage.lock(empty, exam_admin)


def test_a_day_in_the_past_is_refused(exam: Exam, exam_admin: Person) -> None:
    with pytest.raises(rosters.DayInThePast):
        stage.open_lists(exam, exam_admin, days=-1)
    stage.open_lists(exam, exam_admin, days=0)


def test_a_note_to_take_off_is_settled_by_taking_off(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, li: Person
) -> None:
    number = note(exam, li, unit, stage.row_of(exam, wang), reason="10月已退休")
    with pytest.raises(rosters.NotesOpen):
        confirm(exam, li, unit)
    with pytest.raises(roster_notes.AlreadyNoted):
        note(exam, li, unit, stage.row_of(exam, wang))

    settle(exam, exam_admin, number)

    assert wang.name not in stage.listed(exam)
    assert stage.row_of(exam, wang).removed_reason == "10月已退休"
    assert db.session.get(RosterNote, number).outcome is RosterNoteOutcome.DONE
    with pytest.raises(roster_notes.NoteSettled):
        settle(exam, exam_admin, number)
    assert confirm(exam, li, unit) == 1


def test_a_note_to_add_needs_a_person_and_works_after_the_lock(
    exam: Exam, exam_admin: Person, unit: Unit, li: Person
) -> None:
    stage.lock(exam, exam_admin)
    person = cast.make_person(unit=unit, name="新来的")
    number = note(exam, li, unit)
    assert db.session.get(RosterNote, number).kind is RosterNoteKind.ADD
    with pytest.raises(roster_notes.PersonMissing):
        settle(exam, exam_admin, number)

    settle(exam, exam_admin, number, person=person)

    assert stage.row_of(exam, person).added_reason == "11月调入"


def test_declining_needs_an_answer_and_leaves_the_list(
    exam: Exam, exam_admin: Person, unit: Unit, wang: Person, li: Person
) -> None:
    number = note(exam, li, unit, stage.row_of(exam, wang))
    with pytest.raises(roster_notes.AnswerMissing):
        settle(exam, exam_admin, number, declined="")
    settle(exam, exam_admin, number, declined="仍在岗")
    assert wang.name in stage.listed(exam)
    assert db.session.get(RosterNote, number).answer == "仍在岗"


def test_a_note_is_withdrawn_by_its_unit_only(exam: Exam, unit: Unit, other_unit: Unit, li: Person) -> None:
    number = note(exam, li, unit)
    stranger = cast.official(other_unit, "街道联络员", Role.UNIT_ADMIN, scope=other_unit)
    with pytest.raises(NotFound):
        roster_note_queries.get_note(cast.actor_of(stranger), "roster.confirm", exam.id, number)
    with transaction():
        actor = cast.actor_of(li)
        found = roster_note_queries.get_note(actor, "roster.confirm", exam.id, number, lock=True)
        roster_notes.withdraw_note(actor, found)
    assert db.session.get(RosterNote, number).outcome is RosterNoteOutcome.WITHDRAWN
    assert confirm(exam, li, unit) == 2


def test_totals_count_units_and_persons(exam: Exam, unit: Unit, li: Person) -> None:
    confirm(exam, li, unit)

    total = roster_queries.totals([exam.id], Unit.id > 0)[exam.id]

    assert (total.units, total.people, total.confirmed_units, total.confirmed_people) == (3, 4, 1, 2)
    assert total.waiting_units == 2


def test_lists_stand_in_customary_order(exam: Exam, exam_admin: Person, unit: Unit) -> None:
    cast.make_person(unit=unit, name="排在最前", sort_order=-1)
    stage.draw_up_again(exam, exam_admin)

    rows = db.session.scalars(roster_queries.select_list(exam.id, "/")).all()

    keys = [(row.unit.sort_path, row.person.sort_order) for row in rows]
    assert keys == sorted(keys)
    assert "排在最前" in {row.person.name for row in rows}


def test_confirming_takes_the_same_number_of_statements_for_any_number_of_people(
    exam: Exam, exam_admin: Person, unit: Unit, li: Person
) -> None:
    def statements() -> int:
        with count_queries() as sent:
            confirm(exam, li, unit)
        return sent.count

    few = statements()
    for _ in range(25):
        cast.make_person(unit=unit)
    stage.draw_up_again(exam, exam_admin)

    assert statements() == few


def test_a_paper_list_has_a_limit(exam: Exam, unit: Unit) -> None:
    assert len(rosters.list_for_paper(exam, unit, most=2)) == 2
    with pytest.raises(rosters.TooManyForPaper):
        rosters.list_for_paper(exam, unit, most=1)
