"""Times on the screen (时间): stored in UTC, shown in Beijing time by one set of filters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask

from lawedu import clock

WEEKDAYS = "一二三四五六日"


def beijing(moment: datetime) -> datetime:
    """The moment on a Beijing clock."""
    return moment.astimezone(clock.BEIJING)


def full(moment: datetime | None) -> str:
    """2026年11月22日 14:30"""
    if moment is None:
        return ""
    local = beijing(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def short(moment: datetime | None) -> str:
    """11月25日 18:00 within this year, else with the year."""
    if moment is None:
        return ""
    local = beijing(moment)
    year = "" if local.year == clock.today().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def end(moment: datetime | None) -> str:
    """An end at midnight is the 24:00 of the day before."""
    if moment is None:
        return ""
    local = beijing(moment)
    if (local.hour, local.minute) != (0, 0):
        return short(moment)
    return short(moment - timedelta(days=1))[:-5] + "24:00"


def seconds(moment: datetime | None) -> str:
    """2026年11月22日 14:30:05"""
    return "" if moment is None else full(moment) + f":{beijing(moment):%S}"


def day(value: date | datetime | None) -> str:
    """2026年11月22日"""
    if value is None:
        return ""
    local = beijing(value) if isinstance(value, datetime) else value
    return f"{local.year}年{local.month}月{local.day}日"


def weekday(value: date | datetime | None) -> str:
    """星期日"""
    if value is None:
        return ""
    local = beijing(value) if isinstance(value, datetime) else value
    return f"星期{WEEKDAYS[local.weekday()]}"


def points(value: Decimal | None) -> str:
    """86, 86.5: no trailing zeros; a dash where there is none."""
    if value is None:
        return "—"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def rate(value: Decimal | None) -> str:
    """95.3%, one decimal; a dash where the denominator is nought."""
    return "—" if value is None else f"{value * 100:.1f}%"


def init_app(app: Flask) -> None:
    """Register the filters."""
    for function in (full, short, end, seconds, day, weekday, points, rate):
        app.jinja_env.filters[function.__name__] = function
