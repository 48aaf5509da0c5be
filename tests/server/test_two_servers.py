"""Two real servers on one database, as a person has them who works in two projects: each knows what the
other does, and cleans up after it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_agent.events import Event, RunFinished
from tests.fake_ollama import FakeOllama, Reply
from tests.server.test_real_server import call, events, real_server

TALK = {"message": "Tell me.", "agent_type": "chat", "wait": False}


async def test_they_see_heed_and_stop_each_other(tmp_path: Path) -> None:
    with FakeOllama(answer=lambda request: Reply(text="word " * 2000, delay=0.02)) as ollama:
        option = f"--JupyterAgent.ollama_host={ollama.url}"
        async with AsyncExitStack() as servers:
            killed, one = await servers.enter_async_context(real_server(tmp_path, option))
            _, other = await servers.enter_async_context(real_server(tmp_path, option))
            first, second = [(await call(one, "POST", "chat", TALK))["conversation_id"] for _ in range(2)]

            seen: list[Event] = []
            async with aclosing(events(other, first)) as following:
                async for event in following:
                    seen.append(event)
                    if len(seen) == 40:
                        with pytest.raises(HTTPClientError, match="409"):
                            await call(other, "POST", "chat", {**TALK, "conversation_id": first})
                        stopping = asyncio.create_task(call(other, "POST", f"conversations/{first}/stop", {}))
                    if isinstance(event.body, RunFinished):
                        break
            await stopping
            assert isinstance(seen[-1].body, RunFinished)
            assert seen[-1].body.status == "stopped"
            assert [event.sequence for event in seen] == list(range(1, len(seen) + 1))

            async with aclosing(events(other, second)) as following:
                async for event in following:
                    if event.sequence == 20:
                        killed.kill()
                    if isinstance(event.body, RunFinished):
                        assert event.body.status == "interrupted"
                        break
            assert (await call(other, "GET", f"conversations/{second}"))["running"] is None
            again = await call(other, "POST", "chat", {**TALK, "conversation_id": second})
            assert again["conversation_id"] == second
