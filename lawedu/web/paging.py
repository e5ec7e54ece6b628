"""Pages of a list (分页): 20 rows, counted once, never everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func, select

from lawedu.db import db

Row = TypeVar("Row")
SIZE = 20


@dataclass
class Page(Generic[Row]):
    """One page of a list, with what the pager needs."""

    items: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    def url_for(self, number: int) -> str:
        """The same address with another page number."""
        values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False), "page": number}
        return url_for(request.endpoint or "home.index", **values)


def asked_page() -> int:
    """The page number asked for; anything that is no positive number is page 1."""
    text = request.args.get("page", "1")
    return min(max(1, int(text)), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def paged(query: Select[*tuple[Any, ...]], *, size: int = SIZE, scalars: bool = True) -> Page[Any]:
    """Run a select for the asked page; two statements. The select must be ordered."""
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(asked_page(), max(1, -(-total // size)))
    rows = db.session.execute(query.limit(size).offset((number - 1) * size))
    items = rows.scalars().unique().all() if scalars else rows.all()
    return Page(items, number, size, total)
