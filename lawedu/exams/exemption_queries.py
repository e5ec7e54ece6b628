"""Reading applications for 免考/缓考 and explanations of absence (免考缓考查询)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import aliased

from lawedu.core.errors import NotFound
from lawedu.core.exam import ExamKind
from lawedu.core.policy import Actor, ensure, may
from lawedu.db import db
from lawedu.exams.models import Candidate, Decision, Exam, Exemption, ExemptionGround, ExemptionKind
from lawedu.exams.roster_queries import shown_to_liaisons, units_within
from lawedu.people.models import Person, Unit


class ApplicationState(StrEnum):
    """Where an application stands (申请状态)."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Application:
    """One application as this viewer may see it: of a health ground only that it is one, unless they decide."""

    id: int
    exam: Exam
    person: Person
    unit: Unit
    kind: ExemptionKind
    ground: ExemptionGround
    state: ApplicationState
    requested_by: int
    requester: str
    requested_at: datetime
    decided_at: datetime | None
    decider: str
    decision_note: str
    is_open_to_viewer: bool
    explanation: str
    has_document: bool

    @property
    def unit_path(self) -> str:
        return self.unit.path

    @property
    def is_health(self) -> bool:
        return self.ground is ExemptionGround.HEALTH


def state_of(exemption: Exemption) -> ApplicationState:
    """The state of one application."""
    if exemption.withdrawn_at is not None:
        return ApplicationState.WITHDRAWN
    if exemption.decision is None:
        return ApplicationState.OPEN
    return ApplicationState.APPROVED if exemption.decision is Decision.APPROVED else ApplicationState.REJECTED


def in_state(state: ApplicationState) -> ColumnElement[bool]:
    """The same as a condition."""
    if state is ApplicationState.WITHDRAWN:
        return Exemption.withdrawn_at.is_not(None)
    wanted = {ApplicationState.APPROVED: Decision.APPROVED, ApplicationState.REJECTED: Decision.REJECTED}.get(state)
    decided = Exemption.decision.is_(None) if wanted is None else Exemption.decision == wanted
    return Exemption.withdrawn_at.is_(None) & decided


def approved(kind: ExemptionKind) -> ColumnElement[bool]:
    """Candidates with an approved application of this kind, as a condition on Candidate (for 免考, 缓考 in SQL)."""
    return exists().where(
        Exemption.exam_id == Candidate.exam_id,
        Exemption.person_id == Candidate.person_id,
        Exemption.kind == kind,
        in_state(ApplicationState.APPROVED),
    )


def approved_kinds(exam_id: int, person_id: int) -> frozenset[ExemptionKind]:
    """What has been approved for one person in one exam (for whether they may start)."""
    query = select(Exemption.kind).where(
        Exemption.exam_id == exam_id, Exemption.person_id == person_id, in_state(ApplicationState.APPROVED)
    )
    return frozenset(db.session.scalars(query))


def marks(exam_id: int, person_ids: Sequence[int]) -> dict[int, list[tuple[ExemptionKind, ApplicationState]]]:
    """Open and approved applications by person, for one page of a list."""
    query = (
        select(Exemption)
        .where(Exemption.exam_id == exam_id, Exemption.person_id.in_(person_ids))
        .where(in_state(ApplicationState.OPEN) | in_state(ApplicationState.APPROVED))
        .order_by(Exemption.id)
    )
    found: dict[int, list[tuple[ExemptionKind, ApplicationState]]] = {}
    for exemption in db.session.scalars(query):
        found.setdefault(exemption.person_id, []).append((exemption.kind, state_of(exemption)))
    return found


_requester, _decider = aliased(Person), aliased(Person)


