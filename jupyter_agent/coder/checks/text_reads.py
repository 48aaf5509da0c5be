"""Which calls read a file as text, and so fail on one that holds none."""

from __future__ import annotations

import ast

from .findings import patterns
from .flow import Flow, Place

_READERS = patterns(
    r"""
    pandas\.read_(csv|table|fwf|json|xml|html) numpy\.(loadtxt|genfromtxt)
    pyarrow\.(csv\.read_csv|json\.read_json) polars\.(read|scan)_(csv|json|ndjson|lines)
    dask\.dataframe\.read_(csv|table|fwf|json)
    duckdb\.(connect\(\)\.)?(sql|query|execute|read_(csv|json)|from_csv_auto)
    """
)
_OPENERS = patterns(r"(io\.)?open codecs\.open")
_DECODING = frozenset({"compression", "encoding", "encoding_errors", "errors"})
"""Who says how bytes become text may well know what the file holds."""


def reads_text(flow: Flow, place: Place) -> bool:
    """Whether the call at `place` expects text in the file that it reads, in the usual encoding."""
    call = place.node
    if not isinstance(call, ast.Call) or _DECODING & {keyword.arg for keyword in call.keywords}:
        return False
    name = flow.resolve(call.func, place) or ""
    if _READERS.fullmatch(name):
        return True
    if _OPENERS.fullmatch(name):
        return not _in_bytes(call, position=1)
    match call.func:
        case ast.Attribute(attr="read_text"):
            return not call.args
        case ast.Attribute(attr="open"):
            return not name and not _in_bytes(call, position=0)
    return False


def _in_bytes(call: ast.Call, position: int) -> bool:
    """Whether the mode, which is the argument at `position`, asks for bytes, or cannot be told."""
    mode = next((keyword.value for keyword in call.keywords if keyword.arg == "mode"), None)
    if mode is None and len(call.args) > position:
        mode = call.args[position]
    match mode:
        case None:
            return False
        case ast.Constant(str(text)):
            return "b" in text
    return True
