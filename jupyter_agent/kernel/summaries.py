"""What a variable holds, in a few lines, by its structure alone: neither its size nor its methods matter.

What is of no known kind is shown by its attributes. Only `Summaries.spoken` runs an object's own code.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_agent.classes import ancestry, members, qualified, type_name

from .inspection import attributes, blocks, is_a, library, loaded, plain_array, positions
from .words import FRAMES, Words, shape

_COLUMNS = 40
_ROWS = 3
_ITEMS = 6
_SAMPLED = 1_000
_BLOCKS = 1_000
_HEAD_BYTES = 100_000
_CHARACTERS = 2_000


_ADDRESS = re.compile(r"at 0x[0-9A-Fa-f]+>\Z")
"""How a text ends that says nothing but where an object is."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is to be said of one object."""

    shape: tuple[int, ...] | None = None
    size: int | None = None
    """Bytes of the object's own memory; what it refers to is not counted."""
    lines: Sequence[str] = ()
    columns: Sequence[str] = ()
    columns_in_all: int = 0

    def text(self, characters: int) -> str:
        """The lines, then as many of the columns as there is room for, and how many more there are."""
        said = "\n".join(self.lines)
        if len(said) > characters:
            return f"{said[: characters - 1]}…"
        shown = 0
        for line in self.columns:
            if len(said) + len(line) + len("\n\n… and 1000000 more columns") > characters:
                break
            said = f"{said}\n{line}" if said else line
            shown += 1
        if shown < self.columns_in_all:
            said = f"{said}\n… and {self.columns_in_all - shown} more columns".lstrip("\n")
        return said


