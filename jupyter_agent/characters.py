"""Text from outside may hold halves of characters, which no file, database or network takes, and commands."""

from __future__ import annotations

import re

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters but for tabs and ends of lines, and those that turn the order of others around."""


def encodable(text: str) -> str:
    """The text with `?` for every lone surrogate, as undecodable file names and broken JSON have them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(text: str) -> str:
    """The text as a terminal may get it: what comes from files, code or a model must not drive it.

    Nothing moves the cursor, colours the text, renames the window or fills the clipboard, and what is read is
    in the order in which it was written.
    """
    return _COMMANDS.sub("", encodable(text))


def in_a_line(text: str) -> str:
    """The same in one line: a log takes the next line for another entry."""
    return " ".join(printable(text).split())
