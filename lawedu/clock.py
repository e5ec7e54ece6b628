"""The clock (时钟): the one place that reads the time. Tests move it; nothing else is replaced in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Beijing."""
    return now().astimezone(BEIJING).date()
