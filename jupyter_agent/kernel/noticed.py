"""What code does that can go wrong without an error and is to be seen in no variable: it joins tables,
converts values, takes them through dictionaries, functions and patterns, and draws plots.

The functions of pandas and matplotlib that every join, conversion and plot comes through are wrapped, and
tell how many rows came and went, how many values were lost or misread, and whether anything was drawn. That
makes joins and conversions a few percent slower; joins by texts that find no partner for some rows by
milliseconds, and conversions that lose or misread values by about a microsecond for each value.
"""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any, TypedDict

from .conversions import Conversions
from .inspection import loaded
from .listening import after
from .partners import alike, may_be_text, without_partner
from .readings import Readings
from .turned_dates import Turning, turning

_MOST = 20
"""Joins, and plots, of one execution."""
_CONVERTING = {"to_numeric": 1, "to_datetime": 1, "to_timedelta": 2}
"""Functions of pandas, and the place of their argument `errors`."""
_DAY_FIRST, _FORMAT = 2, 5
"""The places of these arguments of `to_datetime`."""
_MOST_ARTISTS = 500
_AT_ONCE = 1_000_000


class Join(TypedDict):
    """A join, as it crosses the wire: the fields of `steps.Join`."""

    how: str
    line: int
    column: int
    left: int
    right: int
    rows: int
    left_lost: int
    right_lost: int
    left_repeated: int
    right_repeated: int
    left_alike: int
    right_alike: int
    types_differ: bool
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
        self._conversions, self._readings = Conversions(), Readings(self._line)

    def begin(self) -> None:
        """Forget what earlier code did."""
        self._joins, self._plots = [], []
        self._conversions, self._readings = Conversions(), Readings(self._line)

    def told(self) -> dict[str, list[Any]]:
        """What was done since `begin`."""
        return {
            "joins": self._joins[:_MOST],
            "plots": self._plots[:_MOST],
            "conversions": [*self._conversions.told(), *self._readings.told()],
        }

    def listen(self) -> None:
        """Wrap what joins, converts and draws, if it is loaded."""
        after(loaded("pandas.core.reshape.merge", "_MergeOperation"), "_get_join_info", self._joined)
        after(loaded("matplotlib.backend_bases", "FigureCanvasBase"), "print_figure", self._drawn)
        for name in _CONVERTING:
            after(sys.modules.get("pandas"), name, functools.partial(self._converted, name))
        series = loaded("pandas", "Series")
        after(series, "map", self._mapped)
        after(series, "apply", self._applied)
        after(loaded("pandas.core.strings.accessor", "StringMethods"), "extract", self._extracted)

    def _mapped(self, result: Any, values: Any, *given: Any, **named: Any) -> None:
        self._readings.mapped(values, given[0] if given else named.get("func", named.get("arg")), result)

    def _applied(self, result: Any, values: Any, *given: Any, **named: Any) -> None:
        self._readings.applied(values, given[0] if given else named.get("func"), result)

    def _extracted(self, result: Any, accessor: Any, *_: object, **__: object) -> None:
        self._readings.extracted(accessor._orig, result)

    def _converted(self, name: str, result: Any, *given: Any, **named: Any) -> None:
        values = given[0] if given else named.get("arg")
        errors = _argument("errors", _CONVERTING[name], given, named)
        coerced = type(errors) is str and errors == "coerce"
        turns: Turning = "none"
        if name == "to_datetime":
            day_first = _argument("dayfirst", _DAY_FIRST, given, named)
            turns = turning(day_first, _argument("format", _FORMAT, given, named))
        self._conversions.note(name, self._line(), values, result, coerced=coerced, turning=turns)

    def _joined(self, found: Any, operation: Any) -> None:
        if len(self._joins) == _MOST:
            return
        index, *sides = found
        (left_lost, left_repeated), (right_lost, right_repeated) = (
            _fate(rows, len(table))
            for rows, table in zip(sides, (operation.left, operation.right), strict=True)
        )
        left_alike, right_alike, types_differ = _alike(operation, *sides)
        line, column = self._place(sys._getframe())
        self._joins.append(
            Join(
                how=str(operation.how),
                line=line,
                column=column,
                left=len(operation.left),
                right=len(operation.right),
                rows=len(index),
                left_lost=left_lost,
                right_lost=right_lost,
                left_repeated=left_repeated,
                right_repeated=right_repeated,
                left_alike=left_alike,
                right_alike=right_alike,
                types_differ=types_differ,
                only_keys=operation.right_on is not None
                and set(operation.right.columns) <= set(operation.right_on),
            )
        )

    def _drawn(self, _: object, canvas: Any, *__: object, **___: object) -> None:
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

    def _line(self) -> int:
        return self._place(sys._getframe())[0]

    def _place(self, frame: FrameType | None) -> tuple[int, int]:
        """The line of the user's code that this comes from, from 1, and the column where the call ends.

        Both are 0 if that is not known.
        """
        frames: list[FrameType] = []
        while frame is not None:
            if frame.f_globals is self._namespace:
                frames.append(frame)
            frame = frame.f_back
        # Functions may come from code that ran before: it is the outermost that runs now.
        for frame in frames:
            if frame.f_code.co_filename == frames[-1].f_code.co_filename:
                return frame.f_lineno, _end(frame)
        return 0, 0


def _end(frame: FrameType) -> int:
    """The column where the call ends that a frame is in; 0 if it is not known."""
    instruction = frame.f_lasti // 2
    _, _, _, end = next(itertools.islice(frame.f_code.co_positions(), instruction, None), (None,) * 4)
    return end or 0


def _argument(name: str, place: int, given: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What a function was given for an argument; None if nothing."""
    return given[place] if len(given) > place else named.get(name)


def _fate(rows: Any, length: int) -> tuple[int, int]:
    """How many of a table's rows a join left out and how many it repeated; `rows` are those it took."""
    if rows is None:
        return 0, 0  # all, each once
    numpy = sys.modules["numpy"]
    times = numpy.bincount(rows[rows >= 0], minlength=length)
    return int((times == 0).sum()), int((times > 1).sum())


def _alike(operation: Any, left: Any, right: Any) -> tuple[int, int, bool]:
    """How many rows of each table have a partner but for how keys are written, and if that is their type."""
    of_left = operation.left_join_keys or [operation.left.index]
    of_right = operation.right_join_keys or [operation.right.index]
    if not may_be_text([*of_left, *of_right]):
        return 0, 0, False
    lefts, differ = alike(of_left, without_partner(left, right, len(operation.left)), of_right)
    rights, too = alike(of_right, without_partner(right, left, len(operation.right)), of_left)
    return lefts, rights, differ or too


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