class Summaries:
    """Summarizes objects of the libraries that are loaded now."""

    def __init__(self) -> None:
        self._words = Words()

    def is_frame(self, value: object) -> bool:
        return self._words.kind(value) in FRAMES

    def lengths(self, value: object) -> list[int] | None:
        """The shape of a table or an array of pandas and numpy, which is there at once."""
        kind = self._words.kind(value)
        try:
            return list(shape(kind, value) or ()) if kind in ("frame", "series", "array") else None
        except (TypeError, ValueError, AttributeError):
            return None

    def of(self, value: Any) -> Summary:
        """A summary, without running the object's own code.

        Raises:
            Exception: the object is not what its class says.
        """
        match kind := self._words.kind(value):
            case "frame":
                return self._frame(value)
            case "series":
                return self._series(value)
            case "index":
                return self._index(value)
            case "array":
                return self._array(plain_array(value))
            case "polars-frame":
                columns = itertools.islice(value.iter_columns(), _COLUMNS)
                lines = [f"{self._words.cell(c.name)} {self._polars(c)}" for c in columns]
                return Summary(value.shape, value.estimated_size(), _empty(value.shape), lines, value.width)
            case "polars-series":
                return Summary((len(value),), value.estimated_size(), [self._polars(value)])
            case "arrow-table":
                names = value.schema.names[:_COLUMNS]
                lines = [
                    f"{self._words.cell(name)} {self._arrow(value.column(i))}" for i, name in enumerate(names)
                ]
                return Summary(value.shape, value.nbytes, _empty(value.shape), lines, value.num_columns)
            case "arrow-array":
                return Summary((len(value),), value.nbytes, [self._arrow(value)])
            case "figure":
                axes = loaded("matplotlib.figure", "Figure").axes.fget(value)
                return Summary(None, None, [f"figure with {len(axes)} axes", *map(_axes, axes[:_ITEMS])])
            case "axes":
                return Summary(None, None, [_axes(value)])
            case "estimator":
                return Summary(None, None, self._estimator(attributes(value)))
            case "function":
                return Summary(None, None, _function(value))
            case "type":
                names = [name for name in members(value) if not name.startswith("_")][:_ITEMS]
                return Summary(None, None, [f"class with {', '.join(names)}" if names else "class"])
            case None:
                parts = self._words.parts(value, depth=1)
                return Summary(None, None, [", ".join(parts)[:_CHARACTERS]])
        lengths = shape(kind, value)
        lines = _empty(lengths or ()) or [self._words.short(value)[:_CHARACTERS]]
        return Summary(lengths, None if lengths is None else _own_size(value), lines)

    def spoken(self, value: object) -> str | None:
        """What an object of no known kind says of itself by its own code, if it has some for that."""
        kind = self._words.kind(value)
        if kind not in (None, "enum", "estimator"):
            return None
        for base in ancestry(type(value)):
            if "__repr__" in members(base):
                if any(base is plain for plain in (object, int, float)):
                    return None
                said = str.__str__(repr(value))[:_CHARACTERS]
                if _ADDRESS.search(said):
                    return None
                return "\n".join([said, *self._estimator(attributes(value))]) if kind == "estimator" else said
        return None

    def _frame(self, value: object) -> Summary:
        manager = blocks(value)
        columns, index = manager.axes
        width, rows = manager.shape
        names = self._labels(columns, _COLUMNS)
        lines = [f"{name} {self._values(manager.iget_values(i))}" for i, name in enumerate(names)]
        size = None
        if len(manager.blocks) <= _BLOCKS:
            size = sum(int(block.values.nbytes) for block in manager.blocks)
        head = [*_empty((rows, width)), *self._index_line(index)]
        return Summary((rows, width), size, head, lines, width)

    def _series(self, value: object) -> Summary:
        manager = blocks(value)
        values = manager.blocks[0].values
        name = attributes(value).get("_name")
        said = self._values(values)
        lines = [said if name is None else f"{self._words.cell(name)} {said}"]
        return Summary(
            tuple(manager.shape),
            int(values.nbytes),
            [*_empty(manager.shape), *self._index_line(manager.axes[0]), *lines],
        )

    def _index_line(self, index: Any) -> list[str]:
        kind = type_name(index).rpartition(".")[2]
        if kind == "RangeIndex" and index.name is None:
            return []
        names = [self._words.cell(name) for name in index.names if name is not None]
        named = f" {', '.join(names)}" if names else ""
        return [f"index{named}: {kind} [{', '.join(self._labels(index, _ROWS))}]"]

    def _labels(self, index: Any, count: int) -> list[str]:
        if library(index) != "pandas":
            raise TypeError("an index that is not made by pandas")
        return [self._words.cell(label) for label in index[:count].tolist()]

    def _index(self, value: Any) -> Summary:
        kind = "" if is_a(value, loaded("pandas", "MultiIndex")) else f"({value.dtype}) "
        names = [self._words.cell(name) for name in value.names if name is not None]
        named = f"{', '.join(names)} " if names else ""
        said = f"{named}{kind}{', '.join(self._labels(value, _ITEMS))}"
        return Summary((len(value),), None, [*_empty((len(value),)), said])

    def _array(self, value: Any) -> Summary:
        said = f"({value.dtype}{self._missing(value)})"[:200]
        if value.dtype.itemsize <= _HEAD_BYTES:
            said += f": {self._words.cells(value.flat[:_ITEMS])}"
        return Summary(tuple(value.shape), int(value.nbytes), [*_empty(value.shape), said])

    def _values(self, values: Any) -> str:
        """The type, the missing part and the head of a column of pandas."""
        if library(values) not in ("numpy", "pandas"):
            return f"({type_name(values)})"
        kept = attributes(values).get("_pa_array")
        if kept is not None:
            # Arrow knows how many are missing, and how large a cell may be.
            missing = _share(kept.null_count, len(kept), "")
            head = [] if kept.slice(0, _ROWS).nbytes > _HEAD_BYTES else list(values[:_ROWS])
        else:
            missing = self._missing(values)
            head = list(values[:_ROWS])
        said = f"({self._words.cell(str(values.dtype))}{missing})"
        return f"{said}: {self._words.cells(head)}" if head else said

    def _missing(self, values: Any) -> str:
        """How much is missing, by up to a thousand places."""
        kind = getattr(values.dtype, "kind", "O")
        if not values.size or (is_a(values, loaded("numpy", "ndarray")) and kind not in "fcmMO"):
            return ""
        if library(values) == "numpy":
            sample = values.flat[positions(values.size, _SAMPLED)]
            lost = sum(map(self._is_missing, sample)) if kind == "O" else int((sample != sample).sum())
        else:
            sample = values.take(positions(len(values), _SAMPLED))
            lost = int(sample.isna().sum())
        return _share(lost, len(sample), "about " if values.size > len(sample) else "")

    def _is_missing(self, value: Any) -> bool:
        return (
            value is None
            or (type(value) is float and value != value)
            or value is loaded("pandas", "NA")
            or value is loaded("pandas", "NaT")
        )

    def _polars(self, column: Any) -> str:
        # Only what needs no thread: in a forked process the pool of polars is gone.
        head = self._words.cells(column[i] for i in range(min(_ROWS, len(column))))
        said = f"({self._words.cell(str(column.dtype))}{_share(column.null_count(), len(column), '')})"
        return f"{said}: {head}" if head else said

    def _arrow(self, column: Any) -> str:
        said = f"({self._words.cell(str(column.type))}{_share(column.null_count, len(column), '')})"
        if not len(column) or column.slice(0, _ROWS).nbytes > _HEAD_BYTES:
            return said
        return f"{said}: {self._words.cells(column[i].as_py() for i in range(min(_ROWS, len(column))))}"

    def _estimator(self, own: Mapping[str, Any]) -> list[str]:
        learned = [name for name in own if name.endswith("_") and not name.startswith("_")]
        if not learned:
            steps = own.get("steps")
            return self._estimator(attributes(steps[-1][1])) if type(steps) is list else ["not fitted"]
        features = "features" if "n_features_in_" not in own else f"{own['n_features_in_']} features"
        names = own.get("feature_names_in_")
        if names is not None:
            features += (
                f" ({self._words.cells(plain_array(names)[:_ITEMS])}{', …' if len(names) > _ITEMS else ''})"
            )
        rest = [name for name in learned if name not in ("n_features_in_", "feature_names_in_")][:_ITEMS]
        return [f"fitted on {features}", *(f"{name} = {self._words.short(own[name], 1)}" for name in rest)]


