"""What the static check is given, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_agent.protocols import KernelProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a program may count on."""

    files: frozenset[str] = frozenset()
    """Names of the attached files and of those that earlier programs wrote; a folder's ends with `/`."""
    all_known: bool = True
    """Those are all that there are."""
    attachments: frozenset[str] = frozenset()
    """Those of them that are attached: they can only be read."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """Attached files that no reader of text can use, each with the sentence that says why."""
    said: str = ""
    """The conversation: a file that it names may be there, though nobody attached it."""
    tables: frozenset[str] = frozenset()
    """Variables in the kernel that are DataFrames."""
    profile: KernelProfile = "strict"
    folder: str = ""
    """The workspace, as an absolute path."""
    readable: tuple[str, ...] = ()
    """Other files and folders that the kernel may read, as absolute paths."""


def words(text: str) -> frozenset[str]:
    """A set of names, written as one text."""
    return frozenset(text.split())


def patterns(text: str) -> re.Pattern[str]:
    """One pattern of several that are written as one text."""
    return re.compile("|".join(text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place in the code where a rule of checks.toml applies."""

    rule: str
    line: int | None = None
    values: dict[str, str] = field(default_factory=dict)
    why: str = ""
    """Which of the rule's reasons; empty where it has none."""
