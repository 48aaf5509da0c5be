"""Puts the tags of long HTML in order, before it is parsed: closed, not nested deeply, with few attributes.

A browser's way to understand disorder costs time that grows with the square of a page's length, and sometimes
memory, too: open elements are looked through at each tag, and those that were never closed are repeated. Code
could keep the front busy for hours so, with a page of a few megabytes. Nothing here makes a page harmless:
that is for `html`, afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection

SHORT = 20_000
"""Characters of a page that is understood as it is: that takes a tenth of a second at most."""
_DEEPEST = 100

# A tag never reaches beyond the next one's begin, so that looking for tags takes one pass.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>|<")
_ATTRIBUTE = re.compile(r"(?<![\w-])([A-Za-z-]++)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s\"'>]++)")
_WITHOUT_CONTENT = frozenset({"br", "col", "hr", "img"})
_NOT_READ = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
_ENDED_BY = {
    "p": {"p"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
}
"""Elements that need no end, by those that end them."""


def in_order(text: str, *, elements: Collection[str], attributes: Collection[str]) -> str:
    """The page with only these elements and attributes; what is not a tag is text."""
    for begin, end in _NOT_READ:
        text = _without(text, begin, end)
    opened: list[str] = []

    def close(*names: str) -> str:
        closed = []
        while opened and opened[-1] in names:
            closed.append(f"</{opened.pop()}>")
        return "".join(closed)

    def tag(found: re.Match[str]) -> str:
        if found[2] is None:
            return "&lt;"
        name = found[2].lower()
        if name not in elements:
            return ""
        if found[1]:
            return _end(opened, name) if name in opened else ""
        ended = close(*_ENDED_BY.get(name, ()))
        if name not in _WITHOUT_CONTENT:
            if len(opened) >= _DEEPEST:
                return ended
            opened.append(name)
        return f"{ended}<{name}{_kept(found[3], attributes)}>"

    return _TAG.sub(tag, text)


def _end(opened: list[str], name: str) -> str:
    """Close all elements up to the innermost one of this name."""
    closed = []
    while True:
        innermost = opened.pop()
        closed.append(f"</{innermost}>")
        if innermost == name:
            return "".join(closed)


def _kept(text: str, names: Collection[str]) -> str:
    kept: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text):
        if name.lower() in names:
            kept.setdefault(name.lower(), value)
    return "".join(f" {name}={value}" for name, value in kept.items())


def _without(text: str, begin: str, end: str) -> str:
    """The text without what stands between the two, whatever the case of their letters."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters become two
        lowered = re.sub(r"[A-Z]", lambda found: found[0].lower(), text)
    parts, at = [], 0
    while (found := lowered.find(begin, at)) >= 0:
        parts.append(text[at:found])
        at = lowered.find(end, found)
        if at < 0:
            return "".join(parts)
        at = lowered.find(">", at) + 1 or len(text)
    return "".join([*parts, text[at:]])
