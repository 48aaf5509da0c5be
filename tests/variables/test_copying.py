"""A checkpoint for another folder: the variables that are wanted, and nothing from outside of the first."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from jupyter_agent.errors import StorageError
from jupyter_agent.variables import files, load, read, save
from jupyter_agent.variables.copying import copy

TABLE = pd.DataFrame({"a": [1, 2]})


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "source", tmp_path / "target"
    namespace = {"df": TABLE, "n": 3, "s": "text", "lost": iter(())}
    save(namespace, source, limit_bytes=10**6)
    target.mkdir()
    return source, target


def test_the_copy_is_whole_and_stands_alone(folders: tuple[Path, Path]) -> None:
    source, target = folders
    assert copy(source, target) == ("df", "n", "s")
    for path in sorted(source.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    found = load(target)
    assert (set(found.values), found.problems) == ({"df", "n", "s"}, ())
    assert found.values["df"].equals(TABLE)  # type: ignore[attr-defined]
    assert [entry.name for entry in found.lost] == ["lost"]
    text = files.read_catalogue(target)
    assert text is not None
    assert str(source).encode() not in text
    assert read(target, "n") == 3


def test_what_is_left_out_is_not_there(folders: tuple[Path, Path]) -> None:
    source, target = folders
    assert copy(source, target, without={"n", "lost", "unknown"}) == ("df", "s")
    found = load(target)
    assert (set(found.values), found.lost, found.problems) == ({"df", "s"}, (), ())


def test_without_a_checkpoint_there_is_no_copy(tmp_path: Path) -> None:
    assert copy(tmp_path / "nowhere", tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["catalogue", "link", "gone"])
def test_what_cannot_be_read_makes_no_checkpoint(
    folders: tuple[Path, Path], tmp_path: Path, damage: str
) -> None:
    source, target = folders
    (frame,) = source.glob("data-*/df*")
    if damage == "catalogue":
        (source / files.CATALOGUE).write_text("[]")
    else:
        size = frame.stat().st_size
        frame.unlink()
        if damage == "link":
            (tmp_path / "secret").write_bytes(os.urandom(size))
            frame.symlink_to(tmp_path / "secret")
    with pytest.raises(StorageError, match="cannot be copied"):
        copy(source, target)
    assert not load(target).values
    assert not (target / files.CATALOGUE).exists()
