"""What the numbers and claims of an answer may come from, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from jupyter_agent.messages import Message
from jupyter_agent.prompts import output_text
from jupyter_agent.steps import Attempt, Output, Step

from .scan import MOST_CHARACTERS

_PLOTS = ("image/png", "image/jpeg", "image/svg+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text. `rank` tells the later of two."""

    kind: Literal["step", "question", "earlier"]
    text: str
    rank: int
    step: int | None = None
    attempt: int | None = None
    goal: str = ""
    plots: bool = False
    """It drew some."""


def sources_of(question: str, history: Iterable[Message], steps: Iterable[Step]) -> tuple[Source, ...]:
    """The earlier messages, the question, and the outputs of the steps that worked."""
    told = "\n\n".join(message.text for message in history)
    before = Source(kind="earlier", text=told, rank=0)
    asked = Source(kind="question", text=question, rank=1)
    done = (_of_step(step, step.attempts[-1]) for step in steps if step.succeeded)
    return _readable((before, asked, *done))


def _of_step(step: Step, attempt: Attempt) -> Source:
    # Of a plot, a text would only give its number.
    printed = [output for output in attempt.outputs if not _is_plot(output)]
    noticed = "\n".join(error.message for error in attempt.silent_errors)
    return Source(
        kind="step",
        text=f"{output_text(printed)}\n\n{noticed}".strip("\n"),
        rank=1 + step.number,
        step=step.number,
        attempt=attempt.number,
        goal=step.goal,
        plots=len(printed) < len(attempt.outputs),
    )


def _is_plot(output: Output) -> bool:
    return output.kind == "display" and any(kind in output.data for kind in _PLOTS)


def _readable(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Without the middles of what is too long."""
    half = MOST_CHARACTERS // len(sources) // 2
    return tuple(
        replace(source, text=f"{source.text[:half]}\n\n{source.text[-half:]}")
        if len(source.text) > 2 * half
        else source
        for source in sources
    )
