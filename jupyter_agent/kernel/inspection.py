"""What an object is and consists of, found out without running any code of its own.

Ordinary questions run an object's code: `isinstance` reads its `__class__`, `len` calls its `__len__`, a
class answers through its metaclass, a dictionary compares its keys. Here the interpreter is asked instead,
and a library by the methods of its own classes, whatever a subclass puts in their place.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jupyter_agent.classes import ancestry, members, qualified

_GOLDEN = 0.6180339887498949


def is_a(value: object, kind: type) -> bool:
    """`isinstance`, without asking the object or the class."""
    return any(base is kind for base in ancestry(type(value)))


def library(value: object) -> str:
    """The top-level package that an object's class says it is from."""
    return qualified(type(value))[0].partition(".")[0]


def attributes(value: object) -> Mapping[str, Any]:
    """An object's own attributes, as they are stored; empty if it has no place for any."""
    for base in reversed(ancestry(type(value))):
        descriptor = members(base).get("__dict__")
        if type(descriptor) is types.GetSetDescriptorType:
            stored = descriptor.__get__(value)
            return stored if type(stored) is dict else {}
    return {}


def fields(value: object) -> Iterator[tuple[str, Any]]:
    """An object's own attributes and what its `__slots__` hold."""
    for name, attribute in list(attributes(value).items()):
        if type(name) is str:
            yield name, attribute
    for base in ancestry(type(value)):
        own = members(base)
        for name, member in list(own.items()) if "__slots__" in own else ():
            if type(member) is types.MemberDescriptorType and type(name) is str:
                try:
                    yield name, member.__get__(value)
                except AttributeError:
                    continue  # not assigned yet


def loaded(module: str, name: str) -> Any:
    """Something from a library, if code has imported that; otherwise None."""
    return getattr(sys.modules.get(module), name, None)


def identities(classes: Sequence[tuple[str, str, str]]) -> dict[int, str]:
    """The labels of (module, name, label) by the identity of the class, if that is loaded."""
    return {
        id(kind if isinstance(kind, type) else type(kind)): label
        for module, name, label in classes
        if (kind := loaded(module, name)) is not None
    }


@functools.lru_cache(maxsize=64)
def positions(length: int, count: int) -> Any:
    """Where to look in a sequence: everywhere, or at `count` places, in order.

    They are spread by the golden ratio, because even steps would meet the same column of a table each time.
    """
    numpy = sys.modules["numpy"]
    if length <= count:
        return numpy.arange(length)
    return numpy.sort((numpy.arange(1, count + 1) * _GOLDEN % 1.0 * length).astype(numpy.intp))


def blocks(value: object) -> Any:
    """What a pandas frame or series, of whatever subclass, keeps its columns in.

    Raises:
        TypeError: it keeps something else there than pandas does.
    """
    manager = attributes(value).get("_mgr")
    if library(manager) != "pandas":
        raise TypeError("not made by pandas")
    return manager


def plain_array(value: object) -> Any:
    """An array without the methods of its subclass, on the same memory."""
    ndarray = sys.modules["numpy"].ndarray
    return value if type(value) is ndarray else ndarray.view(value, ndarray)
