"""What an agent did: steps, the attempts inside them, and what those printed, drew or raised.

A step is one goal; an attempt is one execution of one piece of generated code towards it. The values
here are plain: prompts turn them into text, the interfaces into cards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .ids import RunId

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
class Protection:
    """What an attempt can be undone with when it fails."""

    kind: Literal["snapshot", "copies", "none"]
    """`snapshot`: whatever it does. `copies`: unless its process ends."""
    hazards: tuple[str, ...] = ()
    """Why it is not a snapshot: the libraries whose threads a snapshot would lose, or a reason in words."""
    left_out: tuple[str, ...] = ()
    """Variables that copies do not protect."""


UNPROTECTED = Protection(kind="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableChanges:
    """Names of variables, by what an attempt did to them."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


SAME_VARIABLES = VariableChanges()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """What became of the workspace's files when an attempt was undone; paths from the workspace on."""

    removed: tuple[str, ...] = ()
    """New ones."""
    put_back: tuple[str, ...] = ()
    not_restored: tuple[str, ...] = ()
    """Changed or gone, and too large to be kept a copy of."""


SAME_FILES = FileChanges()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of an execution that went well and was taken back nevertheless."""

    rolled_back: bool = False
    """The variables are as they were before it."""
    files: FileChanges = SAME_FILES


BlockKind = Literal["network", "program", "process", "signal", "inspection", "path"]


@dataclass(frozen=True, slots=True)
class Block:
    """Something that code tried and the kernel refused, in a sentence for a person."""

    kind: BlockKind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """What a kernel uses while code runs, all its processes together."""

    seconds: float
    """Since the execution began."""
    memory: int
    """Bytes, snapshots included; shared memory counts once."""
    memory_limit: int
    snapshots: int
    """Points that can be gone back to."""
    snapshot_memory: int
    """Bytes of `memory` that the snapshots have a share in."""
    processor: float
    """Seconds of processor time that the execution has used."""
    processes: int
    workspace: int
    """Bytes of the files in the workspace."""
    workspace_files: int
    output: int
    """Characters shown, or kept from being shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A moment that the variables can be taken back to: before the attempt that `label` names."""

    label: str
    memory: int
    """Bytes that keeping it costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Two tables that code joined by their keys: how many rows came, and what became of them."""

    how: str
    """As pandas calls it: `inner`, `left`, `outer`."""
    line: int | None = None
    """Of the code, from 1: where the name of the method or function stands."""
    column: int | None = None
    """Where its call ends in the last line of that, in bytes; it tells the joins of one line apart."""
    left: int
    right: int
    rows: int
    """Of the result."""
    left_lost: int = 0
    """Rows of the left table that are not in the result."""
    right_lost: int = 0
    left_repeated: int = 0
    """Rows of the left table that are there more than once."""
    right_repeated: int = 0
    left_alike: int = 0
    """Rows of the left table without a partner that have one but for how keys are written: in capitals, with
    blanks, as a text instead of a number. Of very many, at least so many."""
    right_alike: int = 0
    types_differ: bool = False
    """There are such with a text in one table and a number in the other."""
    only_keys: bool = False
    """The right table has no columns but its keys: it selects rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Values that code converted, some of which were lost or taken for other dates."""

    function: str
    """Of pandas: `to_numeric`, `to_datetime`, `to_timedelta`, or the methods `map`, `apply`, `extract`."""
    line: int | None = None
    """Of the code, from 1."""
    column: str = ""
    """Its name; empty for other values."""
    values: int
    """Those that were there."""
    lost: int
    """Those of them that are missing afterwards, apart from what says that there is no value."""
    turned: int = 0
    """Dates that begin with the year and of which the month was taken for the day; then `lost` is 0."""
    examples: tuple[str, ...] = ()
    """Of what is lost or turned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A figure that code drew or saved: how many of its axes show anything."""

    filled: int
    without_data: int = 0
    """Something was plotted there, and it had no values."""
    untouched: int = 0
    """Nothing was plotted there."""


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
    protection: Protection = UNPROTECTED
    rolled_back: bool = False
    """It failed, and variables and files are as they were before it."""
    changes: VariableChanges = SAME_VARIABLES
    files: FileChanges = SAME_FILES
    blocks: tuple[Block, ...] = ()
    joins: tuple[Join, ...] = ()
    plots: tuple[Plot, ...] = ()
    conversions: tuple[Conversion, ...] = ()


SilentErrorKind = Literal["empty-table", "missing-column", "join", "conversion", "plot", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentError:
    """What is probably wrong with a program's result although nothing was raised, in a sentence."""

    kind: SilentErrorKind
    message: str


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
    said: str = ""
    """What the model said instead of writing code."""
    status: AttemptStatus
    outputs: tuple[Output, ...] = ()
    duration: float = 0.0
    failure: Failure | None = None
    variables: tuple[Variable, ...] = ()
    rolled_back: bool = False
    """Nothing that it did is kept."""
    blocks: tuple[Block, ...] = ()
    """What the kernel refused it."""
    silent_errors: tuple[SilentError, ...] = ()
    """What to doubt although it ended well."""
    note: str = ""
    """What became of the kernel, before or while it ran."""


PlannedStatus = Literal["waiting", "working", "done", "failed", "left-out"]
"""`left-out`: what came of the steps before it made it needless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step of a plan."""

    goal: str
    approach: str = ""
    """How to get there, in a sentence."""
    criterion: str = ""
    """How to tell from the output that the goal is reached."""
    status: PlannedStatus = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One goal and the attempts made at it, oldest first."""

    number: int
    """From 1 in its run."""
    goal: str
    attempts: tuple[Attempt, ...] = ()
    planned: PlannedStep | None = None
    """What the plan says of it, if it is part of one."""
    missing: tuple[str, ...] = ()
    """Goals of steps before it that failed for good."""
    said: tuple[str, ...] = ()
    """What the person said since the step before it began."""

    @property
    def succeeded(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].status == "ok"


def normal_goal(goal: str) -> str:
    """The same for goals that differ only in how they are written."""
    return " ".join(goal.casefold().split()).rstrip(".?!")


def label_of(run_id: RunId, step: int, attempt: int) -> str:
    """How a kernel calls the moment before an attempt."""
    return f"{run_id}/{step}/{attempt}"
