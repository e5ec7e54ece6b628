"""免考、缓考, explanations of absence: apply, withdraw, decide, and who sees what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from lawedu import clock
from lawedu.attempts.models import Attempt
from lawedu.attempts.roster_handlers import SatAlready
from lawedu.audit.models import AuditEvent
from lawedu.core.completion import CandidateFacts, CandidateStanding, standing
from lawedu.core.errors import NotAllowed, NotFound, Refusal
from lawedu.core.exam import ExamKind, WindowKind
from lawedu.core.policy import Role
from lawedu.db import db, transaction
from lawedu.exams import (
    audience_queries,
    candidates,
    exemption_documents,
    exemption_queries,
    exemptions,
    roster_queries,
)
from lawedu.exams.exemption_documents import Scan
from lawedu.exams.exemption_queries import Application, ApplicationState
from lawedu.exams.models import Candidate, Decision, Exam, Exemption, ExemptionGround, ExemptionKind, Form
from lawedu.people.models import Person, Unit
from tests import cast
from tests.exams import roster_stage as stage

PDF = Scan("申请表.pdf", "application/pdf", b"%PDF-1.7 stamped")
EXEMPT, DEFERRED, ABSENCE = ExemptionKind.EXEMPT, ExemptionKind.DEFERRED, ExemptionKind.ABSENCE


@pytest.fixture
def exam(app: Flask, exam_admin: Person, second_exam_admin: Person, wang: Person, li: Person, zhao: Person) -> Exam:
    made = stage.make_exam()
    stage.draw_up(made, exam_admin)
    stage.open_lists(made, exam_admin)
    return made


def apply(
    exam: Exam,
    actor: Person,
    person: Person,
    kind: ExemptionKind = DEFERRED,
    ground: ExemptionGround = ExemptionGround.OFFICIAL_TRIP,
    explanation: str = "",
    scan: Scan | None = PDF,
) -> Any:
    with transaction():
        found = roster_queries.get_shown_exam(exam.id)
        row = audience_queries.find_candidate(exam.id, person.id)
        listed = roster_queries.get_listed(cast.actor_of(actor), "exemption.apply", exam.id, row.id, lock=True)
        return exemptions.apply(cast.actor_of(actor), found, listed, kind, ground, explanation, scan).id


def decide(actor: Person, number: int, decision: Decision = Decision.APPROVED, note: str = "") -> None:
    with transaction():
        exemptions.decide(cast.actor_of(actor), exemption_queries.get_exemption(number, lock=True), decision, note)


def withdraw(actor: Person, number: int) -> None:
    with transaction():
        one = exemption_queries.get_application(cast.actor_of(actor), "exemption.apply", number)
        exemptions.withdraw(cast.actor_of(actor), exemption_queries.get_exemption(number, lock=True), one.unit)


def seen_by(person: Person, number: int, action: str = "exemption.apply") -> Application:
    return exemption_queries.get_application(cast.actor_of(person), action, number)


def sit(exam: Exam, person: Person) -> None:
    """An attempt of the person, handed in."""
    form = Form(exam_id=exam.id, number=1, layout=[], hash="x", window_kind=WindowKind.MAIN)
    db.session.add(form)
    db.session.flush()
    now = clock.now()
    db.session.add(
        Attempt(
            exam_id=exam.id,
            person_id=person.id,
            window_id=exam.windows[0].id,
            form_id=form.id,
            try_no=1,
            started_at=now,
            deadline_at=now,
            receipt_number="R1",
            receipt_salt="s",
        )
    )
    db.session.commit()


def take_off(exam: Exam, admin: Person, person: Person) -> None:
    with transaction():
        row = audience_queries.find_candidate(exam.id, person.id)
        candidates.remove_candidate(cast.actor_of(admin), audience_queries.get_exam(exam.id), row, "x")


def test_the_liaison_applies_and_an_exam_administrator_approves(
    exam: Exam, li: Person, wang: Person, exam_admin: Person
) -> None:
    number = apply(exam, li, wang)
    assert exemption_queries.approved_kinds(exam.id, wang.id) == frozenset()

    decide(exam_admin, number)

    assert exemption_queries.approved_kinds(exam.id, wang.id) == {DEFERRED}
    deferred = db.session.scalars(db.select(Candidate).where(exemption_queries.approved(DEFERRED))).all()
    assert [row.person_id for row in deferred] == [wang.id]
    kept = db.session.get(Exemption, number)
    assert (kept.requested_by, kept.decided_by) == (li.id, exam_admin.id)


def test_nobody_decides_what_they_asked_for_or_what_is_for_themselves(
    exam: Exam, li: Person, exam_admin: Person, second_exam_admin: Person, office: Unit
) -> None:
    cast.grant(exam_admin, Role.UNIT_ADMIN, office)
    own = apply(exam, exam_admin, second_exam_admin)

    for person in (exam_admin, second_exam_admin):
        with pytest.raises(exemptions.OwnApplication):
            decide(person, own)

    assert db.session.get(Exemption, own).decision is None


def test_only_deciders_decide_and_only_the_own_unit_applies(
    exam: Exam, li: Person, wang: Person, zhao: Person, hr: Person
) -> None:
    number = apply(exam, li, wang)
    for person in (li, wang, hr):
        with pytest.raises(NotAllowed):
            decide(person, number)
    with pytest.raises(NotFound):
        apply(exam, li, zhao)
    assert cast.count(Exemption) == 1


def test_one_open_application_a_person_exam_and_kind(exam: Exam, li: Person, wang: Person, exam_admin: Person) -> None:
    first = apply(exam, li, wang)
    with pytest.raises(exemptions.AlreadyApplied):
        apply(exam, li, wang)
    apply(exam, li, wang, EXEMPT, ExemptionGround.LAW_QUALIFICATION)
    decide(exam_admin, first, Decision.REJECTED, "材料不全")

    second = apply(exam, li, wang)
    decide(exam_admin, second)

    with pytest.raises(exemptions.AlreadyApplied):
        apply(exam, li, wang)
    assert cast.count(Exemption) == 3


def test_withdrawn_before_the_decision_and_never_after(
    exam: Exam, li: Person, wang: Person, exam_admin: Person
) -> None:
    first = apply(exam, li, wang)
    withdraw(li, first)
    with pytest.raises(exemptions.ApplicationSettled):
        decide(exam_admin, first)
    second = apply(exam, li, wang)
    decide(exam_admin, second)
    with pytest.raises(exemptions.ApplicationSettled):
        withdraw(li, second)
    with pytest.raises(exemptions.ApplicationSettled):
        decide(exam_admin, second, Decision.REJECTED, "反悔")
    assert seen_by(li, first).state is ApplicationState.WITHDRAWN


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"kind": EXEMPT, "ground": ExemptionGround.OFFICIAL_TRIP}, exemptions.GroundUnfit),
        ({"ground": ExemptionGround.OTHER}, exemptions.ExplanationMissing),
        ({"scan": None}, exemptions.DocumentMissing),
        ({"kind": ABSENCE, "ground": ExemptionGround.HEALTH}, exemptions.TooEarlyToExplain),
    ],
)
def test_an_incomplete_application_is_refused(
    exam: Exam, li: Person, wang: Person, facts: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        apply(exam, li, wang, **facts)
    assert cast.count(Exemption) == 0


def test_refusing_an_application_needs_words(exam: Exam, li: Person, wang: Person, exam_admin: Person) -> None:
    number = apply(exam, li, wang)
    with pytest.raises(exemptions.RejectionReasonMissing):
        decide(exam_admin, number, Decision.REJECTED)


def test_an_absence_is_explained_after_the_main_window_and_nothing_is_put_off_after_the_last(
    exam: Exam, li: Person, wang: Person
) -> None:
    stage.set_windows(exam, timedelta(days=-8), timedelta(days=-1))

    with pytest.raises(exemptions.TooLateToApply):
        apply(exam, li, wang)
    number = apply(exam, li, wang, ABSENCE, ExemptionGround.HEALTH, scan=None)

    assert seen_by(li, number).kind is ABSENCE


def test_a_health_ground_is_seen_by_the_deciders_only(exam: Exam, li: Person, wang: Person, exam_admin: Person) -> None:
    number = apply(exam, li, wang, ground=ExemptionGround.HEALTH, explanation="住院手术")

    for_unit = seen_by(li, number)
    assert (for_unit.explanation, for_unit.has_document, for_unit.is_open_to_viewer) == ("", False, False)
    with pytest.raises(NotFound):
        exemption_queries.get_document_id(cast.actor_of(li), "exemption.apply", number)
    for_decider = seen_by(exam_admin, number, "exemption.decide")
    assert (for_decider.explanation, for_decider.has_document) == ("住院手术", True)
    bodies = " ".join(event.body for event in db.session.query(AuditEvent))
    assert "住院" not in bodies
    assert "health" not in bodies


def test_another_units_applications_do_not_exist(exam: Exam, li: Person, wang: Person, other_unit: Unit) -> None:
    stranger = cast.official(other_unit, "街道联络员", Role.UNIT_ADMIN, scope=other_unit)
    number = apply(exam, li, wang)

    with pytest.raises(NotFound):
        seen_by(stranger, number)
    query = exemption_queries.select_applications(cast.actor_of(stranger), "exemption.apply")
    assert db.session.execute(query).all() == []


def test_an_application_stays_with_the_unit_that_listed_the_person(
    exam: Exam, exam_admin: Person, li: Person, wang: Person, other_unit: Unit
) -> None:
    number = apply(exam, li, wang)
    stage.lock(exam, exam_admin)
    wang.unit_id = other_unit.id
    db.session.commit()

    assert seen_by(li, number).person.name == wang.name


def test_a_pre_appointment_batch_leaves_no_trace_for_liaisons(exam: Exam, li: Person, wang: Person) -> None:
    number = apply(exam, li, wang)
    exam.kind = ExamKind.PRE_APPOINTMENT
    db.session.commit()

    with pytest.raises(NotFound):
        seen_by(li, number)
    with pytest.raises(NotFound):
        roster_queries.get_shown_exam(exam.id)
    assert exemption_queries.list_shown_exams() == []


def test_who_has_sat_cannot_be_exempted_or_taken_off_but_deferred(
    exam: Exam, li: Person, wang: Person, exam_admin: Person
) -> None:
    exempt = apply(exam, li, wang, EXEMPT, ExemptionGround.LAW_QUALIFICATION)
    deferred = apply(exam, li, wang)
    sit(exam, wang)

    with pytest.raises(SatAlready):
        decide(exam_admin, exempt)
    with pytest.raises(SatAlready):
        take_off(exam, exam_admin, wang)
    decide(exam_admin, deferred)

    assert exemption_queries.approved_kinds(exam.id, wang.id) == {DEFERRED}
    facts = CandidateFacts(deferred=True, sat=True, sat_first=True, best_points=Decimal(90), best_passed=True)
    assert standing(facts, final=True) is CandidateStanding.PASSED


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.4\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
    ],
)
def test_the_type_of_a_scan_is_read_from_its_bytes(data: bytes, media_type: str) -> None:
    assert exemption_documents.check("表.exe", data).media_type == media_type


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"<html>", b"GIF89a", b" %PDF-1.4", b"PK\x03\x04"])
def test_other_files_are_refused_whatever_their_name(data: bytes) -> None:
    with pytest.raises(exemption_documents.WrongKindOfFile):
        exemption_documents.check("申请表.pdf", data)


def test_a_file_larger_than_ten_megabytes_is_refused() -> None:
    whole = b"%PDF-" + b"0" * (exemption_documents.LARGEST - 5)
    exemption_documents.check("x.pdf", whole)
    with pytest.raises(exemption_documents.FileTooLarge):
        exemption_documents.check("x.pdf", whole + b"0")
