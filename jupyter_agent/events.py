"""What a run streams out: one tagged union, in the order it happened.

Everything that shows progress (the sidebar, the command line, the database) reads these and nothing
else. An event's body is what an agent yields; storing it gives it its place: conversation, run,
sequence number and time. A body is never changed after that, and is shown only after it was stored.

    run-started → model-chosen, agent-chosen
      → (plan* → step-started
          → (text-delta* → reviewed? → attempt-started → (output | blocked | metered)* → attempt-finished)+
          → step-finished → plan*)*
      → (text-delta* → answer | question-back) → run-finished

Text of an answer may also stand before a step: what a model said before it called for one more program.
A plan that is taken up again stands right after `run-started`.
`activity`, `notice` and `steered` may stand anywhere between `run-started` and `run-finished`, and `rewound`
between runs. A run that was stopped or cut off may leave steps and attempts open: `run-finished` closes them
all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .evidence import Evidence
from .ids import ConversationId, RunId
from .messages import AgentType, Attachment
from .steps import (
    SAME_FILES,
    SAME_VARIABLES,
    UNPROTECTED,
    AttemptStatus,
    Block,
    Failure,
    FileChanges,
    Meter,
    Output,
    PlannedStep,
    Protection,
    SilentError,
    Variable,
    VariableChanges,
)

RunStatus = Literal["completed", "failed", "stopped", "interrupted"]
"""`stopped` by a person; `interrupted` by the end of the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the models' calls of a run cost."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def calls_in_words(self) -> str:
        return "1 model call" if self.calls == 1 else f"{self.calls} model calls"

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )

    def __sub__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls - other.calls,
            prompt_tokens=self.prompt_tokens - other.prompt_tokens,
            completion_tokens=self.completion_tokens - other.completion_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a part of a run took, of the models and of the kernel."""

    usage: Usage = Usage()
    model_seconds: float = 0.0
    """From the calls to the ends of their answers."""
    kernel_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A question was accepted."""

    kind: Literal["run-started"] = "run-started"
    question: str
    agent_type: AgentType
    attachments: tuple[Attachment, ...] = ()
    resumes: RunId | None = None
    """The run whose plan is taken up again."""
    done: tuple[int, ...] = ()
    """Steps of that run, and of those that it resumed, whose results are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChosen:
    """Which model answers. `notice` says in a few words what is special about that, if anything is."""

    kind: Literal["model-chosen"] = "model-chosen"
    model: str
    provider: str
    notice: str = ""
    advice: str = ""
    """How to get another one, and why this one answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChosen:
    """How the question is worked on; `chosen_by` says whether a model or the person decided."""

    kind: Literal["agent-chosen"] = "agent-chosen"
    agent_type: AgentType
    chosen_by: Literal["model", "person", "fallback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What is going on right now, in a few words: `Writing code`. The same text again tells the progress."""

    kind: Literal["activity"] = "activity"
    text: str
    progress: float | None = None
    """The part of it that is done, from 0 to 1, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence for the person that is not part of the answer."""

    kind: Literal["notice"] = "notice"
    level: Literal["info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """The person said something about the question while it was worked on."""

    kind: Literal["steered"] = "steered"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan as it is now: when it is made, when it changes, and when one of its steps begins or ends."""

    kind: Literal["plan"] = "plan"
    steps: tuple[PlannedStep, ...]
    reason: str = ""
    """Why it was changed; empty for the first one, and where only a status changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStarted:
    """The agent set out to do one thing."""

    kind: Literal["step-started"] = "step-started"
    step: int
    goal: str
    planned: PlannedStep | None = None
    """What the plan says of it, if it is part of one."""
    missing: tuple[str, ...] = ()
    """Goals of steps before it that failed for good."""
    said: tuple[str, ...] = ()
    """What the person said since the step before began: it is taken into account from here on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """More text of the answer, or of the code that `attempt` of `step` is going to run."""

    kind: Literal["text-delta"] = "text-delta"
    target: Literal["answer", "code"]
    text: str
    step: int | None = None
    attempt: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The model looked at its own code before it ran: does it answer the question?"""

    kind: Literal["reviewed"] = "reviewed"
    step: int
    attempt: int
    round: int
    approved: bool
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """`code` is complete and goes to the static check and the kernel."""

    kind: Literal["attempt-started"] = "attempt-started"
    step: int
    attempt: int
    code: str
    said: str = ""
    """What the model said instead of writing code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputReceived:
    """The kernel printed, displayed or raised something."""

    kind: Literal["output"] = "output"
    step: int
    attempt: int
    output: Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The kernel refused something that the code of an attempt tried."""

    kind: Literal["blocked"] = "blocked"
    step: int
    attempt: int
    block: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What the kernel uses while an attempt's code runs; now and then, and only if that takes a while."""

    kind: Literal["metered"] = "metered"
    step: int
    attempt: int
    meter: Meter


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFinished:
    """An attempt's code ended."""

    kind: Literal["attempt-finished"] = "attempt-finished"
    step: int
    attempt: int
    status: AttemptStatus
    duration: float
    """Seconds in the kernel."""
    failure: Failure | None = None
    note: str = ""
    protection: Protection = UNPROTECTED
    rolled_back: bool = False
    """It failed, and variables and files are as they were before it."""
    changes: VariableChanges = SAME_VARIABLES
    """What it did to the variables; of one that was rolled back, nothing."""
    files: FileChanges = SAME_FILES
    variables: tuple[Variable, ...] = ()
    """What the namespace, and the failing frame, held at the end."""
    silent_errors: tuple[SilentError, ...] = ()
    """What to doubt although it ended well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFinished:
    """The step reached its goal, or ran out of attempts."""

    kind: Literal["step-finished"] = "step-finished"
    step: int
    succeeded: bool
    duration: float
    """Seconds, the model's time included."""
    spent: Spent | None = None
    """None: an earlier version stored it, which did not count by steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGiven:
    """The answer, in Markdown: what the deltas added up to; where that was none, what was computed last."""

    kind: Literal["answer"] = "answer"
    text: str
    spent: Spent | None = None
    """Since the last step, or since the way of working was chosen. None as in `StepFinished`."""
    evidence: tuple[Evidence, ...] = ()
    """What its numbers and claims rest on, in their order. None where no code ran, or no answer came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBack:
    """The question can be read in several ways: the person is asked which is meant, and the run is over."""

    kind: Literal["question-back"] = "question-back"
    question: str
    choices: tuple[str, ...]
    """Two or more; the person may also answer otherwise."""

    @property
    def text(self) -> str:
        """In Markdown."""
        choices = (f"{number}. {choice}" for number, choice in enumerate(self.choices, 1))
        return "\n".join([self.question, "", *choices])


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The last event of a run. `message` says what happened and what to do, unless it completed."""

    kind: Literal["run-finished"] = "run-finished"
    status: RunStatus
    duration: float
    """Seconds."""
    message: str = ""
    usage: Usage = Usage()
    model_seconds: float | None = None
    """In which models were asked and answered. None: that was not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewound:
    """A person took the variables back to before an attempt of the run that this event belongs to."""

    kind: Literal["rewound"] = "rewound"
    step: int
    attempt: int


EventBody = (
    RunStarted
    | ModelChosen
    | AgentChosen
    | Activity
    | Notice
    | Steered
    | Planned
    | StepStarted
    | TextDelta
    | Reviewed
    | AttemptStarted
    | OutputReceived
    | Blocked
    | Metered
    | AttemptFinished
    | StepFinished
    | AnswerGiven
    | QuestionBack
    | RunFinished
    | Rewound
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A body in its place. `sequence` counts a conversation's events from 1, without gaps."""

    conversation_id: ConversationId
    run_id: RunId
    sequence: int
    time: datetime
    body: EventBody
