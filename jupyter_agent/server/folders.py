"""Which folder a new conversation's code may read: the one it was begun in, unless that holds too much."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from jupyter_agent.errors import InputRefused
from jupyter_agent.messages import FolderGrant

_OF_THE_SYSTEM = tuple(map(Path, ("/dev", "/proc", "/run", "/sys")))


def grant(path: str, *, root: Path, homes: Iterable[Path], private: Iterable[Path]) -> FolderGrant:
    """The grant for a folder that is named as Jupyter's contents API has it.

    Args:
        path: from `root` on, with slashes; the root itself is the empty text.
        homes: of the person who runs the server: neither they nor what holds them is granted.
        private: what Jupyter and the agent keep for themselves: neither what holds it nor what is in it.

    Raises:
        InputRefused: this is no such path.
    """
    steps = [step for step in path.split("/") if step]
    if "\0" in path or {".", ".."}.intersection(steps):
        raise InputRefused(f"{path!r} is no path of a folder.", "Send it as Jupyter's file browser has it.")
    name = "/".join(steps) or root.name
    try:
        root = root.resolve(strict=True)
        folder = root.joinpath(*steps).resolve(strict=True)
        readable = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    except (OSError, RuntimeError, ValueError):  # also a circle of links, and what cannot be a file's name
        readable = False
    if not readable:
        return refused(f"there is no folder {name} that can be read.")
    if not folder.is_relative_to(root):
        return refused(f"{name} leads out of the folder that Jupyter shows.")
    if any(step.startswith(".") for step in (*steps, *folder.relative_to(root).parts)):
        return refused(f"the folder {name} is hidden.")
    for home in map(Path.resolve, homes):
        if home == folder:
            return refused("the conversation was begun in your home folder.")
        if home.is_relative_to(folder):
            return refused("your home folder is in the folder where the conversation was begun.")
    for place in map(Path.resolve, private):
        if place.is_relative_to(folder) or folder.is_relative_to(place):
            return refused(f"Jupyter keeps data of its own in {name}.")
    if any(folder.is_relative_to(place) for place in _OF_THE_SYSTEM):
        return refused(f"{name} belongs to the system.")
    return FolderGrant(
        path=str(folder), name=name, note=f"Code can read the files in {name}/ and those attached."
    )


def refused(reason: str) -> FolderGrant:
    """No grant, and the sentence that says why."""
    return FolderGrant(note=f"Code can read attached files only: {reason}")
