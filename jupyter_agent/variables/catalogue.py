"""The catalogue of a checkpoint: what was kept and how to load it, what was not and what made it.

Its file, `variables_metadata.json`, is for people too:

    {"format": "jupyter-agent-variables", "version": 1,
     "kept": [{"name": "sales", "type": "pandas.DataFrame", "kind": "frame", "file": "data-…/sales.feather",
               "parts": [], "bytes": 4096, "load": "import …", "note": ""}],
     "lost": [{"name": "model", "type": "…", "reason": "…", "instead": "…", "made_by": "model = …"}],
     "files": {"data-…/sales.feather": {"bytes": 4096, "crc32": 123456789}}}
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar, get_type_hints

from .files import Stored
from .not_kept import Unreadable

_FORMAT = "jupyter-agent-variables"
_VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A variable that is in a checkpoint."""

    name: str
    type: str
    """The qualified name of its class, without `builtins.` and `__main__.`."""
    kind: str
    """`value` (JSON, with others in one file), or a kind of `forms`."""
    file: str
    """Path inside the checkpoint's folder."""
    parts: tuple[str, ...] = ()
    """Further files, of tables that a value holds."""
    bytes: int
    """On the disk, parts included."""
    load: str
    """Python code that assigns the value to its name."""
    note: str = ""
    """What is different when it comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A variable that could not be kept."""

    name: str
    type: str
    reason: str
    instead: str = ""
    """The nearest form that can be kept, as code or in words, if there is one."""
    made_by: str = ""
    """The code that made it, if that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A variable of a checkpoint that could not be read; `name` is empty when it concerns all of them."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All variables of a checkpoint, in the order of the namespace."""

    kept: tuple[Kept, ...] = ()
    lost: tuple[Lost, ...] = ()
    files: Mapping[str, Stored] = field(default_factory=dict)


def is_name(name: str) -> bool:
    """Whether a variable may have this name: not what Python keeps for itself in every module."""
    reserved = name.startswith("__") and name.endswith("__")
    return name.isidentifier() and not keyword.iskeyword(name) and not reserved


def to_text(catalogue: Catalogue) -> str:
    """The content of the catalogue's file."""
    return json.dumps({"format": _FORMAT, "version": _VERSION, **asdict(catalogue)}, indent=1)


def from_text(text: bytes) -> tuple[Catalogue, tuple[Problem, ...]]:
    """The catalogue of its file, and what in it cannot be read.

    Raises:
        Unreadable, ValueError, RecursionError: it is not a catalogue.
    """
    content = json.loads(text)
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise Unreadable("it is no catalogue of variables")
    if content.get("version") != _VERSION:
        raise Unreadable("it was written by another version of this program")
    problems: list[Problem] = []

    def entries(of: type[T], key: str) -> tuple[T, ...]:
        read = []
        for entry in _list(content.get(key)):
            try:
                read.append(_entry(of, entry))
            except Unreadable as error:
                name = entry.get("name") if isinstance(entry, dict) else ""
                problems.append(Problem(name=name if isinstance(name, str) else "", reason=str(error)))
        return tuple(read)

    files = {name: _entry(Stored, entry) for name, entry in _dict(content.get("files")).items()}
    catalogue = Catalogue(kept=entries(Kept, "kept"), lost=entries(Lost, "lost"), files=files)
    return catalogue, tuple(problems)


def _entry(of: type[T], entry: Any) -> T:
    """A value of one of the classes above, each field of its type."""
    values = dict(_dict(entry))
    for name, kind in get_type_hints(of).items():
        value = values.get(name)
        if kind == tuple[str, ...]:
            right = isinstance(value, list) and all(isinstance(item, str) for item in value)
            values[name] = tuple(_list(value))
        else:
            right = type(value) is kind and (type(value) is not int or value >= 0)
        if not right:
            raise Unreadable(f"an entry has no proper {name}")
    try:
        return of(**values)
    except TypeError as error:
        raise Unreadable("an entry has fields that are not known") from error


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("an object is missing")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("a list is missing")
    return value
