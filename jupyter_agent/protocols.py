"""The seams: what the loops need from models, kernels and storage, and nothing about how they do it.

Composition roots pass in something concrete; tests pass in the scripted model, a real kernel, a real
database in a temporary folder.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from .context import NUM_CTX, ContextLimit
from .events import Event, EventBody, Usage
from .ids import AttachmentId, ConversationId, RunId, UserId
from .messages import (
    AgentType,
    Attachment,
    Conversation,
    FolderGrant,
    Message,
    RestrictedProfile,
    Tool,
    ToolCallPart,
)
from .steps import Block, Execution, Meter, Output, Point, Undone, Variable

JsonSchema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One call of a model. What is absent is left to the model's own defaults."""

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    """What the model may call instead of answering; only for a model that can."""
    schema: JsonSchema | None = None
    """The answer must be JSON of this schema. Keep it flat, with `maxLength`: small models fail otherwise."""
    temperature: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    room: int = 0
    """Tokens that the next calls of the run are likely to need beyond this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What an answer waits for before its first word, in a few words for a person."""

    text: str
    progress: float | None = None
    """The part of it that is done, from 0 to 1, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChunk:
    """A piece of an answer. The last one carries `usage`, with the counts that the provider reports."""

    text: str = ""
    calls: tuple[ToolCallPart, ...] = ()
    """Tools that the model wants to be used, as it named them and their arguments: maybe wrongly."""
    waiting: Waiting | None = None
    """On a piece without text: why there is none yet."""
    usage: Usage | None = None
    cut: bool = False
    """On the last piece: the answer ended because it reached `max_tokens` or the context's end."""

    @property
    def says_something(self) -> bool:
        return bool(self.text or self.calls)

    @property
    def is_thought(self) -> bool:
        """A piece of what the model thinks before it says anything, which nobody is told."""
        return not self.says_something and self.waiting is None and self.usage is None and not self.cut


class Model(Protocol):
    """Something that answers messages."""

    @property
    def name(self) -> str:
        """The name the provider knows it by: `qwen3:8b`."""
        ...

    def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer, piece by piece as it is made.

        Closing the iterator, or cancelling the task that reads it, ends the generation at the provider.

        Raises:
            ModelUnavailable: nothing answers, or the connection broke in mid-answer.
            ModelNotFound: the provider does not have this model.
        """
        ...


Role = Literal["general", "classifier", "coder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDescription:
    """A model that can be chosen, as the interfaces list it."""

    name: str
    provider: str
    """`ollama` or `embedded`."""
    size: int = 0
    """Bytes on disk; 0 when unknown."""
    context_length: int | None = None
    """Tokens; absent when the provider does not say."""
    capabilities: tuple[str, ...] = ()
    parameters: int | None = None
    """Absent when the provider does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """How the conversation of a run is put to its models, whichever of them is asked."""

    native: bool = False
    """A program is a call of a tool, for models that call tools; else it is a fenced block of text."""
    examples: bool = True
    """With worked examples, which small models need."""


IN_TEXT = Rendering()
"""What every model understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenModels:
    """The model of each role for one run, and what the person should know about the choice."""

    general: Model
    classifier: Model
    coder: Model
    provider: str
    notice: str = ""
    """What is in use, in a few words. Empty when it is what was configured."""
    advice: str = ""
    """How to get another one, and why this one is in use."""
    context: int = NUM_CTX
    """Tokens that a prompt and its answer may have together, as `tokens` estimates them."""
    limited_by: ContextLimit = "setting"
    """What keeps the context from being larger."""
    rendering: Rendering = IN_TEXT

    def wrapped(self, wrap: Callable[[Model], Model]) -> ChosenModels:
        """The same choice, whose models are each what `wrap` makes of them."""
        return replace(
            self,
            general=wrap(self.general),
            classifier=wrap(self.classifier),
            coder=wrap(self.coder),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """What would answer the next question, and what else could."""

    model: str = ""
    """Empty when no model can be used; `notice` then says how to get one."""
    provider: str = ""
    notice: str = ""
    advice: str = ""
    models: tuple[ModelDescription, ...] = ()
    agent_types: tuple[AgentType, ...] = get_args(AgentType)
    """How questions can be worked on here."""


class Models(Protocol):
    """Where models come from."""

    async def choose(self, name: str | None = None) -> ChosenModels:
        """The models for a run: what `name` asks for, else what is configured, else what there is.

        Raises:
            ModelNotFound: `name` is not installed; the message lists what is.
            ModelUnavailable: no provider answers and no embedded model is installed.
        """
        ...

    async def offer(self) -> ModelOffer:
        """What `choose` would take now, and what can be chosen by name; each provider is asked once."""
        ...

    async def close(self) -> None:
        """End what was started: connections, the embedded server's process."""
        ...


