"""Large results: what a program writes to `result.csv` or `result.txt` is read back as one more output."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from jupyter_agent.characters import encodable
from jupyter_agent.prompts import clip, left_out, render
from jupyter_agent.steps import DisplayOutput
from jupyter_agent.trees import opened_in

NAMES = ("result.csv", "result.txt")
_BYTES = 4
"""That a character can have."""

Versions = Mapping[str, tuple[int, int, int]]
"""What tells one state of a file from the next, by its name."""


def versions(workspace: Path) -> Versions:
    """The result files that are there. Blocking."""
    return dict(_versions(workspace))


def read_back(workspace: Path, before: Versions, most: int) -> list[DisplayOutput]:
    """What was written since then, in at most so many characters each: its beginning and end. Blocking."""
    found = []
    for name, version in _versions(workspace):
        if before.get(name) == version:
            continue
        try:
            with opened_in(workspace, name) as file:
                text = _text(file, most)
        except OSError:
            continue  # gone again, or no file
        shown = render("result_file", name=name, size=version[-1], text=encodable(text).strip("\n"))
        found.append(DisplayOutput(data={"text/plain": shown}))
    return found


def _versions(workspace: Path) -> Iterator[tuple[str, tuple[int, int, int]]]:
    for name in NAMES:
        try:
            status = (workspace / name).lstat()
        except OSError:
            continue
        yield name, (status.st_ino, status.st_mtime_ns, status.st_size)


def _text(file: BinaryIO, most: int) -> str:
    """Of a large file only its ends are read."""
    size = os.fstat(file.fileno()).st_size
    if size <= 2 * _BYTES * most:
        return clip(_decoded(file.read(2 * _BYTES * most)), most)
    tail = most // 4
    head = _decoded(file.read(_BYTES * most))[: most - tail]
    file.seek(-_BYTES * tail, os.SEEK_END)
    end = _decoded(file.read(_BYTES * tail))[-tail:]
    return left_out(head, end, size - len(head.encode()) - len(end.encode()))


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
