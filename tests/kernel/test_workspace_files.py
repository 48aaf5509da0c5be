"""What becomes of a workspace's files when an attempt is undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_agent.kernel import workspace_files
from jupyter_agent.kernel.workspace_files import WorkspaceFiles
from jupyter_agent.steps import FileChanges
from jupyter_agent.trees import remove_tree
from tests.test_trees import nested

TOO_LARGE = workspace_files.COPIED_BYTES + 1


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def files(tmp_path: Path, workspace: Path) -> WorkspaceFiles:
    (tmp_path / "copies").mkdir()
    return WorkspaceFiles(workspace, tmp_path / "copies")


def test_new_files_go_and_changed_ones_come_back(workspace: Path, files: WorkspaceFiles) -> None:
    (workspace / "kept").write_text("kept")
    (workspace / "changed").write_text("before")
    files.remember()
    (workspace / "changed").write_text("after")
    (workspace / "new" / "folder").mkdir(parents=True)
    (workspace / "new" / "folder" / "file").touch()
    assert files.restore() == FileChanges(removed=("new/folder/file",), put_back=("changed",))
    assert (workspace / "changed").read_text() == "before"
    assert not (workspace / "new").exists()


def large(path: Path) -> None:
    """A file of which no copy is kept; it has a beginning, and takes no room."""
    with path.open("w") as file:
        file.write("begin")
        file.truncate(TOO_LARGE)


@pytest.mark.parametrize("moved", ["moved", "folder/moved"])
def test_a_file_that_is_too_large_to_copy_is_moved_back(
    workspace: Path, files: WorkspaceFiles, moved: str
) -> None:
    large(workspace / "large")
    files.remember()
    (workspace / moved).parent.mkdir(exist_ok=True)
    (workspace / "large").rename(workspace / moved)
    assert files.restore() == FileChanges()
    assert (workspace / "large").read_bytes()[:5] == b"begin"
    assert [path.name for path in workspace.iterdir()] == ["large"]


def test_a_file_that_was_moved_and_written_to_is_named(workspace: Path, files: WorkspaceFiles) -> None:
    large(workspace / "large")
    files.remember()
    (workspace / "large").rename(workspace / "moved")
    with (workspace / "moved").open("r+") as file:
        file.write("other")
    assert files.restore() == FileChanges(not_restored=("large",))
    assert (workspace / "large").read_bytes()[:5] == b"other"


def test_files_that_changed_places_come_back(workspace: Path, files: WorkspaceFiles) -> None:
    for name in ("a", "b"):
        (workspace / name).write_text(name)
    files.remember()
    (workspace / "a").rename(workspace / "c")
    (workspace / "b").rename(workspace / "a")
    (workspace / "c").rename(workspace / "b")
    files.restore()
    assert {path.name: path.read_text() for path in workspace.iterdir()} == {"a": "a", "b": "b"}


def test_a_file_comes_back_where_a_folder_stands(workspace: Path, files: WorkspaceFiles) -> None:
    (workspace / "file").write_text("before")
    files.remember()
    (workspace / "file").unlink()
    (workspace / "file" / "folder").mkdir(parents=True)
    (workspace / "file" / "folder" / "new").touch()
    assert files.restore() == FileChanges(removed=("file/folder/new",), put_back=("file",))
    assert (workspace / "file").read_text() == "before"


def test_a_folder_comes_back_where_a_file_stands(workspace: Path, files: WorkspaceFiles) -> None:
    (workspace / "folder" / "empty").mkdir(parents=True)
    files.remember()
    remove_tree(workspace / "folder")
    (workspace / "folder").touch()
    assert files.restore() == FileChanges(removed=("folder",))
    assert (workspace / "folder" / "empty").is_dir()


def test_a_folder_that_cannot_be_looked_into_is_named(workspace: Path, files: WorkspaceFiles) -> None:
    files.remember()
    (workspace / "new").mkdir()
    (workspace / "new" / "closed").mkdir(mode=0o300)
    (workspace / "new" / "closed" / "file").touch()
    (workspace / "empty").mkdir(mode=0o300)
    assert files.restore() == FileChanges(not_restored=("new/closed",))
    assert not (workspace / "empty").exists()
    remove_tree(workspace)


def test_a_folder_whose_files_cannot_be_looked_at_is_no_obstacle(
    workspace: Path, files: WorkspaceFiles
) -> None:
    (workspace / "closed").mkdir()
    (workspace / "closed" / "file").touch()
    (workspace / "closed").chmod(0o400)
    files.remember()
    (workspace / "new").touch()
    assert files.restore().removed == ("new",)
    (workspace / "closed").chmod(0o700)


def test_a_name_may_be_as_long_as_linux_takes_it(workspace: Path, files: WorkspaceFiles) -> None:
    name = "表" * 85
    (workspace / name).write_text("before")
    files.remember()
    (workspace / name).write_text("after")
    assert files.restore() == FileChanges(put_back=(name,))
    assert (workspace / name).read_text() == "before"


def test_what_stands_beside_a_file_that_is_put_back_stays(workspace: Path, files: WorkspaceFiles) -> None:
    (workspace / "file").write_text("before")
    (workspace / ".file.restored").write_text("another")
    files.remember()
    (workspace / "file").write_text("after")
    assert files.restore() == FileChanges(put_back=("file",))
    assert (workspace / ".file.restored").read_text() == "another"


def test_what_cannot_be_put_back_leaves_nothing_beside_it(workspace: Path, files: WorkspaceFiles) -> None:
    (workspace / "file").write_text("before")
    files.remember()
    (workspace / "file").unlink()
    (workspace / "file").mkdir(mode=0o300)
    (workspace / "file" / "new").touch()
    assert files.restore() == FileChanges(not_restored=("file",))
    assert [path.name for path in workspace.iterdir()] == ["file"]
    remove_tree(workspace)


def test_folders_deeper_than_a_path_can_be_long_are_no_obstacle(
    workspace: Path, files: WorkspaceFiles
) -> None:
    (workspace / "kept").write_text("kept")
    nested(workspace, 3000)
    files.remember()
    (workspace / "kept").write_text("changed")
    assert files.restore() == FileChanges(put_back=("kept",))
    # pytest could not.
    remove_tree(workspace)
