"""Files that are not there, and places where the kernel may not write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .access import Access, Accesses, accesses
from .findings import Finding, Surroundings
from .flow import Flow, Place
from .paths import UNKNOWN, is_address, path_text
from .text_reads import reads_text

_MOST_NAMES = 30
"""File names that a message lists."""
ON_READING = frozenset(
    {"*", "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "FileNotFoundError"}
)
_ON_REFUSAL = ON_READING - {"FileNotFoundError"} | {"PermissionError"}
_SYSTEM = re.compile(r"/(usr|lib|lib64|bin|sbin|proc|sys|dev|etc)(/.*)?")
_SECRET = re.compile(r"/etc/(passwd|shadow|group|gshadow|sudoers).*|/root(/.*)?|/proc/\d+/.*")
_MAY_BE_ENTERED = re.compile(r"/|\.\.(/.*)?|~|/(tmp|var|home|opt|srv|usr|etc|root)(/.*)?")
"""Folders that a program can go to, whatever it can do there."""
_EXISTENCE = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir", "access"})


def files(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Reading what is not there, writing where nothing may be written."""
    used = accesses(flow)
    moves = [call.lineno for _, call, name in flow.calls() if name in ("os.chdir", "contextlib.chdir")]
    asked = asked_for(flow)
    for access in used.known:
        places = [access.place, *([access.site] if access.site else [])]
        caught = frozenset(name for place in places for name in flow.caught(place))
        path = _inside(access.path, surroundings)
        outside = path.startswith(("/", ".."))
        expected = bool(caught & ON_READING) or (outside and bool(caught & _ON_REFUSAL))
        expected = expected or any(map(flow.checked, places))
        if access.purpose == "read" and not expected:
            # Once it has moved, paths lead from another folder; the move itself is looked at.
            elsewhere = bool(moves) and (access.line > min(moves) or access.place.function is not None)
            ignore = elsewhere or path in asked or access.given in asked
            if access.called.endswith("chdir") and _MAY_BE_ENTERED.fullmatch(path):
                continue
            if path not in surroundings.unreadable:
                yield from _reading(access, path, used, surroundings, ignore=ignore)
            elif reads_text(flow, access.place):
                reason = surroundings.unreadable[path]
                yield Finding(rule="unreadable", line=access.line, values={"reason": reason})
        elif access.purpose == "write" and not caught & _ON_REFUSAL:
            yield from _writing(access, path, surroundings)


def _reading(
    access: Access, path: str, used: Accesses, surroundings: Surroundings, *, ignore: bool
) -> Iterator[Finding]:
    if is_address(path):
        yield Finding(rule="fetch", line=access.line, values={"name": access.called})
    elif _SECRET.fullmatch(path) and not _is_readable(path, surroundings):
        yield Finding(rule="outside", line=access.line, values={"name": repr(path), "does": "reads"})
    elif not (ignore or _is_there(access, path, used, surroundings)):
        yield from missing(repr(path), access.line, surroundings)


def missing(shown: str, line: int, surroundings: Surroundings) -> Iterator[Finding]:
    """That there is no such file, and which there are; nothing where not all are known."""
    if not surroundings.all_known:
        return
    names = (*sorted(surroundings.files), *surroundings.readable)
    values = {"name": shown, "available": ", ".join(names[:_MOST_NAMES])}
    yield Finding(rule="file", line=line, values=values, why="others" if names else "none")


def _writing(access: Access, path: str, surroundings: Surroundings) -> Iterator[Finding]:
    if path in surroundings.attachments:
        yield Finding(rule="attachment", line=access.line, values={"name": repr(path)})
    elif path.startswith(("/", "..")) and not path.startswith("/dev/"):
        yield Finding(rule="outside", line=access.line, values={"name": repr(path), "does": "writes"})


def _is_there(access: Access, path: str, used: Accesses, surroundings: Surroundings) -> bool:
    if path in surroundings.files or path in (".", "~"):
        return True
    if any(_precedes(place, line, access) for place, line in used.unknown):
        return True
    if path.endswith(UNKNOWN) and not path.startswith(("/", "..")):
        return True
    if _SYSTEM.fullmatch(path) or _is_readable(path, surroundings):
        return True
    if any(name.startswith(f"{path}/") for name in surroundings.files):
        return True
    name = PurePosixPath(path).name
    if name in surroundings.said and name not in surroundings.files:
        return True
    if any(pattern.fullmatch(path) for pattern in used.patterns):
        return True
    return any(_makes(other, access, path, surroundings) for other in used.known)


def _is_readable(path: str, surroundings: Surroundings) -> bool:
    """Whether the kernel may read it, outside of the workspace."""
    return any(
        path == granted.rstrip("/") or path.startswith(f"{granted.rstrip('/')}/")
        for granted in surroundings.readable
    )


def _makes(other: Access, reading: Access, path: str, surroundings: Surroundings) -> bool:
    """Whether a call may have written the path before it is read."""
    if other.purpose == "read" or (reading.site is not None and other.place is reading.site):
        return False  # what the function that gets the path writes is looked at there
    written = _inside(other.path, surroundings)
    # `np.save("a")` writes a.npy; what is in a folder that the program makes is not followed.
    if not (
        path == written or path.startswith((f"{written}.", f"{written}/")) or written.startswith(f"{path}/")
    ):
        return False
    return _precedes(other.place, other.line, reading)


def _precedes(place: Place, line: int, reading: Access) -> bool:
    """Whether what stands there may have run before the path is read."""
    together = bool(set(place.loops) & set(reading.place.loops))
    return line <= reading.line or together or bool(place.function or reading.place.function)


def _inside(path: str, surroundings: Surroundings) -> str:
    """A path from the workspace on, if it leads there."""
    if surroundings.folder and path.startswith("/"):
        folder = PurePosixPath(surroundings.folder)
        if PurePosixPath(path).is_relative_to(folder):
            return str(PurePosixPath(path).relative_to(folder))
    return path


def asked_for(flow: Flow) -> set[str]:
    """What the program asks for before it goes on, since it may stop if that is missing.

    The paths, if they are written down, and how they are written there: `f"{name}.csv"`.
    """
    found: list[tuple[Place, ast.expr]] = []
    for place, call, name in flow.calls():
        match call.func:
            case ast.Attribute(value, method) if method in _EXISTENCE:
                found += [(place, asked) for asked in (value, *call.args)]
            case _ if (name or "").rpartition(".")[2] in _EXISTENCE:
                found += [(place, asked) for asked in call.args]
    for place in flow.all(ast.Compare):
        match place.node:
            case ast.Compare(left, [ast.In() | ast.NotIn()]):
                found.append((place, left))
    paths = {path for place, asked in found if (path := path_text(flow, place, asked))}
    return paths | {ast.unparse(asked) for _, asked in found}
