"""What an agent gets: the question with what is known about it, and what it may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jupyter_agent.budget import Budget
from jupyter_agent.coder import Workbench
from jupyter_agent.context import Context
from jupyter_agent.files import FileProfile
from jupyter_agent.ids import RunId
from jupyter_agent.messages import AgentType, Message
from jupyter_agent.protocols import ChosenModels, KernelSession
from jupyter_agent.settings import Settings
from jupyter_agent.steps import PlannedStep, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A plan that is taken up again."""

    plan: tuple[PlannedStep, ...]
    """What is done, what is left out, and what is to be done now."""
    done: tuple[Step, ...]
    """Steps that worked and were not taken back."""
    made: Mapping[int, tuple[str, ...]]
    """The variables that are there from each of them, by its number, if nothing became of the kernel."""
    before: int
    """The number of the last step that was taken."""
    said: tuple[str, ...] = ()
    """What the person said that none of them has taken into account."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What was asked, and what is known before the first call of a model."""

    question: str
    agent_type: AgentType
    history: tuple[Message, ...]
    """The questions and answers before this one, oldest first."""
    profiles: tuple[FileProfile, ...]
    """All files of the conversation."""
    now: datetime
    """With its time zone."""
    resumed: Resumed | None = None
    may_ask: bool = False
    """The person may be asked what they mean."""
    ran_code: bool = False
    """Code was executed for earlier questions, and no kernel is there from it."""


async def _nothing() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Toolbox:
    """What the loops may use."""

    run: RunId
    models: ChosenModels
    kernel: KernelSession
    workspace: Path
    """The folder that code runs in."""
    settings: Settings
    said: Callable[[], Awaitable[tuple[str, ...]]] = _nothing
    """What the person has said to the run since it began. What is returned counts as heard."""
    context: Context = field(default_factory=Context)
    """The room that prompts have."""
    budget: Budget = field(default_factory=Budget)
    """The time and the tokens that the run has."""

    @property
    def workbench(self) -> Workbench:
        """What programs are written and run with."""
        return Workbench(
            run=self.run,
            model=self.models.coder,
            kernel=self.kernel,
            workspace=self.workspace,
            settings=self.settings,
            budget=self.budget,
        )
