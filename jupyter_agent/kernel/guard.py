"""Holds what code has left running to the budgets, between executions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

from jupyter_agent.steps import Meter

from .budgets import UNMEASURED, Excess
from .processes import members, processor_nanoseconds

_BETWEEN_SECONDS = 2.0
"""Between two looks."""

Measure = Callable[[], AsyncIterator[tuple[Meter, Excess | None]]]

log = logging.getLogger(__name__)


class Guard:
    """Looks only when something has run, and adds up what is used until the next execution."""

    def __init__(self, measure: Measure, end: Callable[[Excess], None]) -> None:
        """`measure` begins to measure, `end` ends what uses too much."""
        self._measure = measure
        self._end = end
        self._measures: AsyncIterator[tuple[Meter, Excess | None]] | None = None
        self._on_duty = True

    def pause(self) -> None:
        """An execution begins, which is measured itself."""
        self._on_duty = False
        self._measures = None

    def go_on(self) -> None:
        """It is over."""
        self._on_duty = True

    async def watch(self) -> None:
        """Never ends."""
        used = 0
        while True:
            await asyncio.sleep(_BETWEEN_SECONDS)
            before, used = used, processor_nanoseconds(members())
            if self._on_duty and used != before:
                await self._look()

    async def _look(self) -> None:
        self._measures = measures = self._measures or self._measure()
        try:
            _, excess = await anext(measures)
        except Exception:
            log.exception("What runs between executions could not be measured")
            excess = UNMEASURED
        if excess and self._measures is measures:
            self._measures = None
            self._end(excess)
