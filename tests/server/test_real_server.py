"""A server in a process of its own, ended and killed: it is found, and loses nothing that was shown."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_agent.events import Event, RunFinished
from jupyter_agent.wire import from_json
from tests.fake_ollama import FakeOllama, Reply


@asynccontextmanager
async def real_server(
    home: Path, *options: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """`jupyter server` in a process of its own, as a person starts it, and its credential file's content."""
    for folder in ("runtime", "config", "root"):
        (home / folder).mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
    }
    with (home / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "jupyter_server", "--no-browser", "--port=0"),
            f"--ServerApp.root_dir={home / 'root'}",
            "--ServerApp.jpserver_extensions={'jupyter_agent': True}",
            f"--JupyterAgent.data_dir={home / 'agent'}",
            *options,
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        yield process, await credentials_of(process, home)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def credentials_of(process: asyncio.subprocess.Process, home: Path) -> dict[str, Any]:
    path = home / "runtime" / f"jupyter-agent-{process.pid}.json"
    async with asyncio.timeout(60):
        while not (path.exists() and path.read_text().endswith("}")):
            assert process.returncode is None, (home / "log").read_text()
            await asyncio.sleep(0.05)
    content: dict[str, Any] = json.loads(path.read_text())
    return content


async def call(credentials: dict[str, Any], method: str, path: str, body: object = None) -> Any:
    request = HTTPRequest(
        f"{credentials['url']}agent/api/{path}",
        method=method,
        headers={"Authorization": f"Bearer {credentials['token']}", "Content-Type": "application/json"},
        request_timeout=60,
        body=None if body is None else json.dumps(body),
    )
    reply = await AsyncHTTPClient().fetch(request)
    return json.loads(reply.body) if reply.body else None


async def events(credentials: dict[str, Any], conversation: str) -> AsyncGenerator[Event, None]:
    """What a page that shows the conversation receives, until the server is gone."""
    address = f"{credentials['url']}agent/api/conversations/{conversation}/events".replace("http", "ws", 1)
    request = HTTPRequest(address, headers={"Authorization": f"Bearer {credentials['token']}"})
    socket = await websocket_connect(request)
    try:
        while (message := await asyncio.wait_for(socket.read_message(), 60)) is not None:
            yield from_json(message, Event)
    finally:
        socket.close()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
async def test_a_real_server_is_found_by_its_file_and_loses_nothing(
    tmp_path: Path, ending: signal.Signals
) -> None:
    async with real_server(tmp_path) as (process, credentials):
        made = await call(credentials, "POST", "conversations", {"title": "kept"})
        process.send_signal(ending)
        await asyncio.wait_for(process.wait(), 60)
    left = list((tmp_path / "runtime").glob("jupyter-agent-*.json"))
    assert (left == []) is (ending == signal.SIGTERM)
    async with real_server(tmp_path) as (_, credentials):
        assert await call(credentials, "GET", "conversations") == {"conversations": [made], "more": False}
    with closing(sqlite3.connect(tmp_path / "agent" / "agent.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
async def test_what_was_shown_of_a_run_is_there_after_the_server_ended(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with FakeOllama(answer=lambda request: Reply(text="word " * 500, delay=0.02)) as ollama:
        option = f"--JupyterAgent.ollama_host={ollama.url}"
        async with real_server(tmp_path, option) as (process, credentials):
            question = {"message": "Tell me.", "agent_type": "chat", "wait": False}
            talk = (await call(credentials, "POST", "chat", question))["conversation_id"]
            shown: list[Event] = []
            async with aclosing(events(credentials, talk)) as following:
                async for event in following:
                    shown.append(event)
                    if len(shown) == 20:
                        process.send_signal(ending)
            await asyncio.wait_for(process.wait(), 60)
        if ending == signal.SIGTERM:
            assert isinstance(shown[-1].body, RunFinished), "who looks on sees the end"

        async with real_server(tmp_path, option) as (_, credentials):
            replayed: list[Event] = []
            async with aclosing(events(credentials, talk)) as following:
                async for event in following:
                    replayed.append(event)
                    if isinstance(event.body, RunFinished):
                        break
    assert len(shown) >= 20
    assert replayed[: len(shown)] == shown
    end = replayed[-1].body
    assert isinstance(end, RunFinished)
    assert end.status == "interrupted"


async def test_a_server_whose_kernel_could_not_start_stops_all_the_same(tmp_path: Path) -> None:
    """As on a machine where the restrictions cannot be enforced, while a person's own kernel runs."""
    spec = tmp_path / "data" / "kernels" / "broken" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(
        json.dumps({"argv": ["/no/such/program"], "display_name": "Broken", "language": "python"})
    )
    with FakeOllama(answer=lambda request: "```python\nprint(1)\n```") as ollama:
        options = (
            f"--JupyterAgent.ollama_host={ollama.url}",
            "--JupyterAgent.kernel_name=broken",
            "--JupyterAgent.allow_unrestricted_kernel=True",
        )
        async with real_server(tmp_path, *options, "--IdentityProvider.token=jupyters") as (process, agents):
            own = HTTPRequest(
                f"{agents['url']}api/kernels",
                method="POST",
                headers={"Authorization": "token jupyters"},
                body=json.dumps({"name": "python3"}),
            )
            assert (await AsyncHTTPClient().fetch(own)).code == 201
            answer = await call(agents, "POST", "chat", {"message": "One?", "agent_type": "react"})
            assert answer["status"] == "failed"
            assert "kernel could not be started" in answer["message"]
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)
