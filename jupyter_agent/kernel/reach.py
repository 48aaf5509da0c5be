"""Says which paths code tries in vain, also where it catches the error. Runs in the worker and protects
nothing: without it Linux refuses the same, and nobody is told of what was caught.

Python announces the use of a file before it happens (an audit event). A path within what the rules grant
costs one comparison; only for the others it is looked whether there is something that could have been used.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .landlock import Access, Ruleset

_USES: dict[str, tuple[int, ...]] = {
    "open": (0,),
    "os.listdir": (0,),
    "os.scandir": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.remove": (0,),
    "os.truncate": (0,),
    "os.rename": (0, 1),
    "os.link": (0, 1),
}
"""Audit events, and which of their arguments are paths."""
_MAKES_LINKS = frozenset({"os.rename", "os.symlink"})
_ONLY_READING = frozenset({"os.listdir", "os.scandir"})
_FLAGS_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OWN = str(Path(__file__).parents[1])
"""Where this package is installed: tracebacks show its files."""
_MOST_TOLD = 20
_LONGEST = 160

Use = Literal["reading", "writing"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What the rules grant, by names: files and folders, and what is beneath them."""

    readable: frozenset[str]
    writable: frozenset[str]

    @classmethod
    def of(cls, rules: Ruleset) -> Reach:
        """The same as the worker's file rules say it."""

        def granted(access: Access) -> frozenset[str]:
            return frozenset(rule.path for rule in rules.rules if rule.access & access)

        return cls(granted(Access.READ_FILE), granted(Access.WRITE_FILE))

    def covers(self, path: str, use: Use) -> bool:
        """Whether an absolute path without links may be used so."""
        granted = self.readable if use == "reading" else self.writable
        return path in granted or path.startswith(tuple(f"{root}/" for root in granted))


class Watch:
    """Hears `events` while code of the user's runs, and tells each path once."""

    events = frozenset({*_USES, *_MAKES_LINKS, "os.chdir"})

    def __init__(self, reach: Reach, tell: Callable[[str], None]) -> None:
        self._reach = reach
        self._tell = tell
        self._told: set[str] | None = None
        self._readable = tuple(f"{root}/" for root in reach.readable)
        self._writable = tuple(f"{root}/" for root in reach.writable)
        self._at_home: bool | None = None
        """Whether the working folder may be written to; None: it may be another one now."""
        self._links: set[str] | None = None
        """What in it leads elsewhere; None: that may be something else now."""

    def begin(self) -> None:
        """Code runs from now on."""
        self._told = set()
        self._at_home = self._links = None

    def end(self) -> None:
        """It has ended."""
        self._told = None

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An event that announces the use of a file."""
        if event == "open" and self._is_at_home(arguments):
            return
        if event == "os.chdir":
            self._at_home = self._links = None
        elif event in _MAKES_LINKS:
            self._may_be_link(arguments[1])
        places = _USES.get(event)
        if places is None or self._told is None:
            return
        for place in places:
            path = arguments[place]
            if type(path) is bytes:
                path = os.fsdecode(path)
            if type(path) is str:
                self._look(event, path, _use(event, arguments))

    def _is_at_home(self, arguments: tuple[Any, ...]) -> bool:
        """Whether a file in the working folder is opened: nearly always, and this is what it costs then."""
        path, _, flags = arguments
        if self._at_home is not True or type(path) is not str or path[:1] == "/" or ".." in path:
            return False
        if not flags & _FLAGS_FOR_WRITING:
            return True
        # Another thread may forget them at any time.
        links = self._links
        if links is None:
            try:
                with os.scandir() as entries:
                    links = self._links = {entry.name for entry in entries if entry.is_symlink()}
            except OSError:
                return False
        return path not in links and "/" not in path

    def _may_be_link(self, path: object) -> None:
        """What has just got this name is looked at when it is written to."""
        if self._links is not None and type(path) is str:
            self._links.add(path)
        else:
            self._links = None

    def _look(self, event: str, path: str, use: Use) -> None:
        if ".." not in path and self._is_within(path, use):
            return
        told = self._told
        if told is None or path in told or len(told) >= _MOST_TOLD or len(path) > _LONGEST:
            return
        if path.startswith(_OWN):
            return
        # Modules are looked for in each folder of this list, whether it can be read or not.
        if event == "os.listdir" and path in sys.path:
            return
        if self._refused(path, use):
            told.add(path)
            self._tell(path)

    def _is_within(self, path: str, use: Use) -> bool:
        """Whether the name alone shows it."""
        if use == "writing" and os.path.islink(path):  # noqa: PTH114
            # To an attachment, which stands in the workspace like a file of its own.
            return False
        granted = self._readable if use == "reading" else self._writable
        return path.startswith(granted) or (path[:1] != "/" and self._works_at_home())

    def _works_at_home(self) -> bool:
        if self._at_home is None:
            self._at_home = self._reach.covers(os.getcwd(), "writing")  # noqa: PTH109
        return self._at_home

    def _refused(self, path: str, use: Use) -> bool:
        real = Path(os.path.realpath(path))
        if self._reach.covers(str(real), use):
            return False
        # What is not there cannot be refused: Linux says that it is not there.
        return real.exists() or (use == "writing" and real.parent.is_dir())


def _use(event: str, arguments: tuple[object, ...]) -> Use:
    if event != "open":
        return "reading" if event in _ONLY_READING else "writing"
    flags = arguments[2]
    return "writing" if isinstance(flags, int) and flags & _FLAGS_FOR_WRITING else "reading"
