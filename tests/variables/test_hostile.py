"""Checkpoints that are damaged, or made to do harm: problems, never exceptions, nothing from outside."""

from __future__ import annotations

import io
import json
import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from jupyter_agent.variables import Restored, arrow_files, frames, load, save
from tests.variables.same import assert_same
from tests.variables.test_checkpoint import everything

SECRET = "what nobody may read"
CATALOGUE = "variables_metadata.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint with one variable of each kind of file, next to a file that is none of its business."""
    secret = tmp_path / "secret.npy"
    np.save(secret, np.frombuffer(SECRET.encode(), "u1"))
    place = tmp_path / "checkpoint"
    namespace = {"array": np.arange(20), "frame": pd.DataFrame({"a": [1, 2]}), "n": 1}
    save(namespace, place, limit_bytes=2**20)
    return place


def file_of(folder: Path, name: str) -> Path:
    catalogue = json.loads((folder / CATALOGUE).read_text())
    return folder / str(next(entry["file"] for entry in catalogue["kept"] if entry["name"] == name))


def change(folder: Path, code: Callable[[dict[str, Any]], object]) -> None:
    path = folder / CATALOGUE
    catalogue = json.loads(path.read_text())
    code(catalogue)
    path.write_text(json.dumps(catalogue))


def claim(folder: Path, path: Path) -> None:
    """Make the catalogue say that a changed file is as it should be."""

    def code(catalogue: dict[str, Any]) -> None:
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        catalogue["files"][name] = {"bytes": len(content), "crc32": zlib.crc32(content)}

    change(folder, code)


def lost(folder: Path, name: str, *, others: int = 2) -> str:
    """Why a variable did not come back, while the others did; whether files are read or mapped."""
    reasons = []
    for mapped in (False, True):
        restored = load(folder, mapped=mapped)
        assert name not in restored.values
        assert len(restored.values) == others
        assert SECRET not in repr(restored)
        (problem,) = restored.problems
        assert problem.name == name
        reasons.append(problem.reason)
    return reasons[0]


@pytest.mark.parametrize(
    "target",
    [
        "../secret.npy",
        "data/../../secret.npy",
        "{data}/../../secret.npy",
        "/{absolute}/secret.npy",
        "..",
        "",
        "{data}",
    ],
)
def test_a_path_that_leads_outside(folder: Path, target: str) -> None:
    data = file_of(folder, "array").parent.name
    path = target.format(data=data, absolute=folder.parent)
    size = (folder.parent / "secret.npy").stat().st_size

    def code(catalogue: dict[str, Any]) -> None:
        catalogue["kept"][0]["file"] = path
        catalogue["files"][path] = {"bytes": size, "crc32": 0}

    change(folder, code)
    assert "is no file of a checkpoint" in lost(folder, "array")


def test_links_and_what_is_no_file(folder: Path) -> None:
    path = file_of(folder, "array")
    path.unlink()
    path.symlink_to(folder.parent / "secret.npy")
    assert "cannot be opened" in lost(folder, "array")
    path.unlink()
    os.link(folder.parent / "secret.npy", path)
    assert "is no ordinary file" in lost(folder, "array")
    path.unlink()
    os.mkfifo(path)
    assert "is no ordinary file" in lost(folder, "array")
    path.unlink()
    path.mkdir()
    assert "is no ordinary file" in lost(folder, "array")
    path.rmdir()
    assert "is missing" in lost(folder, "array")


def test_a_folder_that_is_a_link(folder: Path) -> None:
    data = file_of(folder, "array").parent
    elsewhere = folder.parent / data.name
    data.rename(elsewhere)
    data.symlink_to(elsewhere)
    assert load(folder).values == {}
    assert len(load(folder).problems) == 3


def test_a_catalogue_that_is_a_link_or_a_pipe(folder: Path) -> None:
    path = folder / CATALOGUE
    path.rename(folder.parent / "elsewhere.json")
    path.symlink_to(folder.parent / "elsewhere.json")
    assert_unreadable(load(folder))
    path.unlink()
    os.mkfifo(path)
    assert_unreadable(load(folder))


