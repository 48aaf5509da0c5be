"""What the handlers share: settings, the token, and the services, which start with their first use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_agent.errors import StorageError
from jupyter_agent.settings import Settings

from .auth import AgentToken

if TYPE_CHECKING:
    from jupyter_agent.compose import Services


class LazyServices:
    """The services, composed once, when the first request needs them."""

    def __init__(self, compose: Callable[[], Awaitable[Services]]) -> None:
        self._compose = compose
        self._services: Services | None = None
        self._lock = asyncio.Lock()
        self._closed = False

    @property
    def started(self) -> Services | None:
        """The services, if anything has used them yet."""
        return self._services

    async def get(self) -> Services:
        """The services. A composition that failed is tried again by the next who asks.

        Raises:
            StorageError: the data folder or the database cannot be used, or the server is stopping.
        """
        async with self._lock:
            if self._closed:
                raise StorageError("The server is stopping.", "Start it again, then repeat the request.")
            if self._services is None:
                self._services = await self._compose()
            return self._services

    async def close(self) -> None:
        """Close them, if they were ever used."""
        async with self._lock:
            self._closed = True
            services, self._services = self._services, None
            if services is not None:
                await services.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerContext:
    """Given to every handler."""

    settings: Settings
    token: AgentToken
    services: LazyServices
