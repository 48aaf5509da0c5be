"""Finds what is probably wrong with a program's result although nothing was raised, without a model.

Each detector reads what an attempt yields anyway: its code, the kernel's words on the variables, and what the
kernel noticed of joins, conversions and plots. `DETECTORS` is the list of them; the sentences are in
prompts/silent_errors.toml. What the program itself counts or tests is not told again, and what may as well be
meant is not told at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jupyter_agent.steps import Execution, SilentError

from .conversions import conversions
from .empty_tables import empty_tables
from .joins import joins
from .missing_columns import missing_columns
from .plots import plots
from .ran import Ran
from .readings import readings
from .unchanged import unchanged

__all__ = ["DETECTORS", "silent_errors"]

Detector = Callable[[Ran], Iterator[SilentError]]

DETECTORS: tuple[Detector, ...] = (
    joins,
    conversions,
    readings,
    empty_tables,
    missing_columns,
    plots,
    unchanged,
)

_MOST = 5


def silent_errors(code: str, execution: Execution) -> tuple[SilentError, ...]:
    """What to doubt of a program that ended well, the first few things."""
    ran = Ran.of(code, execution)
    if ran is None:
        return ()
    try:
        found = dict.fromkeys(error for detector in DETECTORS for error in detector(ran))
    except RecursionError:
        return ()  # nested too deeply to be looked at
    return tuple(found)[:_MOST]
