"""Conversations, messages and their parts: what people and models say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .ids import AttachmentId, ConversationId, UserId

Role = Literal["system", "user", "assistant"]
AgentType = Literal["auto", "chat", "react", "plan_execute"]
"""How a question is worked on; `auto` lets a model choose."""
RestrictedProfile = Literal["strict", "parallel"]
"""What a restricted kernel is for: work in one process, or in several. Neither has a network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a person gave to a conversation. Code sees it, read-only, under `name`."""

    id: AttachmentId
    name: str
    size: int
    """Bytes."""
    media_type: str
    """What the content looks like, sniffed; not what the name claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Plain text or Markdown."""

    kind: Literal["text"] = "text"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentPart:
    """A file that came with the message."""

    kind: Literal["attachment"] = "attachment"
    attachment: Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPart:
    """A question back, with the answers that it can be chosen from."""

    kind: Literal["question"] = "question"
    question: str
    choices: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.question} ({' / '.join(self.choices)})"


Part = TextPart | AttachmentPart | QuestionPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said. `time` is known for what was stored, absent from what is made for a prompt."""

    role: Role
    parts: tuple[Part, ...]
    time: datetime | None = None

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if part.kind != "attachment")

    @property
    def asks_back(self) -> bool:
        """Whether it is a question that the agent asked."""
        return any(part.kind == "question" for part in self.parts)

    @classmethod
    def system(cls, text: str) -> Message:
        return cls(role="system", parts=(TextPart(text=text),))

    @classmethod
    def user(cls, text: str) -> Message:
        return cls(role="user", parts=(TextPart(text=text),))

    @classmethod
    def assistant(cls, text: str) -> Message:
        return cls(role="assistant", parts=(TextPart(text=text),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Turns that share a kernel, its variables and a workspace."""

    id: ConversationId
    owner: UserId
    title: str
    created: datetime
    updated: datetime
    profile: RestrictedProfile | None = None
    """What its kernel is for; absent: as the setting `JupyterAgent.kernel_name` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderGrant:
    """The folder that a conversation's code can read besides the attached files, settled when it begins."""

    path: str | None = None
    """Absolute, without links. Absent: there is none."""
    name: str | None = None
    """As the file browser shows it."""
    note: str = "Code can read attached files only."
    """One sentence for a person: what code can read, and why no more."""
