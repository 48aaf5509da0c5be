"""Works out the paths that a program writes down: `Path("data") / "a.csv"` is `data/a.csv`."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator

from .flow import Flow, Place
from .names import Assigned, Defined

_JOINS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "os.path.join"})
_UNCHANGED = frozenset({"str", "os.fspath", "os.path.expanduser", "os.path.abspath", "os.path.realpath"})
_HERE = frozenset({"pathlib.Path.cwd", "os.getcwd"})
_HOME = "pathlib.Path.home"
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


def path_texts(flow: Flow, place: Place, node: ast.expr) -> Iterator[tuple[str, Place]]:
    """The paths that a name stands for, one after the other, each with the place that says so.

    They are those of a list that a loop goes through, or those that calls pass to the function around it.
    """
    if not isinstance(node, ast.Name):
        return
    match flow.names.bindings(node.id, place.scope):
        case [Assigned(each=ast.expr() as each)]:
            sites = [(item, place) for item in _items(flow, place, each)]
        case [Assigned(parameter=ast.FunctionDef() as function)]:
            sites = list(_passed(flow, function, node.id))
        case _:
            return
    for given, site in sites:
        if (text := path_text(flow, site, given)) is not None:
            yield text, site


def _items(flow: Flow, place: Place, each: ast.expr) -> list[ast.expr]:
    """What a list or a dictionary holds that is written down and stays so."""
    match each:
        case ast.Name(name) if name not in flow.names.changed:
            value = flow.names.value(name, place.scope)
            return [] if value is None or isinstance(value, ast.Name) else _items(flow, place, value)
        case ast.List(items) | ast.Tuple(items) | ast.Set(items):
            return items
        case ast.Dict(keys):
            return [key for key in keys if key is not None]
        case ast.Call(ast.Attribute(mapping, "keys"), []):
            return _items(flow, place, mapping)
        case ast.Call(ast.Attribute(ast.Name(name), "values"), []) if name not in flow.names.changed:
            value = flow.names.value(name, place.scope)
            return value.values if isinstance(value, ast.Dict) else []
        case ast.Call(ast.Attribute(ast.Dict(_, values), "values"), []):
            return values
    return []


def _passed(flow: Flow, function: ast.FunctionDef, name: str) -> Iterator[tuple[ast.expr, Place]]:
    """What the calls of a function pass under one of its parameters' names."""
    parameters = function.args.posonlyargs + function.args.args
    number = next((n for n, parameter in enumerate(parameters) if parameter.arg == name), None)
    defaults = dict(
        zip([p.arg for p in reversed(parameters)], reversed(function.args.defaults), strict=False)
    )
    for place, call, _ in flow.calls():
        if not isinstance(call.func, ast.Name) or any(isinstance(a, ast.Starred) for a in call.args):
            continue
        match flow.names.bindings(call.func.id, place.scope):
            case [Defined(node)] if node is function:
                given = next((k.value for k in call.keywords if k.arg == name), defaults.get(name))
                if number is not None and number < len(call.args):
                    given = call.args[number]
                if given is not None:
                    yield given, place


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
            return flow.resolve(function, place) in (*_JOINS, *_HERE, _HOME)
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
        case ast.Subscript(ast.Name(name), ast.Constant(key)) if name not in flow.names.changed:
            match flow.names.value(name, place.scope):
                case ast.Dict(keys, values):
                    found = [v for k, v in zip(keys, values, strict=True) if _is_constant(k, key)]
                    return _text(flow, place, found[0], steps - 1) if len(found) == 1 else None
        case ast.JoinedStr(values):
            return _joined([_text(flow, place, value, steps - 1) for value in values], "")
        case ast.FormattedValue(value, -1, None):
            return _number(flow, place, value) or _text(flow, place, value, steps - 1)
        case ast.BinOp(left, ast.Add() | ast.Div() as operator, right):
            parts = [_text(flow, place, part, steps - 1) for part in (left, right)]
            return _joined(parts, "" if isinstance(operator, ast.Add) else "/")
        case ast.Call(ast.Attribute(value, method), []) if method in _SAME_PATH:
            return _text(flow, place, value, steps - 1)
        case ast.Call(function, arguments, []):
            called = flow.resolve(function, place)
            if called in _HERE:
                return "."
            if called == _HOME:
                return "~"
            if called in _JOINS:
                return _joined([_text(flow, place, a, steps - 1) for a in arguments], "/")
            if called in _UNCHANGED and len(arguments) == 1:
                return _text(flow, place, arguments[0], steps - 1)
    return None


def _is_constant(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def _joined(parts: list[str | None], separator: str) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) == len(parts):
        return posixpath.join(*known) if separator and known else "".join(known)
    first = parts[0]
    return f"{first}{UNKNOWN}" if first and (is_address(first) or first.startswith(("/", "../"))) else None


def _number(flow: Flow, place: Place, node: ast.expr) -> str | None:
    value = flow.names.value(node.id, place.scope) if isinstance(node, ast.Name) else node
    return str(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, int) else None
