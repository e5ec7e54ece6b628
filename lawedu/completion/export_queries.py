"""Reading the ledger of exports (导出记录查询)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from lawedu.audit.models import ExportRecord
from lawedu.completion.scope_queries import is_unlimited
from lawedu.core.policy import Actor
from lawedu.people.models import Person


def select_exports(actor: Actor, kinds: Collection[str]) -> Select[ExportRecord, str]:
    """Exports with the name of who made them, the latest first: one's own, or all for who sees everybody."""
    query = (
        select(ExportRecord, Person.name)
        .outerjoin(Person, Person.staff_number == ExportRecord.exported_by)
        .where(ExportRecord.kind.in_(kinds))
        .order_by(ExportRecord.id.desc())
    )
    return (
        query
        if is_unlimited(actor, "completion.export")
        else query.where(ExportRecord.exported_by == actor.staff_number)
    )
