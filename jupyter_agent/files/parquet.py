"""Profiles Parquet files: that it is one, and how to load it; code can tell the rest."""

from __future__ import annotations

from pathlib import Path

from .values import FileProfile


def profile_parquet(path: Path, name: str) -> FileProfile:
    """A Parquet table, or a file that begins like one and was cut."""
    with path.open("rb") as file:
        file.seek(-4, 2)
        ends_well = file.read() == b"PAR1"
    return FileProfile(
        name=name,
        kind="parquet",
        description="Parquet table",
        load=f"import pandas as pd\n\ndf = pd.read_parquet({name!r})",
        warnings=() if ends_well else ("The file is cut off: its end, which a reader needs, is missing.",),
    )
