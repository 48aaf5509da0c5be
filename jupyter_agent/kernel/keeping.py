"""Keeps the worker's variables in files and brings them back. Runs in the worker.

The files were written by a process that ran user code, and are read by nobody else: what a hostile program
leaves there meets the same restrictions again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_agent import variables
from jupyter_agent.errors import StorageError

_FOLDER = "JUPYTER_AGENT_VARIABLES"
"""The environment variable that names the folder; without it nothing is kept."""
_CODE_CHARACTERS = 2_000
_MOST_NAMED = 200


class Keeping:
    """Where variables are kept, and which code made each of them."""

    def __init__(self) -> None:
        folder = os.environ.get(_FOLDER)
        self._folder = Path(folder) if folder else None
        self._made_by: dict[str, str] = {}

    def note(self, changes: Any, code: str) -> None:
        """`code` has just made these changes."""
        for name in (*changes.added, *changes.changed):
            self._made_by[name] = code[:_CODE_CHARACTERS]
        for name in changes.removed:
            self._made_by.pop(name, None)

    def saving(
        self, namespace: Mapping[str, object], limit: int, *, set_aside: bool
    ) -> Iterator[dict[str, Any]]:
        """Write the variables; tells what became of them. `set_aside`: not over what was kept before."""
        if self._folder is None:
            yield {"failed": "This kernel was started without a folder for variables."}
            return
        try:
            catalogue = variables.save(
                namespace, self._folder, limit_bytes=limit, made_by=self._made_by, set_aside=set_aside
            )
        except StorageError as error:
            yield {"failed": str(error)}
            return
        yield {
            "kept": [kept.name for kept in catalogue.kept][:_MOST_NAMED],
            "lost": [asdict(lost) for lost in catalogue.lost][:_MOST_NAMED],
            "bytes": sum(kept.bytes for kept in catalogue.kept),
        }

    def load(self, namespace: dict[str, Any], hidden: Mapping[str, Any], limit: int) -> dict[str, Any]:
        """Bring back what was kept, but over nothing that is there already; tells what became of it.

        `hidden`: what the shell itself has put there.
        """
        if self._folder is None:
            return {"restored": []}
        restored = variables.load(self._folder, limit_bytes=limit)
        found = {
            name: value
            for name, value in restored.values.items()
            if name not in namespace or (name in hidden and namespace[name] is hidden[name])
        }
        namespace.update(found)
        unread = [asdict(problem) for problem in restored.problems]
        lost = [{"name": lost.name, "reason": lost.reason, "made_by": lost.made_by} for lost in restored.lost]
        return {
            "restored": list(found)[:_MOST_NAMED],
            "lost": lost[:_MOST_NAMED],
            "unread": unread[:_MOST_NAMED],
        }
