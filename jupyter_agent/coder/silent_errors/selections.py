"""Expressions that take some rows of a table, so that others are missing on purpose."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Set

from .ran import Ran, root

_SOME = frozenset(
    {"query", "filter", "nlargest", "nsmallest", "head", "tail", "sample", "get_group", "xs", "truncate"}
)
"""Methods that take rows by a condition, or so many."""
_LISTING = frozenset(
    {"list", "sorted", "tuple", "difference", "drop", "intersection", "keys", "tolist", "to_list", "union"}
)
"""Functions and methods that yield names of columns, where others yield a truth value for each row."""
_QUERY = re.compile(r"\s*(select|with|from)\b.*\b(where|having|limit|qualify)\b", re.IGNORECASE | re.DOTALL)
_SOME_READ = frozenset({"filters", "nrows"})
"""Arguments of functions that read files."""


def is_selection(ran: Ran, node: ast.AST, keys: Set[str]) -> bool:
    """Whether it takes some rows of a table, of those with a key in the columns `keys`."""
    match node:
        case ast.Subscript(ast.Attribute(_, "loc" | "iloc"), ast.Tuple([rows, *_]) | rows):
            return not _is_everything(rows)
        case ast.Subscript(table, rows):
            return _is_condition(ran, rows, table)
        case ast.Call(ast.Attribute(_, "dropna")):
            return not (columns := _subset(node)) or not columns <= keys
        case ast.Call(ast.Attribute(_, "drop_duplicates")):
            return not _subset(node) <= keys
        case ast.Call(ast.Attribute(_, method), keywords=named):
            return method in _SOME or any(word.arg in _SOME_READ for word in named)
        case ast.Constant(str(text)):
            return _QUERY.match(text) is not None
        case ast.JoinedStr(parts):
            written = [part.value if isinstance(part, ast.Constant) else "x" for part in parts]
            return _QUERY.match("".join(map(str, written))) is not None
    return False


def texts(parts: Iterable[ast.AST]) -> frozenset[str]:
    """The texts among the parts of an expression."""
    return frozenset(
        part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _is_everything(rows: ast.expr) -> bool:
    return isinstance(rows, ast.Slice) and rows.lower is rows.upper is None


def _is_condition(ran: Ran, rows: ast.expr, table: ast.expr) -> bool:
    """Whether it has a truth value for each row of a table."""
    match rows:
        case ast.Compare() | ast.UnaryOp(ast.Invert()) | ast.Lambda():
            return True
        case ast.BinOp(_, ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            return True
        case ast.Call(ast.Attribute(_, function) | ast.Name(function)):
            return function not in _LISTING
        case ast.Attribute(_, "columns"):
            return False
        case ast.Subscript(ast.Name(name), ast.Constant(str())) | ast.Attribute(ast.Name(name)):
            return name == root(table)
        case ast.Name():
            value = ran.value(rows)
            return value is not None and not isinstance(value, ast.Name) and _is_condition(ran, value, table)
        case ast.Slice():
            return not _is_everything(rows)
    return False


def _subset(call: ast.Call) -> Set[str]:
    """The columns that a method is to look at; none if that is not said."""
    named = [word.value for word in call.keywords if word.arg == "subset"] or call.args[:1]
    return frozenset[str]().union(*(texts(ast.walk(value)) for value in named))
