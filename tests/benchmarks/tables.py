"""How benchmarks take and show values: clocks, how busy the machine is, tables of medians."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import psutil

_QUIET = 15.0
"""Percent of the processors that may be in use while a measurement waits for a quiet moment."""

Rows = dict[tuple[str, str], dict[str, list[float]]]
"""By name and unit, then by kind of kernel: a value a round."""


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def await_quiet(seconds: float) -> None:
    """Wait until the machine has little else to do; at most so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and psutil.cpu_percent(interval=0.1) > _QUIET:
        pass


def add(rows: Rows, kind: str, found: Mapping[tuple[str, str], float]) -> None:
    """Add one round's values of a kind of kernel."""
    for row, value in found.items():
        rows.setdefault(row, {}).setdefault(kind, []).append(value)


def load() -> str:
    """How busy the machine is: figures are worth less, the busier it is."""
    one, five, _ = os.getloadavg()
    return f"load {one:.1f} (5 minutes: {five:.1f}) on {os.cpu_count()} processors"


def shown(values: Sequence[float], unit: str) -> str:
    """The median, with the least in brackets."""
    digits = 3 if unit == "s" else 2
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}) {unit}"


def table(rows: Rows, base: str = "plain") -> None:
    """Rows by name and unit, columns by kind: medians with the least in brackets.

    At the end of a row: how many times the value of `base` the last one is, also of the least. A kind that
    cannot do what a row measures has no value there.
    """
    width = max(len(name) for name, _ in rows) + 2
    kinds = list(dict.fromkeys(kind for columns in rows.values() for kind in columns))
    say(f"{'':{width}}" + "".join(f"{kind:>24}" for kind in kinds) + f"{'× ' + base:>20}")
    for (name, unit), columns in rows.items():
        cells = "".join(f"{shown(columns[kind], unit) if kind in columns else '-':>24}" for kind in kinds)
        ratios = ""
        if base in columns and kinds[-1] in columns:
            first, last = columns[base], columns[kinds[-1]]
            ratios = f"{times(last, first):.2f} ({_ratio(min(last), min(first)):.2f})"
        say(f"{name:{width}}{cells}{ratios:>20}")


def times(values: Sequence[float], base: Sequence[float]) -> float:
    """How many times the one median the other is."""
    return _ratio(statistics.median(values), statistics.median(base))


def _ratio(value: float, base: float) -> float:
    return value / base if base else float("inf")
