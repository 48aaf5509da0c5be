"""The files of a workspace before an attempt, so that a failed one leaves none of its traces.

A snapshot holds the variables only. Of files that are there before, copies are kept within a budget, made
when they are first seen and kept until they change; afterwards new files are removed and the others put back.
What could not be put back is named. Belongs to the front: its folder of copies is out of the code's reach.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_agent.steps import FileChanges
from jupyter_agent.trees import entries_in

COPIED_BYTES = 256 * 1024 * 1024
"""All copies together."""
MOST_FILES = 5_000
"""With so many files or more, nothing is restored."""


@dataclass(frozen=True, slots=True)
class _State:
    """What tells that a file is what it was. User code cannot set the time of a change (`ctime`)."""

    inode: int
    size: int
    changed: int
    written: int
    """The time of the content (`mtime`), which moving a file does not change. Nor can code set this one."""

    @classmethod
    def of(cls, status: os.stat_result) -> _State:
        return cls(status.st_ino, status.st_size, status.st_ctime_ns, status.st_mtime_ns)

    def holds_the_same_as(self, other: _State) -> bool:
        """Whether the file was not written to since it was in the other state."""
        return (self.inode, self.size, self.written) == (other.inode, other.size, other.written)


class WorkspaceFiles:
    """What is remembered of one workspace."""

    def __init__(self, workspace: Path, copies: Path) -> None:
        self._workspace = workspace
        self._copies = copies
        self._states: dict[str, _State] = {}
        self._copied: dict[str, tuple[_State, Path]] = {}
        self._folders: set[str] = set()
        self._numbers = 0

    def remember(self) -> None:
        """Take note of the files as they are, and copy those that changed since the last time. Blocking."""
        self._states = dict(self._files())
        self._folders = {str(path) for path in self._subfolders()}
        for name in [name for name in self._copied if name not in self._states]:
            self._forget(name)
        left = COPIED_BYTES - sum(state.size for state, _ in self._copied.values())
        for name, state in self._states.items():
            if name in self._copied:
                if self._copied[name][0] == state:
                    continue
                left += self._copied[name][0].size
                self._forget(name)
            if state.size <= left and self._copy(name, state):
                left -= state.size

    def restore(self) -> FileChanges:
        """Make the files what they were when they were remembered. Blocking."""
        if len(self._states) >= MOST_FILES:
            # What was there before is not known of all of them.
            return FileChanges(not_restored=(f"a workspace of {MOST_FILES:,} files or more",))
        now = self._moved_back(dict(self._files()))
        # The code makes no links: one that is new leads to a file that was attached meanwhile.
        new = [name for name in now if name not in self._states and not (self._workspace / name).is_symlink()]
        removed = [name for name in new if self._remove(name)]
        # Before files are put back: a folder may stand where a file was.
        not_restored = self._remove_new_folders()
        put_back: list[str] = []
        for name, state in self._states.items():
            if name not in now or not now[name].holds_the_same_as(state):
                if self._put_back(name):
                    put_back.append(name)
                else:
                    not_restored.add(name)
        self._make_missing_folders()
        return FileChanges(
            removed=tuple(sorted(removed)),
            put_back=tuple(sorted(put_back)),
            not_restored=tuple(sorted(not_restored)),
        )

    def _moved_back(self, now: dict[str, _State]) -> dict[str, _State]:
        """With those files under their old names that were moved: of large ones there is no copy."""
        gone = {state.inode: name for name, state in self._states.items() if name not in now}
        for name in [name for name in now if name not in self._states]:
            old = gone.get(now[name].inode)
            if old is None:
                continue
            # The number of a file that is gone may be a new one's. Where there is a copy, that is surer.
            if old in self._copied and not now[name].holds_the_same_as(self._states[old]):
                continue
            if self._move(name, old):
                now[old] = now.pop(name)
                del gone[now[old].inode]
        return now

    def _move(self, name: str, to: str) -> bool:
        target = self._workspace / to
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            (self._workspace / name).rename(target)
        except OSError:
            return False
        return True

    def _files(self) -> Iterator[tuple[str, _State]]:
        """Regular files, and links to the attachments."""
        entries = (entry for entry in entries_in(self._workspace) if not entry.is_dir(follow_symlinks=False))
        for entry in itertools.islice(entries, MOST_FILES):
            # Gone meanwhile, or in a folder that may not be entered.
            with contextlib.suppress(FileNotFoundError, PermissionError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                    state = _State.of(status)
                    yield str(Path(entry.path).relative_to(self._workspace)), state

    def _subfolders(self) -> Iterator[Path]:
        for entry in entries_in(self._workspace):
            if entry.is_dir(follow_symlinks=False):
                yield Path(entry.path).relative_to(self._workspace)

    def _copy(self, name: str, state: _State) -> bool:
        self._numbers += 1
        copy = self._copies / str(self._numbers)
        try:
            shutil.copyfile(self._workspace / name, copy, follow_symlinks=False)
        except OSError:
            # The disk may be full, or the file be gone: it is named, should it change.
            copy.unlink(missing_ok=True)
            return False
        self._copied[name] = (state, copy)
        return True

    def _forget(self, name: str) -> None:
        self._copied.pop(name)[1].unlink(missing_ok=True)

    def _put_back(self, name: str) -> bool:
        if name not in self._copied:
            return False
        _, copy = self._copied[name]
        target = self._workspace / name
        # Beside it first, so that it is never half of anything.
        beside = target.with_name(f".{secrets.token_hex(16)}.restored")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copy, beside, follow_symlinks=False)
            beside.replace(target)
            status = target.lstat()
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            return False
        self._copied[name] = (_State.of(status), copy)
        return True

    def _remove(self, name: str) -> bool:
        try:
            (self._workspace / name).unlink()
        except OSError:
            return False
        return True

    def _remove_new_folders(self) -> set[str]:
        """Those that are empty again, deepest first; those that are not, as far as their subfolders are."""
        left: set[str] = set()
        holding: set[Path] = set()
        for folder in sorted(self._subfolders(), key=lambda path: -len(path.parts)):
            if str(folder) in self._folders:
                continue
            try:
                (self._workspace / folder).rmdir()
            except OSError:
                if folder not in holding:
                    left.add(str(folder))
                holding.update(folder.parents)
        return left

    def _make_missing_folders(self) -> None:
        for name in self._folders - {str(folder) for folder in self._subfolders()}:
            with contextlib.suppress(OSError):
                (self._workspace / name).mkdir(parents=True, exist_ok=True)
