"""Real kernels: the project's kernelspec beside Jupyter's own, and a workspace with an attachment."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.ids import ConversationId
from jupyter_agent.kernel.sessions import RestrictedKernels, RestrictedSession
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import Block, DisplayOutput, ErrorOutput, Execution, Meter, Output, StreamOutput

STRICT = "jupyter-agent-strict"
SAMPLE = os.environ.get("JUPYTER_AGENT_ATTACKS") or time.strftime("%Y%m%d")
"""Which of the attacks are tried on older versions of Landlock: another sample each day."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        f"The sample of attacks can be drawn again with JUPYTER_AGENT_ATTACKS={SAMPLE}."
    )


@pytest.fixture(scope="session", autouse=True)
def kernelspecs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Makes the repository's kernelspecs the ones that are found, wherever the package is installed."""
    folder = tmp_path_factory.mktemp("jupyter")
    (folder / "kernels").symlink_to(Path(__file__).parents[2] / "kernels")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JUPYTER_PATH", str(folder))
        environment.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        environment.setenv("IPYTHONDIR", str(folder / "ipython"))
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    folder, attachments, variables = (tmp_path / name for name in ("workspace", "attachments", "variables"))
    for made in (folder, attachments, variables):
        made.mkdir()
    (attachments / "sales.csv").write_text("region,price\nNorth,10\nSouth,20\nNorth,30\n")
    (folder / "sales.csv").symlink_to(attachments / "sales.csv")
    return Workspace(
        conversation_id=ConversationId("c1"), folder=folder, attachments=attachments, variables=variables
    )


@dataclass
class Ran:
    """What an execution brought."""

    execution: Execution
    outputs: list[Output] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    meters: list[Meter] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(output.text for output in self.outputs if isinstance(output, StreamOutput))

    @property
    def displays(self) -> list[DisplayOutput]:
        return [output for output in self.outputs if isinstance(output, DisplayOutput)]

    @property
    def error(self) -> ErrorOutput:
        assert self.execution.error is not None, f"no error, but {self.outputs}"
        return self.execution.error

    @property
    def result(self) -> str:
        return next(output.data["text/plain"] for output in self.displays if output.is_result)


async def run(session: RestrictedSession, code: str, *, timeout: float = 60.0, label: str = "") -> Ran:
    """Runs code to its end."""
    outputs: list[Output] = []
    blocks: list[Block] = []
    meters: list[Meter] = []
    async for output in session.execute(code, timeout=timeout, label=label):
        match output:
            case Execution():
                return Ran(output, outputs, blocks, meters)
            case Block():
                blocks.append(output)
            case Meter():
                meters.append(output)
            case _:
                outputs.append(output)
    raise AssertionError("no execution came")


@pytest.fixture
def manager(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[AsyncMultiKernelManager]:
    manager = AsyncMultiKernelManager()
    yield manager
    jp_asyncio_loop.run_until_complete(manager.shutdown_all(now=True))
    manager.context.destroy(linger=0)


@pytest.fixture
def kernels(
    jp_asyncio_loop: asyncio.AbstractEventLoop, manager: AsyncMultiKernelManager
) -> Iterator[RestrictedKernels]:
    kernels = RestrictedKernels(manager, STRICT, interrupt_grace=4.0)
    yield kernels
    jp_asyncio_loop.run_until_complete(kernels.close())


@pytest.fixture
def session(kernels: RestrictedKernels, workspace: Workspace) -> RestrictedSession:
    return kernels.session(workspace)
