"""Compares two runs that answered the same question: as a whole, step by step, and by what they say."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from jupyter_agent.events import Usage
from jupyter_agent.prompts import output_text
from jupyter_agent.spellings import Stated, numbers_in
from jupyter_agent.steps import Attempt, normal_goal
from jupyter_agent.trajectory import TakenStep, Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One of the runs."""

    run: str
    model: str
    provider: str
    agent: str
    """How it was worked on; empty if that was never chosen."""
    status: str
    """As `run-finished` has it; `cut-off` without an end."""
    steps: int
    attempts: int
    errors: Mapping[str, int]
    """How many attempts failed, by error class."""
    usage: Usage
    model_seconds: float | None
    """Of all calls, those for a plan too; None: it was not written down."""
    kernel_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of one of the runs."""

    number: int
    goal: str
    outcome: str
    """`done`, `failed` or `cut-off`."""
    attempts: int
    errors: Mapping[str, int]
    usage: Usage | None
    """None: it was not written down."""
    model_seconds: float | None
    kernel_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A step of each run that do the same, or one alone."""

    before: Part | None
    after: Part | None
    lines_added: int | None = None
    """Between the code of the last attempts; None where there are not two."""
    lines_removed: int | None = None
    same_outputs: bool | None = None
    """Whether the last attempts showed the same text and the same plots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What both say. Numbers are as they are written, in their order."""

    before: str
    after: str
    same: bool
    in_both: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that is compared."""

    before: Whole
    after: Whole
    steps: tuple[Pair, ...]
    answers: Answers


def compared(before: Trajectory, after: Trajectory) -> Comparison:
    """The two runs beside each other."""
    return Comparison(
        before=_whole(before),
        after=_whole(after),
        steps=tuple(_pair(*both) for both in aligned(before.taken, after.taken)),
        answers=_answers(
            before.answer.text if before.answer else "", after.answer.text if after.answer else ""
        ),
    )


def aligned(
    before: Sequence[TakenStep], after: Sequence[TakenStep]
) -> list[tuple[TakenStep | None, TakenStep | None]]:
    """Steps with the same goal are a pair, and between those, steps in the same order."""
    goals = [normal_goal(step.goal) for step in before], [normal_goal(step.goal) for step in after]
    pairs: list[tuple[TakenStep | None, TakenStep | None]] = []
    for _, start, end, other_start, other_end in SequenceMatcher(None, *goals, autojunk=False).get_opcodes():
        left, right = before[start:end], after[other_start:other_end]
        for place in range(max(len(left), len(right))):
            pairs.append(
                (left[place] if place < len(left) else None, right[place] if place < len(right) else None)
            )
    return pairs


def _whole(run: Trajectory) -> Whole:
    attempts = [attempt for step in run.steps for attempt in step.attempts]
    return Whole(
        run=run.run_id,
        model=run.model.model if run.model else "",
        provider=run.model.provider if run.model else "",
        agent=run.agent.agent_type if run.agent else "",
        status=run.end.status if run.end else "cut-off",
        steps=len(run.taken),
        attempts=len(attempts),
        errors=_errors(attempts),
        usage=run.end.usage if run.end else Usage(),
        model_seconds=run.end.model_seconds if run.end else None,
        kernel_seconds=round(sum(attempt.duration for attempt in attempts), 3),
        seconds=run.seconds,
    )


def _pair(before: TakenStep | None, after: TakenStep | None) -> Pair:
    sides = _part(before), _part(after)
    last, other = _last(before), _last(after)
    if last is None or other is None:
        return Pair(before=sides[0], after=sides[1])
    added, removed = _lines_between(last.code, other.code)
    return Pair(
        before=sides[0],
        after=sides[1],
        lines_added=added,
        lines_removed=removed,
        same_outputs=_shown(last) == _shown(other),
    )


def _part(step: TakenStep | None) -> Part | None:
    if step is None:
        return None
    attempts = step.step.attempts
    return Part(
        number=step.number,
        goal=step.goal,
        outcome={True: "done", False: "failed", None: "cut-off"}[step.succeeded],
        attempts=len(attempts),
        errors=_errors(attempts),
        usage=step.spent.usage if step.spent else None,
        model_seconds=step.spent.model_seconds if step.spent else None,
        kernel_seconds=round(sum(attempt.duration for attempt in attempts), 3),
        seconds=step.seconds,
    )


def _last(step: TakenStep | None) -> Attempt | None:
    return step.attempts[-1].attempt if step is not None and step.attempts else None


def _errors(attempts: Sequence[Attempt]) -> dict[str, int]:
    return dict(Counter(attempt.failure.error_class for attempt in attempts if attempt.failure))


def _lines_between(before: str, after: str) -> tuple[int, int]:
    """Lines that are new, and that are gone."""
    left, right = before.splitlines(), after.splitlines()
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return len(right) - same, len(left) - same


def _shown(attempt: Attempt) -> tuple[str, tuple[str, ...]]:
    """The text, and the plots."""
    plots = [
        content
        for output in attempt.outputs
        if output.kind == "display"
        for kind, content in output.data.items()
        if kind.startswith("image/")
    ]
    return output_text(attempt.outputs), tuple(plots)


def _answers(before: str, after: str) -> Answers:
    left, right = numbers_in(before), numbers_in(after)
    return Answers(
        before=before,
        after=after,
        same=" ".join(before.split()) == " ".join(after.split()),
        in_both=_texts(before, [number for number in left if _is_among(number, right)]),
        only_before=_texts(before, [number for number in left if not _is_among(number, right)]),
        only_after=_texts(after, [number for number in right if not _is_among(number, left)]),
    )


def _is_among(number: Stated, others: Sequence[Stated]) -> bool:
    values = [value for value in (number.value, number.also) if value is not None]
    return any(
        math.isclose(value, known, rel_tol=1e-9)
        for other in others
        for known in (other.value, other.also)
        if known is not None
        for value in values
    )


def _texts(answer: str, numbers: Sequence[Stated]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(answer[number.start : number.end].strip() for number in numbers))
