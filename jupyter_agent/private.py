"""Files that are readable by their owner alone, from the first byte on."""

from __future__ import annotations

import os


def private(path: str, flags: int) -> int:
    """An `opener` for `open`."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