def select_applications(
    actor: Actor,
    action: str,
    *,
    exam_id: int | None = None,
    kind: ExemptionKind | None = None,
    state: ApplicationState | None = None,
) -> Select[Any]:
    """Rows for `application`, within the units of `action`; open ones first, then the newest.

    The unit is the one where the person is listed, so that a move does not take an application out of sight.
    Liaisons see no pre-appointment batch.
    """
    columns: list[Any] = [Exemption, Exam, Person, Unit, _requester.name, _decider.name]
    query = (
        select(*columns)
        .join(Exam, Exam.id == Exemption.exam_id)
        .join(Person, Person.id == Exemption.person_id)
        .join(Candidate, (Candidate.exam_id == Exemption.exam_id) & (Candidate.person_id == Exemption.person_id))
        .join(Unit, Unit.id == Candidate.unit_id)
        .join(_requester, _requester.id == Exemption.requested_by)
        .outerjoin(_decider, _decider.id == Exemption.decided_by)
        .where(units_within(actor, action))
        .order_by(~in_state(ApplicationState.OPEN), Exemption.id.desc())
    )
    if action != "exemption.decide":
        query = query.where(Exam.kind != ExamKind.PRE_APPOINTMENT)
    for condition in (
        Exemption.exam_id == exam_id if exam_id else None,
        Exemption.kind == kind if kind else None,
        in_state(state) if state else None,
    ):
        query = query if condition is None else query.where(condition)
    return query


def application(actor: Actor, row: Row[Any]) -> Application:
    """A row of `select_applications` as the viewer may see it. Source: security.md (health grounds), product.md."""
    exemption, exam, person, unit, requester, decider = tuple(row)
    is_open = exemption.ground is not ExemptionGround.HEALTH or may(actor, "exemption.decide")
    return Application(
        id=exemption.id,
        exam=exam,
        person=person,
        unit=unit,
        kind=exemption.kind,
        ground=exemption.ground,
        state=state_of(exemption),
        requested_by=exemption.requested_by,
        requester=requester,
        requested_at=exemption.requested_at,
        decided_at=exemption.decided_at,
        decider=decider or "",
        decision_note=exemption.decision_note if is_open else "",
        is_open_to_viewer=is_open,
        explanation=exemption.explanation if is_open else "",
        has_document=is_open and exemption.file_id is not None,
    )


def get_application(actor: Actor, action: str, exemption_id: int) -> Application:
    """One application within the actor's units. Raises NotFound."""
    row = db.session.execute(select_applications(actor, action).where(Exemption.id == exemption_id)).one_or_none()
    if row is None:
        raise NotFound
    found = application(actor, row)
    ensure(actor, action, found)
    return found


def get_document_id(actor: Actor, action: str, exemption_id: int) -> str:
    """The stored file of an application that the actor may open. Raises NotFound."""
    found = get_application(actor, action, exemption_id)
    if not found.has_document:
        raise NotFound
    return str(db.session.scalar(select(Exemption.file_id).where(Exemption.id == exemption_id)))


def get_exemption(exemption_id: int, *, lock: bool = False) -> Exemption:
    """The row itself, for a deed. Raises NotFound."""
    query = select(Exemption).where(Exemption.id == exemption_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def find_standing(exam_id: int, person_id: int, kind: ExemptionKind) -> Exemption | None:
    """The application of this kind that is open or approved, if any: no second one beside it."""
    return db.session.scalar(
        select(Exemption)
        .where(Exemption.exam_id == exam_id, Exemption.person_id == person_id, Exemption.kind == kind)
        .where(in_state(ApplicationState.OPEN) | in_state(ApplicationState.APPROVED))
        .limit(1)
    )


def list_shown_exams() -> Sequence[Exam]:
    """Exams for which liaisons may apply, newest first; a handful a year."""
    query = select(Exam).where(shown_to_liaisons()).order_by(Exam.year.desc(), Exam.id.desc()).limit(50)
    return db.session.scalars(query).all()


def find_listed(actor: Actor, exam_id: int, typed: str) -> Sequence[Candidate]:
    """People on the list in the actor's units by staff number or full name; two are enough to know it is not unique."""
    query = (
        select(Candidate)
        .join(Candidate.person)
        .join(Unit, Unit.id == Candidate.unit_id)
        .where(Candidate.exam_id == exam_id, Candidate.removed_at.is_(None), units_within(actor, "exemption.apply"))
        .where((Person.staff_number == typed.upper()) | (Person.name == typed))
        .order_by(Person.staff_number != typed.upper(), Candidate.id)
    )
    return db.session.scalars(query.limit(2)).all()


def count_open(actor: Actor) -> int:
    """Applications that wait for a decision."""
    rows = select_applications(actor, "exemption.decide", state=ApplicationState.OPEN)
    return db.session.scalar(rows.with_only_columns(func.count(Exemption.id)).order_by(None)) or 0
