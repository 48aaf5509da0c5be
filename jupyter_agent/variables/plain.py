"""Plain values of Python <-> JSON, exactly.

What JSON knows is written as it is: None, booleans, numbers, text, lists, dictionaries with text keys. All
else is an object with the tag `$`, which says what its fields mean: tuples, sets, dictionaries with other
keys, arrays, and the single values of `scalars`. Tables inside a value are not written here: `attach` is
asked for something to write in their place, and `detach` for the value again.

A list that stands in a value twice would come back as two lists, and one that holds itself has no end: both
are refused.
"""

from __future__ import annotations

import collections
import math
import sys
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_agent.classes import ancestry, members, type_name

from . import scalars
from .not_kept import NotKept, Unreadable

_DEPTH = 100
_WHOLE = 2**63
_FACTORIES: Mapping[str, Any] = {
    kind.__name__: kind for kind in (list, dict, set, tuple, int, float, complex, bool, str, bytes)
}
_BUILTINS = (dict, list, tuple, set, frozenset, str, int, float, complex, bytes, bytearray)


def nothing_attached(value: object) -> Any:
    """The `attach` of a value that holds no tables: it knows none."""
    return None


def nothing_detached(content: Mapping[str, Any]) -> object:
    """The `detach` of a value that holds no tables."""
    raise Unreadable("the value refers to another file")


class Encoder:
    """Turns one value into JSON. `attach` returns JSON with a tag for what it takes care of, or None."""

    def __init__(
        self, attach: Callable[[object], Any] = nothing_attached, taken: Mapping[int, str] | None = None
    ) -> None:
        """`taken` names the values that other variables hold, by identity: they are refused."""
        self._attach = attach
        self._taken = taken or {}
        self._inside: set[int] = set()
        self.seen: dict[int, object] = {}
        """The values in it that can be changed, by identity."""

    def encode(self, value: object, depth: int = _DEPTH) -> Any:
        """JSON of a value.

        Raises:
            NotKept: it, or something in it, has no exact form.
        """
        if value is None or type(value) is bool:
            return value
        if type(value) is int and -_WHOLE <= value < _WHOLE:
            return value
        if type(value) is float and math.isfinite(value):
            return value
        if type(value) is str and _is_text(value):
            return value
        if (scalar := scalars.encode(value)) is not None:
            if type(value) is bytearray:
                self._only_once(value)
            return scalar
        if (attached := self._attach(value)) is not None:
            if attached["$"] == "attached":
                self._only_once(value)
            return attached
        if (number := _numpy(value)) is not None:
            if number["$"] == "array":
                self._only_once(value)
            return number
        if not depth:
            raise NotKept(f"it is nested more than {_DEPTH} levels deep")
        return self._container(value, depth - 1)

    def _container(self, value: object, depth: int) -> Any:
        if id(value) in self._inside:
            raise NotKept(f"a {type_name(value)} in it holds itself")
        if issubclass(type(value), (list, dict, set, collections.deque)):
            self._only_once(value)
        self._inside.add(id(value))
        try:
            if type(value) is list:
                return value if _is_simple(value) else self._items(value, depth)
            if type(value) is dict:
                if all(map(_is_key, value)):
                    return {key: self.encode(item, depth) for key, item in value.items()}
                return {"$": "dict", "items": self._pairs(value, depth)}
            if type(value) is tuple:
                return {"$": "tuple", "items": self._items(value, depth)}
            if type(value) is set:
                return {"$": "set", "items": self._items(value, depth)}
            if type(value) is frozenset:
                return {"$": "frozenset", "items": self._items(value, depth)}
            if type(value) is slice:
                parts = (value.start, value.stop, value.step)
                return {"$": "slice", "items": [self.encode(part, depth) for part in parts]}
            if type(value) is collections.deque:
                return {"$": "deque", "length": value.maxlen, "items": self._items(value, depth)}
            if type(value) is collections.OrderedDict:
                return {"$": "ordered", "items": self._pairs(value, depth)}
            if type(value) is collections.Counter:
                return {"$": "counter", "items": self._pairs(value, depth)}
            if type(value) is collections.defaultdict:
                return {
                    "$": "defaultdict",
                    "factory": _factory_name(value.default_factory),
                    "items": self._pairs(value, depth),
                }
            if type(value) is getattr(sys.modules.get("pandas"), "Interval", None):
                ends = [self.encode(value.left, depth), self.encode(value.right, depth)]  # type: ignore[attr-defined]
                return {"$": "interval", "closed": value.closed, "items": ends}  # type: ignore[attr-defined]
        finally:
            self._inside.discard(id(value))
        raise NotKept(*_no_form(value))

    def _items(self, items: Any, depth: int) -> list[Any]:
        return [self.encode(item, depth) for item in items]

    def _pairs(self, pairs: Any, depth: int) -> list[Any]:
        return [[self.encode(key, depth), self.encode(item, depth)] for key, item in pairs.items()]

    def _only_once(self, value: object) -> None:
        """Refuse what can be changed and is met a second time."""
        if id(value) in self._taken:
            raise NotKept(
                f"a {type_name(value)} in it is in {self._taken[id(value)]} too, and would be two",
                "copy.deepcopy(value)",
            )
        if id(value) in self.seen:
            raise NotKept(
                f"it holds one {type_name(value)} in several places, which would come back as several",
                "a copy.deepcopy of each place",
            )
        self.seen[id(value)] = value


