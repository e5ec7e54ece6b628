"""Budgets of requests (请求频率): a small bucket of tokens for saving answers, apart from every other limit.

It lives in the process: with several workers each allows its share, and a worker that starts again starts with full
buckets. Both err towards letting an answer in: the limiter of saving fails open (security.md, “Operation”).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable

from flask import current_app

from lawedu.core.errors import TooBusy

KEPT = 20_000


class Bucket:
    """`rate` requests a second for each key, with a burst of as many."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> None:
        """Count one request. Raises TooBusy when the budget of `key` is used up; never when limits are off."""
        if not current_app.config["RATE_LIMITS"]:
            return
        now = time.monotonic()
        tokens, at = self._left.pop(key, (self.rate, now))
        tokens = min(self.rate, tokens + (now - at) * self.rate)
        self._left[key] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        if tokens < 1:
            raise TooBusy
