"""What the provisioner tells a kernel about itself, and what the kernel answers once it is locked down.

The order goes through a pipe that only the forked child reads: it holds the key that signs messages, and the
fork server, whose memory every later kernel inherits, must never see it. A kernel that is split in two, with
a trusted front and a worker that runs the code, reads it in the front after the worker was forked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .limits import Limits
from .policy import Folders, Machine


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An order to become a kernel."""

    profile: str
    folders: Folders
    limits: Limits
    machine: Machine
    channels: Channels
    environment: Mapping[str, str]
    user: int | None = None
    """The unprivileged user to change to, where the server runs as root."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Launch:
        fields: dict[str, Any] = json.loads(text)
        return cls(
            profile=fields["profile"],
            folders=Folders(
                **{
                    **fields["folders"],
                    "code": tuple(fields["folders"]["code"]),
                    "readable": tuple(fields["folders"]["readable"]),
                }
            ),
            limits=Limits(**fields["limits"]),
            machine=Machine(**fields["machine"]),
            channels=Channels(**fields["channels"]),
            environment=fields["environment"],
            user=fields["user"],
        )


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