def assert_unreadable(restored: Restored) -> None:
    assert restored.values == {}
    (problem,) = restored.problems
    assert problem.name == ""
    assert problem.reason.startswith("The catalogue cannot be read")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"format": "jupyter-agent-variables", "version": 2}',
        b'{"format": "jupyter-agent-variables", "version": 1}',
        b'{"format": "jupyter-agent-variables", "version": 1, "kept": 5, "lost": [], "files": {}}',
        b'{"format": "jupyter-agent-variables", "version": 1, "kept": [], "lost": [], "files": {"a": 5}}',
        b'{"format": "jupyter-agent-variables", "version": ' + b"9" * 10_000 + b"}",
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
    ],
    ids=range(12),
)
def test_what_is_no_catalogue(folder: Path, text: bytes) -> None:
    (folder / CATALOGUE).write_bytes(text)
    assert_unreadable(load(folder))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 5),
        ("name", None),
        ("kind", None),
        ("file", ["a"]),
        ("parts", "a"),
        ("parts", [1]),
        ("bytes", -1),
        ("bytes", True),
        ("bytes", 1e9),
        ("unknown", 1),
    ],
)
def test_an_entry_that_is_none(folder: Path, key: str, value: object) -> None:
    change(folder, lambda catalogue: catalogue["kept"][0].update({key: value}))
    restored = load(folder)
    assert sorted(restored.values) == ["frame", "n"]
    assert len(restored.problems) == 1


@pytest.mark.parametrize("name", ["__builtins__", "a b", "1", "", "class", "a.b"])
def test_names_that_no_variable_has(folder: Path, name: str) -> None:
    change(folder, lambda catalogue: catalogue["kept"][0].update(name=name))
    assert lost(folder, name) == "nothing can be assigned to its name"


def test_other_kinds_and_what_refers_to_itself(folder: Path) -> None:
    change(folder, lambda catalogue: catalogue["kept"][0].update(kind="pickle"))
    assert "no kind of file" in lost(folder, "array")
    change(folder, lambda catalogue: catalogue["kept"][0].update(kind="frame"))
    assert "damaged" in lost(folder, "array")
    change(folder, lambda catalogue: catalogue["kept"][0].update(kind="array"))
    path = file_of(folder, "n")
    for name in ("n", "gone", "array"):
        path.write_text(json.dumps({"n": {"$": "variable", "name": name}}))
        claim(folder, path)
        if name == "array":
            assert load(folder).values["n"] is not None
        else:
            lost(folder, "n")
    path.write_text(json.dumps({"n": {"$": "attached", "part": 0, "kind": "array"}}))
    claim(folder, path)
    lost(folder, "n")


def test_a_size_or_a_checksum_that_is_wrong(folder: Path) -> None:
    path = file_of(folder, "frame")
    content = bytearray(path.read_bytes())
    path.write_bytes(content + b"\0")
    assert "is not as large as it was" in lost(folder, "frame")
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    (problem,) = load(folder).problems
    assert "was changed or damaged" in problem.reason


def header(described: str) -> bytes:
    sink = io.BytesIO()
    padded = described.encode().ljust(118) + b"\n"
    sink.write(b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + bytes(160))
    return sink.getvalue()


@pytest.mark.parametrize(
    "described",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000, 1000000, 1000000)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-20,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-4, -5)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (True,)}",
        "{'descr': '|V0', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (20,)}",
        "{'descr': [('a', '|O')], 'fortran_order': False, 'shape': (20,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': __import__('os').abort()}",
        "{'descr': 'nonsense', 'fortran_order': False, 'shape': (20,)}",
        "(" * 110,
        "",
    ],
)
def test_arrays_that_are_none(folder: Path, described: str) -> None:
    path = file_of(folder, "array")
    path.write_bytes(header(described))
    claim(folder, path)
    lost(folder, "array")


def test_an_array_that_was_pickled(folder: Path) -> None:
    path = file_of(folder, "array")
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    claim(folder, path)
    assert "is not as large as it says" in lost(folder, "array")


