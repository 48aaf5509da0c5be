"""What a file may be called, and what folders are called after people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import PurePosixPath

from jupyter_agent.errors import InputRefused

LONGEST_NAME = 200
"""Bytes: file systems take 255, and a copy gets a number."""

_BIDIRECTIONAL = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a name read other than it is."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def checked_name(name: str) -> str:
    """The name under which a file is kept, in composed Unicode.

    Raises:
        InputRefused: it could lead out of its folder, hide itself or break a terminal.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise InputRefused("The file has no name.", "Give it one and try again.")
    problem = _problem(name)
    if problem:
        raise InputRefused(
            f"A file cannot be called {_shown(name)}: {problem}.", "Rename the file and try again."
        )
    return name


def numbered(name: str) -> Iterator[str]:
    """The name, then `sales (2).csv`, `sales (3).csv` and so on."""
    yield name
    path = PurePosixPath(name)
    for number in count(2):
        yield f"{path.stem} ({number}){path.suffix}"


def folder_name(identifier: str) -> str:
    """A folder's name for an identifier: different for different ones, and never a path."""
    if _PLAIN.fullmatch(identifier):
        return identifier
    # A capital letter keeps these apart from the plain ones.
    return "H" + sha256(identifier.encode()).hexdigest()[:32]


def _problem(name: str) -> str | None:
    if "/" in name or "\\" in name:
        return "a name holds no path"
    if name.startswith("."):
        return "a name does not begin with a dot"
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "it contains control characters"
    if _BIDIRECTIONAL & set(name):
        return "it contains characters that change the direction of reading"
    if len(name.encode()) > LONGEST_NAME:
        return f"it is longer than {LONGEST_NAME} bytes"
    return None


def _shown(name: str) -> str:
    """The name in one harmless line."""
    text = name.encode("unicode_escape").decode() if not name.isprintable() else name
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