def _empty(lengths: Iterable[int]) -> list[str]:
    return ["EMPTY"] if 0 in lengths else []


def _share(lost: int, length: int, about: str) -> str:
    if not lost:
        return ""
    if lost == length:
        return ", all of a sample missing" if about else ", all missing"
    percent = 100 * lost / length
    return f", {about}{min(percent, 99):.0f}% missing" if percent >= 1 else ", less than 1% missing"


def _own_size(value: object) -> int | None:
    base: Any
    for base in ancestry(type(value)):
        if "__sizeof__" in members(base) and qualified(base)[0] in ("builtins", "collections"):
            return int(base.__sizeof__(value))
    return None


def _axes(value: object) -> str:
    own = attributes(value)
    texts = {
        "title": own.get("title"),
        "x": attributes(own.get("xaxis")).get("label"),
        "y": attributes(own.get("yaxis")).get("label"),
    }
    said = [
        f"{name}: {text}"
        for name, label in texts.items()
        if (text := str(attributes(label).get("_text", "")))
    ]
    drawn = own.get("_children", [])
    return f"axes with {len(drawn)} artists{''.join(f', {part}' for part in said)}"


def _function(value: Any) -> list[str]:
    code = value.__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    said = f"{value.__name__}({', '.join(parameters)})"
    documented = value.__doc__
    if type(documented) is str and documented.strip():
        return [said, documented.strip().splitlines()[0][:200]]
    return [said]
