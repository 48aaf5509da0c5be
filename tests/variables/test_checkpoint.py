"""Checkpoints: a namespace in a folder and back, all of it or nothing, and what is lost is listed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.display import Image
from matplotlib.figure import Figure
from polars.testing.parametric import dataframes
from sklearn.linear_model import LinearRegression

from jupyter_agent.errors import NotFound, StorageError
from jupyter_agent.variables import Catalogue, Restored, files, load, read, save
from tests.kernel import hostile
from tests.variables.same import assert_same
from tests.variables.test_frames import tables
from tests.variables.test_plain import VALUES

MB = 2**20


def saved(namespace: Mapping[str, object], folder: Path, limit_bytes: int = 100 * MB) -> Catalogue:
    return save(namespace, folder, limit_bytes=limit_bytes, made_by={})


def names(catalogue: Catalogue) -> tuple[list[str], list[str]]:
    return [entry.name for entry in catalogue.kept], [entry.name for entry in catalogue.lost]


def everything() -> dict[str, object]:
    return {
        "sales": pd.DataFrame({"region": ["North", "South"], "price": [1.5, None]}).set_index("region"),
        "prices": pd.Series([1, 2], name="price"),
        "days": pd.date_range("2024", periods=3, freq="D"),
        "grid": np.arange(12.0).reshape(3, 4),
        "columns_first": np.asfortranarray(np.arange(6).reshape(2, 3)),
        "records": np.array([(1, "a"), (2, "b")], dtype=[("n", "i4"), ("größe", "U3")]),
        "point": np.array(5.0),
        "nobody": np.zeros((0, 3)),
        "fast": pl.DataFrame({"a": [1, None], "kind": pl.Series(["x", "y"], dtype=pl.Enum(["x", "y"]))}),
        "fast_column": pl.Series("n", [[1], None]),
        "arrow": pa.table({"a": [1, None], "b": [{"c": 1}, None]}, metadata={"source": "here"}),
        "batch": pa.record_batch({"a": pa.array(["x", "y", "x"]).dictionary_encode()}),
        "chunks": pa.chunked_array([[1], [2, 3]]),
        "array": pa.array(["a", None]),
        "count": 3,
        "ratio": float("nan"),
        "text": "a\ud800b",
        "nothing": None,
        "settings": {"by": ("region", 2), 3: {"x"}},
        "größe": [1, 2],
        "frames": {"north": pd.DataFrame({"a": [1]}), "large": np.arange(20_000.0)},
    }


def test_all_kinds_come_back(tmp_path: Path) -> None:
    namespace = everything()
    catalogue = saved(namespace, tmp_path)
    assert names(catalogue) == (list(namespace), [])
    for mapped in (False, True):
        restored = load(tmp_path, mapped=mapped)
        assert restored.problems == ()
        assert list(restored.values) == list(namespace)
        for name, value in namespace.items():
            assert_same(value, restored.values[name])


def test_the_catalogue_tells_how_to_load_each(tmp_path: Path) -> None:
    """In a Python that knows nothing but the catalogue."""
    catalogue = saved(everything(), tmp_path)
    on_disk = json.loads((tmp_path / "variables_metadata.json").read_text())
    assert [entry["name"] for entry in on_disk["kept"]] == list(everything())
    code = "\n".join(entry["load"] for entry in on_disk["kept"])
    code += "\n\nprint(" + ", ".join(f"type({entry.name}).__name__" for entry in catalogue.kept) + ")"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=True)
    # pyarrow's own reader gives a table for everything; the others are what they were.
    assert ran.stdout.split() == [type(value).__name__ for value in everything().values()]
    for entry in catalogue.kept:
        assert entry.bytes > 0
        assert (tmp_path / entry.file).is_file()


def test_a_figure_comes_back_as_a_picture(tmp_path: Path) -> None:
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    catalogue = saved({"plot": figure}, tmp_path)
    assert catalogue.kept[0].kind == "figure"
    assert catalogue.kept[0].note == "Comes back as a picture of it; to change it, run the code that made it."
    picture = load(tmp_path).values["plot"]
    assert isinstance(picture, Image)
    assert picture.data[:4] == b"\x89PNG"


class Basket:
    pass


def test_what_cannot_be_kept_is_listed_with_its_code(tmp_path: Path) -> None:
    def total(part: float) -> float:
        return part

    namespace: dict[str, object] = {
        "model": LinearRegression(),
        "total": total,
        "Basket": Basket,
        "basket": Basket(),
        "json": json,
        "lines": iter([1]),
        "mixed": np.array([{}, 1], dtype=object),
        "masked": np.ma.masked_array([1, 2], [False, True]),
        "sparse": pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}),
        "lazy": pl.DataFrame({"a": [1]}).lazy(),
        "objects": pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)}),
        "wide": pl.DataFrame({"a": pl.Series([2**100], dtype=pl.Int128)}),
        "not a name": 1,
        "kept": 1,
    }
    code = "model = LinearRegression()"
    catalogue = save(namespace, tmp_path, limit_bytes=MB, made_by={"model": code})
    reasons = {entry.name: entry.reason for entry in catalogue.lost}
    assert names(catalogue) == (["kept"], list(namespace)[:-1])
    assert (catalogue.lost[0].made_by, catalogue.lost[1].made_by) == (code, "")
    assert reasons["model"] == "a sklearn.linear_model.LinearRegression has no exact form without pickle"
    assert reasons["total"] == "a function is code, not data"
    assert reasons["sparse"] == "column 'a': sparse columns have no form in Arrow"
    assert [entry.instead for entry in catalogue.lost if entry.name == "mixed"] == ["value.tolist()"]
    restored = load(tmp_path)
    assert restored.values == {"kept": 1}
    assert restored.lost == catalogue.lost


def test_objects_that_do_not_behave_are_listed(tmp_path: Path) -> None:
    """No code of theirs runs: it would never end."""
    namespace = {
        "everything": hostile.Everything(),
        "inside": [1, {"a": hostile.Everything()}],
        "lying": hostile.Lying(),
        "Lying": hostile.Lying,
        "items": hostile.BadList([1]),
        "pairs": hostile.BadDict(a=1),
        "text": hostile.BadText("abc"),
        "frame": hostile.bad_frame(),
        "array": hostile.bad_array(),
        "cells": pd.DataFrame({"a": hostile.cells()}, dtype=object),
        "column": pd.Series(hostile.cells(), dtype=object),
        "n": 1,
    }
    assert names(saved(namespace, tmp_path)) == (["n"], list(namespace)[:-1])


def test_two_names_of_one_value_stay_two_names_of_one_value(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1]})
    items = [1]
    namespace: dict[str, object] = {
        "frames": {"a": frame},
        "first": frame,
        "second": frame,
        "x": items,
        "y": [items, 2],
    }
    assert names(saved(namespace, tmp_path)) == (list(namespace), [])
    values: Any = load(tmp_path).values
    assert values["first"] is values["second"] is values["frames"]["a"]
    assert values["y"][0] is values["x"]


def test_parts_that_are_shared_otherwise_are_refused_by_name(tmp_path: Path) -> None:
    row = [0]
    first: list[object] = []
    second = [first]
    first.append(second)
    itself: dict[str, object] = {}
    itself["me"] = itself
    namespace: dict[str, object] = {
        "a": [row, 1],
        "b": {"row": row},
        "c": [[]] * 2,
        "first": first,
        "second": second,
        "itself": itself,
        "bad": object(),
        "holder": {"it": 1},
    }
    namespace["holder"] = {"it": namespace["bad"]}
    catalogue = saved(namespace, tmp_path)
    reasons = {entry.name: entry.reason for entry in catalogue.lost}
    assert reasons == {
        "b": "a list in it is in a too, and would be two",
        "c": "it holds one list in several places, which would come back as several",
        "first": "it holds second, which is not kept",
        "second": "it and first hold each other",
        "itself": "a dict in it holds itself",
        "bad": "a object has no exact form without pickle",
        "holder": "it holds bad, which is not kept",
    }


def test_a_view_of_an_array_comes_back_on_its_own(tmp_path: Path) -> None:
    grid = np.arange(6).reshape(2, 3)
    catalogue = saved({"grid": grid, "row": grid[0]}, tmp_path)
    assert catalogue.kept[1].note.startswith("Comes back on memory of its own")
    assert load(tmp_path).values["row"].tolist() == [0, 1, 2]  # type: ignore[attr-defined]


def test_the_limit_lets_small_ones_in_first(tmp_path: Path) -> None:
    namespace = {"large": np.zeros(200_000), "text": "x" * 2_000_000, "small": np.zeros(10), "n": 1}
    catalogue = saved(namespace, tmp_path, limit_bytes=MB)
    assert names(catalogue) == (["small", "n"], ["large", "text"])
    assert "more than what is left of the limit" in catalogue.lost[0].reason
    assert sum(path.stat().st_size for path in tmp_path.rglob("data-*/*")) < MB
    assert load(tmp_path, limit_bytes=50).problems[0].name == ""
    assert list(load(tmp_path, limit_bytes=MB).values) == ["small", "n"]


def test_a_new_checkpoint_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    saved({"old": np.arange(3), "n": 1}, tmp_path)
    mapped = load(tmp_path, mapped=True)
    saved({"new": np.arange(3)}, tmp_path)
    assert list(load(tmp_path).values) == ["new"]
    assert len(list(tmp_path.iterdir())) == 2, "the catalogue and its data"
    mapped.values["old"][0] = 7  # type: ignore[index]  # what was read is still there, and can be written to
    assert mapped.values["old"].tolist() == [7, 1, 2]  # type: ignore[attr-defined]


def aside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("variables_metadata.not-restored-*.json"))


def test_what_could_not_be_brought_back_is_set_aside(tmp_path: Path) -> None:
    first = {"frame": pd.DataFrame({"a": [1]}), "array": np.arange(3), "n": 1}
    saved(first, tmp_path)
    save({"n": 2, "array": np.arange(5)}, tmp_path, limit_bytes=MB, set_aside=True)
    saved({"n": 3}, tmp_path)
    assert load(tmp_path).values == {"n": 3}
    (name,) = aside(tmp_path)
    back = load(tmp_path, catalogue=name)
    assert (list(back.values), back.problems) == (list(first), ())
    entries = json.loads((tmp_path / name).read_text())["kept"]
    namespace: dict[str, Any] = {}
    for entry in entries:
        exec(entry["load"], namespace)
    assert (namespace["n"], namespace["array"].tolist(), namespace["frame"].a.tolist()) == (1, [0, 1, 2], [1])


def test_no_more_than_two_are_set_aside(tmp_path: Path) -> None:
    def number_in(name: str) -> int:
        number = load(tmp_path, catalogue=name).values["n"]
        assert isinstance(number, int)
        return number

    for number in range(6):
        save({"n": number}, tmp_path, limit_bytes=MB, set_aside=True)
        os.utime(tmp_path / "variables_metadata.json", (number, number))
        for name in aside(tmp_path):
            made = number_in(name)
            os.utime(tmp_path / name, (made, made))
    assert sorted(map(number_in, aside(tmp_path))) == [3, 4]
    assert len(list(tmp_path.iterdir())) == 6, "three catalogues and their data"


def test_a_catalogue_that_cannot_be_read_is_set_aside_as_it_is(tmp_path: Path) -> None:
    saved({"n": 1}, tmp_path)
    catalogue = tmp_path / "variables_metadata.json"
    other = catalogue.read_text().replace('"version": 1', '"version": 2')
    catalogue.write_text(other)
    save({"n": 2}, tmp_path, limit_bytes=MB, set_aside=True)
    (name,) = aside(tmp_path)
    assert (tmp_path / name).read_text() == other
    assert load(tmp_path).values == {"n": 2}
    assert len(list(tmp_path.rglob("values.json"))) == 2


@pytest.mark.parametrize("how", ["linked", "emptied", "a folder"])
def test_a_catalogue_that_is_none_any_more_keeps_its_data(tmp_path: Path, how: str) -> None:
    saved({"n": 1}, tmp_path)
    catalogue = tmp_path / "variables_metadata.json"
    whole = catalogue.read_bytes()
    match how:
        case "linked":
            (tmp_path / "backup").hardlink_to(catalogue)
        case "emptied":
            catalogue.write_bytes(b"")
        case _:
            catalogue.unlink()
            catalogue.mkdir()
    save({"n": 2}, tmp_path, limit_bytes=MB, set_aside=True)
    saved({"n": 3}, tmp_path)
    (name,) = aside(tmp_path)
    (tmp_path / "mended.json").write_bytes(whole)
    assert load(tmp_path, catalogue="mended.json").values == {"n": 1}
    assert f"data-{name[-21:-5]}" in whole.decode()


def test_one_that_was_set_aside_before_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved({"n": 1}, tmp_path)
    save({"n": 2}, tmp_path, limit_bytes=MB, set_aside=True)
    (earlier,) = aside(tmp_path)
    (tmp_path / "variables_metadata.json").write_bytes(b"")
    found = files.data_names
    # The system may name the folders in any order.
    monkeypatch.setattr(
        files, "data_names", lambda path: sorted(found(path), key=lambda n: n[5:] not in earlier)
    )
    save({"n": 5}, tmp_path, limit_bytes=MB, set_aside=True)
    assert load(tmp_path, catalogue=earlier).values == {"n": 1}
    assert len(aside(tmp_path)) == 2
    assert load(tmp_path).values == {"n": 5}


def test_what_others_have_put_there_costs_no_variables(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"variables_metadata.not-restored-{number:016x}.json").mkdir()
    (tmp_path / "variables_metadata.json.0123456789abcdef").mkdir()
    saved({"n": 1}, tmp_path)
    assert load(tmp_path).values == {"n": 1}


def test_what_is_interrupted_at_its_end_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path) -> None:
        if path == tmp_path and (tmp_path / "variables_metadata.json").exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(files, "_sync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        saved({"n": 1}, tmp_path)
    assert load(tmp_path).values == {"n": 1}


def test_nothing_is_set_aside_where_there_is_nothing(tmp_path: Path) -> None:
    save({"n": 1}, tmp_path, limit_bytes=MB, set_aside=True)
    assert aside(tmp_path) == []


def test_a_checkpoint_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    saved({"n": 1}, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    (tmp_path / "variables_metadata.json").chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="could not be saved"):
            saved({"n": 2}, tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert sorted(tmp_path.rglob("*")) == before
    assert load(tmp_path).values == {"n": 1}


KILLED = """
import os, sys, pathlib, numpy
from jupyter_agent.variables import save
namespace = {f"v{n}": numpy.full(100_000, float(sys.argv[2])) for n in range(20)}
print("ready", flush=True)
while True:
    save(namespace, pathlib.Path(sys.argv[1]), limit_bytes=2**30)
