"""What the front and the worker of a kernel say to each other, over a pair of connected stream sockets.

A frame is one byte for its kind, four for its length, and that many bytes: text that code printed as it is,
everything else as JSON. The front trusts nothing of what it hears: a frame that is too long or not what its
kind says ends the worker.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

LARGEST = 16 * 1024 * 1024
"""Bytes of a frame; more than any output that is shown. Words take up to fifteen times as much memory."""

_MOST_CONTAINERS = 2_000_000
"""Lists and objects in a message: each takes thirty times the memory that its two characters take."""

_HEADER = struct.Struct("!BI")


class Kind(IntEnum):
    """What a frame holds."""

    MESSAGE = 0
    STDOUT = 1
    STDERR = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing said."""

    kind: Kind
    payload: bytes

    @property
    def text(self) -> str:
        return self.payload.decode("utf-8", "replace")

    def message(self) -> dict[str, Any]:
        """The content of a `MESSAGE`.

        Raises:
            BrokenFrame: it is not a JSON object, or has more parts than there is memory and time for.
        """
        if self.payload.count(b"[") + self.payload.count(b"{") > _MOST_CONTAINERS:
            raise BrokenFrame("too many parts")
        try:
            content = json.loads(self.payload)
        except (ValueError, RecursionError) as error:
            raise BrokenFrame("not JSON") from error
        if not isinstance(content, dict):
            raise BrokenFrame("not a JSON object")
        return content


class BrokenFrame(Exception):
    """The other side does not keep to the form."""


def pack(kind: Kind, payload: bytes) -> bytes:
    """A frame as it is sent."""
    return _HEADER.pack(kind, len(payload)) + payload


def pack_message(content: Mapping[str, Any]) -> bytes:
    """A `MESSAGE` frame as it is sent."""
    # Halves of characters, which JSON can hold but nobody can print, go as escapes.
    return pack(Kind.MESSAGE, json.dumps(content, default=_as_jupyter_does).encode())


def _as_jupyter_does(value: object) -> object:
    """Images as base64, times as text; of the rest what they say of themselves."""
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


class Frames:
    """Takes a stream apart into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that `data` completes.

        Raises:
            BrokenFrame: the stream holds something else.
        """
        self._buffer += data
        while len(self._buffer) >= _HEADER.size:
            kind, length = _HEADER.unpack_from(self._buffer)
            if length > LARGEST or kind not in Kind.__members__.values():
                raise BrokenFrame("no frame")
            end = _HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            yield Frame(Kind(kind), payload)
