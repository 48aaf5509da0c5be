"""What a run found besides its question: variables in the kernel and files in the workspace, as far as both
can still be had. What cannot is told, and never passed over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from jupyter_agent.errors import StorageError
from jupyter_agent.events import AttemptFinished, Event, Rewound
from jupyter_agent.protocols import Workspace
from jupyter_agent.trajectory import Trajectory
from jupyter_agent.trees import entries_in, opened_in
from jupyter_agent.variables.copying import copy

_MOST_NAMED = 10
_MOST_FILES = 10_000


def bring_back(
    source: Workspace, target: Workspace, run: Trajectory, events: Iterable[Event]
) -> tuple[str, ...]:
    """Copy what `run` found to the workspace of a new conversation; what differs from it, in sentences.

    Blocking.

    Args:
        events: those of the whole conversation that say what became of its variables.
    """
    return (*_variables(source, target, run, events), *_files(source, target, run))


def _variables(
    source: Workspace, target: Workspace, run: Trajectory, events: Iterable[Event]
) -> Sequence[str]:
    since = [event.body for event in events if event.sequence > run.sequence]
    done = [body.changes for body in since if isinstance(body, AttemptFinished) and not body.rolled_back]
    added = {name for changes in done for name in changes.added}
    touched = {name for changes in done for name in (*changes.changed, *changes.removed)} - added
    try:
        names = set(copy(source.variables, target.variables, without=added))
    except StorageError as error:
        return [error.message]
    told = []
    if changed := touched & names:
        told.append(f"Variables are as later programs left them, not as they were then: {_named(changed)}.")
    if gone := touched - names:
        told.append(f"Variables that the run found are gone: {_named(gone)}.")
    if any(isinstance(body, Rewound) for body in since):
        told.append("Variables were taken back to an earlier moment since; the run may have found others.")
    return told


def _files(source: Workspace, target: Workspace, run: Trajectory) -> Sequence[str]:
    """What nobody has written to since is as the run found it."""
    left_out = []
    for number, entry in enumerate(entries_in(source.folder)):
        if number == _MOST_FILES:
            return [f"Only {_MOST_FILES:,} files of the workspace were looked at; the others are left out."]
        if not entry.is_file(follow_symlinks=False):
            continue
        name = os.path.relpath(entry.path, source.folder)
        try:
            copied = _copied(source.folder, name, target.folder / name, before=run.started.timestamp())
        except OSError:
            copied = False
        if not copied:
            left_out.append(name)
    if not left_out:
        return []
    return [f"Files in the workspace that were made or changed since are left out: {_named(left_out)}."]


def _copied(folder: Path, name: str, target: Path, *, before: float) -> bool:
    """Copy a file that is older than that; no link on the way to it is followed, whoever puts one there."""
    with opened_in(folder, name) as file:
        if os.fstat(file.fileno()).st_mtime > before:
            return False
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as copy_:
            shutil.copyfileobj(file, copy_)
    return True


def _named(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return ", ".join(listed[:_MOST_NAMED]) + more
