"""Copies of the variables, for where a snapshot cannot be made: other threads' locks would be lost in a fork.

Tables are copied on write, so they cost nothing until they are changed; the rest is copied within a budget.
Copies protect from exceptions, not from the end of the process.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PLAIN = (int, float, complex, bool, str, bytes, type(None))
_CONTAINERS = (list, dict, set, tuple)
_MOST_ITEMS = 100_000
"""Of a container that is copied; deeper copies would take too long."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The variables as they were."""

    values: Mapping[str, object]
    left_out: tuple[str, ...]
    """Variables that keep what is done to them: only which object the name stands for is restored."""

    def restore(self, namespace: dict[str, Any]) -> None:
        """Make the user's variables what they were; those that came later go."""
        for name in list(namespace):
            if not name.startswith("_") and name not in self.values:
                del namespace[name]
        namespace.update(self.values)


def take(variables: Mapping[str, object], limit: int) -> Copies:
    """Copies of `variables`, of at most `limit` bytes in all."""
    values: dict[str, object] = {}
    left_out: list[str] = []
    left = limit
    for name, value in variables.items():
        copied, cost = _copied(value, left)
        if copied is None and value is not None:
            left_out.append(name)
            values[name] = value
        else:
            left -= cost
            values[name] = copied
    return Copies(values, tuple(left_out))


def _copied(value: object, left: int) -> tuple[object, int]:
    """A copy and its bytes; None where there is none."""
    kind = type(value)
    if kind in _PLAIN:
        return value, 0
    pandas: Any = sys.modules.get("pandas")
    if pandas and kind in (pandas.DataFrame, pandas.Series) and _copies_on_write(pandas):
        table: Any = value
        return table.copy(deep=False), 0
    if pandas and isinstance(value, pandas.Index):
        return value, 0
    numpy: Any = sys.modules.get("numpy")
    if numpy and kind is numpy.ndarray:
        array: Any = value
        return (
            (array.copy(), array.nbytes) if array.nbytes <= left and not array.dtype.hasobject else (None, 0)
        )
    if kind in _CONTAINERS and _is_plain(value, [_MOST_ITEMS]):
        size = 100 * _MOST_ITEMS
        return (copy.deepcopy(value), size) if size <= left else (None, 0)
    return None, 0


def _copies_on_write(pandas: Any) -> bool:
    """Always from pandas 3 on; before, a shallow copy shares what is changed."""
    return int(pandas.__version__.partition(".")[0]) >= 3


def _is_plain(value: object, left: list[int]) -> bool:
    """Whether it holds only numbers and text, in few enough containers: copying them runs nobody's code."""
    left[0] -= 1
    if left[0] < 0:
        return False
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is dict:
        mapping: Any = value
        return all(_is_plain(key, left) and _is_plain(item, left) for key, item in mapping.items())
    if kind in _CONTAINERS:
        items: Any = value
        return all(_is_plain(item, left) for item in items)
    return False
