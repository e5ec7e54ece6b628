"""What every template knows (模板上下文): who is here, where they can go, how large they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from lawedu.core.policy import may
from lawedu.home.navigation import SITE, Bench, Place, bench_at, benches_of, current_place
from lawedu.home.waiting_queries import count_waiting
from lawedu.web.access import actor, signed_in

SIZES = {"standard": "", "large": "text-lg", "xlarge": "text-xl"}
SIZE_COOKIE = "text_size"


@dataclass(frozen=True)
class Viewer:
    """Who looks (当前用户)."""

    name: str
    number: str
    unit_name: str
    is_signed_in: bool


@dataclass(frozen=True)
class Item:
    """An entry as templates want it."""

    label: str
    url: str
    current: bool
    icon: str = ""
    short: str = ""
    count: int = 0


def everywhere() -> dict[str, Any]:
    """Context processor of all pages."""
    who = signed_in()
    endpoint = request.endpoint or ""
    benches = benches_of(actor())
    bench = bench_at(benches, endpoint)
    on_bench = request.path.startswith("/bench")
    return {
        "viewer": Viewer(actor().name, actor().staff_number, who.unit_name if who else "", who is not None),
        "text_size_class": SIZES.get(request.cookies.get(SIZE_COOKIE, ""), ""),
        "nav": _items([place for place in SITE if may(actor(), place.permission)], endpoint),
        "menu": _menu(bench, endpoint) if bench and on_bench else [],
        "bench_name": bench.name if bench else "工作台",
        "benches": _switches(benches, bench, on_bench),
        "site_name": current_app.config["SITE_NAME"],
    }


def _items(places: list[Place], endpoint: str) -> list[Item]:
    here = current_place(places, endpoint)
    return [
        Item(p.label, url_for(p.endpoint), p is here, p.icon, p.short or p.label)
        for p in places
        if p.endpoint in current_app.view_functions
    ]


def _menu(bench: Bench, endpoint: str) -> list[dict[str, Any]]:
    here = current_place(bench.places, endpoint)
    waiting = count_waiting(actor(), {place.endpoint for place in bench.places})
    return [
        {
            "title": title,
            "items": [
                Item(p.label, url_for(p.endpoint), p is here, count=waiting.get(p.endpoint, 0))
                for p in places
                if p.endpoint in current_app.view_functions
            ],
        }
        for title, places in bench.groups.items()
    ]


def _switches(benches: list[Bench], bench: Bench | None, on_bench: bool) -> list[tuple[str, str]]:
    """Other places one may go to: the other benches, and one's own study when on a bench."""
    links = [
        (other.name, url_for(other.places[0].endpoint))
        for other in benches
        if other.places[0].endpoint in current_app.view_functions
        and not (on_bench and bench is not None and other.name == bench.name)
    ]
    if on_bench and may(actor(), "me.view"):
        links.insert(0, ("我的学法", url_for("home.me")))
    return links
