"""What the product is held to, and how large the benchmarks are that find it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Figures = Mapping[str, float]
"""What a benchmark found, by the targets' names."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure, and where it has to be."""

    name: str
    says: str
    bound: Literal["at least", "at most"]
    limit: float
    unit: str

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.bound == "at least" else value <= self.limit

    def verdict(self, value: float) -> str:
        """One line for people."""
        word = "holds" if self.holds(value) else "does not hold"
        return f"{word:14} {self.says}: {value:.2f} {self.unit} ({self.bound} {self.limit:g})"


TARGETS = (
    Target("ready", "ready with numpy, pandas, matplotlib, wall time", "at least", 4, "times faster"),
    Target("ready_processor", "the same, processor time", "at least", 10, "times less"),
    Target("first_execution", "the first execution", "at most", 1, "× plain"),
    Target("shutdown", "a clean shutdown, the slowest", "at most", 0.5, "s"),
    Target("memory_each", "memory of an idle kernel among many", "at most", 30, "MB"),
    Target("memory_all", "memory of 50 kernels and the fork server", "at most", 1_500, "MB"),
    Target("first_event", "from a question to the first event", "at most", 50, "ms"),
    Target("step_overhead", "a step beside its model and its code", "at most", 20, "ms"),
    Target("prompt_tokens", "new prompt tokens for a question about a file", "at most", 1_500, "tokens"),
    Target(
        "prompt_tokens_tools", "all prompt tokens for it, where tools are called", "at most", 900, "tokens"
    ),
    Target("snapshot", "a snapshot, with 1 GB of data", "at most", 25, "ms"),
    Target("rollback", "a rollback, with 1 GB of data", "at most", 1, "ms"),
    Target("open", "opening a file", "at most", 1.35, "× plain"),
    Target("read_csv", "read_csv of 100 MB", "at most", 1.03, "× plain"),
    Target("interrupt", "an endless loop, from the interrupt to the reply", "at most", 0.5, "s"),
    Target("stubborn", "one that ignores it, to restored variables", "at most", 2.5, "s"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured. The targets are meant for `FULL`; `TINY` shows that the benchmarks work."""

    rounds: int
    kernels: int
    data_mb: int
    csv_mb: int
    peer_seconds: float
    quiet_seconds: float
    """How long a measurement waits for a quiet moment."""
    idle_seconds: float
    """How long a kernel has done nothing when its memory is measured."""


FULL = Size(
    rounds=15, kernels=50, data_mb=1_000, csv_mb=100, peer_seconds=300, quiet_seconds=2, idle_seconds=20
)
TINY = Size(rounds=1, kernels=2, data_mb=2, csv_mb=1, peer_seconds=60, quiet_seconds=0, idle_seconds=0)
