"""Folders for temporary files: whose processes live they are left alone, the others go."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from jupyter_agent.kernel.private_folder import LOCK, make_folder, remove_abandoned


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Those of pytest are too long for sockets.
    short = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    return short


def test_what_somebody_holds_stays_and_goes_when_nobody_does(parent: Path) -> None:
    folder, lock = make_folder()
    (folder / "home").mkdir()
    assert folder.parent == parent
    assert folder.stat().st_mode & 0o777 == 0o700
    # Another process's hold counts like this one's.
    inherited = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock])
    os.close(lock)
    remove_abandoned(parent)
    assert folder.exists()
    inherited.communicate(b"\n")
    remove_abandoned(parent)
    assert not folder.exists()


def test_what_is_no_such_folder_stays(parent: Path) -> None:
    elsewhere = parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / LOCK).touch()
    (elsewhere / "data").touch()
    (parent / "jupyter-agent-link").symlink_to(elsewhere)
    (parent / "jupyter-agent-file").touch()
    (parent / "jupyter-agent-no-lock").mkdir()
    other = parent / "jupyter-agent-models"
    other.mkdir()
    (other / "lock").touch()
    linked = parent / "jupyter-agent-linked-lock"
    linked.mkdir()
    (linked / LOCK).symlink_to(elsewhere / LOCK)
    pipe = parent / "jupyter-agent-pipe"
    pipe.mkdir()
    os.mkfifo(pipe / LOCK)
    before = sorted(parent.rglob("*"))
    remove_abandoned(parent)
    assert sorted(parent.rglob("*")) == before


def test_links_in_it_are_not_followed(parent: Path) -> None:
    folder, lock = make_folder()
    kept = parent / "kept"
    kept.mkdir()
    (kept / "data").touch()
    (folder / "link").symlink_to(kept)
    os.close(lock)
    remove_abandoned(parent)
    assert not folder.exists()
    assert (kept / "data").exists()
