"""Files that are not there, and places where the kernel may not write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .access import Access, Accesses, accesses
from .findings import Finding, Surroundings
from .flow import Flow
from .paths import UNKNOWN, is_address, path_text

_MOST_NAMES = 30
"""File names that a message lists."""
_ON_READING = frozenset(
    {"*", "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "FileNotFoundError"}
)
_ON_REFUSAL = _ON_READING - {"FileNotFoundError"} | {"PermissionError"}
_SYSTEM = re.compile(r"/(usr|lib|lib64|bin|sbin|proc|sys|dev|etc)(/.*)?")
_SECRET = re.compile(r"/etc/(passwd|shadow|group|gshadow|sudoers).*|/root(/.*)?|/proc/\d+/.*")
_EXISTENCE = frozenset({"exists", "is_file", "is_dir", "isfile", "isdir", "access"})


def files(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Reading what is not there, writing where nothing may be written."""
    used = accesses(flow)
    elsewhere = any(name == "os.chdir" or name == "contextlib.chdir" for _, _, name in flow.calls())
    checked = _checked_paths(flow)
    for access in used.known:
        caught = flow.caught(access.place)
        path = _inside(access.path, surroundings)
        outside = path.startswith(("/", ".."))
        expected = caught & _ON_READING or (outside and caught & _ON_REFUSAL) or flow.checked(access.place)
        if access.purpose == "read" and not expected:
            yield from _reading(access, path, used, surroundings, ignore=elsewhere or path in checked)
        elif access.purpose == "write" and not caught & _ON_REFUSAL:
            yield from _writing(access, path, surroundings)


def _reading(
    access: Access, path: str, used: Accesses, surroundings: Surroundings, *, ignore: bool
) -> Iterator[Finding]:
    if is_address(path):
        yield Finding(rule="fetch", line=access.line, values={"name": access.called, "why": ""})
    elif path in surroundings.unreadable:
        yield Finding(rule="unreadable", line=access.line, values={"reason": surroundings.unreadable[path]})
    elif _SECRET.fullmatch(path) and not _is_readable(path, surroundings):
        yield Finding(rule="outside", line=access.line, values={"name": repr(path), "does": "reads"})
    elif not (ignore or _is_there(access, path, used, surroundings)):
        names = (*sorted(surroundings.files), *surroundings.readable)
        available = f"These are there: {', '.join(names[:_MOST_NAMES])}."
        yield Finding(
            rule="file",
            line=access.line,
            values={
                "name": repr(path),
                "available": available if names else "No file is attached.",
            },
        )


def _writing(access: Access, path: str, surroundings: Surroundings) -> Iterator[Finding]:
    if path in surroundings.attachments:
        yield Finding(rule="attachment", line=access.line, values={"name": repr(path)})
    elif path.startswith(("/", "..")) and not path.startswith("/dev/"):
        yield Finding(rule="outside", line=access.line, values={"name": repr(path), "does": "writes"})


def _is_there(access: Access, path: str, used: Accesses, surroundings: Surroundings) -> bool:
    if path in surroundings.files or path == "." or used.anything:
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
    if other.purpose == "read":
        return False
    written = _inside(other.path, surroundings)
    # `np.save("a")` writes a.npy; what is in a folder that the program makes is not followed.
    if not (
        path == written or path.startswith((f"{written}.", f"{written}/")) or written.startswith(f"{path}/")
    ):
        return False
    together = bool(set(other.place.loops) & set(reading.place.loops))
    return other.line <= reading.line or together or bool(other.place.function or reading.place.function)


def _inside(path: str, surroundings: Surroundings) -> str:
    """A path from the workspace on, if it leads there."""
    if surroundings.folder and path.startswith("/"):
        folder = PurePosixPath(surroundings.folder)
        if PurePosixPath(path).is_relative_to(folder):
            return str(PurePosixPath(path).relative_to(folder))
    return path


def _checked_paths(flow: Flow) -> set[str]:
    """Paths that the program asks for before it goes on: it may stop if they are missing."""
    found: set[str | None] = set()
    for place, call, name in flow.calls():
        match call.func:
            case ast.Attribute(value, method) if method in _EXISTENCE:
                found.add(path_text(flow, place, value))
                found |= {path_text(flow, place, argument) for argument in call.args}
            case _ if (name or "").rpartition(".")[2] in _EXISTENCE:
                found |= {path_text(flow, place, argument) for argument in call.args}
    for place in flow.all(ast.Compare):
        match place.node:
            case ast.Compare(left, [ast.In() | ast.NotIn()]):
                found.add(path_text(flow, place, left))
    return {path for path in found if path}
