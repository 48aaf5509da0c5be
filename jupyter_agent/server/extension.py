"""The server extension. At start it registers routes and writes the credential file, and no more.

The database, the models and the kernels come with the first request that needs them: a server on which
nobody asks anything pays nothing for the agent.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from jupyter_client.multikernelmanager import AsyncMultiKernelManager, MultiKernelManager
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from traitlets import Callable as CallableTrait

from jupyter_agent._version import __version__
from jupyter_agent.config import JupyterAgent
from jupyter_agent.settings import Settings

from .auth import AgentToken
from .credentials import credential_file, write_credentials
from .handlers import routes
from .services import LazyServices, ServerContext

if TYPE_CHECKING:
    from jupyter_agent.compose import Services

Compose = Callable[[Settings, AsyncMultiKernelManager], Awaitable["Services"]]


async def compose_in_background(settings: Settings, kernel_manager: AsyncMultiKernelManager) -> Services:
    """Compose the services, and import all they consist of without holding up other requests."""
    compose = await asyncio.to_thread(_import_compose)
    return await compose(settings, kernel_manager)


def _import_compose() -> Compose:
    # Late on purpose: this is where the database's, the models' and the kernels' libraries load.
    from jupyter_agent.compose import compose

    return compose


class JupyterAgentExtension(ExtensionApp):
    """An AI agent for data analysis, as an extension of the Jupyter server."""

    name = "jupyter_agent"
    version = __version__
    load_other_extensions = True
    default_url = "/lab"
    classes = [JupyterAgent]  # noqa: RUF012 - as the base class declares it

    compose = CallableTrait(
        compose_in_background,
        help="Makes the services from the settings and the server's kernel manager; for tests.",
    ).tag(config=True)

    # A mistake in the configuration leaves it so; the server runs on without the agent.
    _context: ServerContext | None = None

    @property
    def context(self) -> ServerContext:
        """What the handlers share."""
        if self._context is None:
            raise RuntimeError("the extension is not initialised")
        return self._context

    def initialize_settings(self) -> None:
        """Read the configuration, so that a mistake in it shows when the server starts."""
        settings = JupyterAgent(parent=self).to_settings()
        self._context = ServerContext(
            settings=settings,
            token=AgentToken(),
            services=LazyServices(lambda: self.compose(settings, self._server.kernel_manager)),
        )

    def initialize_handlers(self) -> None:
        self.handlers.extend(routes(self.context))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Called once the server's port is final."""
        if self._context is None:
            return
        write_credentials(
            credential_file(os.getpid()),
            url=serverapp.connection_url,
            base_url=serverapp.base_url,
            token=self._context.token.secret,
        )

    async def stop_extension(self) -> None:
        """Called before the server shuts its kernels down: what runs ends with its last event stored."""
        credential_file(os.getpid()).unlink(missing_ok=True)
        if self._context is not None:
            await self._context.services.close()
        _forget_failed_starts(self._server.kernel_manager)

    @property
    def _server(self) -> ServerApp:
        if self.serverapp is None:
            raise RuntimeError("the extension is not linked to a server")
        return self.serverapp


def _forget_failed_starts(kernel_manager: MultiKernelManager) -> None:
    """Let the server shut its kernels down although one could not be started, as ours on purpose at times.

    jupyter_client (8.10) keeps a start that failed among the pending ones, looks for a kernel of that name
    when all are shut down, and the server then neither ends the others nor itself.
    """
    pending = getattr(kernel_manager, "_pending_kernels", {})
    for kernel_id, start in list(pending.items()):
        if start.done() and kernel_id not in kernel_manager:
            del pending[kernel_id]
