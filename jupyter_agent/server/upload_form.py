"""Reads a form with files in it, piece by piece: the memory it needs does not grow with the files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from jupyter_agent.errors import InputRefused
from jupyter_agent.storage.incoming import IncomingFile

_MOST_PARTS = 100
_LONGEST_FIELD = 5_000
"""Bytes of a field that is not a file."""

Receive = Callable[[str], Awaitable[IncomingFile]]
"""Begins to take in a file of this name."""


@dataclass(frozen=True, slots=True)
class _Begin:
    """A part's headers are complete."""

    name: str
    filename: str | None


@dataclass(frozen=True, slots=True)
class _Data:
    """More of the part's content."""

    data: bytes


@dataclass(frozen=True, slots=True)
class _End:
    """The part is complete."""


class UploadForm:
    """A form as it arrives. The files belong to it until somebody attaches them."""

    def __init__(self, content_type: str, receive: Receive) -> None:
        """Raises `InputRefused` when this is not the type of a form with files."""
        self.conversation_id: str | None = None
        self.folder: str | None = None
        self._receive = receive
        self._files: list[IncomingFile] = []
        self._part: _Begin | None = None
        self._field = bytearray()
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._parsed: list[_Begin | _Data | _End] = []
        self._parts = 0
        self._complete = False
        self._discarded = False
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_header_begin": self._on_header_begin,
                "on_header_field": lambda data, start, end: self._header_name.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header_value.extend(data[start:end]),
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": lambda data, start, end: self._parsed.append(_Data(data[start:end])),
                "on_part_end": lambda: self._parsed.append(_End()),
                "on_end": self._on_end,
            },
        )

    async def feed(self, data: bytes) -> None:
        """Take in the next piece of the body.

        Raises:
            InputRefused: it is not a form, or a file's name cannot be used.
            TooLarge: a file is over the limit.
            StorageError: a file cannot be written.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise InputRefused("The upload is not a form.", "Send multipart/form-data.") from error
        parsed, self._parsed = self._parsed, []
        for event in parsed:
            match event:
                case _Begin():
                    await self._begin(event)
                case _Data():
                    await self._take(event.data)
                case _End():
                    await self._end()

    async def files(self) -> tuple[IncomingFile, ...]:
        """The files, when the whole body has been fed.

        Raises:
            InputRefused: the body ended too early, or there was no file in it.
        """
        if not self._complete:
            raise InputRefused("The upload broke off.", "Try again.")
        if not self._files:
            raise InputRefused("The upload contains no file.", "Send files in fields called `file`.")
        return tuple(self._files)

    def discard(self) -> None:
        """Throw away the files that nobody attached."""
        self._discarded = True
        for file in self._files:
            file.discard()

    async def _begin(self, part: _Begin) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise InputRefused(
                f"The upload has more than {_MOST_PARTS} parts.", "Upload fewer files at once."
            )
        self._part = part
        self._field.clear()
        if part.filename is not None:
            file = await self._receive(part.filename)
            self._files.append(file)
            if self._discarded:  # the connection broke while the file was made
                file.discard()

    async def _take(self, data: bytes) -> None:
        if self._part is not None and self._part.filename is not None:
            await self._files[-1].write(data)
        elif len(self._field) + len(data) <= _LONGEST_FIELD:
            self._field.extend(data)
        else:
            raise InputRefused("A field of the upload is too long.", "Send files with a file name.")

    async def _end(self) -> None:
        part, self._part = self._part, None
        if part is None:
            return
        if part.filename is not None:
            await self._files[-1].close()
        elif part.name == "conversation_id":
            self.conversation_id = self._field.decode(errors="replace").strip() or None
        elif part.name == "folder":
            self.folder = self._field.decode(errors="replace")

    def _on_header_begin(self) -> None:
        self._header_name.clear()
        self._header_value.clear()

    def _on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)

    def _on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        filename = options.get(b"filename")
        self._parsed.append(
            _Begin(
                name=options.get(b"name", b"").decode(errors="replace"),
                filename=None if filename is None else filename.decode(errors="replace"),
            )
        )
        self._disposition = b""

    def _on_end(self) -> None:
        self._complete = True


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise InputRefused("The upload is not a form.", "Send multipart/form-data.")
    return boundary
