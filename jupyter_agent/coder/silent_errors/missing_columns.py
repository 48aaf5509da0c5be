"""Columns and series that a program made and that hold nothing but missing values.

A column that was already empty in a file is nothing to doubt, nor is one that is made empty on purpose.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_agent.steps import SilentError, Variable

from .ran import Ran, silent_error

_MISSING = r"\([^:\n]*, all (?:of a sample )?missing\)"
_MOST = 5
_NOTHING = frozenset({"nan", "NaN", "NA", "NaT"})


def missing_columns(ran: Ran) -> Iterator[SilentError]:
    """One error for each table."""
    made = _made_columns(ran)
    for name, variable in ran.variables.items():
        if variable.type.endswith("DataFrame"):
            missing = [column for column in made if _is_missing(column, variable)]
            if missing:
                yield silent_error(
                    "missing-column",
                    "missing-column",
                    names=", ".join(f'"{column}"' for column in missing[:_MOST]),
                    table=name,
                    line=min(made[column] for column in missing),
                )
        elif variable.type.endswith("Series") and re.search(_MISSING, variable.summary):
            made_by = ran.bindings.get(name, ())
            if made_by and not _is_nothing(made_by[-1].value):
                line = made_by[-1].lineno
                yield silent_error(
                    "missing-column", "missing-column", names="The values", table=name, line=line
                )


def _is_missing(column: str, variable: Variable) -> bool:
    start = re.escape(" ".join(column.split()))
    return re.search(rf"^{start} {_MISSING}", variable.summary, re.MULTILINE) is not None


def _made_columns(ran: Ran) -> dict[str, int]:
    """The columns that the code gives values to, with the lines."""
    made: dict[str, int] = {}
    for node in ran.nodes:
        match node:
            case ast.Assign(targets, value) if not _is_nothing(value):
                for target in targets:
                    made |= {column: node.lineno for column in _assigned(target)}
            case ast.Call(ast.Attribute(_, "assign"), keywords=named):
                made |= {
                    word.arg: word.value.lineno for word in named if word.arg and not _is_nothing(word.value)
                }
            case ast.Call(ast.Attribute(_, "reindex"), keywords=named):
                for word in named:
                    if word.arg == "columns":
                        made |= {column: node.lineno for column in _texts(word.value)}
    return made


def _assigned(target: ast.expr) -> Iterator[str]:
    """The columns of `df["a"] =`, `df[["a", "b"]] =` and `df.loc[rows, "a"] =`."""
    match target:
        case ast.Subscript(ast.Attribute(_, "loc" | "at"), ast.Tuple([_, columns])):
            yield from _texts(columns)
        case ast.Subscript(_, columns):
            yield from _texts(columns)
        case ast.Tuple(targets) | ast.List(targets):
            for each in targets:
                yield from _assigned(each)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(str(text)):
            yield text
        case ast.List(items) | ast.Tuple(items):
            for item in items:
                yield from _texts(item)


def _is_nothing(value: ast.expr | None) -> bool:
    """Whether it is a missing value, or as many of them as there are rows."""
    match value:
        case None | ast.Constant(None):
            return True
        case ast.Attribute(_, name):
            return name in _NOTHING
        case ast.Call(ast.Name("float"), [ast.Constant(str(text))]):
            return text.lower() == "nan"
        case ast.List(items):
            return all(map(_is_nothing, items))
        case ast.BinOp(ast.List() as items, ast.Mult()):
            return _is_nothing(items)
        case ast.Call(ast.Attribute(_, "Series"), [only, *_]):
            return _is_nothing(only)
    return False
