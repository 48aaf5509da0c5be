"""Plots that show no data."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_agent.steps import SilentError

from .ran import Ran, silent_error


def plots(ran: Ran) -> Iterator[SilentError]:
    """Axes in which something was plotted that has no values, and whole plots without anything.

    Axes to spare in a grid are nothing to doubt.
    """
    for plot in ran.plots:
        if plot.without_data:
            yield silent_error("plot", "plot-without-data", count=plot.without_data)
        elif plot.untouched and not plot.filled:
            yield silent_error("plot", "plot-untouched")
