"""The log is for people who look later: its trouble is never the trouble of a request."""

from __future__ import annotations

import io
from typing import Any

import pytest
import structlog
from flask import Flask

from lawedu.web import logs


class Full(io.StringIO):
    """A disk with no room left under the log."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_under_the_log_does_not_turn_a_refusal_into_an_error(
    app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = structlog.get_config()
    monkeypatch.setattr("sys.stderr", Full())
    monkeypatch.setitem(app.config, "TESTING", False)
    logs.init_app(app)
    try:
        answer = client.get("/no-such-page")
    finally:
        structlog.configure(**before)

    assert answer.status_code == 404
    assert "没有找到" in answer.text
