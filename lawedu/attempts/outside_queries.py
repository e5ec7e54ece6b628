"""Reading outside scores (校外成绩查询)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_

from lawedu.attempts.models import ImportState, OutsideImport, OutsideScore


def counts() -> ColumnElement[bool]:
    """Whether an outside score counts, as a condition on OutsideScore and OutsideImport: approved, matched, not
    corrected since.
    """
    return and_(
        OutsideImport.state == ImportState.APPROVED,
        OutsideScore.person_id.is_not(None),
        OutsideScore.superseded_by.is_(None),
    )
