"""Rules are tried on many invented cases; a slow machine is no failure of a rule."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("core", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")
