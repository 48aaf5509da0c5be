"""The conversation with the model that a run's prompts are made of.

It grows at its end, whatever the call is for: the rules and worked examples, the task, then programs
and what became of them. A provider that keeps the last prompt reads only what is new. Programs that
failed leave the conversation again: a rethink begins anew from the task, and the answer is drawn from
the programs that worked.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jupyter_agent.messages import Message
from jupyter_agent.prompts import Example, analyst_examples, clip, output_text, render
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Attempt, Block, ErrorClass, Failure, PlannedStep, SilentError, Step

from .task import Assignment, Task

APPENDED_FAILURES = 1
"""After so many failures a program is corrected in the same conversation; after more it is thought anew."""
_QUESTION, _PLAN = "_goal.md.j2", "_plan.md.j2"
"""What the first message of a run ends with."""
_EARLIER = 4
"""An output that was already read is shown again in this part of the length, for later steps."""


@cache
def opening() -> tuple[Message, ...]:
    """The rules, and the worked examples as turns that were already taken."""
    sample = analyst_examples()
    turns = [Message.system(render("analyst"))]
    for number, example in enumerate(sample.examples):
        first = number == 0
        task = render(
            "task",
            profiles=(sample.profile,) if first else (),
            history=_before(example),
            variables=(),
            readable=None,
            now=sample.asked if first else None,
            ending=_QUESTION,
            **_plain(example.question),
        )
        turns += [
            Message.user(task),
            Message.assistant(fenced(example.code.strip("\n"))),
            Message.user(_conclude(example.output.strip("\n"), (), example.question)),
            Message.assistant(example.answer.strip("\n")),
        ]
    return tuple(turns)


def to_write(
    assignment: Assignment, attempts: tuple[Attempt, ...], settings: Settings
) -> tuple[Message, ...]:
    """The prompt for the next program of a step, after `attempts` that failed."""
    rethink = len(attempts) > APPENDED_FAILURES
    goal = {
        "goal": assignment.goal,
        "planned": assignment.planned,
        "missing": assignment.missing,
        "said": assignment.said,
        "failed": attempts if rethink else (),
        "repeated": _repeated(attempts),
    }
    turns = _until(assignment.task, assignment.done, goal, settings)
    for attempt in () if rethink else attempts:
        turns += [Message.assistant(fenced(attempt.code)), Message.user(_failure(attempt, settings))]
    return tuple(turns)


def to_plan(task: Task, settings: Settings) -> tuple[Message, ...]:
    """The prompt for the plan of a run."""
    return (*opening(), _asked(task, _PLAN, goal=task.question, most=settings.max_steps))


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
    turns = _until(task, steps[:-1], _posed(steps[-1]), settings)
    turns += [
        Message.assistant(fenced(final.code)),
        Message.user(
            render(
                "adapt",
                output=observed(final, settings.output_chars),
                blocks=final.blocks,
                silent_errors=final.silent_errors,
                criterion=steps[-1].planned.criterion if steps[-1].planned else "",
                waiting=waiting,
                most=most,
                failed=_failures(failed),
                said=said,
            )
        ),
    ]
    return tuple(turns)


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
    turns = _until(task, steps[:-1], _posed(steps[-1]), settings)
    final = steps[-1].attempts[-1]
    turns += [
        Message.assistant(fenced(final.code)),
        Message.user(
            _conclude(
                observed(final, settings.output_chars),
                final.blocks,
                task.question,
                silent_errors=final.silent_errors,
                last=last,
                failed=failed,
                said=said,
            )
        ),
    ]
    return tuple(turns)


def fenced(code: str) -> str:
    """Code as a model writes it."""
    return f"```python\n{code}\n```"


def observed(attempt: Attempt, limit: int) -> str:
    """What an attempt's code printed and drew, in at most about `limit` characters."""
    return clip(output_text(attempt.outputs), limit)


def _until(
    task: Task, done: tuple[Step, ...], goal: Mapping[str, object], settings: Settings
) -> list[Message]:
    """Everything up to and including the question for `goal`, after the steps that are done."""
    goals: list[Mapping[str, object]] = [_posed(step) for step in done]
    goals.append(goal)
    if task.plan:
        planned = Message.user(render("planned_step", **goals[0]))
        turns = [*to_plan(task, settings), Message.assistant(task.plan), planned]
    else:
        turns = [*opening(), _asked(task, _QUESTION, **goals[0])]
    limit = settings.output_chars // _EARLIER
    for step, following in zip(done, goals[1:], strict=True):
        final = step.attempts[-1]
        turns += [
            Message.assistant(fenced(final.code)),
            Message.user(
                render(
                    "next_goal",
                    output=observed(final, limit),
                    blocks=final.blocks,
                    silent_errors=final.silent_errors,
                    **following,
                )
            ),
        ]
    return turns


def _before(example: Example) -> tuple[Message, ...]:
    if not example.asked_before:
        return ()
    return Message.user(example.asked_before), Message.assistant(example.answered_before)


def _asked(task: Task, ending: str, **goal: object) -> Message:
    """What is known when a run begins, and then what is to be done about it."""
    return Message.user(
        render(
            "task",
            profiles=task.profiles,
            history=task.history,
            variables=task.variables,
            readable=task.readable,
            now=task.now,
            ending=ending,
            **goal,
        )
    )


def _plain(goal: str) -> Mapping[str, object]:
    """A goal that nothing failed at yet."""
    return {"goal": goal, "planned": None, "missing": (), "said": (), "failed": (), "repeated": None}


def _posed(step: Step) -> Mapping[str, object]:
    """A step's goal, as it was when it began."""
    return {**_plain(step.goal), "planned": step.planned, "missing": step.missing, "said": step.said}


def _failure(attempt: Attempt, settings: Settings) -> str:
    return render("failure", attempt=attempt, printed=observed(attempt, settings.output_chars))


def _conclude(
    output: str,
    blocks: tuple[Block, ...],
    question: str,
    *,
    silent_errors: tuple[SilentError, ...] = (),
    last: bool = False,
    failed: tuple[Step, ...] = (),
    said: tuple[str, ...] = (),
) -> str:
    return render(
        "conclude",
        output=output,
        blocks=blocks,
        silent_errors=silent_errors,
        question=question,
        last=last,
        failed=_failures(failed),
        said=said,
    )


def _failures(steps: tuple[Step, ...]) -> list[tuple[str, Failure | None]]:
    """Goals of steps that failed for good, each with why."""
    return [(step.goal, step.attempts[-1].failure) for step in steps]


def _repeated(attempts: tuple[Attempt, ...]) -> ErrorClass | None:
    """The class of the last error, if an earlier attempt has failed with it, too."""
    classes = [attempt.failure.error_class for attempt in attempts if attempt.failure]
    return classes[-1] if classes and classes[-1] in classes[:-1] else None
