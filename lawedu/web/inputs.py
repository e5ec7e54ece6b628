"""What stands in an address (地址参数): days and row numbers, refused in words when they are none."""

from __future__ import annotations

from datetime import date

from flask import request

from lawedu.core.errors import BadInput
from lawedu.web.numbers import row_number


def asked_day(name: str = "on") -> date | None:
    """The day in the query, None when there is none. Raises BadInput."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("日期请按 2020-01-01 的样子填写。") from None


def asked_version(name: str = "version") -> int | None:
    """A row number in the query, None when there is none. Raises NotFound."""
    text = request.args.get(name)
    return row_number(text) if text else None
