"""Row numbers from outside (编号): what no database could hold is simply not found."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter

from lawedu.core.errors import NotFound

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` in a path: a larger number is a 404 at the door instead of an overflow in the database."""

    def __init__(self, map: object, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max", LARGEST)
        super().__init__(map, *args, **kwargs)  # type: ignore[arg-type]


def row_number(text: str | None) -> int:
    """The number in a query or a hidden field. Raises NotFound for anything that is no row number."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 10 or int(text) > LARGEST:
        raise NotFound
    return int(text)
