"""Lets the model write the program of an attempt, and look it over where one before it has failed.

A program that nothing speaks against is better run than looked over: it is undone if it fails, and a model
that judges what it has just written finds little without an error to go by.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from jupyter_agent.closing import closing
from jupyter_agent.events import Activity, EventBody, Notice, Reviewed, TextDelta
from jupyter_agent.steps import Attempt, Failure, Step

from .check import Finding, Surroundings, check, failure_of
from .diagnose import EMPTY_RESULT
from .generate import Program, temperature
from .rendering import offered
from .review import correction, review
from .task import Assignment, Workbench
from .transcript import to_write

NOT_REVIEWED = "There is no review of the code that can be read: it runs as it was written."


async def write(
    assignment: Assignment, step: Step, bench: Workbench, surroundings: Surroundings
) -> AsyncIterator[EventBody | Program]:
    """Let the model write a program, and review it after a failed one; the program comes last.

    What the static check will refuse anyway is not worth a review.
    """
    number = len(step.attempts) + 1
    rounds = bench.settings.review_rounds if step.attempts else 0
    rendering = assignment.task.rendering
    messages = to_write(assignment, step.attempts, bench.settings)
    for round_number in range(1, rounds + 2):
        yield Activity(text="Writing code")
        program = Program(
            bench.model,
            messages,
            tools=offered(rendering),
            temperature=temperature(bench.settings.coder_temperature, number),
            ready=assignment.ready if number == 1 and round_number == 1 else "",
        )
        async with closing(program.deltas()) as deltas:
            async for delta in deltas:
                yield TextDelta(target="code", text=delta, step=step.number, attempt=number)
        if round_number > rounds or refused(program, step.attempts, surroundings):
            break
        yield Activity(text="Reviewing the code")
        verdict = await review(bench.model, messages, program.code, assignment.goal, rendering)
        if verdict is None:
            yield Notice(level="info", text=NOT_REVIEWED)
            break
        yield Reviewed(
            step=step.number,
            attempt=number,
            round=round_number,
            approved=verdict.ok,
            problem=verdict.problem,
        )
        if verdict.ok:
            break
        messages = correction(messages, program.code, verdict.problem, rendering)
    yield program


def refused(program: Program, attempts: tuple[Attempt, ...], surroundings: Surroundings) -> Failure | None:
    """What is certain before it runs: that it is none, that its end is missing, that it failed at one of the
    attempts before, or a mistake in it."""
    if program.cut:
        return failure_of(Finding(rule="cut-off"), "CutOff")
    if program.unknown_tool:
        return failure_of(Finding(rule="no-such-tool", values={"name": program.unknown_tool}), "NoSuchTool")
    return _failed_before(program.code, attempts) or check(program.code, surroundings)


def _failed_before(code: str, attempts: tuple[Attempt, ...]) -> Failure | None:
    """The failure of the same program at an attempt that was undone: it would find everything as it was."""
    for attempt in attempts:
        failure = attempt.failure
        if failure and attempt.rolled_back and attempt.code == code and failure.name != EMPTY_RESULT:
            told = {"failure": f"{failure.name}: {failure.message}"}
            finding = Finding(rule="same-program", line=failure.line, values=told)
            return replace(failure_of(finding, "SameProgram"), error_class=failure.error_class)
    return None
