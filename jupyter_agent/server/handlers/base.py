"""What all handlers of JSON have in common: they parse, delegate and reply; problems are answered here."""

from __future__ import annotations

import asyncio
import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.contents.filemanager import FileContentsManager
from tornado.web import HTTPError

from jupyter_agent.characters import in_a_line
from jupyter_agent.errors import AgentError, Busy, TooLarge
from jupyter_agent.ids import ConversationId, UserId
from jupyter_agent.messages import FolderGrant
from jupyter_agent.server.auth import AUTH_RESOURCE, AgentTokenAccepted, owner_of
from jupyter_agent.server.folders import grant, refused
from jupyter_agent.server.problems import problem_of
from jupyter_agent.server.services import ServerContext
from jupyter_agent.wire import from_json, to_json

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

T = TypeVar("T")

LARGEST_JSON = 1_000_000
"""Bytes."""

_TRY_AGAIN_AFTER = "2"
"""Seconds, for the header of an answer that says busy."""


class AgentHandler(AgentTokenAccepted, APIHandler):
    """Subclasses' methods are `@authenticated` and `@authorized`."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, context: ServerContext) -> None:
        self.context = context
        self.agent_token = context.token

    @property
    def owner(self) -> UserId:
        return owner_of(self)

    async def services(self) -> Services:
        """The services; the first request that asks for them waits while they start."""
        return await self.context.services.get()

    def body(self, shape: type[T]) -> T:
        """The request's body.

        Raises:
            InputRefused: it is not JSON of this shape.
            TooLarge: nobody writes so much.
            HTTPError: it does not say that it is JSON.
        """
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise HTTPError(415, "The request is not JSON.")
        if len(self.request.body) > LARGEST_JSON:
            raise TooLarge("The request is too large: 1 MB is the most.", "Put long text into a file.")
        return from_json(self.request.body, shape)

    def reply(self, value: object, status: int = 200) -> None:
        """Answer with a value."""
        self.set_status(status)
        self.finish(to_json(value))

    async def folder_grant(self, path: str | None) -> FolderGrant:
        """What the code of a conversation that begins with this request may read besides attached files.

        Raises:
            InputRefused: this is no path of the contents API.
        """
        if self.by_agent_token:
            return refused("the conversation was begun with the agent's token, which opens no folder.")
        if path is None:
            return FolderGrant()
        files = self.contents_manager
        if not await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, "read", "contents")
        ) or not isinstance(files, FileContentsManager):
            return refused("the files that Jupyter shows are not on this machine, or not for you.")
        return await asyncio.to_thread(
            grant,
            path,
            root=Path(files.root_dir),
            homes=(Path.home(), Path(pwd.getpwuid(os.getuid()).pw_dir)),
            private=(
                self.context.settings.data_dir,
                *map(Path, (jupyter_runtime_dir(), jupyter_data_dir(), jupyter_config_dir())),
            ),
        )

    @asynccontextmanager
    async def in_conversation(
        self, named: ConversationId | None, folder: str | None
    ) -> AsyncIterator[ConversationId]:
        """The conversation that is named, else a new one, which does not outlive a failure.

        `folder` is where a new one is begun, as the contents API names it.
        """
        services = await self.services()
        if named is not None:
            await self.require_open(services.store, self.owner, named)
            yield (await services.store.conversation(self.owner, named)).id
            return
        granted = await self.folder_grant(folder)
        new = (await services.store.create_conversation(self.owner, "", folder=granted)).id
        try:
            yield new
        except AgentError:
            await services.runner.forget(self.owner, new)
            raise

    def write_error(self, status_code: int, **options: Any) -> None:
        """Tornado calls it with what a method raised."""
        error = options.get("exc_info", (None, None, None))[1]
        problem = problem_of(error, status_code)
        if isinstance(error, Busy):
            self.set_header("Retry-After", _TRY_AGAIN_AFTER)
        self.reply(problem, problem.status)

    def log_exception(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """What was raised on purpose is an answer; only our own mistakes need a traceback in the log."""
        if isinstance(error, AgentError):
            self.log.info("%s %s: %s", self.request.method, self.request.path, in_a_line(str(error)))
        else:
            super().log_exception(kind, error, traceback)
