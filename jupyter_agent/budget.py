"""What a run may take beside steps: time and tokens. The last part of both is kept for an answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import BudgetSpent

_WORK = 0.9
"""The part that may be used before an answer is begun."""


class Budget:
    """Time and tokens of one run; the time counts from when this is made.

    Args:
        minutes: 0 is no limit.
        tokens: of prompts and answers together; 0 is no limit.
        clock: tells seconds.
    """

    def __init__(
        self, *, minutes: float = 0.0, tokens: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._minutes = minutes
        self._tokens = tokens
        self._clock = clock
        self._began = clock()
        self._taken = 0
        self._answering = False
        self._exceeded = False

    @property
    def seconds_left(self) -> float:
        """Until what is under way has to end; infinite without a limit."""
        limit = self._part() * self._minutes * 60 if self._minutes else math.inf
        return max(0.0, limit - (self._clock() - self._began))

    @property
    def tokens_left(self) -> float:
        """The same in tokens."""
        return max(0.0, self._part() * self._tokens - self._taken) if self._tokens else math.inf

    @property
    def spent(self) -> bool:
        """Nothing else is to be begun but an answer."""
        return self._exceeded or not self.seconds_left or not self.tokens_left

    def take(self, tokens: int) -> None:
        """Count the tokens of a prompt or an answer."""
        self._taken += tokens

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Inside, what is kept for the answer may be used."""
        self._answering = True
        try:
            yield
        finally:
            self._answering = False

    def exceeded(self) -> BudgetSpent:
        """What to tell a person when there is not enough for something; from then on it counts as spent."""
        self._exceeded = True
        if not self.seconds_left:
            unit = "minute" if self._minutes == 1 else "minutes"
            amount, setting = f"{self._minutes:g} {unit}", "max_run_minutes"
        else:
            amount, setting = f"{self._tokens:,} tokens", "max_run_tokens"
        return BudgetSpent(
            f"A question may take {amount}, and that is used up.",
            f"Ask for a part of it, or allow more (c.JupyterAgent.{setting}).",
        )

    def _part(self) -> float:
        return 1.0 if self._answering else _WORK
