"""The agent's kernels are the server's: they show among its kernels and end when they should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from traitlets.config import Config

import jupyter_agent
from jupyter_agent.ids import OWNER, ConversationId
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.steps import Execution
from tests.server.client import Api, Fetch

STRICT = "jupyter-agent-strict"


@pytest.fixture(autouse=True)
def kernelspec(jp_kernel_dir: Path) -> None:
    """The repository's, wherever the package is installed."""
    repository = Path(jupyter_agent.__file__).parents[1]
    (jp_kernel_dir / STRICT).symlink_to(repository / "kernels" / STRICT)


async def running_kernels(jp_fetch: Fetch) -> list[str]:
    return [kernel["name"] for kernel in json.loads((await jp_fetch("api", "kernels")).body)]


async def start_kernel(extension: JupyterAgentExtension, conversation: str) -> None:
    services = await extension.context.services.get()
    workspace = services.workspaces.for_conversation(OWNER, ConversationId(conversation))
    outputs = [item async for item in services.kernels.session(workspace).execute("6 * 7", timeout=60)]
    assert isinstance(outputs[-1], Execution)
    assert outputs[-1].status == "ok"


async def test_a_kernel_shows_among_the_servers_and_ends_with_its_conversation(
    api: Api, extension: JupyterAgentExtension, jp_fetch: Fetch
) -> None:
    made = (await api("POST", "conversations")).body["id"]
    await start_kernel(extension, made)
    assert await running_kernels(jp_fetch) == [STRICT]
    assert (await api("DELETE", f"conversations/{made}")).status == 204
    assert await running_kernels(jp_fetch) == []


async def test_a_person_learns_how_code_will_run_before_any_does(api: Api, jp_fetch: Fetch) -> None:
    assert (await api("GET", "kernel")).body == {"restricted": True, "profile": "strict"}
    assert await running_kernels(jp_fetch) == []


class TestOrdinaryKernels:
    """Somebody has chosen them on purpose."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.JupyterAgent.kernel_name = "python3"
        return jp_server_config

    async def test_are_said_to_be_unrestricted(self, api: Api) -> None:
        assert (await api("GET", "kernel")).body == {"restricted": False, "profile": "unrestricted"}
        made = (await api("POST", "conversations")).body["id"]
        assert (await api("GET", f"conversations/{made}/kernel")).body["restricted"] is False


async def test_the_agents_kernels_end_with_the_extension_and_no_others(
    api: Api, extension: JupyterAgentExtension, jp_fetch: Fetch
) -> None:
    made = (await api("POST", "conversations")).body["id"]
    await start_kernel(extension, made)
    await jp_fetch("api", "kernels", method="POST", body=json.dumps({"name": "python3"}))
    await extension.stop_extension()
    assert await running_kernels(jp_fetch) == ["python3"]
