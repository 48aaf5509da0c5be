"""`GET agent/api/health`: what works, without starting anything."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent._version import __version__
from jupyter_agent.errors import KernelRefused, StorageError
from jupyter_agent.kernel.machine import detect

from .base import AgentHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Each is `ok`, or what is wrong and what to do; the database may also be `unopened`: not used yet."""

    version: str
    database: str
    kernel: str
    """Whether this machine can enforce the restricted kernel's restrictions."""


class HealthHandler(AgentHandler):
    """Asked by programs that watch the server."""

    @authenticated
    @authorized
    async def get(self) -> None:
        self.reply(Health(version=__version__, database=await self._database(), kernel=_kernel()))

    async def _database(self) -> str:
        services = self.context.services.started
        if services is None:
            return "unopened"
        try:
            await services.store.conversations(self.owner, limit=1)
        except StorageError as error:
            return str(error)
        return "ok"


def _kernel() -> str:
    try:
        detect()
    except KernelRefused as error:
        return str(error)
    return "ok"
