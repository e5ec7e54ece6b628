"""Watching an exam run (考场监控)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask

from lawedu import clock
from lawedu.attempts import monitor_queries, sweeper
from lawedu.attempts.monitor_queries import Progress
from lawedu.db import db, transaction
from lawedu.exams.models import Decision, Exam, Exemption, ExemptionGround, ExemptionKind
from lawedu.people.models import Person
from tests import cast, exam_cast
from tests.counting import count_queries


def progress(admin: Person, exam: Exam, later: timedelta = timedelta(0)) -> Progress:
    db.session.rollback()
    return monitor_queries.get_progress(cast.actor_of(admin), exam.id, clock.now() + later)


def excuse(exam: Exam, person: Person, by: Person) -> None:
    now = clock.now()
    given = {"kind": ExemptionKind.EXEMPT, "ground": ExemptionGround.LAW_QUALIFICATION, "decision": Decision.APPROVED}
    db.session.add(
        Exemption(
            exam_id=exam.id,
            person_id=person.id,
            requested_by=person.id,
            requested_at=now,
            decided_by=by.id,
            decided_at=now,
            **given,
        )
    )
    db.session.commit()


def test_everyone_stands_in_one_place_only(
    app: Flask, wang: Person, li: Person, zhao: Person, exam_admin: Person
) -> None:
    chen = cast.official(wang.unit, "陈静")
    exam = exam_cast.make_exam(wang, li, zhao, chen)
    excuse(exam, chen, exam_admin)
    exam_cast.start(cast.browser(app, wang), exam)
    exam_cast.start(cast.browser(app, zhao), exam).submit()

    seen = progress(exam_admin, exam)

    assert [(u.name, u.listed, u.not_started, u.in_progress, u.ended, u.excused) for u in seen.units] == [
        ("经济发展局", 2, 1, 1, 0, 1),
        ("兴城街道", 1, 0, 0, 1, 0),
    ]
    assert (seen.total.listed, seen.total.ended, seen.total.excused) == (3, 1, 1)


def test_an_expired_attempt_counts_as_ended_with_and_without_the_sweeper(
    app: Flask, wang: Person, exam_admin: Person
) -> None:
    exam = exam_cast.make_exam(wang)
    sitter = exam_cast.start(cast.browser(app, wang), exam)
    before = progress(exam_admin, exam, timedelta(hours=2)).units
    with time_machine.travel(clock.now() + timedelta(hours=2)), transaction():
        assert sweeper.write_down(sitter.id)
    after = progress(exam_admin, exam, timedelta(hours=2)).units

    assert before == after
    assert (after[0].expired, after[0].in_progress) == (1, 0)


def test_the_page_shows_every_unit_with_a_fixed_number_of_statements(app: Flask, exam_admin: Person) -> None:
    people = [cast.make_person() for _ in range(12)]
    exam = exam_cast.make_exam(*people[:2])
    client = cast.browser(app, exam_admin)
    address = f"/bench/exams/{exam.id}/live"
    with count_queries() as few:
        client.get(address)
    for person in people[2:]:
        exam_cast.add_candidate(exam, person)
    db.session.commit()
    with count_queries() as many:
        page = client.get(address).text

    assert len(few) == len(many)
    assert all(person.unit.name in page for person in people)


def test_the_part_for_the_script_has_no_frame(app: Flask, wang: Person, exam_admin: Person) -> None:
    exam = exam_cast.make_exam(wang)
    part = cast.browser(app, exam_admin).get(f"/bench/exams/{exam.id}/live?part=1").text
    assert "经济发展局" in part
    assert "<html" not in part


def test_only_exam_administrators_watch(app: Flask, wang: Person, li: Person, hr: Person) -> None:
    exam = exam_cast.make_exam(wang)
    for person in (wang, li, hr):
        assert cast.browser(app, person).get(f"/bench/exams/{exam.id}/live").status_code == 403


def test_a_draft_says_what_to_do(app: Flask, exam_admin: Person) -> None:
    exam = exam_cast.make_exam(state="draft")
    answer: Any = cast.browser(app, exam_admin).get(f"/bench/exams/{exam.id}/live")
    assert "考试还没有发布" in answer.text
