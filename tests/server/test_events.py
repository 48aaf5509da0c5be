"""The WebSocket: what happened, then what happens, to those who may know it."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_agent.errors import StorageError
from jupyter_agent.events import RunFinished
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import Api, Fetch, events_until, listening, next_event, read_message


async def end_of(socket: WebSocketClientConnection) -> tuple[int | None, str]:
    while await asyncio.wait_for(read_message(socket), 30) is not None:
        pass
    return socket.close_code, socket.close_reason or ""


async def test_a_run_is_seen_as_it_happens_and_again_from_any_point(api: Api, jp_ws_fetch: Fetch) -> None:
    made = (await api("POST", "conversations")).body["id"]
    async with listening(jp_ws_fetch, made) as live:
        await api("POST", "chat", {"message": "How many?", "agent_type": "chat", "conversation_id": made})
        seen = await events_until(live, "run-finished")
    assert [event.sequence for event in seen] == list(range(1, len(seen) + 1))
    kinds = [event.body.kind for event in seen]
    assert kinds[0] == "run-started"
    assert "answer" in kinds

    for after in (0, 2, len(seen) - 1):
        async with listening(jp_ws_fetch, made, str(after)) as again:
            assert [await next_event(again) for _ in seen[after:]] == seen[after:]


async def test_what_a_client_says_changes_nothing(api: Api, jp_ws_fetch: Fetch) -> None:
    made = (await api("POST", "conversations")).body["id"]
    async with listening(jp_ws_fetch, made) as socket:
        await socket.write_message(json.dumps({"stop": True}))
        await socket.write_message(b"\x00\xff", binary=True)
        await api("POST", "chat", {"message": "There?", "agent_type": "chat", "conversation_id": made})
        assert (await next_event(socket)).sequence == 1
        await socket.write_message("x" * 10_000)
        code, _ = await end_of(socket)
        assert code in (None, 1006, 1009), "what is far too long ends the connection"


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", "9" * 40, "٣"])
async def test_a_malformed_point_is_refused_with_a_reason(api: Api, jp_ws_fetch: Fetch, after: str) -> None:
    made = (await api("POST", "conversations")).body["id"]
    async with listening(jp_ws_fetch, made, after) as socket:
        code, reason = await end_of(socket)
    assert (code, "whole number" in reason) == (4400, True)


async def test_an_unknown_conversation_is_refused_with_a_reason(api: Api, jp_ws_fetch: Fetch) -> None:
    async with listening(jp_ws_fetch, "f" * 32) as socket:
        code, reason = await end_of(socket)
    assert (code, "no such conversation" in reason) == (4404, True)


async def test_it_ends_with_the_conversation_and_with_the_server(
    api: Api, jp_ws_fetch: Fetch, extension: JupyterAgentExtension
) -> None:
    first, second = [(await api("POST", "conversations")).body["id"] for _ in range(2)]
    async with listening(jp_ws_fetch, first) as one, listening(jp_ws_fetch, second) as other:
        await api("DELETE", f"conversations/{first}")
        assert await end_of(one) == (4404, "This conversation was deleted.")
        await extension.stop_extension()
        assert await end_of(other) == (1001, "The server is stopping.")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StorageError("The disk is full.", "Make room."), "The disk is full. Make room."),
        (StorageError("The disk is full.", "Make room on " + "é" * 60), "The disk is full."),
        (StorageError("é" * 70), "é" * 60 + "…"),
    ],
)
async def test_why_nothing_more_comes_is_said_in_whole_sentences_where_they_fit(
    api: Api, jp_ws_fetch: Fetch, extension: JupyterAgentExtension, error: StorageError, reason: str
) -> None:
    made = (await api("POST", "conversations")).body["id"]
    services = extension.context.services.started
    assert services is not None
    async with listening(jp_ws_fetch, made) as socket:
        await api("POST", "chat", {"message": "Well?", "agent_type": "chat", "conversation_id": made})
        await events_until(socket, "run-finished")
        services.journal.obstruct(made, error)
        assert await end_of(socket) == (1011, reason)


async def test_other_sites_cannot_listen_in(
    api: Api, jp_http_port: int, jp_base_url: str, jp_fetch: Fetch
) -> None:
    made = (await api("POST", "conversations")).body["id"]
    # A browser that is logged in sends its cookie along, whichever page asks it to connect.
    login = await jp_fetch("api", "status")
    cookies = "; ".join(cookie.partition(";")[0] for cookie in login.headers.get_list("Set-Cookie"))
    address = f"ws://127.0.0.1:{jp_http_port}{jp_base_url}agent/api/conversations/{made}/events"
    own = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookies}))
    own.close()
    with pytest.raises(HTTPClientError) as refusal:
        await websocket_connect(
            HTTPRequest(address, headers={"Cookie": cookies, "Origin": "https://evil.example"})
        )
    assert refusal.value.code == 403


class TestWithASlowModel:
    """The server stops in mid-answer."""

    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel(lambda request: "word " * 2000, delay=0.01)

    async def test_the_last_event_is_stored_and_seen_when_the_server_stops(
        self, api: Api, jp_ws_fetch: Fetch, extension: JupyterAgentExtension
    ) -> None:
        running = await api("POST", "chat", {"message": "How?", "agent_type": "chat", "wait": False})
        async with listening(jp_ws_fetch, running.body["conversation_id"]) as socket:
            await events_until(socket, "text-delta")
            stopping = asyncio.create_task(extension.stop_extension())
            end = (await events_until(socket, "run-finished"))[-1].body
            assert isinstance(end, RunFinished)
            assert end.status == "interrupted"
            await stopping
            assert (await end_of(socket))[0] == 1001
