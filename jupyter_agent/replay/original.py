"""What a replay starts from: a run of the store, or one that was exported, with its files at hand."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from jupyter_agent.errors import InputRefused
from jupyter_agent.ids import RunId, UserId
from jupyter_agent.messages import FolderGrant
from jupyter_agent.protocols import Workspace

from .recorded import Recorded, RecordedFile, digest, read_document, recorded

if TYPE_CHECKING:
    from jupyter_agent.compose import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A run that can be answered once more."""

    run: Recorded
    files: Mapping[str, Path] = field(default_factory=dict)
    """Where the content of each of its files is, by name, in the order in which they were attached."""
    workspace: Workspace | None = None
    """Where what earlier questions left may still be; None: nowhere here."""
    folder: FolderGrant | None = None
    """What its code could read besides."""


async def stored_original(services: Services, owner: UserId, run_id: RunId) -> Original:
    """A run of the store.

    Raises:
        NotFound: there is no such run of this owner.
        InputRefused: a file of it is gone, or is not what it was.
        StorageError: the database or the data folder cannot be read.
    """
    history = services.settings.history_messages
    run = await recorded(services.store, services.workspaces, owner, run_id, history=history)
    conversation = run.trajectory.conversation_id
    workspace = services.workspaces.for_conversation(owner, conversation)
    for file in run.files:
        if not file.sha256:
            raise InputRefused(
                f"{file.name} is gone or was changed since the question was asked.",
                "Ask the question anew with the file as it is.",
            )
    return Original(
        run=run,
        files={file.name: workspace.attachments / file.name for file in run.files},
        workspace=workspace,
        folder=await services.store.folder_of(owner, conversation),
    )


@contextmanager
def exported_original(path: Path, folder: Path | None) -> Iterator[Original]:
    """A run that was exported to `path`; what the document does not hold of its files is in `folder`.

    Blocking.

    Raises:
        InputRefused: the document cannot be used, or a file is missing or another one.
    """
    run = read_document(path)
    with TemporaryDirectory(prefix="jupyter-agent-replay-") as unpacked:
        files = {
            file.name: _unpacked(file, Path(unpacked) / str(number)) or _in_folder(file, folder)
            for number, file in enumerate(run.files)
        }
        yield Original(run=run, files=files)


def _unpacked(file: RecordedFile, folder: Path) -> Path | None:
    """The content that the document holds, as a file; it has a folder of its own, and a harmless name."""
    if file.content is None:
        return None
    folder.mkdir()
    path = folder / "content"
    try:
        path.write_bytes(base64.b64decode(file.content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise InputRefused(f"The content of {file.name} is damaged.", "Export the run again.") from error
    return _checked(path, file)


def _in_folder(file: RecordedFile, folder: Path | None) -> Path:
    if folder is None:
        raise InputRefused(
            f"The document does not hold the content of {file.name}.",
            "Name the folder with the run's files: --files FOLDER",
        )
    if Path(file.name).name != file.name:
        raise InputRefused(f"{file.name!r} is no file's name.", "Export the run again.")
    return _checked(folder / file.name, file)


def _checked(path: Path, file: RecordedFile) -> Path:
    if not file.sha256:
        raise InputRefused(
            f"{file.name} was gone or changed already when the run was exported.", "Replay another run."
        )
    try:
        found = digest(path)
    except OSError as error:
        raise InputRefused(
            f"{path} cannot be read: {error.strerror or error}.", "Put the run's file there."
        ) from error
    if found != file.sha256:
        raise InputRefused(
            f"{file.name} is not the file that the run had: its SHA-256 is another.",
            "Put the run's file there.",
        )
    return path
