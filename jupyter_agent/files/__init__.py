"""Looks at files before a model is asked: what they hold, and the code that loads them.

One module a format; `profiler.py` chooses among them, `values.py` has what they return.
"""

from __future__ import annotations

from pathlib import Path

from .naming import apart
from .profiler import profile
from .values import Column, ColumnType, FileKind, FileProfile

__all__ = ["Column", "ColumnType", "FileKind", "FileProfile", "apart", "profile", "sample_path"]


def sample_path() -> Path:
    """The bundled sample: bicycle shop sales by date, region and product, a few values missing."""
    return Path(__file__).parent / "sample" / "bike_sales.csv"
