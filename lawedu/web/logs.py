"""Structured logging (日志): one JSON line an event; no secret, token, answer or phone number is ever passed in."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import IO, TextIO, cast

import structlog
from flask import Flask


class Patient:
    """A stream whose own trouble (a full disk under the log) never becomes the answer to somebody's request."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As of a text stream; what cannot be written is dropped."""
        with contextlib.suppress(OSError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        """As of a text stream."""
        with contextlib.suppress(OSError):
            self._stream.flush()


def init_app(app: Flask) -> None:
    """Configure structlog once a process; to standard error, so that commands keep standard output clean."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if app.config["TESTING"] else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", Patient(sys.stderr))),
        cache_logger_on_first_use=False,
    )
