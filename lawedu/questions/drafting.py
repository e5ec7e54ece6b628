"""Writing questions (命题): drafts and new versions, handed in for review. A released wording never changes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.policy import Actor, ensure
from lawedu.core.questions import QuestionKind
from lawedu.db import db
from lawedu.questions import queries
from lawedu.questions.checking import check_entry, ensure_clean
from lawedu.questions.contents import entry_of, typed_basis, typed_values
from lawedu.questions.models import Question, QuestionOrigin, QuestionState, QuestionVersion, VersionState
from lawedu.questions.refusals import BeingEdited, NotADraft, VersionMoved
from lawedu.questions.review_models import QuestionComment

Entry = Mapping[str, Any]
OPEN = (VersionState.DRAFT, VersionState.RETURNED)


def create(actor: Actor, entry: Entry) -> QuestionVersion:
    """A new question as a draft of the actor, complete or not. It gets a code that is never used again."""
    [version] = create_many(actor, [(entry, "")])
    record(actor, "question.create", f"question:{version.question_id}")
    return version


def create_many(actor: Actor, entries: Sequence[tuple[Entry, str]]) -> list[QuestionVersion]:
    """Several at once, each with its reason, in a handful of statements: one by one would hold up everybody who saves
    an answer meanwhile. The caller records the deed in the audit log.
    """
    ensure(actor, "question.write")
    questions = [_new_question(entry) for entry, _ in entries]
    db.session.add_all(questions)
    db.session.flush()
    for question in questions:
        question.code = f"gx-{question.id:05d}"
    pairs = zip(questions, entries, strict=True)
    versions = [_new_version(actor, question, 1, entry, reason) for question, (entry, reason) in pairs]
    db.session.add_all(versions)
    db.session.flush()
    return versions


def _new_question(entry: Entry) -> Question:
    return Question(
        code=f"new-{secrets.token_hex(8)}",
        state=QuestionState.DRAFT,
        kind=QuestionKind(entry["kind"]),
        domain=entry.get("domain", ""),
        difficulty=entry.get("difficulty", 0),
        for_practice=False,
        for_exam=False,
        version_no=1,
        working_no=1,
        content_hash="",
        origin=QuestionOrigin.SYSTEM,
    )


def revise(actor: Actor, question: Question, reason: str, entry: Entry | None = None) -> QuestionVersion:
    """A new version beside the released one, which stays in use until this one is approved.

    `question` is locked; `entry`: the wording to begin with, else the current one. Raises BeingEdited.
    """
    ensure(actor, "question.write")
    if question.working_no is not None:
        raise BeingEdited
    current = queries.get_version(question, question.version_no)
    question.working_no = _last_no(question) + 1
    version = _add_version(actor, question, question.working_no, entry or entry_of(question, current), reason)
    record(actor, "question.revise", f"question:{question.id}", version=version.version_no)
    return version


def save(actor: Actor, version: QuestionVersion, entry: Entry, edit_no: int, reason: str = "") -> QuestionVersion:
    """Keep what has been written so far, complete or not; gives the version that now holds it.

    A version that a reviewer returned stays as it was read: saving begins the next one. Raises NotFound for somebody
    else's draft, NotADraft, VersionMoved.
    """
    ensure(actor, "question.write", version)
    question = version.question
    if version.state not in OPEN or question.working_no != version.version_no:
        raise NotADraft
    if version.edit_no != edit_no:
        raise VersionMoved
    if version.state is VersionState.RETURNED:
        version = _add_version(actor, question, version.version_no + 1, entry, reason or version.reason)
        question.working_no = version.version_no
    else:
        _write(version, entry)
        version.reason = reason or version.reason
        version.edit_no += 1
        version.saved_at = clock.now()
    _mirror(question, version)
    db.session.flush()
    record(actor, "question.save", f"question:{question.id}", version=version.version_no)
    return version


def submit(actor: Actor, version: QuestionVersion) -> None:
    """Hand in for review (提交审核); from now on the wording of this version stands. Raises NotADraft, CheckFailed."""
    ensure(actor, "question.write", version)
    if version.state is not VersionState.DRAFT or version.question.working_no != version.version_no:
        raise NotADraft
    ensure_clean(check_entry(entry_of(version.question, version), version.question.code, version.question_id))
    version.state, version.submitted_at = VersionState.SUBMITTED, clock.now()
    if version.question.state is QuestionState.DRAFT:
        version.question.state = QuestionState.SUBMITTED
    record(actor, "question.submit", f"question:{version.question_id}", version=version.version_no)


def withdraw(actor: Actor, version: QuestionVersion) -> None:
    """Take it back before anybody decided (撤回). Raises NotADraft."""
    ensure(actor, "question.write", version)
    if version.state is not VersionState.SUBMITTED:
        raise NotADraft
    version.state = VersionState.DRAFT
    if version.question.state is QuestionState.SUBMITTED:
        version.question.state = QuestionState.DRAFT
    record(actor, "question.withdraw", f"question:{version.question_id}", version=version.version_no)


def drop(actor: Actor, version: QuestionVersion) -> None:
    """Give up an unfinished version (作废); the released one, if any, stays in use. Raises NotADraft."""
    ensure(actor, "question.write", version)
    question = version.question
    if version.state not in OPEN or question.working_no != version.version_no:
        raise NotADraft
    version.state = VersionState.DROPPED
    question.working_no = None
    if question.state is QuestionState.DRAFT:
        question.state = QuestionState.RETIRED
    record(actor, "question.drop", f"question:{question.id}", version=version.version_no)


def comment(actor: Actor, version: QuestionVersion, text: str) -> QuestionComment:
    """Say something about a version; nothing is decided by it."""
    ensure(actor, "question.comment")
    said = QuestionComment(
        question_id=version.question_id,
        version_id=version.id,
        person_id=actor.person_id,
        text=text,
        created_at=clock.now(),
    )
    db.session.add(said)
    db.session.flush()
    record(actor, "question.comment", f"question:{version.question_id}", version=version.version_no)
    return said


def _last_no(question: Question) -> int:
    query = select(QuestionVersion.version_no).where(QuestionVersion.question_id == question.id)
    return db.session.scalar(query.order_by(QuestionVersion.version_no.desc()).limit(1)) or 0


def _add_version(actor: Actor, question: Question, version_no: int, entry: Entry, reason: str) -> QuestionVersion:
    version = _new_version(actor, question, version_no, entry, reason)
    db.session.add(version)
    db.session.flush()
    return version


def _new_version(actor: Actor, question: Question, version_no: int, entry: Entry, reason: str) -> QuestionVersion:
    now = clock.now()
    version = QuestionVersion(
        question=question,
        version_no=version_no,
        state=VersionState.DRAFT,
        author_id=actor.person_id,
        reason=reason,
        created_at=now,
        saved_at=now,
        checked_on=None,
    )
    _write(version, entry)
    return version


def _write(version: QuestionVersion, entry: Entry) -> None:
    for name, value in typed_values(entry).items():
        setattr(version, name, value)
    version.basis = typed_basis(entry)


def _mirror(question: Question, version: QuestionVersion) -> None:
    """A question never released shows its draft's facts in lists."""
    if question.state not in (QuestionState.DRAFT, QuestionState.SUBMITTED):
        return
    question.version_no = version.version_no
    question.kind, question.domain, question.difficulty = version.kind, version.domain, version.difficulty
