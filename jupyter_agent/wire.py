"""JSON shapes <-> values: the only place where one becomes the other.

`python -m jupyter_agent.wire` prints the JSON schema that the labextension's types are generated from.

pydantic is loaded by the first value that crosses the wire, and not when the server starts.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from .characters import encodable
from .errors import InputRefused
from .events import Event, EventBody
from .ids import AttachmentId, ConversationId, RunId
from .messages import AgentType, Attachment, Conversation, RestrictedProfile
from .protocols import KernelProfile, ModelOffer
from .steps import Variable

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """`POST agent/api/chat`."""

    message: str
    conversation_id: ConversationId | None = None
    """Absent: a new conversation."""
    agent_type: AgentType = "auto"
    files: tuple[AttachmentId, ...] = ()
    """Attachments of the conversation that this message is about; all of them are readable in any case."""
    model: str | None = None
    folder: str | None = None
    """For a new conversation: as `NewConversation` has it."""
    wait: bool = True
    """False answers at once with 202; the events tell the rest."""
    may_ask: bool = False
    """The agent may ask what is meant, instead of guessing: a person is there who can answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatReply:
    """The answer to `POST agent/api/chat`. `status` and `answer` are there when the run is over."""

    conversation_id: ConversationId
    run_id: RunId
    status: str | None = None
    answer: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerRequest:
    """`POST agent/api/conversations/id/steer`: something to take into account from the next step on."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerReply:
    """The run that is told; 409 if none is under way."""

    run_id: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWish:
    """A step that is to be done, as a person wants it."""

    goal: str
    approach: str = ""
    criterion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRequest:
    """`POST agent/api/conversations/id/resume`: go on with the plan of the conversation's last run."""

    run_id: RunId
    steps: tuple[StepWish, ...] | None = None
    """What is still to be done, in this order; absent: what the plan says. What is done stays done."""
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeReply:
    """The run that goes on with it; its events tell the rest."""

    run_id: RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """`POST agent/api/conversations`. Without a title, the first question gives it one."""

    title: str = ""
    profile: RestrictedProfile | None = None
    """Absent: as it is configured."""
    folder: str | None = None
    """The folder of the notebook or of the file browser, as Jupyter's contents API names it: its files can be
    read by code, unless it holds too much. The conversation's `folder_note` tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRequest:
    """`POST agent/api/sample`, which may be empty too."""

    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPatch:
    """`PATCH agent/api/conversations/id`: what is absent stays."""

    title: str | None = None
    profile: RestrictedProfile | None = None
    """The next program runs in a kernel of this profile, to which the variables go over."""
    folder: str | Literal[False] | None = None
    """As `NewConversation` has it; False: code reads attached files only. Only before the first question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """`GET agent/api/readable?folder=…`: what a conversation that is begun in this folder could read."""

    folder: str | None
    """The folder, as the file browser names it; null if it is not opened."""
    folder_note: str
    """One sentence: what code can read, and why no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDetail:
    """`GET agent/api/conversations/id`: enough to draw the header; the events draw the rest."""

    conversation: Conversation
    attachments: tuple[Attachment, ...]
    running: RunId | None
    """The run that is answering now."""
    folder: str | None
    """The folder that code can read besides the attached files, as the file browser names it."""
    folder_note: str
    """One sentence: what code can read, and why no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationList:
    """`GET agent/api/conversations`, latest first; with `before`, those that were used before that time."""

    conversations: tuple[Conversation, ...]
    more: bool = False
    """There are older ones: those `before` the last one's `updated`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReply:
    """`POST agent/api/upload`."""

    conversation_id: ConversationId
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelRights:
    """`GET agent/api/kernel`: what holds for the kernels of all conversations, those to come included."""

    restricted: bool
    """Whether Linux confines them."""
    profile: KernelProfile
    """What code may do where nothing else was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment that variables can be taken back to: before this attempt."""

    run_id: RunId
    step: int
    attempt: int
    memory: int
    """Bytes that keeping it costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelView:
    """`GET agent/api/conversations/id/kernel`."""

    state: Literal["not-started", "idle", "busy"]
    restricted: bool
    """Whether Linux confines it."""
    profile: KernelProfile
    """What the next program may do."""
    variables: tuple[Variable, ...] = ()
    moments: tuple[Moment, ...] = ()
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewindRequest:
    """`POST agent/api/conversations/id/kernel/rewind`."""

    run_id: RunId
    step: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Every error the server answers with: what happened and what to do about it."""

    title: str
    detail: str
    status: int


@cache
def _adapter(shape: Hashable) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(cast("Any", shape))


def to_json(value: object, shape: Any = None) -> str:
    """The JSON text of a value; `shape` is needed where the type alone does not say (unions)."""
    return _adapter(cast("Hashable", shape or type(value))).dump_json(value).decode()


def from_json(text: str | bytes, shape: type[T]) -> T:
    """A value from JSON that came from outside.

    Raises:
        InputRefused: it is not JSON, or not of this shape; the message names the field.
    """
    return _from_outside(text, shape, "forbid", "Correct the request and send it again.")


def document_from_json(text: str | bytes, shape: type[T]) -> T:
    """A value from a document that another version may have written: fields that are not known are left out.

    Raises:
        InputRefused: it is not JSON, or not of this shape; the message names the field.
    """
    return _from_outside(text, shape, "ignore", "")


def _from_outside(text: str | bytes, shape: type[T], extra: Literal["forbid", "ignore"], hint: str) -> T:
    from pydantic import ValidationError

    try:
        value: T = _adapter(cast("Hashable", shape)).validate_json(text, extra=extra)
    except ValidationError as error:
        raise InputRefused(_sentence(error), hint) from error
    return value


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}." if place else f"{first['msg']}."


def body_to_json(body: EventBody) -> str:
    """An event's body as it is stored and sent."""
    return to_json(body, EventBody)


def storable(body: EventBody) -> EventBody:
    """The body itself, or if it holds halves of characters, which JSON cannot carry, a copy without them."""
    from pydantic_core import PydanticSerializationError

    try:
        body_to_json(body)
    except PydanticSerializationError:
        lenient = json.dumps(_adapter(EventBody).dump_python(body, mode="json"), ensure_ascii=False)
        return body_from_json(encodable(lenient))
    return body


def body_from_json(text: str | bytes) -> EventBody:
    """An event's body as it was stored."""
    body: EventBody = _adapter(EventBody).validate_json(text)
    return body


WIRE_SHAPES: tuple[type, ...] = (
    Event,
    ChatRequest,
    ChatReply,
    SteerRequest,
    SteerReply,
    ResumeRequest,
    ResumeReply,
    NewConversation,
    SampleRequest,
    Readable,
    ConversationPatch,
    ConversationDetail,
    ConversationList,
    UploadReply,
    ModelOffer,
    KernelRights,
    KernelView,
    RewindRequest,
    Problem,
)


def json_schema() -> dict[str, Any]:
    """One schema with every shape that crosses the wire, under `$defs`."""
    from pydantic import TypeAdapter

    _, schema = TypeAdapter.json_schemas(
        [(shape, "serialization", _adapter(shape)) for shape in WIRE_SHAPES],
        title="jupyter_agent wire",
    )
    return schema


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=2, sort_keys=True))
