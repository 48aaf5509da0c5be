"""What a class is called and derived from, without running any code of it or of its metaclass."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

_OF_A_CLASS = type.__dict__


def ancestry(kind: type) -> tuple[type, ...]:
    """A class and its bases, in the order of method resolution."""
    found: tuple[type, ...] = _OF_A_CLASS["__mro__"].__get__(kind)
    return found


def members(kind: type) -> Mapping[str, Any]:
    """What a class itself defines."""
    found: Mapping[str, Any] = _OF_A_CLASS["__dict__"].__get__(kind)
    return found


def qualified(kind: type) -> tuple[str, str]:
    """Module and name of a class."""
    module = _OF_A_CLASS["__module__"].__get__(kind)
    return (
        module if type(module) is str else "?",
        str.__str__(_OF_A_CLASS["__qualname__"].__get__(kind)),
    )


def type_name(value: object) -> str:
    """The name by which code knows an object's class: `pandas.DataFrame`, wherever pandas defines it."""
    module, name = qualified(type(value))
    if module in ("builtins", "__main__"):
        return name
    parts = module.split(".")
    for length in range(1, len(parts)):
        shorter = ".".join(parts[:length])
        if getattr(sys.modules.get(shorter), "__dict__", {}).get(name) is type(value):
            return f"{shorter}.{name}"
    return f"{module}.{name}"
