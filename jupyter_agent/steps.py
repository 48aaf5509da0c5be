"""What an agent did: steps, the attempts inside them, and what those printed, drew or raised.

A step is one goal; an attempt is one execution of one piece of generated code towards it. The values
here are plain: prompts turn them into text, the interfaces into cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ErrorClass = Literal[
    "index-error",
    "key-error",
    "type-error",
    "none-access",
    "file-not-found",
    "json-decoding",
    "value-error",
    "attribute-error",
    "name-error",
    "import-error",
    "zero-division",
    "encoding",
    "permission",
    "memory",
    "timeout",
    "runtime-error",
    "restricted",
    "syntax-error",
    "kernel-died",
    "static-check",
    "interrupted",
]
"""The classes that advice is written for; `restricted` is what the kernel refused on purpose."""

AttemptStatus = Literal["ok", "error", "timeout", "died", "stopped", "rejected"]
"""`died`: the kernel ended. `rejected`: the static check found the code wrong before it ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamOutput:
    """Text that code printed."""

    kind: Literal["stream"] = "stream"
    name: Literal["stdout", "stderr"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayOutput:
    """A MIME bundle that code displayed: text as it is, binary as base64."""

    kind: Literal["display"] = "display"
    data: Mapping[str, str]
    is_result: bool = False
    """It is the value of the code's last expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorOutput:
    """An exception that code did not catch; `traceback` is plain text without terminal colours."""

    kind: Literal["error"] = "error"
    name: str
    message: str
    traceback: str = ""


Output = StreamOutput | DisplayOutput | ErrorOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable in the agent's kernel, in few words."""

    name: str
    type: str
    """The qualified type, without `builtins.`: `pandas.DataFrame`, `int`."""
    shape: tuple[int, ...] | None = None
    """Rows and columns, or length; absent for scalars."""
    size: int | None = None
    """Bytes of memory, where that is known at once; what its items refer to is not counted."""
    summary: str = ""
    """Columns with their types, or a shortened value; one or a few lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """How one piece of code ended in the kernel. The outputs came before it, one by one."""

    kind: Literal["execution"] = "execution"
    status: AttemptStatus
    duration: float
    """Seconds."""
    error: ErrorOutput | None = None
    variables: tuple[Variable, ...] = ()
    """What the namespace, and the failing frame, held at the end."""
    note: str = ""
    """What a person should know beyond the status: that the kernel was started again, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt failed, as the next attempt and the person read it."""

    error_class: ErrorClass
    name: str
    message: str
    line: int | None = None
    """The line of the attempt's code that failed, from 1."""
    advice: str = ""
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One execution of one piece of generated code."""

    number: int
    """From 1 in its step."""
    code: str
    status: AttemptStatus
    outputs: tuple[Output, ...] = ()
    duration: float = 0.0
    failure: Failure | None = None
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One goal and the attempts made at it, oldest first."""

    number: int
    """From 1 in its run."""
    goal: str
    attempts: tuple[Attempt, ...] = field(default=())

    @property
    def succeeded(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].status == "ok"
