"""A run with all that it takes to answer its question again: its trajectory, what was said before, its files.

As a document it is one JSON object that says by itself what it is:

    {"format": "jupyter-agent-trajectory", "version": 1, "written_by": "jupyterlab-agent 0.1.0",
     "title": "…", "profile": null,
     "files": [{"name": "sales.csv", "size": 120, "media_type": "text/csv", "sha256": "…", "content": null}],
     "history": [{"role": "user", "parts": [{"kind": "text", "text": "…"}], "time": "…"}],
     "trajectory": {"run_id": "…", "started": "…", "asked": {…}, "model": {…}, "agent": {…}, "plan": […],
                    "taken": [{"number": 1, "goal": "…", "attempts": […], "seconds": 4.1, "spent": {…}}],
                    "answer": {…}, "end": {…}}}

Fields that a reader does not know are left alone; what changes the meaning of others raises `version`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from jupyter_agent._version import __version__
from jupyter_agent.errors import InputRefused, TooLarge
from jupyter_agent.ids import RunId, UserId
from jupyter_agent.messages import Attachment, Message, RestrictedProfile
from jupyter_agent.protocols import Store, Workspaces
from jupyter_agent.trajectory import Trajectory, trajectory
from jupyter_agent.wire import document_from_json, to_json

VERSION = 1
LARGEST = 500_000_000
"""Bytes of a document that is read: all of it is in memory at once."""

_UPDATE = "Update with: python -m pip install --upgrade jupyterlab-agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFile:
    """A file that was attached when the question was asked."""

    name: str
    size: int
    """Bytes."""
    media_type: str
    sha256: str = ""
    """Empty: the file is gone, or is not what it was."""
    content: str | None = None
    """As base64, if it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """See above."""

    format: Literal["jupyter-agent-trajectory"] = "jupyter-agent-trajectory"
    version: int = VERSION
    written_by: str = f"jupyterlab-agent {__version__}"
    title: str = ""
    """The conversation's."""
    profile: RestrictedProfile | None = None
    """What its kernel was for; null: as it is configured."""
    files: tuple[RecordedFile, ...] = ()
    history: tuple[Message, ...] = ()
    """Questions and answers before this one, oldest first: as many as the model was shown."""
    trajectory: Trajectory


async def recorded(
    store: Store,
    workspaces: Workspaces,
    owner: UserId,
    run_id: RunId,
    *,
    history: int,
    contents: bool = False,
) -> Recorded:
    """The run with the last messages before it, `history` of them, and its files.

    Args:
        contents: whether the files' contents are put in.

    Raises:
        NotFound: there is no such run of this owner.
        StorageError: the database or the data folder cannot be read.
    """
    run = trajectory(await store.run_events(owner, run_id))
    conversation = await store.conversation(owner, run.conversation_id)
    folder = workspaces.for_conversation(owner, run.conversation_id).attachments
    attached = await store.attachments(owner, run.conversation_id, before=run.started)
    return Recorded(
        title=conversation.title,
        profile=conversation.profile,
        files=await asyncio.to_thread(_recorded_files, folder, attached, run, contents),
        history=await store.messages(owner, run.conversation_id, limit=history, before=run.sequence),
        trajectory=run,
    )


def to_document(run: Recorded) -> str:
    """The run as JSON."""
    return to_json(run) + "\n"


def from_document(text: bytes) -> Recorded:
    """A run from its JSON, as this or an earlier version wrote it.

    Raises:
        InputRefused: it is something else, or of a later version.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputRefused("It is damaged: this is not JSON.", "Export the run again.") from error
    if not isinstance(found, dict) or found.get("format") != "jupyter-agent-trajectory":
        raise InputRefused("It is no exported run.", "Make one with: jupyter agent export RUN")
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise InputRefused(f"A later version of jupyterlab-agent wrote it (format {version}).", _UPDATE)
    try:
        return document_from_json(text, Recorded)
    except InputRefused as error:
        raise InputRefused(f"It is damaged: {error.message}", "Export the run again.") from error


def read_document(path: Path) -> Recorded:
    """The run in a file. Blocking.

    Raises:
        InputRefused: there is no such file, it cannot be read, or it holds something else.
        TooLarge: nothing that was exported is so large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise TooLarge(
                f"{path} has more than {LARGEST // 1_000_000} MB.",
                "Export the run without contents.",
            )
        text = path.read_bytes()
    except OSError as error:
        raise InputRefused(
            f"{path} cannot be read: {error.strerror or error}.", "Check its name and its rights."
        ) from error
    try:
        return from_document(text)
    except InputRefused as error:
        raise InputRefused(f"{path} cannot be used. {error.message}", error.hint) from error


def digest(path: Path) -> str:
    """The SHA-256 of a file's content, as hexadecimal digits. Blocking; raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_as_it_was(path: Path, file: Attachment, run: Trajectory) -> bool:
    """Whether an attached file is still as the run read it: nobody has written to it since. Blocking."""
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_size == file.size and found.st_mtime <= run.started.timestamp()


def _recorded_files(
    folder: Path, attached: tuple[Attachment, ...], run: Trajectory, contents: bool
) -> tuple[RecordedFile, ...]:
    return tuple(_recorded_file(folder / file.name, file, run, contents) for file in attached)


def _recorded_file(path: Path, file: Attachment, run: Trajectory, contents: bool) -> RecordedFile:
    made = RecordedFile(name=file.name, size=file.size, media_type=file.media_type)
    if not is_as_it_was(path, file, run):
        return made
    try:
        made = replace(made, sha256=digest(path))
        if contents:
            made = replace(made, content=base64.b64encode(path.read_bytes()).decode())
    except OSError:
        return made
    return made
