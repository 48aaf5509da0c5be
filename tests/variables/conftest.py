"""Property tests see the same examples each time, keep none, and know no deadline: machines are loaded."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "variables",
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("variables")
