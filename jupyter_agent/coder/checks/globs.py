"""Names of files that are partly written down, as `sales_*.csv` or f"sales_{year}.csv", and fit no file."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator

from .access import Accesses, accesses, needs_file
from .files import ON_READING, asked_for, missing
from .findings import Finding, Surroundings
from .flow import Flow, Place
from .paths import is_address, path_text

_GLOBS = re.compile(r"glob\.i?glob")
_PATH_GLOBS = frozenset({"glob", "rglob"})
_NEEDING = re.compile(r"max|min|pandas\.concat|polars\.concat|next|functools\.reduce")
"""Functions that fail if they get nothing."""
_ON_NOTHING = frozenset({"*", "Exception", "IndexError", "ValueError", "LookupError", "StopIteration"})
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def unmatched_names(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Readings of files by a pattern that no file's name fits.

    Nothing is said of programs that write files whose names are not written down, or move to another folder.
    """
    used = accesses(flow)
    if used.unknown or (used.patterns and any(_writes(flow, place) for place in flow.all(ast.Call))):
        return
    if any(name in ("os.chdir", "contextlib.chdir") for _, _, name in flow.calls()):
        return
    asked = asked_for(flow)
    for place, call, name in flow.calls():
        pattern = _glob_of(flow, place, call, name or "")
        found = pattern is not None and _fits(fnmatch.translate(pattern), pattern, used, surroundings)
        if pattern is not None and not found and _is_needed(flow, place, call):
            yield from missing(repr(pattern), call.lineno, surroundings)
        if name is None or not call.args or not needs_file(call, name):
            continue
        text = _partly_known(flow, place, call.args[0])
        if text is None or ast.unparse(call.args[0]) in asked:
            continue
        if flow.checked(place) or flow.caught(place) & ON_READING or _fits(*text, used, surroundings):
            continue
        yield from missing(ast.unparse(call.args[0]), call.lineno, surroundings)


def _glob_of(flow: Flow, place: Place, call: ast.Call, name: str) -> str | None:
    """The pattern that a call looks for; None if it is another call, or the pattern is not written down."""
    match call:
        case ast.Call(ast.Attribute(folder, method), [pattern]) if method in _PATH_GLOBS:
            if _GLOBS.fullmatch(name):
                return _relative(path_text(flow, place, pattern))
            start, end = path_text(flow, place, folder), path_text(flow, place, pattern)
            if start is None or end is None or method == "rglob":
                return None
            return _relative(end if start == "." else f"{start}/{end}")
        case ast.Call(ast.Name(), [pattern, *_]) if _GLOBS.fullmatch(name):
            return _relative(path_text(flow, place, pattern))
    return None


def _relative(pattern: str | None) -> str | None:
    """Nothing is known of other folders, nor of all that is below a folder."""
    known = pattern is not None and not pattern.startswith(("/", "..", "~")) and "**" not in pattern
    return pattern if known and re.search(r"[*?\[]", pattern or "") else None


def _partly_known(flow: Flow, place: Place, node: ast.expr) -> tuple[str, str] | None:
    """What the paths of an f-string look like, and how they begin, if enough of it is written down."""
    if isinstance(node, ast.Name):
        node = flow.names.value(node.id, place.scope) or node
    if not isinstance(node, ast.JoinedStr) or path_text(flow, place, node) is not None:
        return None
    match node.values:
        case [ast.Constant(str(begin)), *_] if _LETTERS.match(begin) and not is_address(begin):
            parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".*" for v in node.values]
            return "".join(parts), begin
    return None


def _fits(pattern: str, begin: str, used: Accesses, surroundings: Surroundings) -> bool:
    """Whether a file has such a name, or may have: one that the program writes or the conversation names."""
    written = (access.path for access in used.known if access.purpose != "read")
    if any(re.fullmatch(pattern, name.rstrip("/")) for name in (*surroundings.files, *written)):
        return True
    stem = re.split(r"[*?\[{]", begin)[0]
    return bool(stem) and stem in surroundings.said


def _writes(flow: Flow, place: Place) -> bool:
    """Whether a call writes to a path that it puts together."""
    assert isinstance(place.node, ast.Call)
    name = flow.resolve(place.node.func, place) or ""
    return not needs_file(place.node, name) and any(isinstance(a, ast.JoinedStr) for a in place.node.args)


def _is_needed(flow: Flow, place: Place, call: ast.Call) -> bool:
    """Whether the program fails if nothing is found, and does not ask."""
    if flow.checked(place) or flow.caught(place) & _ON_NOTHING:
        return False
    names = {
        target.id
        for assigned in flow.all(ast.Assign)
        if isinstance(assigned.node, ast.Assign) and _holds(assigned.node.value, call)
        for target in assigned.node.targets
        if isinstance(target, ast.Name)
    }
    tests = [node for node in ast.walk(flow.tree) if isinstance(node, ast.If | ast.While | ast.IfExp)]
    questions = [node.test for node in tests]
    questions += [node.test for node in ast.walk(flow.tree) if isinstance(node, ast.Assert)]
    if any(_names(question, names) for question in questions) or names & flow.names.changed:
        return False
    return any(
        _takes_one(node.node, call, names) or _collects(flow, node, call, names) for node in flow.places
    )


def _holds(node: ast.expr, call: ast.Call) -> bool:
    """Whether an expression is the call, perhaps sorted or as a list."""
    match node:
        case ast.Call(ast.Name("sorted" | "list"), [inner, *_]):
            return _holds(inner, call)
    return node is call


def _is_found(node: ast.expr, call: ast.Call, names: set[str]) -> bool:
    return _holds(node, call) or (isinstance(node, ast.Name) and node.id in names)


def _names(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _takes_one(node: ast.AST, call: ast.Call, names: set[str]) -> bool:
    match node:
        case ast.Subscript(value, ast.Constant(int()) | ast.UnaryOp(), ast.Load()):
            return _is_found(value, call, names)
    return False


def _collects(flow: Flow, place: Place, call: ast.Call, names: set[str]) -> bool:
    match place.node:
        case ast.Call(function, [given], keywords) if _NEEDING.fullmatch(flow.resolve(function, place) or ""):
            if any(keyword.arg == "default" for keyword in keywords):
                return False
            match given:
                case ast.ListComp(_, [made]) | ast.GeneratorExp(_, [made]) if not made.ifs:
                    return _is_found(made.iter, call, names)
            return _is_found(given, call, names)
    return False
