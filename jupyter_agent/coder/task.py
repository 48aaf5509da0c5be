"""What programs are written for, and what they are written and run with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jupyter_agent.budget import Budget
from jupyter_agent.context import Context
from jupyter_agent.files import FileProfile
from jupyter_agent.ids import RunId
from jupyter_agent.messages import Message
from jupyter_agent.protocols import IN_TEXT, NO_FILES, KernelSession, Model, ReadableFiles, Rendering
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Attempt, PlannedStep, Step, Variable

INSISTING = 3
"""Attempts in a row that hold words only, one of them after the model was asked to think anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is known when a run begins. It stays the same in all prompts of the run, so that they share
    their beginning."""

    question: str
    profiles: tuple[FileProfile, ...] = ()
    history: tuple[Message, ...] = ()
    variables: tuple[Variable, ...] = ()
    """In the kernel, from earlier questions."""
    readable: ReadableFiles = NO_FILES
    """What programs can read besides the attached files."""
    now: datetime
    plan: str = ""
    """What the model has planned, as it is shown to it again; empty where nothing was planned."""
    context: Context = field(default_factory=Context)
    """The room that prompts have."""
    rendering: Rendering = IN_TEXT
    may_ask: bool = False
    """The model may ask what is meant, before it does anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What programs are written and run with."""

    run: RunId
    """Names the attempts, with their numbers, for a person who wants to go back to before one."""
    model: Model
    kernel: KernelSession
    workspace: Path
    """The folder that programs run in."""
    settings: Settings
    budget: Budget = field(default_factory=Budget)
    """Ends code as well as calls of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One step to work on: its goal, and the steps before it in the same run."""

    task: Task
    goal: str
    done: tuple[Step, ...] = ()
    """Finished steps, each with a program that worked."""
    planned: PlannedStep | None = None
    """What the plan says of it."""
    missing: tuple[str, ...] = ()
    """Goals of steps of the plan that failed for good, so that nothing of them is there."""
    said: tuple[str, ...] = ()
    """What the person said since the step before began."""
    ready: str = ""
    """Its first program, if the model has written it already."""
    taken: int | None = None
    """How many steps there were before it, if some of them are not among `done`."""

    @property
    def may_be_answered(self) -> bool:
        """Words may stand for an answer: there is nothing else, and no plan, that it can be drawn from."""
        return self.planned is None and not self.done

    @property
    def has_nothing_to_read(self) -> bool:
        """No file and no variable: what a model says without a program is as good an answer as any."""
        task = self.task
        return self.may_be_answered and not (task.profiles or task.variables or task.readable.names)

    @property
    def may_ask(self) -> bool:
        """Before anything is done, and no plan was made yet."""
        return self.task.may_ask and self.planned is None and self.number == 1

    @property
    def number(self) -> int:
        return 1 + (len(self.done) if self.taken is None else self.taken)


@dataclass(frozen=True, slots=True)
class Words:
    """What a model says where a program was asked for."""

    text: str
    attempts: int = 0
    """In which it was told that a program is needed."""


def insists(attempts: Sequence[Attempt]) -> bool:
    """Whether the model keeps to words."""
    last = attempts[-INSISTING:]
    return len(last) == INSISTING and all(attempt.said and not attempt.code for attempt in last)
