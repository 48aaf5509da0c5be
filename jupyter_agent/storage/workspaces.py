"""The conversations' folders: what people attach, and where code works.

<root>/<owner>/incoming/                      uploads on their way in
<root>/<owner>/deleted/<conversation>         an empty file: the conversation's folder is to be removed
<root>/<owner>/<conversation>/attachments/    read-only, one file a name
<root>/<owner>/<conversation>/work/           code works here and finds each attachment under its name
<root>/<owner>/<conversation>/variables/      what its kernel held, for the next one
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from jupyter_agent.errors import InputRefused, NotFound
from jupyter_agent.ids import AttachmentId, ConversationId, UserId, new_id
from jupyter_agent.messages import Attachment
from jupyter_agent.protocols import Store, Workspace
from jupyter_agent.trees import remove_tree

from .incoming import IncomingFile, file_errors
from .media_types import media_type
from .names import checked_name, folder_name, numbered

log = logging.getLogger(__name__)

_ABANDONED_AFTER = 24 * 3600.0
"""Seconds; no upload takes so long. What is older was left by a process that was killed."""

_PIECE = 1024 * 1024


class Workspaces:
    """See `protocols.Workspaces`; besides, how files come in."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._attaching: set[asyncio.Task[tuple[Attachment, ...]]] = set()

    def for_conversation(self, owner: UserId, conversation_id: ConversationId) -> Workspace:
        """The conversation's folders, made if they are not there.

        Raises:
            StorageError: they cannot be made.
        """
        home = self._home(owner, conversation_id)
        workspace = Workspace(
            conversation_id=conversation_id,
            folder=home / "work",
            attachments=home / "attachments",
            variables=home / "variables",
        )
        for folder in (workspace.folder, workspace.attachments, workspace.variables):
            self._make(folder)
        return workspace

    @asynccontextmanager
    async def deletion(self, owner: UserId, conversation_id: ConversationId) -> AsyncIterator[None]:
        """Around the deletion of the conversation from the store: the folders go after it.

        A process that dies in between, or cannot remove them, leaves a mark for `sweep`.
        """
        home, mark = self._home(owner, conversation_id), self._mark(owner, conversation_id)
        with suppress(OSError):  # room may be just what the person wants to make
            mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.touch()
        yield
        await asyncio.to_thread(_remove_home, home, mark)

    async def sweep(self, store: Store) -> None:
        """Remove the folders of deleted conversations that are still there.

        A folder without a mark stays, whatever the store says: the database may be a new one, because the
        one before was damaged.

        Raises:
            StorageError: the data folder or the database cannot be read.
        """
        with file_errors(self._root):
            marks = {ConversationId(path.name): path for path in self._root.glob("*/deleted/*")}
        for conversation_id in marks.keys() - await store.last_sequences(marks):
            mark = marks[conversation_id]
            await asyncio.to_thread(_remove_home, mark.parent.parent / mark.name, mark)

    async def receive(self, owner: UserId, name: str, *, limit: int) -> IncomingFile:
        """Begin to take in a file of at most `limit` bytes; `attach` or `discard` it at the end.

        Raises:
            InputRefused: no file may have this name.
            StorageError: the data folder cannot be used.
        """
        name = checked_name(name)
        folder = self._root / folder_name(owner) / "incoming"
        self._make(folder)
        with file_errors(folder):
            await asyncio.to_thread(_sweep, folder)
            return IncomingFile(folder / new_id(), name, limit)

    async def attach(
        self, store: Store, owner: UserId, conversation_id: ConversationId, *incoming: IncomingFile
    ) -> tuple[Attachment, ...]:
        """Make the files a part of the conversation: all of them, in its folders and in the store, or none.

        What is begun goes to its end, even if the caller is cancelled meanwhile.

        Raises:
            NotFound: there is no such conversation of this owner.
            StorageError: the data folder or the database cannot be used.
        """
        attaching = asyncio.create_task(self._attach(store, owner, conversation_id, incoming))
        self._attaching.add(attaching)
        attaching.add_done_callback(self._attaching.discard)
        return await asyncio.shield(attaching)

    async def _attach(
        self, store: Store, owner: UserId, conversation_id: ConversationId, incoming: Sequence[IncomingFile]
    ) -> tuple[Attachment, ...]:
        for file in incoming:
            await file.close()
        await store.conversation(owner, conversation_id)
        workspace = self.for_conversation(owner, conversation_id)
        attached: list[Attachment] = []
        kept = False
        try:
            with file_errors(workspace.attachments):
                for file in incoming:
                    attached.append(await asyncio.to_thread(_placed, file, workspace))
            await store.add_attachments(owner, conversation_id, attached)
            kept = True
        finally:
            if not kept:
                for attachment in attached:
                    _remove(attachment.name, workspace)
        return tuple(attached)

    async def attach_copy(
        self,
        store: Store,
        owner: UserId,
        conversation_id: ConversationId,
        path: Path,
        *,
        limit: int,
        name: str = "",
    ) -> Attachment:
        """Attach a copy of a local file, under the name it has, or another one.

        Raises:
            NotFound: there is no such file, or no such conversation.
            InputRefused: the file cannot be read, or may not have this name.
            TooLarge: it has more than `limit` bytes.
            StorageError: the data folder or the database cannot be used.
        """
        incoming = await self.receive(owner, name or path.name, limit=limit)
        try:
            await _copy(path, incoming)
            (attachment,) = await self.attach(store, owner, conversation_id, incoming)
            return attachment
        finally:
            incoming.discard()

    async def detach(
        self, store: Store, owner: UserId, conversation_id: ConversationId, attachment_id: AttachmentId
    ) -> None:
        """Remove a file that came with no question, from the store and from the conversation's folders.

        Raises:
            NotFound, Busy, InputRefused: as `Store.remove_attachment` says.
            StorageError: the data folder or the database cannot be used.
        """
        attachment = await store.remove_attachment(owner, conversation_id, attachment_id)
        workspace = self.for_conversation(owner, conversation_id)
        with file_errors(workspace.attachments):
            await asyncio.to_thread(_remove, attachment.name, workspace)

    def _home(self, owner: UserId, conversation_id: ConversationId) -> Path:
        return self._root / folder_name(owner) / folder_name(conversation_id)

    def _mark(self, owner: UserId, conversation_id: ConversationId) -> Path:
        return self._root / folder_name(owner) / "deleted" / folder_name(conversation_id)

    def _make(self, folder: Path) -> None:
        """Every folder from the root down is its owner's alone."""
        with file_errors(folder):
            for part in (*reversed(folder.relative_to(self._root).parents), folder.relative_to(self._root)):
                (self._root / part).mkdir(mode=0o700, parents=True, exist_ok=True)


