"""Profiles files as the product does, and compares them with what their load code makes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from jupyter_agent.files import Column, FileProfile, profile


def profiled(path: Path, media_type: str = "application/octet-stream") -> FileProfile:
    return asyncio.run(profile(path, path.name, media_type))


def run(file: FileProfile, folder: Path) -> dict[str, Any]:
    """The variables that the load code makes, run as it is printed where the file lies."""
    names: dict[str, Any] = {}
    before = Path.cwd()
    os.chdir(folder)
    try:
        exec(file.load, names)
    finally:
        os.chdir(before)
    return names


def column(file: FileProfile, name: str) -> Column:
    return next(c for c in file.columns if c.name == name)


def agrees(file: FileProfile, folder: Path) -> dict[str, Any]:
    """The loaded variables, after comparing the tables with the profile: names, missing values and types."""
    made = run(file, folder)
    others = {
        name: [c for c in file.columns if c.name.startswith(f'{name}["')] for name in made if name != "df"
    }
    own = {name: columns for name, columns in others.items() if columns}
    shown = {c.name for columns in own.values() for c in columns}
    compare(made["df"], {c.name: c for c in file.columns if c.name not in shown})
    if file.rows is not None and file.rows_exact:
        assert file.rows == len(made["df"])
    for name, columns in own.items():
        if columns:
            compare(made[name], {c.name[len(name) + 2 : -2]: c for c in columns})
    return made


def compare(df: Any, columns: dict[str, Column]) -> None:
    assert list(df.columns) == list(columns)
    assert df.isna().sum().to_dict() == {name: c.missing for name, c in columns.items()}
    for name, c in columns.items():
        kind = df[name].dtype
        text = pd.api.types.is_string_dtype(kind) or pd.api.types.is_object_dtype(kind) or kind == "category"
        assert {
            "integer": pd.api.types.is_numeric_dtype(kind),
            "number": pd.api.types.is_numeric_dtype(kind),
            "date": pd.api.types.is_datetime64_any_dtype(kind),
            "boolean": pd.api.types.is_bool_dtype(kind),
            "text": text or pd.api.types.is_timedelta64_dtype(kind),
            "list": text,
            "object": text,
            "empty": bool(df[name].isna().all()),
        }[c.type], (c, kind)


def peak_megabytes(path: Path) -> float:
    """How much memory profiling a file takes, beside what the libraries take."""
    code = (
        "import asyncio, resource, sys\nfrom pathlib import Path\nimport openpyxl, pyarrow.parquet, numpy\n"
        "from jupyter_agent.files import profile\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\npath = Path(sys.argv[1])\n"
        "asyncio.run(profile(path, path.name, 'application/octet-stream'))\nprint((peak() - before) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    return float(done.stdout)
