"""What the variables of a kernel hold, in few words. Runs inside the kernel, on whatever objects there are.

Only the structure of well-known types is looked at: their size never matters. Whatever else an object says
about itself is its own code, which is cut off by a timer; code that swallows even that is ended from outside,
by the session that asked.
"""

from __future__ import annotations

import contextlib
import reprlib
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypedDict

REQUEST = "agent_variables_request"
REPLY = "agent_variables_reply"
"""The names of the messages on Jupyter's shell channel."""

_SECONDS_IN_ALL = 0.3
_SECONDS_EACH = 0.05
_VARIABLES = 200
_COLUMNS = 40
_ROWS = 3
_CELL_CHARACTERS = 40
_SUMMARY_CHARACTERS = 2_000
_NAME_CHARACTERS = 100
_FRAMES = 2


class Looked(TypedDict):
    """A variable, as it crosses the wire: the fields of `steps.Variable`."""

    name: str
    type: str
    shape: list[int] | None
    summary: str


class _TooSlow(BaseException):
    """Raised by the timer, past `except Exception`."""


def look(shell: Any, *, failed: bool = False) -> list[Looked]:
    """The user's variables and, if code just `failed`, first those of the function in which it did."""
    namespace: Mapping[str, object] = shell.user_ns
    hidden: Mapping[str, object] = shell.user_ns_hidden
    named = _locals_of_failure(namespace) if failed else []
    named += [
        (name, value)
        for name, value in list(namespace.items())
        if isinstance(name, str)
        and not name.startswith("_")
        and not (name in hidden and hidden[name] is value)
        and not isinstance(value, types.ModuleType)
    ]
    deadline = time.monotonic() + _SECONDS_IN_ALL
    return [_describe(name, value, deadline) for name, value in named[:_VARIABLES]]


def _locals_of_failure(namespace: Mapping[str, object]) -> list[tuple[str, object]]:
    """The local variables of the innermost functions that the user's code defined."""
    frames = []
    step: types.TracebackType | None = getattr(sys, "last_traceback", None)
    while step is not None:
        frame = step.tb_frame
        if frame.f_globals is namespace and frame.f_locals is not namespace:
            frames.append(frame)
        step = step.tb_next
    return [
        (f"{name} (in {frame.f_code.co_name})", value)
        for frame in reversed(frames[-_FRAMES:])
        for name, value in list(frame.f_locals.items())
        if not name.startswith((".", "_"))
    ]


def _describe(name: str, value: object, deadline: float) -> Looked:
    kind = type(value)
    looked = Looked(name=name[:_NAME_CHARACTERS], type=_type_name(kind), shape=None, summary="")
    left = min(_SECONDS_EACH, deadline - time.monotonic())
    if left <= 0:
        return {**looked, "summary": "(not looked at: too many variables)"}
    try:
        with _time_limit(left):
            shape, summary = _summary_of(kind)(value)
            looked["shape"] = shape
            looked["summary"] = summary[:_SUMMARY_CHARACTERS]
    except _TooSlow:
        looked["summary"] = "(takes too long to show)"
    except BaseException as error:  # noqa: BLE001 - the object's own code may raise anything
        looked["summary"] = f"(cannot be shown: {type(error).__name__})"
    return looked


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    try:
        # Again and again, for code that catches the first.
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.01)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _qualified(kind: type) -> tuple[str, str]:
    """Module and name. Not asked of the class: its metaclass may answer with anything, or not at all."""
    return (
        str(type.__dict__["__module__"].__get__(kind)),
        str(type.__dict__["__qualname__"].__get__(kind)),
    )


def _type_name(kind: type) -> str:
    module, name = _qualified(kind)
    return name if module in ("builtins", "__main__") else f"{module}.{name}"


Summary = tuple[list[int] | None, str]


def _summary_of(kind: type) -> Callable[[Any], Summary]:
    for base in type.__dict__["__mro__"].__get__(kind):
        if summarize := _SUMMARIES.get(".".join(_qualified(base))):
            return summarize
    return _other