class Decoder:
    """Turns JSON into a value. `detach` is asked for what `attach` wrote."""

    def __init__(self, detach: Callable[[Mapping[str, Any]], object] = nothing_detached) -> None:
        self._detach = detach

    def decode(self, content: Any) -> object:
        """The value of its JSON.

        Raises:
            Exception: it is not what `Encoder` writes.
        """
        if isinstance(content, list):
            return [self.decode(item) for item in content]
        if not isinstance(content, dict):
            return content
        if "$" not in content:
            return {key: self.decode(item) for key, item in content.items()}
        match content["$"]:
            case "dict":
                return self._pairs(content)
            case "tuple":
                return tuple(self._items(content))
            case "set":
                return set(self._items(content))
            case "frozenset":
                return frozenset(self._items(content))
            case "slice":
                return slice(*self._items(content))
            case "deque":
                return collections.deque(self._items(content), content["length"])
            case "ordered":
                return collections.OrderedDict(self._pairs(content))
            case "counter":
                return collections.Counter(self._pairs(content))
            case "defaultdict":
                factory = content["factory"]
                return collections.defaultdict(
                    None if factory is None else _FACTORIES[factory], self._pairs(content)
                )
            case "interval":
                import pandas as pd

                left, right = self._items(content)
                return pd.Interval(left, right, content["closed"])
            case "numpy":
                return _read_numpy_scalar(content)
            case "array":
                from . import arrays

                return arrays.read(bytearray(scalars.bytes_of(content["bytes"])))
            case "attached" | "variable":
                return self._detach(content)
            case _:
                return scalars.decode(content)

    def _items(self, content: Mapping[str, Any]) -> list[Any]:
        return [self.decode(item) for item in content["items"]]

    def _pairs(self, content: Mapping[str, Any]) -> dict[Any, Any]:
        return {self.decode(key): self.decode(item) for key, item in content["items"]}


def _is_text(text: str) -> bool:
    """Whether JSON keeps it: two halves of a character, side by side, would come back as one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_key(key: object) -> bool:
    return type(key) is str and key != "$" and _is_text(key)


def _is_simple(items: list[Any]) -> bool:
    """Whether a list is JSON as it stands, found out faster than by turning each item."""
    kinds = set(map(id, map(type, items)))
    if kinds == {id(float)}:
        return all(map(math.isfinite, items))
    if kinds == {id(int)}:
        return bool(min(items) >= -_WHOLE and max(items) < _WHOLE)
    return kinds == {id(str)} and _is_text("".join(items))


def _factory_name(factory: object) -> str | None:
    if factory is None:
        return None
    for name, kind in _FACTORIES.items():
        if factory is kind:
            return name
    raise NotKept("a defaultdict with a function of its own", "dict(value)")


def _numpy(value: object) -> Any:
    """A single value or an array of numpy."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(type(value), numpy.ndarray):
        from . import arrays

        arrays.check(value)
        return {"$": "array", "bytes": scalars.text_of(arrays.to_bytes(value))}
    if numpy is None or not issubclass(type(value), numpy.generic):
        return None
    if not any(type(value) is kind for kind in numpy.sctypeDict.values()):
        raise NotKept(*_no_form(value))
    dtype = value.dtype  # type: ignore[attr-defined]
    if dtype.hasobject or dtype.names or numpy.dtype(dtype.str).type is not type(value):
        raise NotKept(*_no_form(value))
    return {"$": "numpy", "dtype": dtype.str, "bytes": scalars.text_of(value.tobytes())}  # type: ignore[attr-defined]


def _read_numpy_scalar(content: Mapping[str, Any]) -> object:
    import numpy as np

    dtype = np.dtype(str(content["dtype"]))
    if dtype.hasobject:
        raise Unreadable("a numpy value that holds Python objects")
    if not dtype.itemsize:
        return dtype.type()
    (value,) = np.frombuffer(scalars.bytes_of(content["bytes"]), dtype)
    return value


def _no_form(value: object) -> tuple[str, str]:
    """Why there is no form for an object, and the nearest that has one."""
    kind = type(value)
    name = type_name(value)
    if issubclass(kind, type):
        return "a class is code, not data", ""
    if name in ("function", "builtin_function_or_method", "method", "functools.partial"):
        return "a function is code, not data", ""
    if name == "module":
        return "a module is imported, not kept", ""
    for base in ancestry(kind)[1:]:
        if any(base is builtin for builtin in _BUILTINS):
            return f"a {name} would come back as a {base.__name__}", f"{base.__name__}(value)"
    once = any("__next__" in members(base) for base in ancestry(kind))
    if once or name in ("dict_keys", "dict_values", "dict_items"):
        return f"a {name} cannot be written down before it is used up", "list(value)"
    return f"a {name} has no exact form without pickle", ""
