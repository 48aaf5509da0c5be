"""Names variables as the table or its file is called, and columns as pandas does: no two alike."""

from __future__ import annotations

import builtins
import io
import keyword
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from .values import FileProfile

T = TypeVar("T")

_USUAL = ("df", "data", "text")
"""What the code that loads a single file assigns to."""
_TAKEN = frozenset(
    {*keyword.kwlist, *dir(builtins), *sys.stdlib_module_names, "np", "pd", "plt", "db", *_USUAL}
)
_LONGEST = 30
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:", re.ASCII)
_ASSIGNED = re.compile(r"^(\w+) = ", re.MULTILINE)


def variables(names: Iterable[str]) -> list[str]:
    """Variables for tables with any names, all different."""
    found: list[str] = []
    for name in names:
        found.append(_variable(name, found))
    return found


def unrepeated(header: Sequence[T | None], first: int = 0) -> list[T | str]:
    """The names that pandas gives to the columns under a header, whose first column has this number."""
    names = [f"Unnamed: {index}" if name in (None, "") else name for index, name in enumerate(header, first)]
    seen: Counter[T | str | None] = Counter()
    for index in sorted(range(len(names)), key=lambda index: header[index] in (None, "")):  # these last
        given = name = names[index]
        count = seen[name]
        while count:
            seen[given] = count + 1
            name = f"{given}.{count}"
            count = count + 1 if name in names else seen[name]
        names[index] = name
        seen[name] = count + 1
    return names


def as_path(name: str) -> str:
    """The name of a file as pandas takes it: it would look for `http:x.csv` in the network."""
    return f"./{name}" if _ADDRESS.match(name) else name


def apart(profiles: Sequence[FileProfile]) -> tuple[FileProfile, ...]:
    """The same files, of which no two are loaded into the same variables; a single one as it is."""
    if sum(bool(profile.load) for profile in profiles) < 2:
        return tuple(profiles)
    taken = {token.string for profile in profiles for token in _names(profile.load)}
    given: set[str] = set()
    profiles_apart = []
    for profile in profiles:
        own = Path(profile.name).name.split(".")[0]
        assigned = dict.fromkeys(_ASSIGNED.findall(profile.load))
        main = next((name for name in _USUAL if name in assigned), "")
        new: dict[str, str] = {}
        for old in assigned:
            if old == main:
                new[old] = _variable(own, taken)
            elif old in _USUAL or old in given:
                new[old] = _variable(f"{own}_{old}", taken)
            taken.add(new.get(old, old))
            given.add(new.get(old, old))
        profiles_apart.append(renamed(profile, new))
    return tuple(profiles_apart)


def _variable(name: str, taken: Collection[str]) -> str:
    """A variable like a name, that Python takes and nothing else has."""
    plain = re.sub(r"\W+", "_", name).strip("_").lower()[:_LONGEST]
    if not plain.isidentifier() or plain in _TAKEN:
        plain = f"table_{plain}".rstrip("_")
    variable, number = plain, 2
    while variable in taken:
        variable, number = f"{plain}_{number}", number + 1
    return variable


def renamed(profile: FileProfile, new: Mapping[str, str]) -> FileProfile:
    """The file with other names for variables, in its code and in the names of columns (`prices["unit"]`)."""
    lines = profile.load.splitlines(keepends=True)
    for token in reversed([token for token in _names(profile.load) if token.string in new]):
        (row, begin), (_, end) = token.start, token.end
        lines[row - 1] = lines[row - 1][:begin] + new[token.string] + lines[row - 1][end:]
    columns = tuple(
        replace(column, name=new[table] + column.name[len(table) :])
        if (table := column.name.partition('["')[0]) in new and column.name.endswith('"]')
        else column
        for column in profile.columns
    )
    return replace(profile, load="".join(lines), columns=columns)


def _names(code: str) -> Iterator[tokenize.TokenInfo]:
    """The variables in it: no attributes, and no names of arguments."""
    before, depth = "", 0
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        depth += (token.string in ("(", "[")) - (token.string in (")", "]"))
        is_argument = depth > 0 and following is not None and following.string == "="
        if token.type == tokenize.NAME and before != "." and not is_argument:
            yield token
        before = token.string
