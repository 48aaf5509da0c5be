"""What to say of what was refused, where only the worker or an exception tells of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jupyter_agent.characters import encodable
from jupyter_agent.steps import Block

_MOST_CHARACTERS = 200
_REFUSED_PATH = re.compile(r"\[Errno 13\] [^:]*: ('.*')")


def told_block(told: object) -> Block:
    """What the worker itself refused before Linux had to; only its words are taken from it."""
    fields = told if isinstance(told, dict) else {}
    kind = fields.get("kind")
    what = encodable(str(fields.get("what", "do this"))[:_MOST_CHARACTERS])
    if kind == "path":
        return _path_block(repr(what))
    return Block(
        kind if kind in ("network", "program", "process") else "process",
        f"The code tried to {what}, which this kernel does not do.",
    )


def refused_path(reply: Mapping[str, Any]) -> Block | None:
    """What to say of code that failed because a file is out of its reach."""
    found = _REFUSED_PATH.fullmatch(str(reply.get("evalue"))[:_MOST_CHARACTERS])
    if reply.get("ename") != "PermissionError" or found is None:
        return None
    return _path_block(found[1])


def _path_block(quoted: str) -> Block:
    return Block("path", f"The code tried to use {encodable(quoted)}, which is out of this kernel's reach.")
