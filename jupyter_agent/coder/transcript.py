"""The conversation with the model that a run's prompts are made of.

It grows at its end, whatever the call is for: the rules and worked examples, the task, then programs
and what became of them. A provider that keeps the last prompt reads only what is new. Programs that
failed leave the conversation again: a rethink begins anew from the task, and the answer is drawn from
the programs that worked.
"""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_agent.messages import Message
from jupyter_agent.prompts import render
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Attempt, ErrorClass, Failure, PlannedStep, Step

from .beginning import beginning_of
from .calls import MISSING
from .observations import observed, outputs_of
from .opening import plain
from .rendering import answered, called, rendered
from .task import Assignment, Task

APPENDED_FAILURES = 1
"""After so many failures a program is corrected in the same conversation; after more it is thought anew."""
_QUESTION, _PLAN = "_goal.md.j2", "_plan.md.j2"
"""What the first message of a run ends with."""


def to_write(
    assignment: Assignment, attempts: tuple[Attempt, ...], settings: Settings
) -> tuple[Message, ...]:
    """The prompt for the next program of a step, after `attempts` that failed."""
    rethink = len(attempts) > APPENDED_FAILURES
    goal = {
        **plain(_shown(assignment.task, assignment.goal), assignment.task.rendering),
        "planned": assignment.planned,
        "missing": assignment.missing,
        "said": assignment.said,
        "failed": attempts if rethink else (),
        "repeated": _repeated(attempts),
    }
    turns = _until(assignment.task, assignment.done, goal, settings)
    for attempt in () if rethink else attempts:
        turns += _tried(assignment.task, attempt, settings)
    return rendered(turns, assignment.task.rendering)


def to_plan(task: Task, settings: Settings) -> tuple[Message, ...]:
    """The prompt for the plan of a run."""
    begun = beginning_of(task)
    asked = _asked(task, _PLAN, goal=begun.question, most=settings.max_steps, may_ask=task.may_ask)
    return (*begun.opening, asked)


def to_adapt(
    task: Task,
    steps: tuple[Step, ...],
    waiting: tuple[PlannedStep, ...],
    settings: Settings,
    *,
    most: int,
    failed: tuple[Step, ...] = (),
    said: tuple[str, ...] = (),
) -> tuple[Message, ...]:
    """The prompt after a step of a plan: whether the rest of it, `waiting`, still fits.

    `said`: by the person, since the last step began.
    """
    final = steps[-1].attempts[-1]
    turns = _until(task, steps[:-1], _posed(task, steps[-1]), settings)
    turns += [
        called(final.code),
        answered(
            render(
                "adapt",
                output=observed(task, final, settings),
                blocks=final.blocks,
                silent_errors=final.silent_errors,
                criterion=steps[-1].planned.criterion if steps[-1].planned else "",
                waiting=waiting,
                most=most,
                failed=_failures(failed),
                said=said,
                native=task.rendering.native,
            )
        ),
    ]
    return rendered(turns, task.rendering)


def to_conclude(
    task: Task,
    steps: tuple[Step, ...],
    settings: Settings,
    *,
    last: bool,
    failed: tuple[Step, ...] = (),
    said: tuple[str, ...] = (),
) -> tuple[Message, ...]:
    """The prompt for the answer, or for the goal of one more step unless this is the `last` chance.

    `said`: by the person, since the last step began.
    """
    turns = _until(task, steps[:-1], _posed(task, steps[-1]), settings)
    final = steps[-1].attempts[-1]
    turns += [
        called(final.code),
        answered(
            render(
                "conclude",
                output=observed(task, final, settings),
                blocks=final.blocks,
                silent_errors=final.silent_errors,
                criterion=steps[-1].planned.criterion if steps[-1].planned else "",
                question=beginning_of(task).question,
                last=last,
                failed=_failures(failed),
                said=said,
                native=task.rendering.native,
                recall=task.rendering.examples or steps[-1].goal != task.question,
            )
        ),
    ]
    return rendered(turns, task.rendering)


def _until(
    task: Task, done: tuple[Step, ...], goal: Mapping[str, object], settings: Settings
) -> list[Message]:
    """Everything up to and including the question for `goal`, after the steps that are done."""
    goals: list[Mapping[str, object]] = [_posed(task, step) for step in done]
    goals.append(goal)
    if task.plan:
        planned = Message.user(render("planned_step", **goals[0]))
        turns = [*to_plan(task, settings), Message.assistant(task.plan), planned]
    else:
        first = {**goals[0], "may_ask": task.may_ask}
        turns = [*beginning_of(task).opening, _asked(task, _QUESTION, **first)]
    for step, output, following in zip(done, outputs_of(task, done, settings), goals[1:], strict=True):
        final = step.attempts[-1]
        turns += [
            called(final.code),
            answered(
                render(
                    "next_goal",
                    output=output,
                    blocks=final.blocks,
                    silent_errors=final.silent_errors,
                    **following,
                )
            ),
        ]
    return turns


def _asked(task: Task, ending: str, **goal: object) -> Message:
    """What is known when a run begins, and then what is to be done about it."""
    begun = beginning_of(task)
    return Message.user(
        render(
            "task",
            files=begun.files,
            history=begun.history,
            variables=begun.variables,
            more_variables=len(task.variables) - len(begun.variables),
            readable=task.readable,
            now=task.now,
            ending=ending,
            **goal,
        )
    )


def _posed(task: Task, step: Step) -> Mapping[str, object]:
    """A step's goal, as it was when it began."""
    goal = plain(_shown(task, step.goal), task.rendering)
    return {**goal, "planned": step.planned, "missing": step.missing, "said": step.said}


def _shown(task: Task, goal: str) -> str:
    """A goal as it is shown: the question may be too long, and stands for a goal that nobody named."""
    return beginning_of(task).question if goal in (task.question, MISSING) else goal


def _tried(task: Task, attempt: Attempt, settings: Settings) -> tuple[Message, Message]:
    """An attempt that failed, and why."""
    printed = observed(task, attempt, settings)
    failure = render("failure", attempt=attempt, printed=printed, native=task.rendering.native)
    if attempt.said and not attempt.code:
        return Message.assistant(attempt.said), Message.user(failure)
    return called(attempt.code), answered(failure)


def _failures(steps: tuple[Step, ...]) -> list[tuple[str, Failure | None]]:
    """Goals of steps that failed for good, each with why."""
    return [(step.goal, step.attempts[-1].failure) for step in steps]


def _repeated(attempts: tuple[Attempt, ...]) -> ErrorClass | None:
    """The class of the last error, if an earlier attempt has failed with it, too."""
    classes = [attempt.failure.error_class for attempt in attempts if attempt.failure]
    return classes[-1] if classes and classes[-1] in classes[:-1] else None
