"""The same variables for all that is compared: as code, since each makes them in a process of its own."""

from __future__ import annotations

_BYTES_PER_ROW = 88
_CODE = """
import numpy, pandas
frame = pandas.DataFrame(numpy.random.default_rng(0).random(({rows}, 8)), columns=list("abcdefgh"))
frame["count"] = numpy.arange({rows})
frame["when"] = pandas.date_range("2020", periods={rows}, freq="s")
frame["kind"] = pandas.Categorical.from_codes(frame["count"] % 5, list("vwxyz"))
array = numpy.random.default_rng(1).random({rows} // 2)
names = {{f"name {{n}}": [n] for n in range(1_000)}}
mark = 0
"""

CHANGE = "mark += 1; frame.iloc[0, 0] = mark"
"""Code that changes a little of them, as most code does."""


def variables(megabytes: float) -> str:
    """Code that makes so many megabytes (millions of bytes) of variables: a frame, an array, a dictionary."""
    return _CODE.format(rows=int(megabytes * 1_000_000 / _BYTES_PER_ROW))
