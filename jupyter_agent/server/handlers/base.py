"""What all handlers of JSON have in common: they parse, delegate and reply; problems are answered here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_agent.errors import AgentError, Busy, TooLarge
from jupyter_agent.ids import ConversationId, UserId
from jupyter_agent.server.auth import AUTH_RESOURCE, AgentTokenAccepted, owner_of
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

    @asynccontextmanager
    async def in_conversation(self, named: ConversationId | None) -> AsyncIterator[ConversationId]:
        """The conversation that is named, else a new one, which does not outlive a failure."""
        services = await self.services()
        if named is not None:
            yield (await services.store.conversation(self.owner, named)).id
            return
        new = (await services.store.create_conversation(self.owner, "")).id
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
            self.log.info("%s %s: %s", self.request.method, self.request.path, error)
        else:
            super().log_exception(kind, error, traceback)
