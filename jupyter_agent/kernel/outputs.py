"""What a kernel may show: Jupyter's messages as outputs, with only harmless content and within a size.

An output is drawn in a page that has the user's session. So only known kinds of content pass, nothing in them
can run, and nothing in them makes a browser ask anybody for anything: not an image, a style sheet or a link
that is looked up in advance.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_agent.characters import encodable
from jupyter_agent.steps import DisplayOutput, ErrorOutput, Output, StreamOutput

from .html import clean_html
from .svg import clean_svg

LEAST = 200
"""Characters that an output counts for, however short it is: each costs whoever shows it about as much."""
_ERRORS_AFTER_THE_CUT = 3
_AT_ONCE = 100_000
"""Characters that are made harmless while everybody else waits."""
_NAME_CHARACTERS = 200
_ERROR_CHARACTERS = 20_000

_DISPLAYS = ("display_data", "update_display_data", "execute_result")

_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_OTHER_THAN_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-ln-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")

_MARKDOWN_BRACKET = re.compile(r"(?<!\\)((?:\\\\)*)!\[")
_MARKDOWN_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARKDOWN_DIAGRAM = re.compile(r"([`~]{3,}[ \t]*)mermaid", re.IGNORECASE)


def plain(text: str) -> str:
    """Text without a terminal's colours and other commands, and with whole characters only."""
    return _COLOURS.sub("", encodable(text))


def coloured(text: str) -> str:
    """Text with a terminal's colours, but none of its other commands, and with whole characters only."""
    return _OTHER_THAN_COLOURS.sub("", encodable(text))


def _markdown(text: str) -> str:
    """Markdown without images, HTML and diagrams, which would all be drawn."""
    without_images = _MARKDOWN_BRACKET.sub(r"\1!\\[", text)
    return _MARKDOWN_DIAGRAM.sub(r"\1text", _MARKDOWN_TAG.sub("&lt;", without_images))


def _image(text: str) -> str:
    return text if _BASE64.fullmatch(text) else ""


def _json(value: object) -> str:
    return encodable(json.dumps(value, ensure_ascii=False))


_CLEANERS: Mapping[str, Callable[[Any], str]] = {
    "text/plain": plain,
    "text/html": clean_html,
    "text/markdown": _markdown,
    "text/latex": plain,
    "image/png": _image,
    "image/jpeg": _image,
    "image/svg+xml": clean_svg,
    "application/json": _json,
}


def clean_bundle(data: Mapping[str, object], *, colours: bool = False) -> dict[str, str]:
    """The representations that may be shown, each made harmless; the others are left out.

    A notebook shows a terminal's `colours` in plain text; the agent's interfaces do not.
    """
    cleaners: Mapping[str, Callable[[Any], str]] = {
        **_CLEANERS,
        "text/plain": coloured if colours else plain,
    }
    clean = {}
    for mime_type, content in data.items():
        cleaner = cleaners.get(mime_type)
        if cleaner is None or (mime_type != "application/json" and not isinstance(content, str)):
            continue
        if text := cleaner(encodable(content) if isinstance(content, str) else content):
            clean[mime_type] = text
    return clean


def cut_notice(limit: int) -> str:
    """What is said in the place of outputs that are more than `limit` characters."""
    return f"The output was cut at {limit:,} characters: write large results to a file, or print less."


def error_from(content: Mapping[str, Any]) -> ErrorOutput:
    """An `error` message's content, or that of a failed `execute_reply`."""
    traceback = content.get("traceback")
    lines = traceback if isinstance(traceback, list) else []
    return ErrorOutput(
        name=plain(str(content.get("ename", "Error")))[:_NAME_CHARACTERS],
        message=_middle_cut(plain(str(content.get("evalue", "")))),
        traceback=_middle_cut(plain("\n".join(map(str, lines)))),
    )


def _middle_cut(text: str) -> str:
    """Text no longer than anybody would read: what matters in an error is at its ends."""
    if len(text) <= _ERROR_CHARACTERS:
        return text
    half = _ERROR_CHARACTERS // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters …\n{text[-half:]}"


@dataclass(slots=True)
class Gate:
    """Lets outputs of one execution through until they reach a size, then says once that it was cut."""

    limit: int
    """Characters in all."""
    passed: int = 0
    cut: bool = False
    _errors_left: int = _ERRORS_AFTER_THE_CUT

    async def output(self, message_type: str, content: Mapping[str, Any]) -> Output | None:
        """The output to show for a message on Jupyter's `iopub` channel; None if there is none."""
        if message_type == "error":
            return self._error(content)
        if self.cut:
            return None
        if message_type == "stream":
            return self._stream(content)
        data = content.get("data")
        if message_type not in _DISPLAYS or not isinstance(data, dict):
            return None
        size = sum(len(str(part)) for part in data.values())
        if not self._has_room(size):
            return self._notice()
        bundle = clean_bundle(data) if size < _AT_ONCE else await asyncio.to_thread(clean_bundle, data)
        return DisplayOutput(data=bundle, is_result=message_type == "execute_result") if bundle else None

    def _has_room(self, size: int) -> bool:
        left = self.limit - self.passed
        self.passed += max(size, LEAST)
        return size <= left

    def _error(self, content: Mapping[str, Any]) -> Output | None:
        """How it ended must be known whatever came before, but code can show errors without end, too."""
        error = error_from(content)
        if not self.cut and not self._has_room(len(error.message) + len(error.traceback)):
            return self._notice()
        if self.cut:
            self._errors_left -= 1
        return error if self._errors_left >= 0 else None

    def _stream(self, content: Mapping[str, Any]) -> StreamOutput:
        text = plain(str(content.get("text", "")))
        left = self.limit - self.passed
        if self._has_room(len(text)):
            return StreamOutput(name="stderr" if content.get("name") == "stderr" else "stdout", text=text)
        notice = self._notice()
        return StreamOutput(name=notice.name, text=f"{text[:left]}\n{notice.text}")

    def _notice(self) -> StreamOutput:
        self.cut = True
        return StreamOutput(name="stderr", text=f"{self.notice}\n")

    @property
    def notice(self) -> str:
        return cut_notice(self.limit)
