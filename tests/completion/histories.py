"""Random histories of candidates (随机经历), written straight into the tables, with results sealed as marking seals
them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lawedu import clock
from lawedu.attempts import results
from lawedu.attempts.models import AnswerOp, Attempt, ImportState, MatchKind, OutsideImport, OutsideScore, Result
from lawedu.audit.models import StoredFile
from lawedu.core.attempt import AttemptState
from lawedu.core.exam import WindowKind
from lawedu.db import db
from lawedu.exams.models import Decision, Exam, ExamItem, Exemption, ExemptionGround, ExemptionKind, Form
from lawedu.people.models import Person

_numbers = itertools.count(1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Try:
    """One try: window and state as they are, points as marked. `ran_out`: in progress, past its deadline, not written
    down.
    """

    window: WindowKind = WindowKind.MAIN
    state: AttemptState = AttemptState.SUBMITTED
    points: int = 80
    ran_out: bool = False


@dataclass(frozen=True)
class Outside:
    """One outside score."""

    window: WindowKind = WindowKind.MAIN
    points: int = 80
    state: ImportState = ImportState.APPROVED


@dataclass(frozen=True)
class History:
    """What happened to one candidate."""

    tries: Sequence[Try] = ()
    outside: Sequence[Outside] = ()
    exempt: Decision | None = None
    deferred: Decision | None = None


def live_all(exam: Exam, people: Sequence[Person], histories: Sequence[History]) -> None:
    """Write down what happened to each. Committed."""
    for person, history in zip(people, histories, strict=True):
        _write(exam, person, history)
    db.session.commit()


def live(exam: Exam, person: Person, history: History) -> None:
    """Write down what happened to one person. Committed."""
    live_all(exam, [person], [history])


def _write(exam: Exam, person: Person, history: History) -> None:
    for number, one in enumerate(history.tries, 1):
        add_try(exam, person, one, number)
    for score in history.outside:
        add_outside(exam, person, score)
    for kind, decision in ((ExemptionKind.EXEMPT, history.exempt), (ExemptionKind.DEFERRED, history.deferred)):
        if decision is not None:
            add_exemption(exam, person, kind, decision)


def add_try(exam: Exam, person: Person, one: Try, number: int = 1) -> Attempt:
    """An attempt; an ended one with its sealed result. Points of a running one are answers, to be marked when it runs
    out.
    """
    now = clock.now()
    is_open = one.state is AttemptState.IN_PROGRESS
    window = next(found for found in exam.windows if found.kind is one.window)
    form = db.session.query(Form).filter_by(exam_id=exam.id, window_kind=one.window).first()
    assert form is not None
    attempt = Attempt(
        exam_id=exam.id,
        person_id=person.id,
        window_id=window.id,
        form_id=form.id,
        try_no=number,
        state=one.state,
        started_at=now - 3 * HOUR,
        deadline_at=now - 2 * HOUR if one.ran_out or not is_open else now + HOUR,
        ended_at=None if is_open else now - 2 * HOUR,
        receipt_number=f"test-{next(_numbers)}",
        receipt_salt="00",
    )
    db.session.add(attempt)
    db.session.flush()
    if is_open:
        answer(attempt, exam, one.points, now - 3 * HOUR)
    else:
        add_result(attempt, exam, Decimal(one.points))
    return attempt


def answer(attempt: Attempt, exam: Exam, points: int, at: datetime) -> None:
    """Answers worth 0, 20, 40, 60, 80 or 100 points on the paper of `exam_cast`."""
    items = db.session.query(ExamItem).filter_by(exam_id=exam.id).order_by(ExamItem.id).all()
    right = {20: (2,), 40: (0,), 60: (0, 2), 80: (0, 1), 100: (0, 1, 2)}.get(points, ())
    values = ("A", ["B", "D"], False)
    for place in right:
        db.session.add(
            AnswerOp(
                attempt_id=attempt.id,
                client="tab",
                seq=place + 1,
                epoch=1,
                item=str(items[place].id),
                value=values[place],
                received_at=at,
            )
        )


def add_result(attempt: Attempt, exam: Exam, total: Decimal, version: int = 1) -> Result:
    """A result with its seal."""
    row = Result(
        attempt_id=attempt.id,
        version=version,
        exam_id=exam.id,
        person_id=attempt.person_id,
        total=total.quantize(Decimal("0.01")),
        passed=total >= exam.pass_mark,
        items={},
        paper_hash="p",
        sheet_hash="s",
        reason="",
        created_at=clock.now(),
    )
    row.mac = results.seal(row, "")
    db.session.add(row)
    db.session.flush()
    return row


def add_outside(exam: Exam, person: Person, score: Outside) -> OutsideImport:
    """An import of one score."""
    by = db.session.query(Person.id).order_by(Person.id).first()
    assert by is not None
    file = StoredFile(
        id=f"file-{next(_numbers)}",
        name="成绩.xlsx",
        media_type="x",
        size=1,
        sha256="0",
        uploaded_by="x",
        uploaded_at=clock.now(),
    )
    db.session.add(file)
    db.session.flush()
    batch = OutsideImport(
        exam_id=exam.id,
        source="市里的考试",
        window_kind=score.window,
        file_id=file.id,
        state=score.state,
        created_by=by[0],
        created_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add(
        OutsideScore(
            import_id=batch.id,
            row_no=1,
            name=person.name,
            points=Decimal(score.points),
            passed=score.points >= exam.pass_mark,
            match=MatchKind.NUMBER,
            person_id=person.id,
        )
    )
    db.session.flush()
    return batch


def add_exemption(exam: Exam, person: Person, kind: ExemptionKind, decision: Decision | None) -> Exemption:
    """An application with its decision."""
    row = Exemption(
        exam_id=exam.id,
        person_id=person.id,
        kind=kind,
        ground=ExemptionGround.MATERNITY,
        requested_by=person.id,
        requested_at=clock.now(),
        decision=decision,
    )
    db.session.add(row)
    db.session.flush()
    return row
