"""Answers by computing: one step, a look at what came out, and more steps only while they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from jupyter_agent.closing import closing
from jupyter_agent.coder import Assignment, Words, work_on
from jupyter_agent.errors import BudgetSpent
from jupyter_agent.events import EventBody, QuestionBack
from jupyter_agent.steps import Step

from .concluding import conclude, in_words
from .conclusion import Conclusion
from .progress import Progress
from .turn import Toolbox, Turn
from .unanswered import nothing_worked


async def react(turn: Turn, toolbox: Toolbox, progress: Progress) -> AsyncIterator[EventBody | Progress]:
    """Compute until the question can be answered, then answer it.

    What the person says meanwhile makes one more step, for the question with what they said. Where it is not
    clear what they mean, they are asked instead.

    Raises:
        OutOfBudget: no program worked, or the model asks for more steps than it may take.
    """
    goal: str | None = turn.question
    while goal is not None:
        progress = await progress.listening(toolbox)
        heard = progress.heard
        assignment = Assignment(
            task=progress.task,
            goal=goal,
            done=progress.done,
            said=progress.news,
            ready=progress.prepared,
            taken=progress.taken,
        )
        try:
            async with closing(work_on(assignment, toolbox.workbench)) as items:
                async for item in items:
                    if isinstance(item, Step):
                        progress = await progress.after(item).listening(toolbox)
                        yield progress
                    elif isinstance(item, Words):
                        async with closing(in_words(item, progress)) as told:
                            async for body in told:
                                yield body
                        return
                    else:
                        yield item
                    if isinstance(item, QuestionBack):
                        return
        except BudgetSpent:
            if not progress.done:
                raise
        spent = progress.taken >= toolbox.settings.max_steps or toolbox.budget.spent
        if progress.heard != heard and not spent:
            goal = turn.question
            continue
        if progress.failed and not progress.done:
            raise nothing_worked(progress.failed[-1])
        async with closing(conclude(progress, toolbox, spent=spent)) as conclusions:
            async for made in conclusions:
                if isinstance(made, Conclusion):
                    goal = made.goal
                    progress = replace(progress, ready=made.ready)
                else:
                    yield made
