"""What code does that can go wrong without an error and is to be seen in no variable: it joins tables, and it
draws plots.

The functions of pandas and matplotlib that every join and every plot comes through are wrapped, and tell how
many rows came and went, and whether anything was drawn. A join is made a few percent slower.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any, TypedDict

from .inspection import loaded

_MOST = 20
"""Joins, and plots, of one execution."""
_MOST_ARTISTS = 500
_AT_ONCE = 1_000_000


class Join(TypedDict):
    """A join, as it crosses the wire: the fields of `steps.Join`."""

    how: str
    line: int
    left: int
    right: int
    rows: int
    left_lost: int
    right_lost: int
    left_repeated: int
    right_repeated: int
    only_keys: bool


class Plot(TypedDict):
    """A plot, as it crosses the wire: the fields of `steps.Plot`."""

    filled: int
    without_data: int
    untouched: int


class Noticed:
    """Collects what the code that runs in this process does."""

    def __init__(self, namespace: Mapping[str, object]) -> None:
        self._namespace = namespace
        self._joins: list[Join] = []
        self._plots: list[Plot] = []

    def begin(self) -> None:
        """Forget what earlier code did."""
        self._joins, self._plots = [], []

    def told(self) -> dict[str, list[Any]]:
        """What was done since `begin`."""
        return {"joins": self._joins[:_MOST], "plots": self._plots[:_MOST]}

    def listen(self) -> None:
        """Wrap what joins and draws, if it is loaded."""
        _after(loaded("pandas.core.reshape.merge", "_MergeOperation"), "_get_join_info", self._joined)
        _after(loaded("matplotlib.backend_bases", "FigureCanvasBase"), "print_figure", self._drawn)

    def _joined(self, operation: Any, found: Any) -> None:
        if len(self._joins) == _MOST:
            return
        index, *sides = found
        (left_lost, left_repeated), (right_lost, right_repeated) = (
            _fate(rows, len(table))
            for rows, table in zip(sides, (operation.left, operation.right), strict=True)
        )
        self._joins.append(
            Join(
                how=str(operation.how),
                line=self._line(sys._getframe()),
                left=len(operation.left),
                right=len(operation.right),
                rows=len(index),
                left_lost=left_lost,
                right_lost=right_lost,
                left_repeated=left_repeated,
                right_repeated=right_repeated,
                only_keys=set(operation.right.columns) <= set(operation.right_on or ()),
            )
        )

    def _drawn(self, canvas: Any, _: object) -> None:
        if len(self._plots) == _MOST:
            return
        states = [_state(axes) for axes in canvas.figure.axes if axes.get_visible()]
        self._plots.append(
            Plot(
                filled=states.count("filled"),
                without_data=states.count("without data"),
                untouched=states.count("untouched"),
            )
        )

    def _line(self, frame: FrameType | None) -> int:
        """The line of the user's code that this comes from, from 1; 0 if it is not known."""
        lines: list[tuple[str, int]] = []
        while frame is not None:
            if frame.f_globals is self._namespace:
                lines.append((frame.f_code.co_filename, frame.f_lineno))
            frame = frame.f_back
        # Functions may come from code that ran before: it is the outermost that runs now.
        return next((line for file, line in lines if file == lines[-1][0]), 0)


def _after(owner: Any, name: str, notice: Any) -> None:
    """Have `notice` hear of each call of a method, with its object and its result."""
    method = getattr(owner, name, None)
    if method is None:
        return

    @functools.wraps(method)
    def noticing(self: object, *arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        result = method(self, *arguments, **named)
        # A subclass may be anything, and no program is to fail for this.
        with contextlib.suppress(Exception):
            notice(self, result)
        return result

    setattr(owner, name, noticing)


def _fate(rows: Any, length: int) -> tuple[int, int]:
    """How many of a table's rows a join left out and how many it repeated; `rows` are those it took."""
    if rows is None:
        return 0, 0  # all, each once
    numpy = sys.modules["numpy"]
    times = numpy.bincount(rows[rows >= 0], minlength=length)
    return int((times == 0).sum()), int((times > 1).sum())


def _state(axes: Any) -> str:
    """Whether axes show data, hold only what has none, or nothing was drawn in them at all."""
    if "3D" in type(axes).__name__ or not axes.axison:
        return "filled" if _artists(axes) or axes.texts or axes.tables else "left out"
    artists = [artist for artist in _artists(axes) if _belongs_to_data(artist, axes)]
    if any(map(_has_data, artists)) or axes.texts or axes.tables:
        return "filled"
    if any(axes is inset for parent in axes.figure.axes for inset in parent.child_axes):
        return "left out"
    return "without data" if artists else "untouched"


def _artists(axes: Any) -> list[Any]:
    drawn: Iterator[Any] = itertools.chain(axes.lines, axes.collections, axes.patches, axes.images)
    return list(itertools.islice(drawn, _MOST_ARTISTS))


def _belongs_to_data(artist: Any, axes: Any) -> bool:
    """Lines and spans across the whole axes are marks in a plot: they have another transform."""
    if hasattr(artist, "get_offset_transform") and len(artist.get_offsets()):
        return True
    return hasattr(artist, "get_array") or artist._transform is axes.transData


def _has_data(artist: Any) -> bool:
    if hasattr(artist, "get_ydata"):
        return _any_number(artist.get_xdata(orig=False)) and _any_number(artist.get_ydata(orig=False))
    if hasattr(artist, "get_patch_transform"):
        box = artist.get_path().get_extents(artist.get_patch_transform())
        return bool(_any_number([box.width * box.height]) and box.width and box.height)
    values = artist.get_array()
    if hasattr(artist, "get_offset_transform"):
        places = artist.get_offsets()
        if type(artist).__name__ in ("PathCollection", "RegularPolyCollection"):
            return _any_number(places[:, 0]) and _any_number(places[:, 1])
        if values is None:
            return any(_any_number(path.vertices) for path in artist.get_paths()[:_MOST_ARTISTS])
    return values is not None and _any_number(values)


def _any_number(values: Any) -> bool:
    """Whether anything in it can be drawn."""
    numpy = sys.modules["numpy"]
    array = numpy.ma.asarray(values)
    if array.dtype.kind in "biu":
        return bool(array.count())
    flat = array.ravel()
    pieces = (flat[start : start + _AT_ONCE] for start in range(0, len(flat), _AT_ONCE))
    return any(numpy.isfinite(numpy.ma.filled(piece.astype(float), numpy.nan)).any() for piece in pieces)
