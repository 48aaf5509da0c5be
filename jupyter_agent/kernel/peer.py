"""The front's side of the pair: asks the worker, or a snapshot, and hears what it says.

Nothing that is heard is trusted. What does not keep to the form is the end of the peer; what it says beside
its answers is handed on to be looked at.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .frames import BrokenFrame, Frame, Frames, Kind, pack_message

_RECEIVED_BYTES = 1024 * 1024
_MOST_DESCRIPTORS = 4
_LAST_PIECES = 16
"""That are heard of a process that has ended; a socket holds less."""


class PeerEnded(Exception):
    """The process at the other end is gone, or does not keep to the form."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request brought, and the descriptor that came with it."""

    content: dict[str, Any]
    descriptor: int | None = None


Hear = Callable[[Frame, dict[str, Any] | None], None]
"""Called with what is printed and, parsed, with what is published."""


class Peer:
    """A process at the other end of a socket."""

    _numbers = itertools.count(1)

    def __init__(self, end: socket.socket, hear: Hear, loop: asyncio.AbstractEventLoop) -> None:
        end.setblocking(False)
        self._end = end
        self._hear = hear
        self._frames = Frames()
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._descriptors: list[int] = []
        self._loop = loop
        self._unsaid = bytearray()
        """What did not go at once. It goes to its end even if nobody waits for the answer any more."""
        self.ended: asyncio.Future[None] = self._loop.create_future()
        """Done when nothing will be heard any more."""
        self._listening = True
        self._loop.add_reader(end, self._receive)

    async def ask(self, op: str, *, pass_on: Sequence[int] = (), **content: Any) -> Answer:
        """Send a request, if given with descriptors beside it, and wait for its answer.

        Raises:
            PeerEnded: there will be none.
        """
        number = next(self._numbers)
        if self.ended.done():
            raise PeerEnded
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._asked[number] = answer
        self._unsaid += pack_message({"op": op, "id": number, **content})
        self._say(pass_on)
        return await answer

    def close(self) -> None:
        """Hear no more. Whoever waits for an answer learns that there will be none."""
        if self._listening:
            self._listening = False
            self._loop.remove_reader(self._end)
            self._loop.remove_writer(self._end)
            self._end.close()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(PeerEnded())
                answer.exception()  # nobody may be waiting any more
        self._asked.clear()
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors.clear()
        if not self.ended.done():
            self.ended.set_result(None)

    def finish(self) -> None:
        """Hear what has arrived already, and no more: the process has ended.

        What it has started may hold its end open, and go on writing.
        """
        for _ in range(_LAST_PIECES):
            if not self._receive():
                break
        self.close()

    def _say(self, pass_on: Sequence[int] = ()) -> None:
        try:
            while self._unsaid:
                sent = socket.send_fds(self._end, [self._unsaid], list(pass_on))
                del self._unsaid[:sent]
                pass_on = ()
        except BlockingIOError:
            # No descriptor waits here: they are passed to a worker that has been asked for nothing yet.
            self._loop.add_writer(self._end, self._say)
        except OSError:
            self.close()
        else:
            self._loop.remove_writer(self._end)

    def _receive(self) -> bool:
        """Hear what has arrived, at most a piece; False if that is nothing."""
        if not self._listening:
            return False
        try:
            data, descriptors, _, _ = socket.recv_fds(self._end, _RECEIVED_BYTES, _MOST_DESCRIPTORS)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            data, descriptors = b"", []
        self._descriptors += descriptors
        try:
            if len(self._descriptors) > _MOST_DESCRIPTORS:
                raise BrokenFrame("more descriptors than answers")
            for frame in self._frames.feed(data):
                self._take(frame)
        except BrokenFrame:
            data = b""
        if not data:
            self.close()
        return bool(data)

    def _take(self, frame: Frame) -> None:
        if frame.kind is not Kind.MESSAGE:
            self._hear(frame, None)
            return
        message = frame.message()
        if "reply" not in message:
            self._hear(frame, message)
            return
        number, content = message["reply"], message.get("content")
        if not isinstance(number, int) or not isinstance(content, dict):
            raise BrokenFrame("no answer")
        descriptor = self._descriptors.pop(0) if self._descriptors else None
        answer = self._asked.pop(number, None)
        if answer is not None and not answer.done():
            answer.set_result(Answer(content, descriptor))
        elif descriptor is not None:
            os.close(descriptor)