class Audit(Protocol):
    """Who keeps account of what agents ran."""

    def record(self, conversation_id: str, label: str, code: str, execution: Execution) -> None:
        """`code` ended as `execution` says."""
        ...

    def undone(self, conversation_id: str, label: str, undone: Undone) -> None:
        """What was recorded with this label did well, but was taken back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Which variables a checkpoint holds, or gave back."""

    names: tuple[str, ...] = ()
    lost: tuple[LostVariable, ...] = ()
    unread: tuple[LostVariable, ...] = ()
    """Which are in files that could not be read; these stay. Without a name: all of them."""
    failed: str = ""
    """Why nothing could be kept, or what could not be brought back, in sentences."""
    cause: str = ""
    """Why there is another kernel now, that they came back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostVariable:
    """One that cannot be kept."""

    name: str
    reason: str
    made_by: str = ""
    """The code that made it, if that is known."""


KernelProfile = Literal["strict", "parallel", "unrestricted"]
"""What code may do: no other processes, processes but no network, or all that the user may."""


class KernelSession(Protocol):
    """One conversation's restricted kernel. It starts with its first use and keeps its variables."""

    @property
    def profile(self) -> KernelProfile:
        """What code may do in it."""
        ...

    @property
    def started(self) -> bool:
        """Whether it was used before, so that there may be variables."""
        ...

    async def readable(self) -> ReadableFiles:
        """What code can read besides the workspace: settled when the kernel starts."""
        ...

    def execute(
        self, code: str, *, timeout: float, label: str = ""
    ) -> AsyncIterator[Output | Block | Meter | Execution]:
        """Run `code`; outputs, refusals and measurements as they come, then one `Execution`, always last.

        What fails is undone: variables and files are as they were before, as well as `protection` allows.
        After `timeout` seconds the code is interrupted, then ended; the `Execution` says what that cost.
        Cancelling the reader interrupts the code in the same way. Outputs are already limited in size and
        to harmless MIME types. `label` names the execution for `rewind`.

        Raises:
            KernelRefused: this machine cannot enforce the restrictions.
            KernelError: the kernel could not be started.
        """
        ...

    async def variables(self) -> tuple[Variable, ...]:
        """The user's variables in the kernel now; empty when it was not started yet."""
        ...

    async def keep(self) -> Kept:
        """Write the variables to the workspace, from where the next kernel of the conversation gets them."""
        ...

    async def restore(self) -> Kept:
        """See that the variables that were kept last are there, whatever became of the kernel since.

        Starts a kernel only if there is something to bring back.
        """
        ...

    async def points(self) -> tuple[Point, ...]:
        """What the variables can be taken back to, oldest first."""
        ...

    async def rewind(self, label: str) -> bool:
        """Take the variables back to before the execution with this label; False if that is not possible."""
        ...

    async def undo(self, label: str) -> Undone:
        """Take back the last execution, if it has this label and went well: variables and files.

        As a failed one is undone, for one whose result is not good enough.
        """
        ...

    async def close(self) -> None:
        """Shut the kernel down."""
        ...


