"""A small Jinja environment, as strict as can be, for templates without an application."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture(name="jinja")
def _jinja() -> Environment:
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    env.globals.update(
        url_for=lambda endpoint, **values: "/static/" + values["filename"],
        csrf_token=lambda: "the-token",
        get_flashed_messages=lambda with_categories=False: [("ok", "考试已保存。")],
    )
    return env


@pytest.fixture(name="say")
def _say(jinja: Environment) -> Callable[..., str]:
    head = '{% import "layout/components.html" as ui %}{% import "layout/forms.html" as f %}'

    def say(source: str, **context: Any) -> str:
        return jinja.from_string(head + source).render(**context)

    return say
