"""A run under way in this process: from the question that began it to how it ended."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from typing import Any

from .account import Account
from .characters import encodable
from .errors import AgentError, InputRefused, StorageError
from .events import RunFinished, RunStatus
from .ids import AttachmentId, ConversationId, RunId, UserId
from .messages import AgentType, Attachment, Message
from .models.metered import Meter
from .protocols import KernelSession
from .resuming import Resumption

log = logging.getLogger(__name__)

LONGEST_QUESTION = 50_000
"""Characters; a longer text belongs into a file."""


LONGEST_REMARK = 2_000
"""Characters that can be said to a run under way: as many as its agent is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks, and how they want it answered."""

    text: str
    agent_type: AgentType = "auto"
    files: tuple[AttachmentId, ...] = ()
    """The attachments that came with this message; earlier ones stay readable."""
    model: str | None = None
    """A model's name, instead of the configured ones."""
    may_ask: bool = False
    """Somebody is there who could answer, should the agent have to ask what is meant."""

    def usable(self) -> Question:
        """The question with a text that can be stored.

        Raises:
            InputRefused: it is empty or too long.
        """
        text = encodable(self.text)
        if not text.strip():
            raise InputRefused("The message is empty.", "Write a question.")
        if len(text) > LONGEST_QUESTION:
            raise InputRefused(
                f"The message has {len(text):,} characters; {LONGEST_QUESTION:,} are the most.",
                "Put long text into a file and attach it.",
            )
        return replace(self, text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a run ended."""

    end: RunFinished
    answer: str | None
    """The whole answer; None when it did not get so far."""


def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True, kw_only=True)
class Run:
    """A run under way. `work` answers; the runner sees to it that an end follows."""

    id: RunId
    owner: UserId
    conversation_id: ConversationId
    question: Question
    resumption: Resumption | None = None
    history: tuple[Message, ...]
    attachments: tuple[Attachment, ...]
    meter: Meter = field(default_factory=Meter)
    account: Account = field(init=False)
    """Of what its parts took."""
    started: float = field(default_factory=time.monotonic)
    cancelled_as: tuple[RunStatus, str] = ("interrupted", "The server was stopped while this was running.")
    accepted: asyncio.Future[bool] = field(default_factory=_future)
    """False: the question could not be stored, and there is no run."""
    answer: str | None = None
    asked_back: bool = False
    """Its agent asked what is meant."""
    finished: asyncio.Future[RunFinished] = field(default_factory=_future)
    """Done when the end is stored, or was found not to be storable yet."""
    trouble: StorageError | None = None
    """Why the end could not be stored so far."""
    work: asyncio.Task[None] | None = None
    activity: str = ""
    """What the agent said last that it does."""
    kernel: KernelSession | None = None
    """Where its code runs, once it has come so far."""
    began_at: int = 0
    """The number of the event that it began with."""
    ended_at: int = 0
    """The number of the event that it ended with; 0 until that is stored."""
    heard: int = 0
    """How much of what the person said meanwhile its agent has taken note of."""

    def __post_init__(self) -> None:
        self.account = Account(self.meter)

    def cancel(self, status: RunStatus, message: str) -> None:
        """End the work, if it goes on; the first who asks says why."""
        if self.work is not None and not self.work.cancelling():
            self.cancelled_as = (status, message)
            self.work.cancel()

    def end_of(self, work: asyncio.Task[None]) -> RunFinished:
        """How the work ended, and what to tell the person."""
        status, message = self._outcome(work)
        return RunFinished(
            status=status,
            message=message,
            duration=round(time.monotonic() - self.started, 3),
            usage=self.meter.usage,
            model_seconds=round(self.meter.seconds, 3),
        )

    def _outcome(self, work: asyncio.Task[None]) -> tuple[RunStatus, str]:
        if work.cancelled():
            return self.cancelled_as
        match work.exception():
            case None:
                return "completed", ""
            case AgentError() as error:
                return "failed", str(error)
            case bug:
                log.error("run %s failed", self.id, exc_info=bug)
                return "failed", "The agent made an error of its own. The log has the details."