def _remove_home(home: Path, mark: Path) -> None:
    try:
        remove_tree(home)
        mark.unlink(missing_ok=True)
    except OSError as error:
        log.warning("the files of a deleted conversation stay in %s for now: %s", home, error)


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        # Another upload may be over meanwhile.
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED_AFTER:
                path.unlink()


def _placed(file: IncomingFile, workspace: Workspace) -> Attachment:
    kind = media_type(file.path, file.name)
    name = _place(file.path, file.name, workspace)
    return Attachment(id=AttachmentId(new_id()), name=name, size=file.size, media_type=kind)


def _place(source: Path, name: str, workspace: Workspace) -> str:
    """Move `source` to the first free name, and link to it from where code works."""
    source.chmod(0o400)
    for candidate in numbered(name):
        target, link = workspace.attachments / candidate, workspace.folder / candidate
        if _claim(target):
            try:
                source.replace(target)
                link.symlink_to(_path_to(target, link))
            except FileExistsError:  # code made a file of this name itself
                target.replace(source)
            except OSError:
                target.unlink()
                raise
            else:
                return candidate
    raise AssertionError("the numbers never end")


def _claim(path: Path) -> bool:
    """Take a name that is free, so that two uploads at once never get the same."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400))
    except FileExistsError:
        return False
    return True


def _remove(name: str, workspace: Workspace) -> None:
    target, link = workspace.attachments / name, workspace.folder / name
    # Code may have put a file of its own in the link's place.
    if link.is_symlink() and link.readlink() == _path_to(target, link):
        link.unlink()
    target.unlink(missing_ok=True)


def _path_to(target: Path, link: Path) -> Path:
    return Path(os.path.relpath(target, link.parent))


async def _copy(path: Path, incoming: IncomingFile) -> None:
    try:
        with path.open("rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                await incoming.write(piece)
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", "Check the name and the folder.") from error
    except OSError as error:
        raise InputRefused(
            f"{path} cannot be read: {error.strerror or error}.", "Check its rights."
        ) from error
