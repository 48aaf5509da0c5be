"""Which kinds of values have a file of their own, how it is written and how it is read.

    kind            file        what it is
    frame           .feather    pandas.DataFrame (`frames`)
    series, index   .feather    pandas.Series, pandas.Index
    array           .npy        numpy.ndarray (`arrays`)
    polars-frame    .feather    polars.DataFrame, as an Arrow table
    polars-series   .feather    polars.Series
    arrow-table     .feather    pyarrow.Table (`arrow_files`)
    arrow-batch     .feather    pyarrow.RecordBatch
    arrow-array     .feather    pyarrow.Array
    arrow-chunks    .feather    pyarrow.ChunkedArray
    figure          .png        matplotlib.figure.Figure; comes back as an IPython.display.Image

The libraries are imported when a value needs them; to find out what a value is, only those that are loaded.
"""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_agent.classes import ancestry, type_name

from .files import CATALOGUE
from .not_kept import NotKept, Unreadable

FRAME_CODE = (
    "import jupyter_agent.variables\n\n{name} = jupyter_agent.variables.read({folder!r}, {name!r}{more})"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A value, ready to be written to a file."""

    kind: str
    extension: str
    size: int
    """Bytes, about."""
    write: Callable[[Path], None]
    note: str = ""


def form(value: object) -> Form | None:
    """The form of a value that has a file of its own; None for other values.

    Raises:
        NotKept: it is of such a kind, but not all of it can be kept.
    """
    if (known := _known(value)) is None:
        return None
    module, name, make = known
    if type(value) is getattr(sys.modules[module], name) or (module, name) in _WITH_CLASSES_OF_THEIR_OWN:
        return make(value)
    raise NotKept(f"a {type_name(value)} would come back as a {name}", f"{module}.{name}(value)")


def about(value: object) -> int:
    """The size in bytes of a value with a file of its own, roughly and at once; 0 for other values."""
    known = _known(value)
    if known is None or type(value) is not getattr(sys.modules[known[0]], known[1]):
        return 0
    return 8 * math.prod(getattr(value, "shape", ()))


def _known(value: object) -> tuple[str, str, Callable[[Any], Form]] | None:
    """The kind with a file of its own that a value is, or is derived from."""
    kind = type(value)
    if any(kind is plain for plain in (list, dict, tuple, set, frozenset)):
        return None
    for module, name, make in _KINDS:
        known = getattr(sys.modules.get(module), name, None)
        if known is not None and any(base is known for base in ancestry(kind)):
            return module, name, make
    return None


def read(kind: str, content: Any) -> object:
    """The value in the content of its file, which stays in use and may be written to.

    Raises:
        Exception: the content is not what `Form.write` wrote.
    """
    if kind not in _READERS:
        raise Unreadable(f"there is no kind of file named {kind!r}")
    return _READERS[kind](content)


def load_code(kind: str, name: str, folder: Path, file: str, catalogue: str = CATALOGUE) -> str:
    """Code that assigns the value to its name, in any Python that has the libraries."""
    path = str(folder / file)
    match kind:
        case "array":
            return f"import numpy\n\n{name} = numpy.load({path!r}, allow_pickle=False)"
        case "polars-frame":
            return f"import polars\n\n{name} = polars.read_ipc({path!r})"
        case "arrow-table":
            return f"import pyarrow.feather\n\n{name} = pyarrow.feather.read_table({path!r})"
        case "figure":
            return f"import IPython.display\n\n{name} = IPython.display.Image({path!r})"
        case _:
            more = "" if catalogue == CATALOGUE else f", catalogue={catalogue!r}"
            return FRAME_CODE.format(name=name, folder=str(folder), more=more)


def _of_pandas(kind: str) -> Callable[[Any], Form]:
    def make(value: Any) -> Form:
        from . import arrow_files, frames

        table = frames.to_table(value)
        return Form(kind, "feather", table.nbytes, lambda path: arrow_files.write(table, str(path)))

    return make


def _of_numpy(value: Any) -> Form:
    from . import arrays

    arrays.check(value)

    def write(path: Path) -> None:
        with path.open("xb") as sink:
            arrays.write(value, sink)
            # Where there is no room for its last bytes, numpy does not notice.
            if os.fstat(sink.fileno()).st_size < sink.tell():
                raise OSError("the end of the array was not written")

    note = (
        ""
        if value.base is None
        else "Comes back on memory of its own, if it shared some with another variable."
    )
    return Form("array", "npy", value.nbytes, write, note)


def _of_polars(kind: str) -> Callable[[Any], Form]:
    def make(value: Any) -> Form:
        import polars as pl

        from . import arrow_files

        frame = value if kind == "polars-frame" else value.to_frame()
        for dtype in map(str, frame.dtypes):
            if "Object" in dtype:
                raise NotKept("a column of Python objects has no form without pickle")
            if "Int128" in dtype:
                raise NotKept("integers of 128 bits have no form in Arrow", "value.cast(polars.Decimal)")
        # By pyarrow, which needs none of the threads of polars, and reads what is damaged without harm.
        table: Any = frame.to_arrow(compat_level=pl.CompatLevel.newest())
        return Form(kind, "feather", table.nbytes, lambda path: arrow_files.write(table, str(path)))

    return make


def _of_arrow(kind: str) -> Callable[[Any], Form]:
    def make(value: Any) -> Form:
        import pyarrow as pa

        from . import arrow_files
        from .columns import holds_extension

        match kind:
            case "arrow-table":
                table = value
            case "arrow-batch":
                table = pa.Table.from_batches([value])
            case _:
                table = pa.table([value], names=["values"])
        for field in table.schema:
            if holds_extension(field.type):
                raise NotKept(f"{field.type} is an extension of Arrow that not everyone knows")
        return Form(kind, "feather", table.nbytes, lambda path: arrow_files.write(table, str(path)))

    return make


def _of_figure(value: Any) -> Form:
    picture = io.BytesIO()
    value.savefig(picture, format="png")
    content = picture.getvalue()
    note = "Comes back as a picture of it; to change it, run the code that made it."
    return Form("figure", "png", len(content), lambda path: _put(path, content), note)


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as sink:
        sink.write(content)


def _read_pandas(content: Any) -> object:
    from . import arrow_files, frames

    return frames.from_table(arrow_files.read(content), content)


def _read_numpy(content: Any) -> object:
    from . import arrays

    return arrays.read(content)


def _read_polars(content: Any) -> Any:
    import polars as pl

    from . import arrow_files

    try:
        return pl.from_arrow(arrow_files.read(content))
    except pl.exceptions.PanicException as error:
        raise Unreadable("polars cannot read it") from error


def _read_polars_series(content: Any) -> object:
    (series,) = _read_polars(content).get_columns()
    return series


def _read_arrow(content: Any) -> Any:
    from . import arrow_files

    return arrow_files.read(content)


def _read_batch(content: Any) -> object:
    import pyarrow as pa

    table = _read_arrow(content).combine_chunks()
    return pa.record_batch([_one_array(column) for column in table.columns], schema=table.schema)


def _read_chunks(content: Any) -> object:
    return _read_arrow(content).column(0)


def _one_array(column: Any) -> Any:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _read_figure(content: Any) -> object:
    from IPython.display import Image

    if bytes(content[:8]) != b"\x89PNG\r\n\x1a\n":
        raise Unreadable("it is no PNG")
    picture: object = Image(data=bytes(content), format="png")  # type: ignore[no-untyped-call]
    return picture


_KINDS: tuple[tuple[str, str, Callable[[Any], Form]], ...] = (
    ("pandas", "DataFrame", _of_pandas("frame")),
    ("pandas", "Series", _of_pandas("series")),
    ("pandas", "Index", _of_pandas("index")),
    ("numpy", "ndarray", _of_numpy),
    ("polars", "DataFrame", _of_polars("polars-frame")),
    ("polars", "Series", _of_polars("polars-series")),
    ("pyarrow", "Table", _of_arrow("arrow-table")),
    ("pyarrow", "RecordBatch", _of_arrow("arrow-batch")),
    ("pyarrow", "ChunkedArray", _of_arrow("arrow-chunks")),
    ("pyarrow", "Array", _of_arrow("arrow-array")),
    ("matplotlib.figure", "Figure", _of_figure),
)
_WITH_CLASSES_OF_THEIR_OWN = frozenset({("pandas", "Index"), ("pyarrow", "Array")})
"""Their subclasses come from the library itself, or are refused where they are written."""

_READERS: Mapping[str, Callable[[Any], object]] = {
    "frame": _read_pandas,
    "series": _read_pandas,
    "index": _read_pandas,
    "array": _read_numpy,
    "polars-frame": _read_polars,
    "polars-series": _read_polars_series,
    "arrow-table": _read_arrow,
    "arrow-batch": _read_batch,
    "arrow-chunks": _read_chunks,
    "arrow-array": lambda content: _one_array(_read_chunks(content)),
    "figure": _read_figure,
}
