"""How far a run of an agent that computes has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jupyter_agent.coder import Task
from jupyter_agent.steps import Step, normal_goal

from .conclusion import Conclusion
from .turn import Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come."""

    task: Task
    done: tuple[Step, ...] = ()
    """Steps whose program worked."""
    failed: tuple[Step, ...] = ()
    """Steps whose programs all failed, and that nothing has taken the place of."""
    taken: int = 0
    """Steps of this run that ended, either way."""
    before: int = 0
    """The number of the last step of the run that is resumed."""
    said_before: tuple[str, ...] = ()
    """What the person said to that run, and no step has taken into account."""
    heard: tuple[str, ...] = ()
    """What the person has said while this was worked on."""
    ready: str = ""
    """The program of the next step, if the model has called for it."""

    @property
    def news(self) -> tuple[str, ...]:
        """What of it no step that worked has taken into account."""
        return self.heard[sum(len(step.said) for step in self.done if step.number > self.before) :]

    @property
    def prepared(self) -> str:
        """The program of the next step, unless it was written before the person said something."""
        return "" if self.news else self.ready

    def has_done(self, goal: str) -> bool:
        return normal_goal(goal) in {normal_goal(step.goal) for step in self.done}

    def repeats(self, wish: Conclusion) -> bool:
        """Whether the model asks for what it already has."""
        if wish.ready:
            return wish.ready in {step.attempts[-1].code for step in self.done}
        return self.has_done(wish.goal or "")

    async def listening(self, toolbox: Toolbox) -> Progress:
        """The progress with all that the person has said by now."""
        return replace(self, heard=(*self.said_before, *await toolbox.said()))

    def after(self, step: Step) -> Progress:
        """The progress with a step that ended."""
        progress = replace(self, taken=self.taken + 1, ready="")
        if step.succeeded:
            return replace(progress, done=(*self.done, step))
        return replace(progress, failed=(*self.failed, step))
