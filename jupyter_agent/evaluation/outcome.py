"""What became of a question: read from the trajectory of its run, whichever arm it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from jupyter_agent.events import RunStatus, Usage
from jupyter_agent.trajectory import Trajectory

from .judge import Judgement, Verdict
from .suite import Case

Arm = Literal["product", "baseline"]
Result = Judgement | Literal["no-answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question, answered by one arm. Every field is written to the output file."""

    id: str
    level: str
    arm: Arm
    result: Result
    reason: str
    """Why it is not solved."""
    answer: str
    status: RunStatus | Literal["out-of-time"]
    message: str
    """What the run itself says went wrong."""
    steps: int
    attempts: int
    failed_attempts: int
    calls: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    blocked: Mapping[str, int]
    """How often the kernel refused something, by its kind."""
    left_changed: tuple[str, ...]
    """Variables of earlier programs that a failed one left changed or removed."""

    @property
    def solved(self) -> bool:
        return self.result == "solved"


def outcome_of(
    case: Case, arm: Arm, run: Trajectory, verdict: Verdict | None, *, seconds: float, late: bool
) -> Outcome:
    """What the run tells; without a `verdict` there was nothing to judge."""
    attempts = [attempt for step in run.taken for attempt in step.attempts]
    failed = [attempt for attempt in attempts if attempt.finished and attempt.attempt.status != "ok"]
    end = run.end
    usage = end.usage if end else Usage()
    message = end.message if end and not late else ""
    return Outcome(
        id=case.id,
        level=case.level,
        arm=arm,
        result=verdict.judgement if verdict else "no-answer",
        reason=verdict.reason if verdict else "no answer in time" if late else message or "no answer",
        answer=run.answer.text if run.answer else "",
        status="out-of-time" if late else end.status if end else "interrupted",
        message=message,
        steps=len(run.taken),
        attempts=len(attempts),
        failed_attempts=len(failed),
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        seconds=round(seconds, 3),
        blocked=dict(Counter(block.kind for attempt in attempts for block in attempt.attempt.blocks)),
        left_changed=tuple(
            name
            for attempt in failed
            if not attempt.attempt.rolled_back
            for name in (*attempt.changes.changed, *attempt.changes.removed)
        ),
    )
