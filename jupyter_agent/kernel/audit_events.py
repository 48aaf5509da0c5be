"""One audit hook for all that the worker listens to: Python asks each hook at each event of each program.

Most events are of opened files, which this must not make slow: what nobody listens to costs one look-up.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

Heard = Callable[[str, tuple[Any, ...]], object]
"""Called with an event and its arguments; may raise what the announced call then raises."""


class AuditEvents:
    """Who listens to which events."""

    def __init__(self) -> None:
        self._hearers: dict[str, tuple[Heard, ...]] = {}

    def hear(self, events: Iterable[str], heard: Heard) -> None:
        """Call `heard` for these events, after those who listen to them already."""
        for event in events:
            self._hearers[event] = (*self._hearers.get(event, ()), heard)

    def install(self) -> None:
        """Listen, for as long as this process lives; also to what is added afterwards."""
        hearers = self._hearers.get

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            for heard in hearers(event, ()):
                heard(event, arguments)

        sys.addaudithook(hook)
