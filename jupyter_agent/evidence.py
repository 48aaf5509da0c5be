"""What the numbers and claims of an answer rest on: values, as they are stored, sent and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Derivation = Literal[
    "shown", "rounded", "percentage", "scaled", "computed", "named", "plotted", "by-chance", "unsupported"
]
"""How something follows from its source: a number as it stands there, rounded, as a share times 100 (or the
reverse), in thousands or millions, or by arithmetic that its sentence names; a claim by the names in it, or
by the plot that it speaks of. `by-chance` and `unsupported` follow from nothing: such a number stands only
among so many others that any would be found there, or nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a number of an answer, or a sentence without one, comes from."""

    start: int
    """Of its place in the answer's Markdown. Places count characters (Unicode code points, as Python does;
    JavaScript counts UTF-16 units)."""
    end: int
    sentence: int
    """Which sentence, list item or table row of the answer it is in, from 0."""
    source: Literal["step", "question", "earlier", "none"]
    """A step of this run, the question itself, or an earlier message of the conversation."""
    step: int | None = None
    attempt: int | None = None
    derivation: Derivation
    line: str = ""
    """What it was found in: the beginning of the source's line, or the calculation."""

    @property
    def in_doubt(self) -> bool:
        """It is a number that no source shows."""
        return self.source == "none"
