"""Sums outcomes up: how much was solved, what it cost, and how sure that is, as values and as text.

Intervals are percentile bootstraps over the questions (95 %, seeded); differences are of pairs: product
minus baseline for the same question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .outcome import Arm, Outcome

RESAMPLES = 2_000

_MEASURES: Mapping[str, Callable[[Outcome], float]] = {
    "attempts": lambda outcome: outcome.attempts,
    "steps": lambda outcome: outcome.steps,
    "model calls": lambda outcome: outcome.calls,
    "prompt tokens": lambda outcome: outcome.prompt_tokens,
    "completion tokens": lambda outcome: outcome.completion_tokens,
    "seconds": lambda outcome: outcome.seconds,
}
_NOT_SOLVED = ("unclear", "wrong", "no-answer")
_WIDTH = 27


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmReport:
    """What one arm made of the questions."""

    questions: int
    solved: int
    share: Estimate
    """Of questions solved, from 0 to 1."""
    levels: Mapping[str, tuple[int, int]]
    """For each level: solved, of how many."""
    results: Mapping[str, int]
    """How many were not solved, by how."""
    out_of_time: int
    medians: Mapping[str, Estimate]
    blocked: Mapping[str, int]
    """How often the kernel refused something, by its kind, in all questions."""
    left_changed: int
    """Variables of earlier programs that failed ones left changed or removed: none where those are undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole evaluation."""

    seed: int
    resamples: int
    arms: Mapping[Arm, ArmReport]
    pairs: int
    """Questions that both arms have gone through."""
    differences: Mapping[str, Estimate]
    """Product minus baseline: the share solved, and the medians of each measure's differences."""


def report_on(outcomes: Sequence[Outcome], seed: int) -> Report:
    """Sum up what there is."""
    by_arm: dict[Arm, list[Outcome]] = {}
    for outcome in outcomes:
        by_arm.setdefault(outcome.arm, []).append(outcome)
    others = {outcome.id: outcome for outcome in by_arm.get("baseline", ())}
    pairs = [(one, others[one.id]) for one in by_arm.get("product", ()) if one.id in others]
    differences: dict[str, Estimate] = {}
    if pairs:
        differences["solved"] = mean([float(one.solved) - other.solved for one, other in pairs], seed)
        for name, measure in _MEASURES.items():
            differences[name] = median([measure(one) - measure(other) for one, other in pairs], seed)
    return Report(
        seed=seed,
        resamples=RESAMPLES,
        arms={arm: _arm(by_arm[arm], seed) for arm in ("product", "baseline") if arm in by_arm},
        pairs=len(pairs),
        differences=differences,
    )


def mean(values: Sequence[float], seed: int) -> Estimate:
    """The mean of at least one value, with its interval."""
    return _bootstrap(values, np.mean, seed)


def median(values: Sequence[float], seed: int) -> Estimate:
    """The median of at least one value, with its interval."""
    return _bootstrap(values, np.median, seed)


def _bootstrap(values: Sequence[float], statistic: Any, seed: int) -> Estimate:
    data = np.asarray(values, dtype=float)
    chance = np.random.default_rng(seed)
    drawn = statistic(data[chance.integers(0, len(data), (RESAMPLES, len(data)))], axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(statistic(data)), float(low), float(high))


def _arm(outcomes: Sequence[Outcome], seed: int) -> ArmReport:
    levels: dict[str, tuple[int, int]] = {}
    for outcome in outcomes:
        solved, of = levels.get(outcome.level, (0, 0))
        levels[outcome.level] = (solved + outcome.solved, of + 1)
    blocked: Counter[str] = Counter()
    for outcome in outcomes:
        blocked.update(outcome.blocked)
    return ArmReport(
        questions=len(outcomes),
        solved=sum(outcome.solved for outcome in outcomes),
        share=mean([float(outcome.solved) for outcome in outcomes], seed),
        levels=levels,
        results={name: sum(outcome.result == name for outcome in outcomes) for name in _NOT_SOLVED},
        out_of_time=sum(outcome.status == "out-of-time" for outcome in outcomes),
        medians={
            name: median([measure(outcome) for outcome in outcomes], seed)
            for name, measure in _MEASURES.items()
        },
        blocked=dict(blocked),
        left_changed=sum(len(outcome.left_changed) for outcome in outcomes),
    )


def as_text(report: Report, outcomes: Iterable[Outcome]) -> str:
    """The report as a table, and what was not solved."""
    arms = list(report.arms.values())
    lines = [_row("", report.arms)]
    lines.append(_row("solved", (f"{arm.solved} of {arm.questions}" for arm in arms)))
    lines.append(_row("", (_percent(arm.share) for arm in arms)))
    for level in dict.fromkeys(level for arm in arms for level in arm.levels if level):
        counts = [arm.levels.get(level, (0, 0)) for arm in arms]
        lines.append(_row(f"  {level}", (f"{solved} of {of}" for solved, of in counts)))
    for name in _NOT_SOLVED:
        lines.append(_row(name.replace("-", " "), (str(arm.results[name]) for arm in arms)))
    lines.append(_row("out of time", (str(arm.out_of_time) for arm in arms)))
    for name in _MEASURES:
        lines.append(_row(f"{name}, median", (_plain(arm.medians[name]) for arm in arms)))
    lines.append(_row("blocked by the kernel", (_counts(arm.blocked) for arm in arms)))
    lines.append(_row("left changed by failures", (str(arm.left_changed) for arm in arms)))
    if report.pairs:
        lines += ["", f"product − baseline, pairs: {report.pairs}"]
        for name, estimate in report.differences.items():
            shown = _percent(estimate, "points", "+") if name == "solved" else _plain(estimate, sign="+")
            lines.append(_row(f"  {name}", (shown,)))
    lines += ["", f"95 % intervals: {report.resamples:,} bootstrap samples, seed {report.seed}."]
    if any(arm.share.low == arm.share.high for arm in arms):
        lines.append("Where all or none are solved, a bootstrap cannot tell how sure that is.")
    missed = [outcome for outcome in outcomes if not outcome.solved]
    if missed:
        lines += ["", "Not solved:", *(f"  {_line(outcome)}" for outcome in missed)]
    return "\n".join(lines)


def _line(outcome: Outcome) -> str:
    return f"{outcome.id} ({outcome.arm}): {outcome.result.replace('-', ' ')}: {outcome.reason}"


def _row(name: str, cells: Iterable[str]) -> str:
    return (f"{name:<{_WIDTH}}" + "".join(f"{cell:<{_WIDTH}}" for cell in cells)).rstrip()


def _percent(estimate: Estimate, unit: str = "%", sign: str = "") -> str:
    value, low, high = (f"{100 * number:{sign}.0f}" for number in _numbers(estimate))
    return f"{value} {unit} ({low} to {high})"


def _plain(estimate: Estimate, sign: str = "") -> str:
    value, low, high = (f"{number:{sign},.{_decimals(estimate)}f}" for number in _numbers(estimate))
    return f"{value} ({low} to {high})"


def _decimals(estimate: Estimate) -> int:
    return 0 if all(number.is_integer() for number in _numbers(estimate)) else 1


def _numbers(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def _counts(blocked: Mapping[str, int]) -> str:
    total = f"{sum(blocked.values())}"
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(blocked.items()))
    return f"{total} ({kinds})" if kinds else total
