"""A comparison as text for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from jupyter_agent.characters import in_a_line, printable
from jupyter_agent.events import Usage

from .compare import Answers, Comparison, Pair, Part, Whole

_GAP = 2
_NOTHING = "–"
_Row = tuple[str, str, str]


def as_table(comparison: Comparison, differences: tuple[str, ...]) -> str:
    """The whole of it; `differences` are what the replay found otherwise than the original did."""
    lines = list(_lines(comparison, differences))
    rows = [line for line in lines if not isinstance(line, str)]
    widths = [_GAP + max(len(row[column]) for row in rows) for column in (0, 1)]
    return printable("\n".join(line if isinstance(line, str) else _row(line, widths) for line in lines))


def _lines(comparison: Comparison, differences: tuple[str, ...]) -> Iterator[str | _Row]:
    """Lines of text, and rows of what stands beside each other."""
    before, after = comparison.before, comparison.after
    yield "", "original", "replay"
    for label, value in _FACTS.items():
        yield label, in_a_line(value(before)), in_a_line(value(after))
    for pair in comparison.steps:
        yield ""
        yield from _pair(pair)
    yield ""
    yield from _answers(comparison.answers)
    if differences:
        yield ""
        yield "What the replay found otherwise than the original:"
        yield from (f"  {difference}" for difference in differences)


_FACTS: Mapping[str, Callable[[Whole], str]] = {
    "run": lambda whole: whole.run[:12],
    "model": lambda whole: f"{whole.model} ({whole.provider})" if whole.model else _NOTHING,
    "way of working": lambda whole: whole.agent or _NOTHING,
    "status": lambda whole: whole.status,
    "steps": lambda whole: str(whole.steps),
    "attempts": lambda whole: str(whole.attempts),
    "errors": lambda whole: _errors(whole.errors),
    "model calls": lambda whole: str(whole.usage.calls),
    "tokens": lambda whole: _tokens(whole.usage),
    "model time": lambda whole: _seconds(whole.model_seconds),
    "kernel time": lambda whole: _seconds(whole.kernel_seconds),
    "time": lambda whole: _seconds(whole.seconds),
}


def _pair(pair: Pair) -> Iterator[str | _Row]:
    goals = [f"{part.number}: {in_a_line(part.goal)}" for part in (pair.before, pair.after) if part]
    if pair.before is None:
        yield f"Step {goals[0]} (only in the replay)"
    elif pair.after is None:
        yield f"Step {goals[0]} (only in the original)"
    elif goals[0] == goals[1]:
        yield f"Step {goals[0]}"
    else:
        yield f"Step {goals[0]}"
        yield f"  in the replay {goals[1]}"
    for label, value in _PARTS.items():
        values = [value(part) if part else _NOTHING for part in (pair.before, pair.after)]
        yield f"  {label}", values[0], values[1]
    if pair.lines_added is not None:
        outputs = "the same" if pair.same_outputs else "different"
        yield f"  code +{pair.lines_added} −{pair.lines_removed} lines, outputs {outputs}"


_PARTS: Mapping[str, Callable[[Part], str]] = {
    "outcome": lambda part: part.outcome,
    "attempts": lambda part: str(part.attempts),
    "errors": lambda part: _errors(part.errors),
    "tokens": lambda part: _tokens(part.usage),
    "model time": lambda part: _seconds(part.model_seconds),
    "kernel time": lambda part: _seconds(part.kernel_seconds),
    "time": lambda part: _seconds(part.seconds),
}


def _answers(answers: Answers) -> Iterator[str]:
    if not (answers.before or answers.after):
        yield "Neither has an answer."
        return
    if not (answers.before and answers.after):
        yield f"Only the {'original' if answers.before else 'replay'} has an answer."
        return
    yield "The answers are the same." if answers.same else "The answers differ."
    for label, numbers in (
        ("Numbers in both", answers.in_both),
        ("only in the original", answers.only_before),
        ("only in the replay", answers.only_after),
    ):
        if numbers:
            yield f"  {label}: {', '.join(map(in_a_line, numbers))}"


def _row(row: _Row, widths: Sequence[int]) -> str:
    return "".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2]]).rstrip()


def _errors(errors: Mapping[str, int]) -> str:
    counted = (name if count == 1 else f"{count} × {name}" for name, count in errors.items())
    return ", ".join(counted) or _NOTHING


def _tokens(usage: Usage | None) -> str:
    return f"{usage.prompt_tokens:,} + {usage.completion_tokens:,}" if usage else _NOTHING


def _seconds(seconds: float | None) -> str:
    return _NOTHING if seconds is None else f"{seconds:.1f} s"