def described(**changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content.update(changes)


def column(changes: dict[str, object]) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["values"].__setitem__(0, changes)


@pytest.mark.parametrize(
    "code",
    [
        column({"is": "numpy", "dtype": "O"}),
        column({"is": "numpy", "dtype": "<f4"}),
        column({"is": "numpy", "dtype": "S100000000"}),
        column({"is": "numpy", "dtype": "nonsense"}),
        column({"is": "datetime", "unit": "fortnight"}),
        column({"is": "datetime", "unit": "s", "zone": {"zone": "../../../etc/passwd"}}),
        column({"is": "category", "ordered": False, "categories": {}}),
        column({"is": "codes", "ordered": False, "packed": "", "categories": {}}),
        column({"is": "masked", "dtype": "category"}),
        column({"is": "period", "freq": "nonsense"}),
        column({"is": "string", "storage": "pickle", "missing": "NA"}),
        column({"is": "cells"}),
        column({"is": "interval", "closed": "left", "sides": {}}),
        column({"is": "pickle"}),
        described(values=[]),
        described(values=5),
        described(what="pickle"),
        described(what="series"),
        described(rows=10**30),
        described(rows=3),
        described(index={"is": "range", "start": 0, "stop": 10**30, "step": 1, "name": None}),
        described(index={"is": "range", "start": 0, "stop": 2, "step": 0, "name": None}),
        described(index={"levels": [{}], "names": [], "sorted": None}),
        described(names="!!!"),
        described(names=""),
        described(attrs=[1]),
        described(attrs={"$": "variable", "name": "n"}),
        lambda content: content.clear(),
    ],
    ids=range(28),
)
def test_frames_that_are_none(folder: Path, code: Callable[[dict[str, Any]], object]) -> None:
    table = frames.to_table(pd.DataFrame({"a": [1, 2]}, index=[3, 4]))
    content = json.loads(table.schema.metadata[frames.KEY])
    code(content)
    path = file_of(folder, "frame")
    arrow_files.write(table.replace_schema_metadata({frames.KEY: json.dumps(content)}), str(path))
    claim(folder, path)
    lost(folder, "frame")


def test_codes_beyond_their_labels(folder: Path) -> None:
    """Arrow would read beyond the end of the labels."""
    frame = pd.DataFrame({"a": pd.Categorical(["x", "y"]), "b": [1, 2]}).set_index("a")
    path = file_of(folder, "frame")
    table = frames.to_table(frame)
    codes = pa.DictionaryArray.from_arrays(pa.array([0, 100], pa.int8()), ["x", "y"], safe=False)
    arrow_files.write(table.set_column(1, table.field(1).name, codes), str(path))
    claim(folder, path)
    assert "damaged" in lost(folder, "frame")


def test_a_level_that_has_fewer_labels_than_it_says(folder: Path) -> None:
    """Pandas would read beyond the end of the labels."""
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.MultiIndex.from_product([range(1), range(2)]))
    table = frames.to_table(frame)
    content = json.loads(table.schema.metadata[frames.KEY])
    content["index"]["levels"][1] = {"is": "range", "start": 0, "stop": 1, "step": 1, "name": None}
    path = file_of(folder, "frame")
    arrow_files.write(table.replace_schema_metadata({frames.KEY: json.dumps(content)}), str(path))
    claim(folder, path)
    assert lost(folder, "frame") == "a level has other labels than were written"


def test_a_picture_that_is_none(folder: Path) -> None:
    change(folder, lambda catalogue: catalogue["kept"][0].update(kind="figure"))
    assert lost(folder, "array") == "it is no PNG"


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    """Without checksums, which say it at once: the readers themselves must stand it."""
    chance = random.Random(0)
    save(everything(), tmp_path, limit_bytes=2**30)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    whole = {path: path.read_bytes() for path in files}
    found = 0
    for _ in range(75):
        path = chance.choice(files)
        content = bytearray(whole[path])
        for _ in range(chance.choice([1, 2, 10])):
            place = chance.randrange(len(content))
            content[place : place + 8] = chance.choice([b"\xff" * 8, bytes(8), chance.randbytes(8)])
        path.write_bytes(content[: len(whole[path])])
        restored = load(tmp_path, mapped=True)
        found += bool(restored.problems)
        repr(restored)
        for name, value in load(tmp_path).values.items():
            assert_same(everything()[name], value)
        path.write_bytes(whole[path])
    assert found > 15