_repr = reprlib.Repr()
_repr.maxstring = _repr.maxother = 200
_repr.maxlist = _repr.maxdict = _repr.maxset = _repr.maxtuple = 6
_repr.maxlevel = 3


def _other(value: Any) -> Summary:
    return None, _repr.repr(value)


def _sized(value: Any) -> Summary:
    return [len(value)], _repr.repr(value)


def _text(value: str) -> Summary:
    return [len(value)], _repr.repr(value)


def _function(value: types.FunctionType) -> Summary:
    code = value.__code__
    parameters = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return None, f"{value.__name__}({', '.join(parameters)})"


def _class(value: type) -> Summary:
    members = [name for name in vars(value) if not name.startswith("_")]
    return None, f"class with {', '.join(members[:10])}" if members else "class"


def _cell(value: object) -> str:
    text = " ".join(str(value)[:1_000].split())
    return text if len(text) <= _CELL_CHARACTERS else text[: _CELL_CHARACTERS - 1] + "…"


def _frame(value: Any) -> Summary:
    rows, columns = value.shape
    shown = value.iloc[:_ROWS, :_COLUMNS]
    lines = [] if rows and columns else ["EMPTY"]
    for position, (column, dtype) in enumerate(shown.dtypes.items()):
        examples = ", ".join(_cell(cell) for cell in shown.iloc[:, position].tolist())
        lines.append(f"{_cell(column)} ({dtype}): {examples}".rstrip(": "))
    if columns > _COLUMNS:
        lines.append(f"… and {columns - _COLUMNS} more columns")
    index = type(value.index).__name__
    if index != "RangeIndex":
        lines.append(f"index: {index} {[_cell(name) for name in value.index[:_ROWS].tolist()]}")
    return [rows, columns], "\n".join(lines)


def _series(value: Any) -> Summary:
    examples = ", ".join(
        f"{_cell(key)}: {_cell(cell)}"
        for key, cell in zip(value.index[:_ROWS].tolist(), value.iloc[:_ROWS].tolist(), strict=True)
    )
    name = "" if value.name is None else f" {_cell(value.name)}"
    return [len(value)], f"{value.dtype}{name}: {examples}" if len(value) else f"{value.dtype}{name}: EMPTY"


def _index(value: Any) -> Summary:
    return [len(value)], f"{value.dtype}: {', '.join(_cell(cell) for cell in value[:_ROWS].tolist())}"


def _array(value: Any) -> Summary:
    first = [_cell(cell) for cell in value.flat[:6].tolist()] if value.size else ["EMPTY"]
    return list(value.shape), f"{value.dtype}: {', '.join(first)}"


def _schema(value: Any) -> Summary:
    """Of polars and pyarrow tables."""
    pairs = zip(
        value.schema.names if hasattr(value.schema, "types") else value.schema, _types_in(value), strict=True
    )
    return list(value.shape), "\n".join(f"{_cell(name)} ({kind})" for name, kind in list(pairs)[:_COLUMNS])


def _types_in(value: Any) -> list[object]:
    schema = value.schema
    return list(schema.types) if hasattr(schema, "types") else list(schema.values())


_SUMMARIES: Mapping[str, Callable[[Any], Summary]] = {
    "builtins.str": _text,
    "builtins.bytes": _sized,
    "builtins.list": _sized,
    "builtins.tuple": _sized,
    "builtins.dict": _sized,
    "builtins.set": _sized,
    "builtins.frozenset": _sized,
    "builtins.function": _function,
    "builtins.type": _class,
    "pandas.DataFrame": _frame,
    "pandas.Series": _series,
    "pandas.Index": _index,
    "pandas.core.frame.DataFrame": _frame,
    "pandas.core.series.Series": _series,
    "pandas.core.indexes.base.Index": _index,
    "numpy.ndarray": _array,
    "polars.dataframe.frame.DataFrame": _schema,
    "pyarrow.lib.Table": _schema,
}
