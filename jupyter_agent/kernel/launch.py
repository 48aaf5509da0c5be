"""What the provisioner tells a kernel about itself, and what the kernel answers once it is locked down.

The order comes through a pipe in two parts. The first is for all of the kernel. The second, the key that
signs messages, is read by the front alone, when the worker has been forked already: neither the fork server,
whose memory every later kernel inherits, nor a worker ever sees a key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .limits import Limits
from .policy import Folders, Machine

_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """Where Jupyter talks to the kernel: sockets `{path}-1` to `{path}-5` in the file system, never TCP."""

    path: str
    key: str
    signature_scheme: str

    shell_port: int = 1
    iopub_port: int = 2
    stdin_port: int = 3
    control_port: int = 4
    hb_port: int = 5

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Channels:
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An order to become a kernel; nothing in it is secret."""

    profile: str
    folders: Folders
    limits: Limits
    machine: Machine
    environment: Mapping[str, str]
    user: int | None = None
    """The unprivileged user to change to, where the server runs as root."""

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Launch:
        fields: dict[str, Any] = json.loads(text)
        folders: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in fields["folders"].items()
        }
        return cls(
            profile=fields["profile"],
            folders=Folders(**folders),
            limits=Limits(**fields["limits"]),
            machine=Machine(**fields["machine"]),
            environment=fields["environment"],
            user=fields["user"],
        )


def order(launch: Launch, channels: Channels) -> bytes:
    """Both parts, as they go through the pipe."""
    public = launch.to_json()
    return len(public).to_bytes(_LENGTH_BYTES) + public + channels.to_json()


def read_launch(pipe: int) -> Launch:
    """The first part, and not a byte of the second."""
    length = int.from_bytes(_read(pipe, _LENGTH_BYTES))
    return Launch.from_json(_read(pipe, length))


def read_channels(pipe: int) -> Channels:
    """The second part; closes the pipe."""
    with os.fdopen(pipe, "rb") as rest:
        return Channels.from_json(rest.read())


def _read(pipe: int, length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = os.read(pipe, length - len(data))
        if not piece:
            raise EOFError("the order broke off")
        data += piece
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the start ended. `refused`: a restriction could not be enforced, and no user code ever ran."""

    outcome: Literal["ready", "refused", "failed"]
    message: str = ""
    hint: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Report:
        return cls(**json.loads(text))
