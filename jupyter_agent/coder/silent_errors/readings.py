"""Values that `map`, `apply` and `str.extract` lost, unless the program does something about the others.

What a dictionary leaves out may be filled or dropped on purpose. One that was made of data is as a left join,
which leaves out what is not known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal

from jupyter_agent.steps import SilentError

from .conversions import MISSING, READINGS, THERE, Written, error
from .ran import Ran

_CARING = frozenset({"combine_first", "dropna", "fillna", "mask", "replace", "sort_values", "where"})
_COMPARING = frozenset({"between", "eq", "ge", "gt", "isin", "le", "lt", "ne"})


def readings(ran: Ran) -> Iterator[SilentError]:
    """One error for each."""
    for reading in ran.conversions:
        written = Written.of(ran, reading) if reading.function in READINGS and reading.lost else None
        if written is None:
            continue
        match _by(ran, written.function):
            case "dictionary" if not _is_cared_for(ran, written):
                yield error(reading, "conversion-map", lost=reading.lost)
            case "pattern" if _is_asked(ran, written, MISSING | THERE):
                continue
            case "pattern" | "function" if not (written.is_seen(ran) or written.is_mended(ran)):
                yield error(reading, "conversion", lost=reading.lost)


def _by(ran: Ran, method: ast.expr) -> Literal["dictionary", "function", "pattern", "data"]:
    """What a column goes through."""
    match method, ran.parents.get(method):
        case ast.Attribute(attr="extract"), _:
            return "pattern"
        case ast.Attribute(attr="map"), ast.Call(args=[by, *_]):
            by = by.value if isinstance(by, ast.Attribute) and by.attr == "get" else by
            value = ran.value(by) if isinstance(by, ast.Name) else by
            if isinstance(value, ast.Dict):
                return "dictionary"
            return "function" if _is_function(ran, by) or isinstance(value, ast.Lambda) else "data"
    return "function"


def _is_function(ran: Ran, by: ast.expr) -> bool:
    if not isinstance(by, ast.Name):
        return isinstance(by, ast.Attribute)
    defined = (node.name for node in ran.nodes if isinstance(node, ast.FunctionDef))
    return by.id in ("float", "int") or by.id in defined


def _is_cared_for(ran: Ran, written: Written) -> bool:
    """The values without a key are filled or left out on purpose, or shown."""
    for node in ran.enclosing(written.function):
        match node:
            case ast.Compare():
                return True
            case ast.Call(ast.Attribute(_, method)) if method in _CARING | _COMPARING:
                return True
    shown = any(
        word.arg == "dropna" and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in ran.nodes
        if isinstance(word, ast.keyword)
    )
    return shown or _is_asked(ran, written, _CARING | MISSING | THERE | {"info"})


def _is_asked(ran: Ran, written: Written, methods: frozenset[str]) -> bool:
    """Whether one of these methods of the result is called."""
    for node in ran.nodes:
        match node:
            case ast.Call(ast.Attribute(value, method)) if method in methods:
                if written.holds(value) or (node.lineno >= written.line and written.is_result(value)):
                    return True
    return False
