"""Conversations, messages and their parts: what people and models say to each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .ids import AttachmentId, ConversationId, UserId

Role = Literal["system", "user", "assistant", "tool"]
"""`tool`: what became of a tool call. It is said in prompts only."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallPart:
    """A tool that a model wants to be used. It stands in prompts and answers only, and is never stored."""

    kind: Literal["tool-call"] = "tool-call"
    name: str
    arguments: Mapping[str, Any]

    @property
    def text(self) -> str:
        """As a person reads it."""
        lines = [f"[calls {self.name}]"]
        for name, value in self.arguments.items():
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            mark = "\n" if "\n" in shown else " "
            lines.append(f"{name}:{mark}{shown}")
        return "\n".join(lines)

    @property
    def as_json(self) -> str:
        """As models read and write it."""
        return json.dumps({"name": self.name, "arguments": dict(self.arguments)}, ensure_ascii=False)


Part = TextPart | AttachmentPart | QuestionPart
"""What is said and stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What a model is told of a tool that it may call."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """A JSON schema of its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing said. `time` is known for what was stored, absent from what is made for a prompt."""

    role: Role
    parts: tuple[Part | ToolCallPart, ...]
    time: datetime | None = None

    @property
    def text(self) -> str:
        return "\n\n".join(part.text for part in self.parts if part.kind != "attachment")

    @property
    def calls(self) -> tuple[ToolCallPart, ...]:
        return tuple(part for part in self.parts if part.kind == "tool-call")

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
