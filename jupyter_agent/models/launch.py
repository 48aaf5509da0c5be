"""What the embedded server is told when it starts: one line of JSON on its standard input.

A pipe, because arguments and environment can be read by others on the machine and the token must not be.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """A model to serve and the token that requests have to carry."""

    token: str
    name: str
    path: str
    num_ctx: int
    """The most tokens of context; the model's own limit counts too."""
    threads: int

    def to_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Launch:
        return cls(**json.loads(line))
