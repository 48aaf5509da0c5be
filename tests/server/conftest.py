"""A real Jupyter server with the extension, a real database, and models that say what they are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from jupyter_agent.compose import Services, compose
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.settings import Settings
from tests.server.client import Api, Fetch


def say(request: ModelRequest) -> str:
    """Answers with the question; slowly, if that says so."""
    return f"You asked: {request.messages[-1].text.split()[-1]}"


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel(say)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "agent"


@pytest.fixture
def jp_server_config(data_dir: Path, model: ScriptedModel) -> Config:
    async def scripted(settings: Settings, kernel_manager: AsyncMultiKernelManager) -> Services:
        return await compose(settings, kernel_manager, models=ScriptedModels(model))

    return Config(
        ServerApp={"jpserver_extensions": {"jupyter_agent": True, "jupyter_server_terminals": True}},
        JupyterAgent={"data_dir": str(data_dir), "upload_limit_mb": 3},
        JupyterAgentExtension={"compose": scripted},
    )


@pytest.fixture
def extension(
    jp_serverapp: ServerApp, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[JupyterAgentExtension]:
    """The extension, started and in the end stopped as the server does it."""
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_agent"]
    assert isinstance(app, JupyterAgentExtension)
    jp_asyncio_loop.run_until_complete(app._start_jupyter_server_extension(jp_serverapp))
    yield app
    jp_asyncio_loop.run_until_complete(app.stop_extension())


@pytest.fixture
def api(extension: JupyterAgentExtension, jp_fetch: Fetch) -> Api:
    return Api(jp_fetch, {})
