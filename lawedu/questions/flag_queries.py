"""Reading amendment flags (条文变动查询): which questions wait because their law moved, and where each basis went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import selectinload

from lawedu.core.comparison import Fate
from lawedu.core.question_draft import Basis
from lawedu.core.question_fields import as_article
from lawedu.db import db
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion
from lawedu.questions.review_models import AmendmentFlag, FlagSettlement

_CURRENT = and_(QuestionVersion.question_id == Question.id, QuestionVersion.version_no == Question.version_no)
_OPEN = FlagSettlement.flag_id.is_(None)
IN_USE = (QuestionState.PUBLISHED, QuestionState.FLAGGED)


@dataclass(frozen=True)
class Resting:
    """One basis of a question in use, as an amendment looks at it."""

    question_id: int
    version_id: int
    position: int
    basis: Basis


def list_resting(instrument: str, new_version: date) -> list[Resting]:
    """Every basis in an older text of this law under a question in use; one statement."""
    rows = db.session.execute(
        select(Question.id, QuestionVersion.id, LegalBasis)
        .join(QuestionVersion, _CURRENT)
        .join(LegalBasis, LegalBasis.version_id == QuestionVersion.id)
        .where(
            LegalBasis.instrument == instrument,
            LegalBasis.instrument_version < new_version,
            Question.state.in_(IN_USE),
        )
        .order_by(Question.id, LegalBasis.position)
    )
    return [Resting(question_id, version_id, row.position, row.place) for question_id, version_id, row in rows]


def list_noted(instrument: str, new_version: date) -> set[tuple[int, int]]:
    """(version, position) flagged for this text before: an event told twice flags once."""
    query = select(AmendmentFlag.version_id, AmendmentFlag.position).where(
        AmendmentFlag.instrument == instrument, AmendmentFlag.new_version == new_version
    )
    return {(version_id, position) for version_id, position in db.session.execute(query)}


def _has_open(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    settled = exists().where(FlagSettlement.flag_id == AmendmentFlag.id)
    return exists().where(AmendmentFlag.question_id == Question.id, ~settled, *conditions)


def select_flagged(*, instrument: str = "", only_renumbered: bool = False) -> Select[Question, QuestionVersion]:
    """(question, current version) with open flags, the oldest question first, for a paged list.

    `only_renumbered`: the text moved to another number and nothing else, and nobody is editing: for bulk confirmation.
    """
    query = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, _CURRENT)
        .options(selectinload(QuestionVersion.basis))
        .where(Question.state == QuestionState.FLAGGED, _has_open())
        .order_by(Question.id)
    )
    if instrument:
        query = query.where(_has_open(AmendmentFlag.instrument == instrument))
    if only_renumbered:
        query = query.where(~_has_open(AmendmentFlag.fate != Fate.RENUMBERED), Question.working_no.is_(None))
    return query


def list_open_flags(question_ids: Collection[int]) -> dict[int, list[AmendmentFlag]]:
    """Question → its open flags by position; one statement for a page of a list."""
    query = (
        select(AmendmentFlag)
        .outerjoin(FlagSettlement, FlagSettlement.flag_id == AmendmentFlag.id)
        .where(AmendmentFlag.question_id.in_(question_ids), _OPEN)
        .order_by(AmendmentFlag.question_id, AmendmentFlag.position, AmendmentFlag.id)
    )
    found: dict[int, list[AmendmentFlag]] = {}
    for flag in db.session.scalars(query):
        found.setdefault(flag.question_id, []).append(flag)
    return found


def list_flagged_instruments() -> list[str]:
    """Laws with open flags, by name."""
    query = (
        select(AmendmentFlag.instrument)
        .outerjoin(FlagSettlement, FlagSettlement.flag_id == AmendmentFlag.id)
        .where(_OPEN)
        .distinct()
        .order_by(AmendmentFlag.instrument)
    )
    return list(db.session.scalars(query))


def count_flagged() -> int:
    """Questions that wait because their law moved."""
    return db.session.scalar(select(func.count()).where(Question.state == QuestionState.FLAGGED)) or 0


def propose(version: QuestionVersion, flags: Sequence[AmendmentFlag]) -> list[Basis | None]:
    """Where each basis went, in order; None for one whose article was deleted.

    A basis of the same law that did not change moves to the new text as well.
    """
    newest = {flag.instrument: flag.new_version for flag in flags}
    latest = {flag.position: flag for flag in flags}
    found: list[Basis | None] = []
    for row in version.basis:
        basis, flag = row.place, latest.get(row.position)
        if flag is None:
            text = max(newest.get(basis.instrument, basis.version), basis.version)
            found.append(replace(basis, version=text))
        elif flag.new_article is None:
            found.append(None)
        else:
            article = as_article(flag.new_article) or flag.new_article
            found.append(replace(basis, version=flag.new_version, article=article))
    return found
