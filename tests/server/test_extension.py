"""The extension's life: nothing at start, everything once with the first request, all closed at the end."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from jupyter_agent.compose import Services
from jupyter_agent.errors import StorageError
from jupyter_agent.server.credentials import credential_file
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.settings import Settings
from tests.server.client import Api, Fetch


async def test_nothing_is_opened_before_the_first_request(
    extension: JupyterAgentExtension, api: Api, data_dir: Path
) -> None:
    assert extension.context.services.started is None
    assert not data_dir.exists()
    await api("GET", "conversations")
    assert (data_dir / "agent.sqlite3").exists()


async def test_requests_that_come_at_once_share_the_services(
    extension: JupyterAgentExtension, api: Api
) -> None:
    replies = await asyncio.gather(*(api("GET", "conversations") for _ in range(8)))
    assert {reply.status for reply in replies} == {200}
    services = extension.context.services.started
    assert services is await extension.context.services.get()


async def test_the_agents_kernels_are_the_servers(
    jp_serverapp: ServerApp, extension: JupyterAgentExtension
) -> None:
    seen: list[object] = []
    compose = extension.compose

    async def looking(settings: Settings, kernel_manager: AsyncMultiKernelManager) -> Services:
        seen.append(kernel_manager)
        services: Services = await compose(settings, kernel_manager)
        return services

    extension.compose = looking
    await extension.context.services.get()
    assert seen == [jp_serverapp.kernel_manager]


async def test_the_credential_file_is_private_and_goes_with_the_server(
    extension: JupyterAgentExtension, jp_serverapp: ServerApp
) -> None:
    path = credential_file(os.getpid())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {
        "url": jp_serverapp.connection_url,
        "base_url": jp_serverapp.base_url,
        "token": extension.context.token.secret,
        "pid": os.getpid(),
    }
    await extension.stop_extension()
    assert not path.exists()


async def test_after_the_stop_nothing_is_started_again(extension: JupyterAgentExtension, api: Api) -> None:
    await extension.stop_extension()
    reply = await api("GET", "conversations")
    assert (reply.status, "stopping" in reply.problem) == (503, True)


class TestWithAFailingComposition:
    """What cannot start says so, and is tried again."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        compose = jp_server_config.JupyterAgentExtension.compose
        errors = [StorageError("The disk is full.", "Make room."), RuntimeError("a bug of ours"), None]

        async def failing(settings: Settings, kernel_manager: AsyncMultiKernelManager) -> Services:
            error = errors.pop(0)
            if error:
                raise error
            services: Services = await compose(settings, kernel_manager)
            return services

        jp_server_config.JupyterAgentExtension.compose = failing
        return jp_server_config

    async def test_it_is_said_and_tried_again(self, api: Api, caplog: pytest.LogCaptureFixture) -> None:
        first = await api("GET", "conversations")
        assert (first.status, first.problem) == (503, "The disk is full. Make room.")
        assert (await api("GET", "health")).body["database"] == "unopened"
        second = await api("GET", "conversations")
        assert (second.status, "error of its own" in second.problem) == (500, True)
        assert "a bug of ours" not in second.response.body.decode()
        assert "a bug of ours" in caplog.text
        assert (await api("GET", "conversations")).status == 200


class TestWithAMistakeInTheConfiguration:
    """It shows when the server starts, and the server starts all the same."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.JupyterAgent.num_ctx = -1
        return jp_server_config

    async def test_it_is_in_the_log(
        self, jp_serverapp: ServerApp, jp_fetch: Fetch, caplog: pytest.LogCaptureFixture
    ) -> None:
        (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_agent"]
        assert any("num_ctx" in record.getMessage() for record in caplog.get_records("setup"))
        await app._start_jupyter_server_extension(jp_serverapp)
        assert not credential_file(os.getpid()).exists()
        assert (await jp_fetch("api", "status")).code == 200
        await app.stop_extension()
