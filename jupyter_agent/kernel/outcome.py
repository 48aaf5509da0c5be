"""What the front wants to have run, and how that ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from jupyter_agent.steps import SAME_FILES, Block, FileChanges, Protection

from .protocol import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Code to run."""

    code: str
    silent: bool
    store_history: bool
    user_expressions: Mapping[str, Any]
    number: int
    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ended."""

    reply: dict[str, Any]
    """The content of Jupyter's reply, not looked at yet."""
    told: bool
    """Whether the worker itself has published its error."""
    protection: Protection
    rolled_back: bool = False
    ended: Literal["", "died", "killed"] = ""
    """The worker's process ended by itself, or was ended."""
    variables: tuple[dict[str, Any], ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    noticed: Mapping[str, Any] = field(default_factory=dict)
    """The joins, conversions and plots that it made."""
    files: FileChanges = SAME_FILES
    blocks: tuple[Block, ...] = ()
    note: str = ""
    """What became of the variables before the code ran."""
