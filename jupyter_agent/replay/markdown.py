"""A run as Markdown, for people: the question, every step with its code and outputs, the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jupyter_agent.characters import in_a_line, printable
from jupyter_agent.events import Spent
from jupyter_agent.prompts import clip, output_text
from jupyter_agent.steps import Attempt
from jupyter_agent.trajectory import TakenAttempt, TakenStep, Trajectory

from .recorded import Recorded

_OUTPUT_CHARACTERS = 20_000
_STATUSES = {"waiting": "not begun", "working": "not finished", "left-out": "left out"}


def as_markdown(run: Recorded) -> str:
    """The whole of it. What models, code and files say cannot end the block that it stands in."""
    return printable("\n\n".join(_parts(run))) + "\n"


def _parts(recorded: Recorded) -> Iterator[str]:
    run = recorded.trajectory
    yield f"# {in_a_line(recorded.title) or 'A run'}"
    yield "\n".join(f"- {fact}" for fact in _facts(recorded))
    if recorded.history:
        yield "## Before"
        for message in recorded.history:
            yield f"**{'Question' if message.role == 'user' else 'Answer'}:**"
            yield quoted(message.text)
    yield "## Question"
    yield quoted(run.asked.question)
    if run.plan:
        yield "## Plan"
        yield "\n".join(
            f"{number}. {in_a_line(step.goal)} ({_STATUSES.get(step.status, step.status)})"
            for number, step in enumerate(run.plan, 1)
        )
    if run.plan_changes:
        yield "Changed meanwhile:"
        yield "\n".join(f"- {in_a_line(reason)}" for reason in run.plan_changes)
    for step in run.taken:
        yield from _step(step)
    if run.said:
        yield "## Said meanwhile"
        yield "\n".join(f"- {in_a_line(text)}" for text in run.said)
    if run.notices:
        yield "## Notices"
        yield "\n".join(f"- {notice.level}: {in_a_line(notice.text)}" for notice in run.notices)
    if run.asked_back:
        yield "## Asked back"
        yield run.asked_back.text
    else:
        yield "## Answer"
        yield run.answer.text if run.answer else "There is none."


def _facts(recorded: Recorded) -> Iterator[str]:
    run = recorded.trajectory
    yield f"Run `{run.run_id}` of {run.started:%Y-%m-%d %H:%M} UTC"
    if run.asked.resumes:
        yield f"Goes on with run `{run.asked.resumes}`, of which {_done(run.asked.done)} done"
    if run.model:
        yield f"Model: {in_a_line(run.model.model)} ({run.model.provider})"
    if run.agent:
        yield f"Way of working: {run.agent.agent_type}, chosen by {_CHOSEN_BY[run.agent.chosen_by]}"
    for file in recorded.files:
        sum_ = f"SHA-256 `{file.sha256}`" if file.sha256 else "not as it was any more"
        yield f"File: {in_a_line(file.name)}, {file.size:,} bytes, {sum_}"
    yield f"{_end(run)}; {run.seconds:.1f} s"


def _done(steps: Sequence[int]) -> str:
    if not steps:
        return "no step was"
    listed = ", ".join(map(str, steps))
    return f"step {listed} was" if len(steps) == 1 else f"steps {listed} were"


_CHOSEN_BY = {"model": "the model", "person": "the person", "fallback": "default"}


def _end(run: Trajectory) -> str:
    if run.end is None:
        return "Its end is not known"
    usage = run.end.usage
    said = f": {in_a_line(run.end.message)}" if run.end.message else ""
    return (
        f"{run.end.status.capitalize()}{said}; {usage.calls_in_words}, "
        f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens"
    )


def _step(step: TakenStep) -> Iterator[str]:
    outcome = {True: "done", False: "failed", None: "not finished"}[step.succeeded]
    yield f"## Step {step.number}: {in_a_line(step.goal)}"
    yield f"{outcome.capitalize()} in {step.seconds:.1f} s{_spent(step.spent)}"
    for taken in step.attempts:
        yield from _attempt(taken)


def _attempt(taken: TakenAttempt) -> Iterator[str]:
    attempt = taken.attempt
    yield f"### Attempt {attempt.number}: {attempt.status}, {attempt.duration:.1f} s in the kernel"
    for review in taken.reviews:
        if not review.approved:
            yield f"Review: {in_a_line(review.problem)}"
    if attempt.said:
        yield f"Said instead of code: {in_a_line(attempt.said)}"
    if attempt.code:
        yield fenced(attempt.code, "python")
    if text := output_text(attempt.outputs).strip():
        yield fenced(clip(text, _OUTPUT_CHARACTERS), "text")
    yield from _said_of(attempt)


def _said_of(attempt: Attempt) -> Iterator[str]:
    if attempt.failure:
        failure = attempt.failure
        yield f"{failure.name}: {in_a_line(failure.message)} ({failure.error_class})"
    if attempt.rolled_back:
        yield "Undone: the variables are as they were before it."
    for block in attempt.blocks:
        yield f"Blocked: {in_a_line(block.sentence)}"
    for error in attempt.silent_errors:
        yield f"To doubt: {in_a_line(error.message)}"
    if attempt.note:
        yield in_a_line(attempt.note)


def _spent(spent: Spent | None) -> str:
    if spent is None:
        return "."
    usage = spent.usage
    return (
        f": model {spent.model_seconds:.1f} s ({usage.calls_in_words}, {usage.prompt_tokens:,} + "
        f"{usage.completion_tokens:,} tokens), kernel {spent.kernel_seconds:.1f} s."
    )


def fenced(text: str, language: str) -> str:
    """A block of code that no fence in it can end."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def quoted(text: str) -> str:
    """A quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
