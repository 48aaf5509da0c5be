"""Works out the paths that a program writes down: `Path("data") / "a.csv"` is `data/a.csv`."""

from __future__ import annotations

import ast
import posixpath
import re

from .flow import Flow, Place

_JOINS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "os.path.join"})
_UNCHANGED = frozenset({"str", "os.fspath", "os.path.expanduser", "os.path.abspath", "os.path.realpath"})
_HERE = frozenset({"pathlib.Path.cwd", "os.getcwd"})
_SAME_PATH = frozenset({"absolute", "as_posix", "expanduser", "resolve"})
_ADDRESS = re.compile(r"(?:https?|ftp|s3|gs|gcs|az|hdfs)://", re.IGNORECASE)
_MOST_STEPS = 20
UNKNOWN = "…"
"""Stands for the rest of a path that certainly leads out of the workspace, wherever it ends."""


def is_address(path: str) -> bool:
    """Whether it is somewhere on the network."""
    return bool(_ADDRESS.match(path))


def path_text(flow: Flow, place: Place, node: ast.expr, steps: int = _MOST_STEPS) -> str | None:
    """The path that an expression stands for, tidied; None if it is not written down."""
    text = _text(flow, place, node, steps)
    if text is None or is_address(text) or not text:
        return text
    return posixpath.normpath(text)


def path_pattern(flow: Flow, place: Place, node: ast.expr) -> re.Pattern[str] | None:
    """What an f-string's paths look like, if a part of it is written down."""
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in node.values]
    return re.compile("".join(parts)) if any(part != ".*" for part in parts) else None


def is_path(flow: Flow, place: Place, node: ast.expr) -> bool:
    """Whether an expression is an object of pathlib."""
    match node:
        case ast.BinOp(left, ast.Div(), _):
            return is_path(flow, place, left) or path_text(flow, place, left) is not None
        case ast.Name(name):
            value = flow.names.value(name, place.scope)
            return value is not None and not isinstance(value, ast.Name) and is_path(flow, place, value)
        case ast.Call(ast.Attribute(value, method)) if method in _SAME_PATH:
            return is_path(flow, place, value)
        case ast.Call(function):
            return flow.resolve(function, place) in (*_JOINS, *_HERE)
    return False


def _text(flow: Flow, place: Place, node: ast.expr, steps: int) -> str | None:
    if not steps:
        return None
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.Name(name):
            value = flow.names.value(name, place.scope)
            return None if value is None else _text(flow, place, value, steps - 1)
        case ast.JoinedStr(values):
            return _joined([_text(flow, place, value, steps - 1) for value in values], "")
        case ast.FormattedValue(value, -1, None):
            return _number(flow, place, value) or _text(flow, place, value, steps - 1)
        case ast.BinOp(left, ast.Add() | ast.Div() as operator, right):
            parts = [_text(flow, place, part, steps - 1) for part in (left, right)]
            return _joined(parts, "" if isinstance(operator, ast.Add) else "/")
        case ast.Call(ast.Attribute(value, method), _) if method in _SAME_PATH:
            return _text(flow, place, value, steps - 1)
        case ast.Call(function, arguments, []):
            called = flow.resolve(function, place)
            if called in _HERE:
                return "."
            if called in _JOINS:
                return _joined([_text(flow, place, a, steps - 1) for a in arguments], "/")
            if called in _UNCHANGED and len(arguments) == 1:
                return _text(flow, place, arguments[0], steps - 1)
    return None


def _joined(parts: list[str | None], separator: str) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        return posixpath.join(*known) if separator and known else "".join(known)
    first = parts[0]
    return f"{first}{UNKNOWN}" if first and (is_address(first) or first.startswith(("/", "../"))) else None


def _number(flow: Flow, place: Place, node: ast.expr) -> str | None:
    value = flow.names.value(node.id, place.scope) if isinstance(node, ast.Name) else node
    return str(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, int) else None
