"""Pages of a dry run (预演分页), for rosters and for units. No doors of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from lawedu.web.paging import SIZE, Page, asked_page


@dataclass
class DryRunPage(Page[Any]):
    """Also shown by the refused POST, whose own address takes no GET: pages always lead to the dry run."""

    endpoint: str
    import_id: int
    tab: str

    def url_for(self, number: int) -> str:
        """Another page of the same tab."""
        return url_for(self.endpoint, import_id=self.import_id, tab=self.tab, page=number)


def asked_tab(tabs: Sequence[str], counts: dict[str, int], otherwise: str) -> str:
    """The tab asked for, else the first that has rows."""
    asked = request.args.get("tab", "")
    return asked if asked in tabs else next((name for name in tabs if counts[name]), otherwise)


def page_of(rows: Sequence[Any], endpoint: str, import_id: int, tab: str) -> DryRunPage:
    """A page of rows that are in memory already: one import's, at most 50,000."""
    number = min(asked_page(), max(1, -(-len(rows) // SIZE)))
    return DryRunPage(rows[(number - 1) * SIZE : number * SIZE], number, SIZE, len(rows), endpoint, import_id, tab)
