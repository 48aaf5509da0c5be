"""The exceptions this package raises on purpose.

    AgentError                  the root; `str(error)` is a sentence for a person
    ├── InputRefused            what a person sent cannot be used
    │   ├── NotFound            it names something that is not there, or is not theirs
    │   ├── NotAllowed          it names something that whoever sends it has no right to
    │   ├── TooLarge            it is over a limit
    │   ├── Busy                the conversation is already answering
    │   └── Over                the run that it is meant for has ended
    ├── ModelError              a model did not answer
    │   ├── ModelUnavailable    nothing answers at its address, or not in time
    │   │   └── ModelInterrupted    its server failed or broke off: asked again, it may answer
    │   ├── ModelNotFound       its provider does not have it
    │   └── ModelAnswerInvalid  it answered, but not in the form that was asked for
    ├── KernelError             the restricted kernel did not do its part
    │   ├── KernelRefused       this machine cannot enforce the restrictions: nothing was started
    │   └── KernelDied          it ended, and everything in its memory with it
    ├── StorageError            the database or the data folder cannot be used
    └── RunEnded                ends a run early and carries what to tell the person
        └── OutOfBudget         steps, attempts, time or tokens are used up
            └── BudgetSpent     the time or the tokens of the run: an answer may still be possible

A mistake of the model is none of these: it becomes an observation that the model can learn from.
"""

from __future__ import annotations

from typing import Self


class AgentError(Exception):
    """Something a person should read: what happened (`message`) and what to do about it (`hint`)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def again(self) -> Self:
        """The same to raise for somebody else: an exception that is raised twice mixes up its tracebacks."""
        return type(self)(self.message, self.hint)


class InputRefused(AgentError):
    """What a person sent cannot be used."""


class NotFound(InputRefused):
    """It names something that is not there, or is not theirs."""


class NotAllowed(InputRefused):
    """It names something that whoever sends it has no right to."""


class TooLarge(InputRefused):
    """It is over a limit."""


class Busy(InputRefused):
    """The conversation is already answering a question."""

    def __init__(
        self,
        message: str = "This conversation is still answering.",
        hint: str = "Wait for the answer, or stop it first.",
    ) -> None:
        super().__init__(message, hint)


class Over(InputRefused):
    """The run that it is meant for has ended."""

    def __init__(
        self,
        message: str = "Nothing is being worked on in this conversation any more.",
        hint: str = "Ask it as a question of its own.",
    ) -> None:
        super().__init__(message, hint)


class ModelError(AgentError):
    """A model did not answer."""


class ModelUnavailable(ModelError):
    """Nothing answers at the model's address, or not in time."""


class ModelInterrupted(ModelUnavailable):
    """The model's server failed, or broke off: asked again, it may answer."""


class ModelNotFound(ModelError):
    """The provider does not have the model."""


class ModelAnswerInvalid(ModelError):
    """The model answered, but not in the form that was asked for."""


class KernelError(AgentError):
    """The restricted kernel did not do its part."""


class KernelRefused(KernelError):
    """This machine cannot enforce the restrictions; nothing was started."""


class KernelDied(KernelError):
    """The kernel ended, and everything in its memory with it."""


class StorageError(AgentError):
    """The database or the data folder cannot be used."""


class RunEnded(AgentError):
    """Ends a run early and carries what to tell the person."""


class OutOfBudget(RunEnded):
    """Steps, attempts, time or tokens are used up."""


class BudgetSpent(OutOfBudget):
    """The time or the tokens of the run are used up; what it has computed may still be answered from."""
