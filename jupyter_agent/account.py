"""Keeps account of what the parts of a run take: each step, and the answer."""

from __future__ import annotations

from dataclasses import replace

from .events import (
    AgentChosen,
    AnswerGiven,
    AttemptFinished,
    EventBody,
    Planned,
    Spent,
    StepFinished,
    Usage,
)
from .models.metered import Meter


class Account:
    """Reads along what a run streams out, while its models' calls are counted by a meter."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._kernel = 0.0
        self._since = (Usage(), 0.0)

    def noted(self, body: EventBody) -> EventBody:
        """The body; one that ends a part of the run with what that part took."""
        match body:
            case AgentChosen() | Planned():
                # Not `StepStarted`: a model may have written by then what begins the step.
                self._begin()
            case AttemptFinished():
                self._kernel += body.duration
            case StepFinished() | AnswerGiven():
                body = replace(body, spent=self._spent())
                self._begin()
            case _:
                pass  # what takes nothing
        return body

    def _begin(self) -> None:
        self._kernel = 0.0
        self._since = (self._meter.usage, self._meter.seconds)

    def _spent(self) -> Spent:
        usage, seconds = self._since
        return Spent(
            usage=self._meter.usage - usage,
            model_seconds=round(self._meter.seconds - seconds, 3),
            kernel_seconds=round(self._kernel, 3),
        )
