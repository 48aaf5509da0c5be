"""JSON as models write it: in a fence, with words around it, or a little wrong, which `json_repair` mends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import json_repair

FENCE = re.compile(r"```[\w-]*\n(.*?)(?:```|\Z)", re.DOTALL)
_LONGEST = 20_000
_MOST_BRACKETS = 500
"""Opening ones: what holds more is no JSON that was asked for, and would be mended for seconds."""


def json_in(text: str) -> dict[str, Any] | None:
    """The JSON object in a text; None where there is none, or it breaks off."""
    fenced = FENCE.search(text)
    begin, end = text.find("{"), text.rfind("}") + 1
    # The whole first: a fence may also stand inside a string of the object.
    readings: Iterable[Callable[[], object]] = (
        lambda: json.loads(text),
        lambda: json.loads(fenced[1] if fenced else ""),
        lambda: json.JSONDecoder().raw_decode(text, max(begin, 0))[0],
        lambda: mended(text[begin:end]) if 0 <= begin < end else None,
    )
    for read in readings:
        with suppress(ValueError, RecursionError):
            value = read()
            if isinstance(value, dict) and value:
                return value
    return None


def mended(text: str) -> object:
    """The value that a text is meant to be, also if it breaks off; None where that cannot be told."""
    beginning = text[:_LONGEST]
    if beginning.count("{") + beginning.count("[") > _MOST_BRACKETS:
        return None
    with suppress(ValueError, RecursionError):
        return json_repair.loads(beginning)
    return None
