"""A run read back from its stored events: what was asked, every step and attempt, and how it ended.

What an agent had in its hands is there again as it was: `Trajectory.steps` are the very values that its
prompts were made of. Beside them stands what only the events tell: what reviews said, what an attempt did to
the variables, and what each step took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from .events import (
    Activity,
    AgentChosen,
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    Event,
    Metered,
    ModelChosen,
    Notice,
    OutputReceived,
    Planned,
    QuestionBack,
    Reviewed,
    Rewound,
    RunFinished,
    RunStarted,
    Spent,
    Steered,
    StepFinished,
    StepStarted,
    TextDelta,
)
from .ids import ConversationId, RunId
from .steps import (
    SAME_FILES,
    SAME_VARIABLES,
    UNPROTECTED,
    Attempt,
    Block,
    FileChanges,
    Output,
    PlannedStep,
    Protection,
    Step,
    VariableChanges,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAttempt:
    """An attempt, and what else is known of it."""

    attempt: Attempt
    """As the agent had it. Of one that was cut off: what there was of it by then, as `stopped`."""
    finished: bool = True
    """False: the run ended in the midst of it."""
    reviews: tuple[Reviewed, ...] = ()
    """What the model said of its code before it ran."""
    protection: Protection = UNPROTECTED
    changes: VariableChanges = SAME_VARIABLES
    files: FileChanges = SAME_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenStep:
    """A step, and what it took."""

    number: int
    goal: str
    planned: PlannedStep | None = None
    missing: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    attempts: tuple[TakenAttempt, ...] = ()
    succeeded: bool | None = None
    """None: the run ended in the midst of it."""
    seconds: float = 0.0
    spent: Spent | None = None
    """None: that was not written down, or the step was cut off."""

    @property
    def step(self) -> Step:
        """The step as the agent had it."""
        return Step(
            number=self.number,
            goal=self.goal,
            attempts=tuple(taken.attempt for taken in self.attempts),
            planned=self.planned,
            missing=self.missing,
            said=self.said,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """One run, from its question to its end, or to where it was cut off."""

    conversation_id: ConversationId
    run_id: RunId
    sequence: int
    """Of its first event: what was said before has lower numbers."""
    started: datetime
    asked: RunStarted
    model: ModelChosen | None = None
    agent: AgentChosen | None = None
    notices: tuple[Notice, ...] = ()
    said: tuple[str, ...] = ()
    """What the person said while it was under way."""
    first_plan: tuple[PlannedStep, ...] = ()
    """As the model made it, and as all prompts of the run show it."""
    plan: tuple[PlannedStep, ...] = ()
    """As it last stood: in a run that was cut off, one step may still be `working`."""
    plan_changes: tuple[str, ...] = ()
    """Why it was changed, each time."""
    taken: tuple[TakenStep, ...] = ()
    answer: AnswerGiven | None = None
    asked_back: QuestionBack | None = None
    """What the person was asked instead."""
    end: RunFinished | None = None
    """None: its end is not stored, or not yet."""
    seconds: float = 0.0
    rewound: tuple[Rewound, ...] = ()
    """Each time that the variables were taken back, later, to before an attempt of this run."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps as the agent had them, with those that failed or were cut off."""
        return tuple(taken.step for taken in self.taken)


def trajectory(events: Iterable[Event]) -> Trajectory:
    """The run that the first event belongs to.

    Args:
        events: all of the run's, in order; they may end anywhere, and those of other runs are left out.

    Raises:
        ValueError: there are none.
    """
    reading: _Reading | None = None
    for event in events:
        reading = reading or _Reading(event)
        if event.run_id == reading.first.run_id:
            reading.read(event)
    if reading is None:
        raise ValueError("a trajectory needs events")
    return reading.trajectory()


@dataclass(slots=True)
class _Attempt:
    """An attempt that is being read."""

    number: int
    started: datetime
    code: str | None = None
    """None: it is not complete."""
    said: str = ""
    outputs: list[Output] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    reviews: list[Reviewed] = field(default_factory=list)
    end: AttemptFinished | None = None

    def taken(self, now: datetime) -> TakenAttempt:
        end = self.end or AttemptFinished(
            step=0, attempt=self.number, status="stopped", duration=_seconds(self.started, now)
        )
        attempt = Attempt(
            number=self.number,
            code=self.code or "",
            said=self.said,
            status=end.status,
            outputs=tuple(self.outputs),
            duration=end.duration,
            failure=end.failure,
            variables=end.variables,
            rolled_back=end.rolled_back,
            blocks=tuple(self.blocks),
            silent_errors=end.silent_errors,
            note=end.note,
        )
        return TakenAttempt(
            attempt=attempt,
            finished=self.end is not None,
            reviews=tuple(self.reviews),
            protection=end.protection,
            changes=end.changes,
            files=end.files,
        )


