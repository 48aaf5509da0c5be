"""Folders that generated code has worked in can be looked through and removed, whatever it left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_agent.trees import entries_in, remove_tree


def nested(folder: Path, depth: int, name: str = "d") -> None:
    """Folders in folders, deeper than a path can be long, with a file in the last one."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("file", os.O_CREAT, dir_fd=here))
    os.close(here)


def names(folder: Path) -> list[str]:
    return sorted(str(Path(entry.path).relative_to(folder)) for entry in entries_in(folder))


def test_everything_is_seen_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    (tmp_path / "a" / "link").symlink_to("/")
    assert names(tmp_path) == ["a", "a/b", "a/file", "a/link"]


def test_what_is_too_deep_or_closed_is_passed_over(tmp_path: Path) -> None:
    nested(tmp_path, 3000)
    (tmp_path / "closed").mkdir(mode=0)
    seen = names(tmp_path)
    assert "closed" in seen
    assert 100 < len(seen) < 3000
    remove_tree(tmp_path)


@pytest.mark.parametrize(("depth", "name"), [(3000, "d"), (100, "long" * 60)])
def test_deep_folders_are_removed(tmp_path: Path, depth: int, name: str) -> None:
    nested(tmp_path, depth, name)
    (tmp_path / "beside").touch()
    remove_tree(tmp_path)
    assert not tmp_path.exists()


def test_closed_folders_are_removed_and_links_are_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    for each in (outside, folder):
        (each / "a" / "b").mkdir(parents=True)
        (each / "a" / "b" / "file").touch()
    (folder / "a" / "link").symlink_to(outside)
    for closed in (folder / "a" / "b", folder / "a", folder):
        closed.chmod(0)
    remove_tree(folder)
    assert not folder.exists()
    assert (outside / "a" / "b" / "file").exists()


def test_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nothing")


def test_what_cannot_be_removed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        remove_tree(tmp_path / "file")
