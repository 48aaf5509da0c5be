"""What the front publishes of what its worker says: known kinds of messages, with harmless content.

A notebook draws it in a page that has the user's session, so the same allow-list holds as for the agent's own
interfaces (`outputs.py`): nothing in it runs, and nothing in it loads anything. No comms, and of the payloads
only the pager.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_agent.characters import encodable

from .markdown import html_of
from .outputs import clean_bundle, coloured

_NAME_CHARACTERS = 200
_ERROR_CHARACTERS = 20_000
_TRACEBACK_CHARACTERS = 100_000
_EXPRESSIONS = 1_000
_JSON_DEPTH, _JSON_PARTS = 100, 100_000
REPLY_CHARACTERS = 10_000_000
"""All that an `execute_reply` shows: like the pager's pages, it is beside the limit for outputs."""
_TOLD_CHARACTERS = 1_000_000

_NOT_FLAT = f"JSON with more than {_JSON_PARTS:,} parts, or {_JSON_DEPTH} levels of them, is not shown."

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """A message for Jupyter's `iopub` channel."""

    kind: str
    content: Content

    @property
    def size(self) -> int:
        """About how many characters it has."""
        return len(self.content["text"]) if self.kind == "stream" else len(json.dumps(self.content))


def publication(kind: object, content: object) -> Publication | None:
    """What may be published of a message; None if nothing may."""
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None or not isinstance(content, dict):
        return None
    shown = shape(content)
    return None if shown is None else Publication(str(kind), shown)


def clean_reply(reply: Mapping[str, Any]) -> Content:
    """The content of an `execute_reply`, whatever the worker wrote into it."""
    left = REPLY_CHARACTERS
    pages = []
    for item in _list(reply.get("payload")):
        # As long as it is before it is made harmless, which takes longer.
        if (left := left - _length(item)) > 0 and (page := _page(item)) is not None:
            pages.append(page)
    common = {"payload": pages}
    if reply.get("status") != "ok":
        return {"status": "error", **_error(reply), **common, "user_expressions": {}}
    expressions = reply.get("user_expressions")
    items = list(expressions.items())[:_EXPRESSIONS] if isinstance(expressions, dict) else []
    shown = {}
    for name, value in items:
        if (left := left - _length(value) - len(str(name))) > 0:
            shown[encodable(str(name))] = _expression(value)
    return {"status": "ok", **common, "user_expressions": shown}


def short(told: Mapping[str, Any], *, characters: int = _TOLD_CHARACTERS) -> Content:
    """What the worker told beside its outputs, with whole characters and numbers that JSON knows.

    Anything else could not be sent, and whoever asked would wait in vain. Nothing, if that is longer than a
    worker of ours says it.
    """
    text = encodable(json.dumps(told, ensure_ascii=False))
    if len(text) > characters:
        return {}
    content: Content = json.loads(text, parse_constant=str)
    return content


def _length(content: object) -> int:
    return len(json.dumps(content))


def _display(content: Content) -> Content | None:
    data = content.get("data")
    if not isinstance(data, dict):
        return None
    bundle = _bundle(data)
    return (
        {"data": bundle, "metadata": _sizes(content.get("metadata")), **_transient(content)}
        if bundle
        else None
    )


def _bundle(data: Mapping[str, object]) -> Content:
    """As Jupyter's messages have it: JSON as a value, the rest as text, and Markdown as HTML."""
    flat = {kind: content for kind, content in data.items() if _is_flat(content)}
    if len(flat) < len(data):
        flat.setdefault("text/plain", _NOT_FLAT)
    markdown = flat.pop("text/markdown", None)
    clean: Content = dict(clean_bundle(flat, colours=True))
    if isinstance(markdown, str):
        drawn = html_of(encodable(markdown))
        if drawn is None:
            clean["text/plain"] = coloured(markdown)
        else:
            clean.setdefault("text/html", drawn)
    if "application/json" in clean:
        clean["application/json"] = json.loads(clean["application/json"])
    return clean


def _is_flat(value: object, depth: int = _JSON_DEPTH) -> bool:
    """Whether JSON can be sent on: what takes it apart and puts it together calls itself at each step.

    The page that draws it, and the server before, have other things to do than to look at a million parts.
    """
    level, parts = [value], 0
    while level:
        containers = [item for item in level if isinstance(item, list | dict)]
        if not containers:
            return True
        parts += sum(map(len, containers))
        if depth == 0 or parts > _JSON_PARTS:
            return False
        depth -= 1
        level = [part for item in containers for part in (item.values() if isinstance(item, dict) else item)]
    return True


def _sizes(metadata: object) -> Content:
    """Of the metadata only what says how large an image is, and whether it needs a background."""
    if not isinstance(metadata, dict):
        return {}
    return {
        str(kind): {
            key: value
            for key, value in about.items()
            if key in ("width", "height", "needs_background") and isinstance(value, int | float | str)
        }
        for kind, about in metadata.items()
        if isinstance(about, dict)
    }


def _transient(content: Content) -> Content:
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return {"transient": {"display_id": name[:_NAME_CHARACTERS]} if isinstance(name, str) else {}}


def _result(content: Content) -> Content | None:
    shown = _display(content)
    if shown is not None:
        del shown["transient"]
    return shown


def _error(content: Mapping[str, Any]) -> Content:
    return {
        "ename": coloured(str(content.get("ename", "Error")))[:_NAME_CHARACTERS],
        "evalue": coloured(str(content.get("evalue", "")))[:_ERROR_CHARACTERS],
        "traceback": _last_lines(_list(content.get("traceback"))),
    }


def _last_lines(traceback: list[Any]) -> list[str]:
    """As many as may be shown: how it ended stands in the last ones."""
    lines: list[str] = []
    left = _TRACEBACK_CHARACTERS
    for line in reversed(traceback):
        shown = coloured(str(line))[:_ERROR_CHARACTERS]
        left -= len(shown) + 1
        if left < 0:
            break
        lines.append(shown)
    return lines[::-1]


def _cleared(content: Content) -> Content:
    return {"wait": content.get("wait") is True}


def _page(payload: object) -> Content | None:
    if not isinstance(payload, dict) or payload.get("source") != "page":
        return None
    data = payload.get("data")
    start = payload.get("start")
    return {
        "source": "page",
        "data": _bundle(data) if isinstance(data, dict) else {},
        "start": start if isinstance(start, int) else 0,
    }


def _expression(value: object) -> Content:
    if not isinstance(value, dict) or value.get("status") != "ok" or not isinstance(value.get("data"), dict):
        return {"status": "error", **_error(value if isinstance(value, dict) else {})}
    return {"status": "ok", "data": _bundle(value["data"]), "metadata": {}}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


_SHAPES: Mapping[str, Callable[[Content], Content | None]] = {
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "error": _error,
    "clear_output": _cleared,
}
