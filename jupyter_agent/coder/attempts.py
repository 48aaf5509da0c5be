"""The coder's loop: write a program, check, run and diagnose it, until one works.

Events come as they happen; the `Step` with all attempts comes last.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from jupyter_agent.characters import encodable
from jupyter_agent.closing import closing
from jupyter_agent.errors import BudgetSpent
from jupyter_agent.events import (
    Activity,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    Metered,
    Notice,
    OutputReceived,
    QuestionBack,
    StepFinished,
    StepStarted,
)
from jupyter_agent.protocols import KernelProfile
from jupyter_agent.steps import (
    SAME_VARIABLES,
    Attempt,
    Block,
    Execution,
    Meter,
    Output,
    Protection,
    Step,
    Undone,
    label_of,
)
from jupyter_agent.trees import entries_in

from .check import Surroundings
from .checks.final_exit import without_final_exit
from .diagnose import diagnose, silent
from .generate import Program
from .results import read_back, versions
from .silent_errors import silent_errors
from .task import INSISTING, Assignment, Words, Workbench, insists
from .writing import refused, write

_MOST_FILES = 5_000
_LEAST_SECONDS = 1.0
"""For code that was written just before the time was used up."""
_METER_SECONDS = 2.0
"""Between two measurements that are worth an event."""


async def work_on(assignment: Assignment, bench: Workbench) -> AsyncIterator[EventBody | Words | Step]:
    """Work on one goal until a program reaches it, or the attempts are used up.

    It does not even begin if the model asks what is meant, or answers where there is nothing to compute from:
    a `QuestionBack` or `Words` are then all there is. Where a model insists on words, they come last.

    Raises:
        BudgetSpent: there is no time, or there are no tokens, for one more program.
    """
    started = time.monotonic()
    step = Step(
        number=assignment.number,
        goal=assignment.goal,
        planned=assignment.planned,
        missing=assignment.missing,
        said=assignment.said,
    )
    begun = False
    try:
        while not step.succeeded and len(step.attempts) < bench.settings.max_attempts:
            async with closing(_attempt(assignment, step, bench)) as items:
                async for item in items:
                    if isinstance(item, QuestionBack | Words):
                        yield item
                        return
                    if not begun and not isinstance(item, Activity):
                        begun = True
                        yield _started(step)
                    if isinstance(item, Attempt):
                        step = replace(step, attempts=(*step.attempts, item))
                    else:
                        yield item
            if insists(step.attempts) and assignment.may_be_answered:
                yield _finished(step, started)
                yield Words(step.attempts[-1].said, attempts=INSISTING)
                return
    except BudgetSpent:
        if begun:
            yield _finished(step, started)
        raise
    yield _finished(step, started)
    yield step


def _started(step: Step) -> StepStarted:
    return StepStarted(
        step=step.number, goal=step.goal, planned=step.planned, missing=step.missing, said=step.said
    )


def _finished(step: Step, started: float) -> StepFinished:
    return StepFinished(
        step=step.number, succeeded=step.succeeded, duration=round(time.monotonic() - started, 3)
    )


async def _attempt(
    assignment: Assignment, step: Step, bench: Workbench
) -> AsyncIterator[EventBody | Words | Attempt]:
    """One program from its first word to its end in the kernel; the `Attempt` comes last."""
    number = len(step.attempts) + 1
    surroundings = await asyncio.to_thread(_surroundings, assignment, bench.workspace, bench.kernel.profile)
    attempt = Attempt(number=number, code="", status="rejected")
    async with closing(write(assignment, step, bench, surroundings)) as items:
        async for item in items:
            if not isinstance(item, Program):
                yield item
            elif item.asked and number == 1 and assignment.may_ask:
                yield item.asked
                return
            elif item.said and not item.unknown_tool and number == 1 and assignment.has_nothing_to_read:
                yield Words(item.said)
                return
            else:
                failure = refused(item, step.attempts, surroundings)
                attempt = replace(attempt, code=item.code, said=item.said, failure=failure)
    yield AttemptStarted(step=step.number, attempt=number, code=attempt.code, said=attempt.said)
    ended = Execution(status="rejected", duration=0.0)
    if attempt.failure is None:
        async with closing(_execute(attempt, step, bench)) as happenings:
            async for happening in happenings:
                if isinstance(happening, _Ran):
                    attempt, ended = happening.attempt, happening.execution
                else:
                    yield happening
    yield AttemptFinished(
        step=step.number,
        attempt=number,
        status=attempt.status,
        duration=attempt.duration,
        failure=attempt.failure,
        note=ended.note,
        protection=ended.protection,
        rolled_back=ended.rolled_back,
        changes=ended.changes,
        files=ended.files,
        variables=attempt.variables,
        silent_errors=attempt.silent_errors,
    )
    for error in attempt.silent_errors:
        yield Notice(level="info", text=error.message)
    yield attempt


@dataclass(frozen=True, slots=True)
class _Ran:
    """An attempt that was executed, and how the kernel says that it ended."""

    attempt: Attempt
    execution: Execution


async def _execute(attempt: Attempt, step: Step, bench: Workbench) -> AsyncIterator[EventBody | _Ran]:
    """Run the program in the kernel; what came of it is last."""
    yield Activity(text="Running the code")
    number, outputs, measured = attempt.number, list[Output](), 0.0
    ended = Execution(status="stopped", duration=0.0)
    label = label_of(bench.run, step.number, number)
    timeout = min(bench.settings.timeout, max(_LEAST_SECONDS, bench.budget.seconds_left))
    before = await asyncio.to_thread(versions, bench.workspace)
    code = without_final_exit(attempt.code, bench.kernel.profile)
    running = bench.kernel.execute(code, timeout=timeout, label=label)
    async with closing(running) as results:
        async for result in results:
            match result:
                case Execution():
                    ended = result
                case Block():
                    yield Blocked(step=step.number, attempt=number, block=result)
                case Meter():
                    if result.seconds - measured >= _METER_SECONDS:
                        measured = result.seconds
                        yield Metered(step=step.number, attempt=number, meter=result)
                case _:
                    outputs.append(result)
                    yield OutputReceived(step=step.number, attempt=number, output=result)
    if ended.status == "ok":
        most = bench.settings.output_chars
        for written in await asyncio.to_thread(read_back, bench.workspace, before, most):
            outputs.append(written)
            yield OutputReceived(step=step.number, attempt=number, output=written)
    judged = _judged(attempt, tuple(outputs), ended)
    if judged.failure is not None and ended.status == "ok":
        # To the kernel it went well. The next program is not to find what this one left.
        ended = _taken_back(ended, await bench.kernel.undo(label))
        judged = replace(judged, rolled_back=ended.rolled_back)
    yield _Ran(judged, ended)


def _judged(attempt: Attempt, outputs: tuple[Output, ...], execution: Execution) -> Attempt:
    """The attempt with what came of it; a program that ran but shows nothing failed, too."""
    if execution.status == "ok":
        failure = silent(execution, outputs, attempt.code, strict=attempt.number == 1)
    else:
        failure = diagnose(execution, attempt.code)
    return replace(
        attempt,
        status="error" if execution.status == "ok" and failure else execution.status,
        silent_errors=silent_errors(attempt.code, execution) if failure is None else (),
        outputs=outputs,
        duration=execution.duration,
        failure=failure,
        variables=execution.variables,
        rolled_back=execution.rolled_back,
        blocks=execution.blocks,
        note=execution.note,
    )


def _taken_back(execution: Execution, undone: Undone) -> Execution:
    if undone.rolled_back:
        return replace(execution, rolled_back=True, changes=SAME_VARIABLES, files=undone.files)
    if execution.protection.kind == "none":
        return execution
    lost = Protection(kind="none", hazards=("what it could be undone with was given up",))
    return replace(execution, protection=lost, files=undone.files)


def _surroundings(assignment: Assignment, workspace: Path, profile: KernelProfile) -> Surroundings:
    """What a program will find: the attachments, and what programs of this conversation have written."""
    task = assignment.task
    attached = frozenset(profile.name for profile in task.profiles)
    found = _found_in(workspace)
    return Surroundings(
        files=attached.union(found),
        all_known=len(found) < _MOST_FILES,
        attachments=attached,
        unreadable={profile.name: profile.unreadable for profile in task.profiles if profile.unreadable},
        said="\n".join([task.question, *(message.text for message in task.history)]),
        profile=profile,
        tables=frozenset(v.name for v in task.variables if v.type.endswith("DataFrame")),
        folder=str(workspace),
        readable=task.readable.paths,
    )


def _found_in(workspace: Path) -> list[str]:
    """The first thousands of files and folders, by their paths from there on; a folder's ends with `/`."""
    found = islice(entries_in(workspace), _MOST_FILES)
    paths = ((os.path.relpath(entry.path, workspace), entry.is_dir(follow_symlinks=False)) for entry in found)
    return [encodable(f"{path}/" if is_folder else path) for path, is_folder in paths]