"""


def test_a_process_that_is_killed_while_it_saves_leaves_one_whole_checkpoint(tmp_path: Path) -> None:
    saved({f"v{n}": np.full(100_000, -1.0) for n in range(20)}, tmp_path)
    for attempt in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path), str(attempt)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.03 + attempt * 0.05)
        process.kill()
        process.wait()
        process.stdout.close()
        restored = load(tmp_path)
        assert restored.problems == ()
        values: list[Any] = list(restored.values.values())
        assert len(values) == 20
        assert len({float(value[0]) for value in values}) == 1, "all from one checkpoint"
    saved({"n": 1}, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2, "what the killed ones left is gone"


@pytest.mark.parametrize("mapped", [False, True])
@pytest.mark.parametrize("items", [10, 2_000_000])
def test_a_fork_that_changes_what_was_read_changes_nothing_here(
    tmp_path: Path, items: int, mapped: bool
) -> None:
    """A snapshot of a process must not see what the process does afterwards."""
    saved({"array": np.zeros(items), "frame": pd.DataFrame({"a": np.zeros(items)})}, tmp_path)
    values: Any = load(tmp_path, mapped=mapped).values
    child = os.fork()
    if not child:
        values["array"][:] = 1
        values["frame"].loc[:, "a"] = 1.0
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert values["array"].sum() == values["frame"]["a"].sum() == 0


def test_a_forked_process_can_save(tmp_path: Path) -> None:
    """There the threads of polars and Arrow are gone."""
    fast = pl.concat([pl.DataFrame({"a": range(50_000), "b": ["x"] * 50_000})] * 3, rechunk=False)
    fast.group_by("b").agg(pl.col("a").sum())
    pa.table({"a": [2, 1]}).sort_by("a")
    namespace = {**everything(), "fast": fast}
    child = os.fork()
    if not child:
        os._exit(len(saved(namespace, tmp_path).lost))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status == 0
            assert_same(load(tmp_path).values["fast"], fast)
            return
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("it hangs")


REFUSED = """
import os, pathlib, sys, numpy, pandas
from jupyter_agent.errors import StorageError
from jupyter_agent.variables import save
value = {"array": numpy.zeros(50_000), "frame": pandas.DataFrame({"a": numpy.zeros(50_000)})}[sys.argv[2]]
os.umask(0o333)
try:
    save({"large": value}, pathlib.Path(sys.argv[1]), limit_bytes=2**30)
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["array", "frame"])
def test_a_disk_that_takes_no_file_leaves_the_checkpoint_before(tmp_path: Path, kind: str) -> None:
    saved({"n": 1}, tmp_path)
    ran = subprocess.run(
        [sys.executable, "-c", REFUSED, str(tmp_path), kind], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith(f"large could not be saved in {tmp_path}: ")
    assert load(tmp_path).values == {"n": 1}
    assert len(list(tmp_path.iterdir())) == 2


SMALL_FILES = """
import pathlib, resource, sys, numpy, pandas
from jupyter_agent.variables import save
values = {
    "array": numpy.zeros(50_000),
    "array with its header": numpy.zeros(99_950, "u1"),
    "frame": pandas.DataFrame({"a": numpy.zeros(50_000)}),
    "frame with its header": pandas.DataFrame({"a": numpy.zeros(12_480)}),
    "text": "x" * 150_000,
    "text with the others": "x" * 99_950,
}
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
namespace = {"first": 1, "second": "y" * 30, "large": values[sys.argv[2]], "last": numpy.zeros(10_000)}
catalogue = save(namespace, pathlib.Path(sys.argv[1]), limit_bytes=2**30)
print([kept.name for kept in catalogue.kept], [(lost.name, lost.reason) for lost in catalogue.lost])
"""


@pytest.mark.parametrize(
    "kind",
    ["array", "array with its header", "frame", "frame with its header", "text", "text with the others"],
)
def test_what_is_larger_than_a_file_may_be_costs_only_itself(tmp_path: Path, kind: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SMALL_FILES, str(tmp_path), kind], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("['first', 'second', 'last'] [('large', 'it is larger than a file may be")
    assert list(load(tmp_path).values) == ["first", "second", "last"]
    (data,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert {path.name for path in data.iterdir()} == {"values.json", "last.npy"}


def test_no_checkpoint_is_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == Restored(values={})
    saved({}, tmp_path)
    assert load(tmp_path) == Restored(values={})


def test_reading_one_says_what_is_wrong(tmp_path: Path) -> None:
    catalogue = saved({"n": 1, "bad": object(), "a": np.zeros(3)}, tmp_path)
    assert read(tmp_path, "n") == 1
    with pytest.raises(NotFound, match="no exact form without pickle"):
        read(tmp_path, "bad")
    (tmp_path / catalogue.kept[1].file).write_bytes(b"")
    with pytest.raises(StorageError, match="is not as large as it was"):
        read(tmp_path, "a")


def test_nothing_heavy_is_loaded_for_plain_values(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from jupyter_agent.variables import save, load\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "save({'a': [1, {'b': (2,)}], 'f': len}, folder, limit_bytes=10**6); assert load(folder).values\n"
        "print(*{'numpy', 'pandas', 'pyarrow', 'polars', 'matplotlib', 'IPython'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == ""


def test_loading_unpickles_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "def refuse(event, args):\n"
        "    if event.startswith('pickle.'): raise SystemExit('pickle was used')\n"
        "sys.addaudithook(refuse)\n"
        "from jupyter_agent.variables import save, load\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "restored = load(folder); assert not restored.problems, restored.problems\n"
        "save(restored.values, folder / 'again', limit_bytes=10**8)\n"
        "print(len(load(folder / 'again').values))"
    )
    saved(everything(), tmp_path)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.stdout.strip() == str(len(everything())), out.stderr


@given(
    namespace=st.dictionaries(st.from_regex(r"[a-zé_]{1,5}", fullmatch=True), VALUES | tables(), max_size=4)
)
def test_any_namespace(namespace: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = saved(namespace, Path(folder))
        restored = load(Path(folder))
    assert restored.problems == ()
    for entry in catalogue.lost:
        assert "could not be written" not in entry.reason, entry
    assert sorted([*restored.values, *(entry.name for entry in catalogue.lost)]) == sorted(namespace)
    for name, value in restored.values.items():
        assert_same(namespace[name], value)


@given(frame=dataframes(excluded_dtypes=[pl.Object, pl.Int128, pl.UInt128], max_cols=4, max_size=5))
def test_frames_of_polars(frame: pl.DataFrame) -> None:
    namespace = {"frame": frame, **{f"s{n}": series for n, series in enumerate(frame.get_columns()[:1])}}
    with tempfile.TemporaryDirectory() as folder:
        assert names(saved(namespace, Path(folder))) == (list(namespace), [])
        restored = load(Path(folder))
    for name, value in restored.values.items():
        assert_same(namespace[name], value)


def test_writing_is_left_to_the_owner(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "checkpoint"
    saved({"n": 1}, folder)
    assert folder.stat().st_mode & 0o077 == 0
    for path in folder.glob("data-*"):
        assert path.stat().st_mode & 0o077 == 0
    assert os.access(folder, os.W_OK)
