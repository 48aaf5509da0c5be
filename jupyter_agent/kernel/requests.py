"""The front's requests, as a worker or a snapshot gets them over its end of the pair."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from .frames import Frames
from .own_proc import NAMES, OwnProc

_RECEIVED_BYTES = 256 * 1024

Request = dict[str, Any]


class Requests:
    """One after the other; what comes beside them goes to `own_proc`."""

    def __init__(self, own_proc: OwnProc, loop: asyncio.AbstractEventLoop) -> None:
        self._own_proc = own_proc
        self._loop = loop
        self._frames = Frames()
        self._ended = False

    async def next(self, end: socket.socket) -> Request | None:
        """The next request, or None when the front is gone. What code left in the loop goes on meanwhile."""
        data = b""
        while not self._ended:
            # More than one may have come at once.
            for frame in self._frames.feed(data):
                return frame.message()
            data = await self._receive(end)
        return None

    def first(self, own: socket.socket) -> Request | None:
        """The first request to a snapshot, for which it does nothing but wait; None if there will be none."""
        self._frames = Frames()
        for data in iter(lambda: self._received(own), b""):
            # More than one may have come at once.
            for frame in self._frames.feed(data):
                return frame.message()
        return None

    async def _receive(self, end: socket.socket) -> bytes:
        readable: asyncio.Future[None] = self._loop.create_future()

        def settle() -> None:
            # At once: nothing else may wait in the loop while code runs that makes it run once more within.
            self._loop.remove_reader(end)
            if not readable.done():
                readable.set_result(None)

        self._loop.add_reader(end, settle)
        try:
            await readable
        finally:
            self._loop.remove_reader(end)
        data = self._received(end)
        self._ended = not data
        return data

    def _received(self, end: socket.socket) -> bytes:
        """What has come, and what came beside it."""
        data, descriptors, _, _ = socket.recv_fds(end, _RECEIVED_BYTES, len(NAMES))
        if len(descriptors) == len(NAMES):
            self._own_proc.take(descriptors)
        return data
