"""Property tests see the same examples each time, keep none, and know no deadline: machines are loaded.

JUPYTER_AGENT_EXAMPLES says how many they see, if not 40.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "variables",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=int(os.environ.get("JUPYTER_AGENT_EXAMPLES") or 40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("variables")
