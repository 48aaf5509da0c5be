"""Tables and series that came out without rows, where nothing in the program expects that."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from jupyter_agent.steps import SilentError, Variable

from .ran import Ran, silent_error

_SEARCHES = frozenset({"isna", "isnull", "duplicated", "is_null", "is_nan", "is_duplicated"})
"""Who selects by these looks for what should not be there."""
_CONSTRUCTORS = frozenset({"DataFrame", "Series"})


def empty_tables(ran: Ran) -> Iterator[SilentError]:
    """One error for all: the later ones are empty because the first is."""
    found = [
        (ran.bindings[name][-1].lineno, name)
        for name, variable in ran.variables.items()
        if _is_empty(variable) and name in ran.bindings and not _is_expected(ran, name)
    ]
    if found:
        line, _ = min(found)
        names = ", ".join(f"`{name}`" for _, name in sorted(found))
        yield silent_error("empty-table", "empty-table", names=names, line=line)


def _is_empty(variable: Variable) -> bool:
    is_table = variable.type.endswith(("DataFrame", "Series"))
    return is_table and variable.shape is not None and variable.shape[:1] == (0,)


def _is_expected(ran: Ran, name: str) -> bool:
    """The program asks how many rows there are, began with none, or looked for mistakes and found none."""
    if name in ran.measured:
        return True
    values = [binding.value for binding in ran.bindings[name] if binding.value is not None]
    return any(_is_made(value) or _is_search(ran, value) for value in values)


def _is_made(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and (value.func.attr in _CONSTRUCTORS)
    )


def _is_search(ran: Ran, value: ast.expr) -> bool:
    parts = list(ast.walk(value))
    for part in list(parts):
        if isinstance(part, ast.Name):
            counts = (binding.value for binding in ran.bindings.get(part.id, ()))
            parts += [inner for call in counts if isinstance(call, ast.Call) for inner in ast.walk(call)]
    return any(_looks_for_mistakes(part) for part in parts)


def _looks_for_mistakes(part: ast.AST) -> bool:
    match part:
        case ast.Attribute(_, method):
            return method in _SEARCHES
        case ast.UnaryOp(ast.Invert(), ast.Call(ast.Attribute(_, "isin" | "is_in"))):
            return True
        case ast.Constant("left_only" | "right_only"):
            return True
    return False
