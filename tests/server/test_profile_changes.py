"""A conversation that goes on in a kernel of another profile: its next question says what came along."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_agent
from jupyter_agent.events import Notice, OutputReceived
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.steps import StreamOutput
from tests.server.client import Api

PROGRAMS = {
    "Begin": "table = [1, 2]\ndef double(n): return 2 * n\nprint(double(3))",
    "Go on": "import os\nprint(table, 'double' in globals(), os.waitstatus_to_exitcode(os.system('true')))",
}


@pytest.fixture
def model() -> ScriptedModel:
    def say(request: ModelRequest) -> str:
        asked = request.messages[-1].text
        if "Question: " not in asked:
            return "It worked."
        return f"```python\n{PROGRAMS['Go on' if 'Question: Go on' in asked else 'Begin']}\n```"

    return ScriptedModel(say)


async def test_the_notice_says_what_came_along(
    api: Api, extension: JupyterAgentExtension, jp_kernel_dir: Path
) -> None:
    for name in ("jupyter-agent-strict", "jupyter-agent-parallel"):
        (jp_kernel_dir / name).symlink_to(Path(jupyter_agent.__file__).parents[1] / "kernels" / name)
    first = await api("POST", "chat", {"message": "Begin", "agent_type": "react"})
    made = first.body["conversation_id"]
    assert (await api("PATCH", f"conversations/{made}", {"profile": "parallel"})).status == 200
    second = {"message": "Go on", "agent_type": "react", "conversation_id": made}
    assert (await api("POST", "chat", second)).body["status"] == "completed"
    services = await extension.context.services.get()
    bodies = [event.body for event in await services.store.events(OWNER, made)]
    (notice,) = (body.text for body in bodies if isinstance(body, Notice) and "kernel" in body.text)
    assert notice.startswith("Another kind of kernel was chosen, so a new one was started.")
    assert "Variables that were kept are back: table." in notice
    assert "These could not be kept: double (" in notice
    outputs = [body.output for body in bodies if isinstance(body, OutputReceived)]
    assert [output.text for output in outputs if isinstance(output, StreamOutput)] == [
        "6\n",
        "[1, 2] False 0\n",
    ]
