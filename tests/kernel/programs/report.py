"""Turns comparisons into the rate that counts, and into sentences that name each difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .runner import Comparison

_MOST_WARNING = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of the programs says."""

    broken: tuple[str, ...]
    """Cells that fail in plain ipykernel too; they prove nothing."""
    refused: tuple[str, ...]
    """Cells that run in plain ipykernel but not in the restricted kernel."""
    rate: float
    """Of the cells that run in plain ipykernel, the part that runs in the restricted one."""
    text: str


def report(comparisons: Sequence[Comparison]) -> Report:
    """The differences, by name."""
    counted = [c for c in comparisons if c.plain.ran]
    broken = [c for c in comparisons if not c.plain.ran]
    refused = [c for c in counted if not c.here.ran]
    otherwise = [c for c in counted if c.here.ran and c.here.shown != c.plain.shown]
    rate = 1 - len(refused) / len(counted) if counted else 1.0
    lines = [
        *(f"fails in plain ipykernel too: {c.name}\n    {c.plain.error or c.plain.status}" for c in broken),
        *(f"does not run here: {c.name}\n    {c.here.error or c.here.status}" for c in refused),
        *(f"shows something else: {c.name}\n    {_shown(c)}" for c in otherwise),
        f"{len(comparisons)} cells: {len(counted)} run in plain ipykernel, {len(counted) - len(refused)} of "
        f"them here ({rate:.2%}); {len(otherwise)} of these show other kinds of output",
    ]
    return Report(
        broken=tuple(c.name for c in broken),
        refused=tuple(c.name for c in refused),
        rate=rate,
        text="\n".join(lines),
    )


def _shown(comparison: Comparison) -> str:
    plain, here = comparison.plain.shown, comparison.here.shown
    warned = f"\n    {comparison.here.warned.strip()[-_MOST_WARNING:]}" if "stderr" in here - plain else ""
    return f"not here: {sorted(plain - here)}; only here: {sorted(here - plain)}{warned}"