class Kernels(Protocol):
    """The conversations' kernels."""

    @property
    def profile(self) -> KernelProfile:
        """What code may do in a conversation for which nothing else was chosen."""
        ...

    @property
    def restricted(self) -> bool:
        """Whether Linux confines them. False only where a person chose such a kernel on purpose."""
        ...

    @property
    def conversations(self) -> frozenset[ConversationId]:
        """Those that have a session."""
        ...

    def session(
        self,
        workspace: Workspace,
        *,
        profile: RestrictedProfile | None = None,
        folder: Path | None = None,
    ) -> KernelSession:
        """The session of the conversation that `workspace` belongs to; the same one each time.

        Its next program runs in a kernel of this profile: one of another profile that is there is ended
        before, and its variables go over. None: the configured profile. An unrestricted kernel that a
        person chose on purpose stays unrestricted. The next kernel that is started can read what is in
        `folder`, but for dot-files.
        """
        ...

    def session_of(self, conversation_id: ConversationId) -> KernelSession | None:
        """The session that the conversation has; None where no code was to run yet."""
        ...

    async def close_session(self, conversation_id: ConversationId) -> None:
        """Shut down the conversation's kernel, if it has one."""
        ...

    async def close(self) -> None:
        """Shut all of them down."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFiles:
    """Files of a folder that is not the conversation's own."""

    folder: str = ""
    """Absolute; empty: there is none."""
    names: tuple[str, ...] = ()
    """From the folder on. A subfolder, with all that is in it, ends with a slash."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The same as absolute paths."""
        return tuple(f"{self.folder}/{name}" for name in self.names)


NO_FILES = ReadableFiles()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A conversation's folders: code works in `folder`, where each attachment stands under its name as a
    link into the read-only `attachments`. In `variables` those of its kernel outlive it."""

    conversation_id: ConversationId
    folder: Path
    attachments: Path
    variables: Path
    readable: ReadableFiles = NO_FILES
    """What its kernel was started to read besides."""


class Workspaces(Protocol):
    """Where the conversations' folders are."""

    def for_conversation(self, owner: UserId, conversation_id: ConversationId) -> Workspace:
        """The conversation's folders, made if they are not there."""
        ...

    def deletion(self, owner: UserId, conversation_id: ConversationId) -> AbstractAsyncContextManager[None]:
        """Around the deletion of the conversation from the store: its folders go after it, even if this
        process dies in between."""
        ...

    async def sweep(self, store: Store) -> None:
        """Remove the folders of deleted conversations that are still there.

        Raises:
            StorageError: the data folder or the database cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run that is in the store, whatever became of it."""

    id: RunId
    conversation_id: ConversationId
    started: datetime
    finished: datetime | None
    """None: it is under way, or was cut off."""
    status: str
    """As `run-finished` has it, or `running`."""


