"""The front's side of the pair, with a test at the other end."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from jupyter_agent.kernel.frames import Frames, pack_message
from jupyter_agent.kernel.peer import Peer, PeerEnded


async def test_a_request_that_was_given_up_does_not_spoil_the_next() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    loop = asyncio.get_running_loop()
    peer = Peer(ours, lambda *_: None, loop)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await peer.ask("complete", code="x" * 5_000_000)
    asked = asyncio.create_task(peer.ask("execute", code="1"))
    frames = Frames()
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(20):
        while len(heard) < 2:
            data = await loop.sock_recv(theirs, 1_000_000)
            heard += [frame.message() for frame in frames.feed(data)]
        assert [message["op"] for message in heard] == ["complete", "execute"]
        for message in heard:
            theirs.send(pack_message({"reply": message["id"], "content": {"op": message["op"]}}))
        assert (await asked).content == {"op": "execute"}
    peer.close()
    theirs.close()


async def test_who_asks_learns_of_the_end_of_a_process_that_does_not_listen() -> None:
    ours, theirs = socket.socketpair()
    peer = Peer(ours, lambda *_: None, asyncio.get_running_loop())
    asked = asyncio.create_task(peer.ask("execute", code="x" * 5_000_000))
    await asyncio.sleep(0)
    theirs.close()
    async with asyncio.timeout(20):
        with pytest.raises(PeerEnded):
            await asked