@dataclass(slots=True)
class _Step:
    """A step that is being read."""

    begin: StepStarted
    started: datetime
    attempts: dict[int, _Attempt] = field(default_factory=dict)
    end: StepFinished | None = None

    def taken(self, now: datetime) -> TakenStep:
        return TakenStep(
            number=self.begin.step,
            goal=self.begin.goal,
            planned=self.begin.planned,
            missing=self.begin.missing,
            said=self.begin.said,
            # One whose code was still being written has not begun.
            attempts=tuple(
                attempt.taken(now) for attempt in self.attempts.values() if attempt.code is not None
            ),
            succeeded=self.end.succeeded if self.end else None,
            seconds=self.end.duration if self.end else _seconds(self.started, now),
            spent=self.end.spent if self.end else None,
        )


class _Reading:
    """A run that is being read, event by event."""

    def __init__(self, first: Event) -> None:
        self.first = first
        self._now = first.time
        self._asked = RunStarted(question="", agent_type="auto")
        self._model: ModelChosen | None = None
        self._agent: AgentChosen | None = None
        self._notices: list[Notice] = []
        self._said: list[str] = []
        self._plans: list[Planned] = []
        self._steps: dict[int, _Step] = {}
        self._answer: AnswerGiven | None = None
        self._asked_back: QuestionBack | None = None
        self._end: RunFinished | None = None
        self._rewound: list[Rewound] = []

    def read(self, event: Event) -> None:
        body = event.body
        if not isinstance(body, Rewound):  # which comes when the run is long over
            self._now = event.time
        match body:
            case RunStarted():
                self._asked = body
            case ModelChosen():
                self._model = body
            case AgentChosen():
                self._agent = body
            case Notice():
                self._notices.append(body)
            case Steered():
                self._said.append(body.text)
            case Planned():
                self._plans.append(body)
            case StepStarted():
                self._steps[body.step] = _Step(body, event.time)
            case StepFinished():
                self._step(body.step).end = body
            case AnswerGiven():
                self._answer = body
            case QuestionBack():
                self._asked_back = body
            case RunFinished():
                self._end = body
            case Rewound():
                self._rewound.append(body)
            case Activity() | TextDelta() | Metered():
                pass  # they only show how it goes on
            case Reviewed() | AttemptStarted() | OutputReceived() | Blocked() | AttemptFinished():
                self._read_attempt(body)
            case _:
                assert_never(body)

    def _read_attempt(
        self, body: Reviewed | AttemptStarted | OutputReceived | Blocked | AttemptFinished
    ) -> None:
        attempts = self._step(body.step).attempts
        attempt = attempts.setdefault(body.attempt, _Attempt(body.attempt, self._now))
        match body:
            case Reviewed():
                attempt.reviews.append(body)
            case AttemptStarted():
                attempt.code, attempt.said, attempt.started = body.code, body.said, self._now
            case OutputReceived():
                attempt.outputs.append(body.output)
            case Blocked():
                attempt.blocks.append(body.block)
            case AttemptFinished():
                attempt.end = body
            case _:
                assert_never(body)

    def trajectory(self) -> Trajectory:
        now = self._now
        return Trajectory(
            conversation_id=self.first.conversation_id,
            run_id=self.first.run_id,
            sequence=self.first.sequence,
            started=self.first.time,
            asked=self._asked,
            model=self._model,
            agent=self._agent,
            notices=tuple(self._notices),
            said=tuple(self._said),
            first_plan=self._plans[0].steps if self._plans else (),
            plan=self._plans[-1].steps if self._plans else (),
            plan_changes=tuple(plan.reason for plan in self._plans if plan.reason),
            taken=tuple(step.taken(now) for step in self._steps.values()),
            answer=self._answer,
            asked_back=self._asked_back,
            end=self._end,
            seconds=self._end.duration if self._end else _seconds(self.first.time, now),
            rewound=tuple(self._rewound),
        )

    def _step(self, number: int) -> _Step:
        return self._steps.setdefault(number, _Step(StepStarted(step=number, goal=""), self._now))


def _seconds(start: datetime, end: datetime) -> float:
    """Never negative, even when the clock was set back."""
    return max(0.0, round((end - start).total_seconds(), 3))