class Store(Protocol):
    """Conversations and their events, shared by all of a person's processes.

    What is another owner's is not found; only what takes no owner does not ask.

    Raises:
        StorageError: the database cannot be read or written.
    """

    async def create_conversation(
        self,
        owner: UserId,
        title: str,
        *,
        profile: RestrictedProfile | None = None,
        folder: FolderGrant | None = None,
    ) -> Conversation: ...

    async def conversation(self, owner: UserId, conversation_id: ConversationId) -> Conversation:
        """Raises `NotFound`."""
        ...

    async def conversations(
        self, owner: UserId, *, limit: int = 100, before: datetime | None = None
    ) -> tuple[Conversation, ...]:
        """Latest first; only those that were used `before` that time, if it is given."""
        ...

    async def rename_conversation(
        self, owner: UserId, conversation_id: ConversationId, title: str
    ) -> Conversation: ...

    async def choose_profile(
        self, owner: UserId, conversation_id: ConversationId, profile: RestrictedProfile
    ) -> Conversation:
        """Have the conversation's next programs run in a kernel of this profile.

        Raises:
            NotFound: there is no such conversation of this owner.
            Busy: a run is under way.
        """
        ...

    async def folder_of(self, owner: UserId, conversation_id: ConversationId) -> FolderGrant:
        """What its code can read besides the attached files."""
        ...

    async def choose_folder(
        self, owner: UserId, conversation_id: ConversationId, folder: FolderGrant
    ) -> None:
        """Have its code read this besides the attached files: only before the first question.

        Raises:
            NotFound: there is no such conversation of this owner.
            InputRefused: something was asked in it.
        """
        ...

    async def delete_conversation(self, owner: UserId, conversation_id: ConversationId) -> None: ...

    async def add_attachments(
        self, owner: UserId, conversation_id: ConversationId, added: Sequence[Attachment]
    ) -> None: ...

    async def attachments(
        self, owner: UserId, conversation_id: ConversationId, *, before: datetime | None = None
    ) -> tuple[Attachment, ...]:
        """Oldest first; only those that were added `before` that time, if it is given."""
        ...

    async def remove_attachment(
        self, owner: UserId, conversation_id: ConversationId, attachment_id: AttachmentId
    ) -> Attachment:
        """Forget a file that no message names; returns what it was.

        Raises:
            NotFound: there is no such conversation of this owner, or no such file in it.
            Busy: a run is under way, whose code may be reading it.
            InputRefused: it came with a question, so that what was answered rests on it.
        """
        ...

    async def append(
        self, conversation_id: ConversationId, run_id: RunId, bodies: Sequence[EventBody]
    ) -> tuple[Event, ...]:
        """Store `bodies` as the conversation's next events: when this returns, they survive this process.

        The messages and the run's status follow from the events, in the same transaction.

        Raises:
            NotFound: the conversation was deleted.
            Busy: they begin a run or go back to before one, and another one is under way in the conversation,
                in whatever process.
            Over: they steer a run that is not under way.
        """
        ...

    async def events(
        self, owner: UserId, conversation_id: ConversationId, *, after: int = 0, limit: int = 1000
    ) -> tuple[Event, ...]:
        """The events with sequence numbers above `after`, in order."""
        ...

    async def messages(
        self, owner: UserId, conversation_id: ConversationId, *, limit: int = 10, before: int | None = None
    ) -> tuple[Message, ...]:
        """The last `limit` questions and answers, those before that event if one is given; oldest first."""
        ...

    async def add_history(
        self, owner: UserId, conversation_id: ConversationId, history: Sequence[Message]
    ) -> None:
        """Have the conversation go on as if that had been said in it; only before the first question.

        Raises:
            NotFound: there is no such conversation of this owner.
            InputRefused: something was asked in it.
        """
        ...

    async def runs(
        self,
        owner: UserId,
        *,
        beginning: str = "",
        conversation_id: ConversationId | None = None,
        limit: int = 100,
    ) -> tuple[PastRun, ...]:
        """Latest first: those whose ids begin so, and of that conversation, if it is given."""
        ...

    async def run_events(
        self, owner: UserId, run_id: RunId, *, kinds: Collection[str] = ()
    ) -> tuple[Event, ...]:
        """The events of one run, in order; only of these kinds, if any are given.

        Raises:
            NotFound: there is no such run of this owner.
        """
        ...

    async def ran_code(self, owner: UserId, conversation_id: ConversationId) -> bool:
        """Whether code of the conversation's runs has been executed."""
        ...

    async def said_between(
        self, conversation_id: ConversationId, after: int, before: int | None = None
    ) -> tuple[str, ...]:
        """What the person said between two events, oldest first; without the second one, up to now."""
        ...

    async def last_sequences(
        self, conversation_ids: Collection[ConversationId]
    ) -> Mapping[ConversationId, int]:
        """The last event's number of each, 0 when there is none; a deleted one is left out.

        Cheap enough to be asked every second: it is how one process notices what another stores.
        """
        ...

    async def running(self, owner: UserId, conversation_id: ConversationId) -> RunId | None:
        """The run under way in the conversation, whichever process carries it out."""
        ...

    async def request_stop(self, owner: UserId, conversation_id: ConversationId) -> RunId | None:
        """Ask the process that carries out the conversation's run to stop it; returns which run that is."""
        ...

    async def sign_of_life(self, run_ids: Collection[RunId]) -> None:
        """Say, every few minutes at least, that this process still carries these runs out.

        Processes on other machines know nothing else of it.
        """
        ...

    async def stops_requested(self, run_ids: Collection[RunId]) -> frozenset[RunId]:
        """Those of `run_ids` that somebody wants to stop."""
        ...

    async def end_orphaned_runs(self) -> int:
        """Close the runs of processes that are gone with `run-finished: interrupted`; returns how many.

        Cheap when there are none.
        """
        ...

    async def close(self) -> None: ...
