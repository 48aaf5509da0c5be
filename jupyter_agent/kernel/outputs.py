"""What a kernel may show: Jupyter's messages as outputs, with only harmless content and within a size.

An output is drawn in a page that has the user's session. So only known kinds of content pass, nothing in them
can run, and nothing in them makes a browser ask anybody for anything: not an image, a style sheet or a link
that is looked up in advance.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_agent.characters import encodable
from jupyter_agent.steps import DisplayOutput, ErrorOutput, Output, StreamOutput

from .html import clean_html
from .svg import clean_svg

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


def _text(value: str) -> str:
    return plain(value)


_COLOURED: Callable[[Any], str] = coloured
_CLEANERS: Mapping[str, Callable[[Any], str]] = {
    "text/plain": _text,
    "text/html": clean_html,
    "text/markdown": _markdown,
    "text/latex": _text,
    "image/png": _image,
    "image/jpeg": _image,
    "image/svg+xml": clean_svg,
    "application/json": _json,
}


def clean_bundle(data: Mapping[str, object], *, colours: bool = False) -> dict[str, str]:
    """The representations that may be shown, each made harmless; the others are left out.

    A notebook shows a terminal's `colours` in plain text; the agent's interfaces do not.
    """
    clean = {}
    for mime_type, content in data.items():
        cleaner = _COLOURED if colours and mime_type == "text/plain" else _CLEANERS.get(mime_type)
        if cleaner is None or (mime_type != "application/json" and not isinstance(content, str)):
            continue
        if text := cleaner(encodable(content) if isinstance(content, str) else content):
            clean[mime_type] = text
    return clean


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

    def output(self, message_type: str, content: Mapping[str, Any]) -> Output | None:
        """The output to show for a message on Jupyter's `iopub` channel; None if there is none."""
        if message_type == "error":
            # How it ended must be known whatever came before, and it is bounded by itself.
            return error_from(content)
        if self.cut:
            return None
        if message_type == "stream":
            return self._stream(content)
        data = content.get("data")
        if message_type not in _DISPLAYS or not isinstance(data, dict):
            return None
        size = sum(len(str(part)) for part in data.values())
        if self.passed + size > self.limit:
            return self._notice()
        self.passed += size
        bundle = clean_bundle(data)
        return DisplayOutput(data=bundle, is_result=message_type == "execute_result") if bundle else None

    def _stream(self, content: Mapping[str, Any]) -> StreamOutput:
        text = plain(str(content.get("text", "")))
        left = self.limit - self.passed
        self.passed += len(text)
        if len(text) <= left:
            return StreamOutput(name="stderr" if content.get("name") == "stderr" else "stdout", text=text)
        notice = self._notice()
        return StreamOutput(name=notice.name, text=f"{text[:left]}\n{notice.text}")

    def _notice(self) -> StreamOutput:
        self.cut = True
        return StreamOutput(name="stderr", text=f"{self.notice}\n")

    @property
    def notice(self) -> str:
        return (
            f"The output was cut at {self.limit:,} characters: write large results to a file, or print less."
        )
