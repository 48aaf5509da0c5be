"""Recognises what a content is by its first bytes, whatever the file's name claims."""

from __future__ import annotations

from jupyter_agent.signatures import found_in

_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-8 and UTF-16."""

_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))


def meaning_of(head: bytes) -> str | None:
    """What the first bytes say the content is; None when they could be text."""
    text = is_text(head)
    if found := found_in(head, is_text=text):
        return found.meaning
    return None if text else "unknown binary format"


def is_text(head: bytes) -> bool:
    """Whether these bytes can be the beginning of a text in any encoding."""
    return head.startswith(_TEXT_MARKS) or len(head.translate(None, _CONTROL)) == len(head)
