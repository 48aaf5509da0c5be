"""Profiles of Parquet and Feather files; the load code is run and must make what the profile says."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from tests.files.checking import agrees, column, peak_megabytes, profiled

DAY = datetime(2024, 1, 31)
TABLES = {
    "numbers": pa.table(
        {"i": [1, 2, None], "f": [1.5, float("nan"), None], "u": pa.array([1, 2, 3], pa.uint8())}
    ),
    "texts": pa.table({"t": ["x", None, "12"], "d": pa.array(["a", "b", "a"]).dictionary_encode()}),
    "days": pa.table({"d": [date(2024, 1, 31), None], "ns": pa.array([DAY, None], pa.timestamp("ns"))}),
    "zones": pa.table({"z": pa.array([DAY, None], pa.timestamp("us", "Europe/Zurich"))}),
    "times": pa.table(
        {"t": [clock(10), None], "l": pa.array([timedelta(hours=30), None], pa.duration("ns"))}
    ),
    "truth values": pa.table({"a": [True, False], "b": [True, None]}),
    "decimals": pa.table({"p": [Decimal("1.50"), None]}),
    "nested": pa.table({"l": [[1, 2], None], "s": [{"a": 1}, {"a": None}]}),
    "nested nanoseconds": pa.table({"l": pa.array([[DAY], None], pa.list_(pa.timestamp("ns")))}),
    "bytes": pa.table({"b": [b"abc", None]}),
    "an empty column": pa.table({"n": pa.nulls(2), "a": [1, 2]}),
    "no rows": pa.table({"a": pa.array([], pa.int64()), "t": pa.array([], pa.string())}),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_load_code_and_profile_agree(kind: str, table: pa.Table, tmp_path: Path) -> None:
    path = tmp_path / f"t.{kind}"
    if kind == "parquet":
        pq.write_table(table, path)
    else:
        feather.write_feather(table, path)
    file = profiled(path)
    assert (file.kind, file.rows) == ("parquet", table.num_rows)
    assert file.description.lower() == f"{kind} table"
    assert not file.warnings
    if table.num_rows:
        agrees(file, tmp_path)


FRAMES = {
    "an index with a name": pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key")),
    "an index without a name": pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
    "two indices": pd.DataFrame(
        {"a": [1, 2]}, index=pd.MultiIndex.from_tuples([(1, "x"), (2, "y")], names=["k", "l"])
    ),
    "a selection": pd.DataFrame({"a": [1, 2, 3]})[lambda df: df["a"] > 1],
    "years as names": pd.DataFrame({2015: [1, 2], 2016: [3, 4]}),
    "numbers that may be missing": pd.DataFrame(
        {"a": pd.array([1, None], "Int64"), "b": pd.array([True, None], "boolean")}
    ),
}


@pytest.mark.parametrize("df", FRAMES.values(), ids=FRAMES)
def test_what_pandas_wrote_is_read_with_its_index(df: pd.DataFrame, tmp_path: Path) -> None:
    df.to_parquet(tmp_path / "t.parquet")
    agrees(profiled(tmp_path / "t.parquet"), tmp_path)


def test_a_large_file_is_described_from_its_first_rows(tmp_path: Path) -> None:
    count = 1_500_000
    table = pa.table(
        {
            "n": np.arange(count),
            "x": np.random.default_rng(1).random(count),
            "late": [*[1] * (count - 5), *[None] * 5],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=500_000)
    feather.write_feather(table, tmp_path / "t.feather")
    for path in (tmp_path / "t.parquet", tmp_path / "t.feather"):
        file = profiled(path)
        assert (file.rows, file.rows_exact) == (count, True)
        assert file.warnings == ("Columns are described from the first 20000 rows only.",)
        assert peak_megabytes(path) < 80
    assert column(profiled(tmp_path / "t.parquet"), "late").missing == 5


def test_damaged_files_say_so(tmp_path: Path) -> None:
    pq.write_table(TABLES["texts"], tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    for length in range(50, len(whole) - 1, 50):
        (tmp_path / "cut.parquet").write_bytes(whole[:length])
        assert "cut off" in profiled(tmp_path / "cut.parquet").warnings[0]
    for place in range(4, len(whole) - 4, 11):
        (tmp_path / "bad.parquet").write_bytes(
            whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        )
        assert profiled(tmp_path / "bad.parquet").kind == "parquet"
    (tmp_path / "cut.feather").write_bytes(b"ARROW1\0\0" + bytes(100))
    assert "cut off" in profiled(tmp_path / "cut.feather").warnings[0]


def test_pandas_is_not_loaded_for_it(tmp_path: Path) -> None:
    pq.write_table(TABLES["days"], tmp_path / "t.parquet")
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom jupyter_agent.files import profile\n"
        "assert 'pyarrow' not in sys.modules\n"
        "asyncio.run(profile(Path(sys.argv[1]), 't.parquet', ''))\nassert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "t.parquet"], check=True)
