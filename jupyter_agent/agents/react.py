"""Answers by computing: one step, a look at what came out, and more steps only while they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agent.coder import Assignment, Task, Workbench, closing, to_conclude, work_on
from jupyter_agent.errors import ModelAnswerInvalid, OutOfBudget
from jupyter_agent.events import Activity, AnswerGiven, EventBody, TextDelta
from jupyter_agent.steps import Step

from .conclusion import Conclusion
from .turn import Toolbox, Turn


async def react(turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody]:
    """Compute until the question can be answered, then answer it.

    Raises:
        OutOfBudget: nothing worked, or the model asks for more steps than it may take.
    """
    settings = toolbox.settings
    bench = Workbench(model=toolbox.models.coder, kernel=toolbox.kernel, settings=settings)
    task = Task(
        question=turn.question,
        profiles=turn.profiles,
        history=turn.history,
        variables=await toolbox.kernel.variables(),
        now=turn.now,
    )
    goal: str | None = turn.question
    done: tuple[Step, ...] = ()
    while goal is not None:
        step = Step(number=len(done) + 1, goal=goal)
        async with closing(work_on(Assignment(task=task, goal=goal, done=done), bench)) as items:
            async for item in items:
                if isinstance(item, Step):
                    step = item
                else:
                    yield item
        failed = None if step.succeeded else step
        if failed and not done:
            raise _nothing_worked(failed)
        done = done if failed else (*done, step)

        goals = {_normal(finished.goal) for finished in done}
        last = failed is not None or len(done) >= settings.max_steps
        while True:
            yield Activity(text="Reading the results")
            messages = to_conclude(task, done, settings, last=last, failed=failed)
            conclusion = Conclusion(toolbox.models.general, messages)
            async with closing(conclusion.deltas()) as deltas:
                async for delta in deltas:
                    yield TextDelta(target="answer", text=delta)
            goal = conclusion.goal
            if goal is None or not (last or not goal or _normal(goal) in goals):
                break
            if last:
                raise _too_many_steps(len(done), goal)
            last = True  # it asks for what it already has: once more, without that choice
    if not conclusion.answer:
        raise ModelAnswerInvalid(
            "The model gave an empty answer, but the results above are complete.",
            "Ask again, or choose another model.",
        )
    yield AnswerGiven(text=conclusion.answer)


def _normal(goal: str) -> str:
    return " ".join(goal.casefold().split()).rstrip(".?!")


def _nothing_worked(step: Step) -> OutOfBudget:
    attempt = step.attempts[-1]
    reason = f"{attempt.failure.name}: {attempt.failure.message}" if attempt.failure else attempt.status
    return OutOfBudget(
        f"No program worked in {len(step.attempts)} attempts. The last one failed with {reason}",
        "Ask more precisely (name the file and the columns), or choose a larger model.",
    )


def _too_many_steps(count: int, goal: str) -> OutOfBudget:
    return OutOfBudget(
        f"The question was not answered within {count} steps; the model still wanted: {goal}",
        "The results so far are above. Ask for a part of it, or allow more steps (max_steps).",
    )
