"""What a kernel may read of a folder: everything but dot-files, at any depth, and what links lead out to.

Linux grants a folder with all that is ever in it. So one that holds a dot-file, however deep, is granted
entry by entry, and the others whole. Nobody waits for a huge folder: what is not looked at is not granted.
"""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_agent.protocols import NO_FILES, ReadableFiles

_MOST_LOOKED_AT = 50_000
_MOST_GRANTED = 1_000


def readable_files(folder: Path) -> ReadableFiles:
    """What there is now; nothing if the folder is gone, or is a link meanwhile."""
    if not folder.is_dir() or folder.resolve() != folder:
        return NO_FILES
    names, _ = _Search(folder).within(folder)
    return ReadableFiles(folder=str(folder), names=tuple(names[:_MOST_GRANTED]))


class _Search:
    """Goes through a folder, and stops when it has seen too much."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._left = _MOST_LOOKED_AT

    def within(self, folder: Path) -> tuple[list[str], bool]:
        """The entries that may be read, files before folders, and whether that is all there is."""
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return [], False
        shown = [entry for entry in listed if not entry.name.startswith(".")]
        whole = len(shown) == len(listed)
        self._left -= len(listed)
        if self._left < 0:
            return [], False
        names = [self._name(entry) for entry in shown if self._is_file_within(entry)]
        for entry in shown:
            if entry.is_dir(follow_symlinks=False):
                inner, all_of_it = self.within(Path(entry.path))
                names += [f"{self._name(entry)}/"] if all_of_it else inner
                whole = whole and all_of_it
        return names, whole

    def _is_file_within(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is a file, or leads to one that may be read under its own name."""
        if not entry.is_symlink():
            return entry.is_file()
        target = Path(os.path.realpath(entry.path))
        if not (target.is_file() and target.is_relative_to(self._top)):
            return False
        return not any(part.startswith(".") for part in target.relative_to(self._top).parts)

    def _name(self, entry: os.DirEntry[str]) -> str:
        return os.path.relpath(entry.path, self._top)
