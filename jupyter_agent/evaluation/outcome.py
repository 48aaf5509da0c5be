"""What became of a question: read from the events of its run, whichever arm it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    RunFinished,
    RunStatus,
    StepStarted,
    Usage,
)

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


def answer_in(bodies: Sequence[EventBody]) -> str:
    """The whole answer; empty when there is none."""
    return next((body.text for body in reversed(bodies) if isinstance(body, AnswerGiven)), "")


def outcome_of(
    case: Case, arm: Arm, bodies: Sequence[EventBody], verdict: Verdict | None, *, seconds: float, late: bool
) -> Outcome:
    """What `bodies` tell; without a `verdict` there was nothing to judge."""
    end = next((body for body in reversed(bodies) if isinstance(body, RunFinished)), None)
    usage = end.usage if end else Usage()
    finished = [body for body in bodies if isinstance(body, AttemptFinished)]
    failed = [body for body in finished if body.status != "ok"]
    message = end.message if end and not late else ""
    return Outcome(
        id=case.id,
        level=case.level,
        arm=arm,
        result=verdict.judgement if verdict else "no-answer",
        reason=verdict.reason if verdict else "no answer in time" if late else message or "no answer",
        answer=answer_in(bodies),
        status="out-of-time" if late else end.status if end else "interrupted",
        message=message,
        steps=sum(isinstance(body, StepStarted) for body in bodies),
        attempts=sum(isinstance(body, AttemptStarted) for body in bodies),
        failed_attempts=len(failed),
        calls=usage.calls,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        seconds=round(seconds, 3),
        blocked=dict(Counter(body.block.kind for body in bodies if isinstance(body, Blocked))),
        left_changed=tuple(
            name
            for body in failed
            if not body.rolled_back
            for name in (*body.changes.changed, *body.changes.removed)
        ),
    )
