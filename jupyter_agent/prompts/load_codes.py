"""Gives what is loaded from each of several files a variable of its own, called as the file."""

from __future__ import annotations

import builtins
import io
import keyword
import re
import sys
import tokenize
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

_USUAL = ("df", "data", "text")
"""What the code that loads a single file assigns to."""
_TAKEN = frozenset({*keyword.kwlist, *dir(builtins), *sys.stdlib_module_names, "np", "pd", "plt", *_USUAL})
_LONGEST = 30


def load_codes(loads: Sequence[str], files: Sequence[str]) -> list[str]:
    """The code that loads each of these files; of several, no two assign to the same variable."""
    if sum(map(bool, loads)) < 2:
        return list(loads)
    taken = {token.string for load in loads for token in _names(load)} | _TAKEN
    renamed = []
    for load, file in zip(loads, files, strict=True):
        used = {token.string for token in _names(load)}
        usual = next((name for name in _USUAL if name in used), "")
        own = _variable(file, taken) if usual else ""
        taken.add(own)
        renamed.append(_with(load, usual, own))
    return renamed


def _variable(file: str, taken: Collection[str]) -> str:
    """A name like the file's that Python takes and nothing else has."""
    plain = re.sub(r"\W+", "_", Path(file).name.split(".")[0]).strip("_").lower()[:_LONGEST]
    if not plain.isidentifier() or plain in _TAKEN:
        plain = f"table_{plain}".rstrip("_")
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}_{number}", number + 1
    return name


def _with(code: str, old: str, new: str) -> str:
    """The code with another name for a variable."""
    lines = code.splitlines(keepends=True)
    for token in reversed([token for token in _names(code) if token.string == old]):
        (row, begin), (_, end) = token.start, token.end
        lines[row - 1] = lines[row - 1][:begin] + new + lines[row - 1][end:]
    return "".join(lines)


def _names(code: str) -> Iterator[tokenize.TokenInfo]:
    """The names in it, those of attributes left out."""
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.NAME and before != ".":
            yield token
        before = token.string
