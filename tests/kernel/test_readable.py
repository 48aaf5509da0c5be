"""The folder that a conversation began in: its files are readable, and nothing else there or around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.kernel.readable import readable_files
from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.messages import RestrictedProfile
from jupyter_agent.protocols import NO_FILES, Workspace
from tests.kernel.conftest import run

TRY = """
def tried(path):
    try:
        return open(path).read()
    except OSError as error:
        return type(error).__name__
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "analysis"
    for name in ("a.csv", ".env", "clean/b.csv", "mixed/c.csv", "mixed/.secret", "mixed/deep/d.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (tmp_path / "outside.csv").write_text("outside")
    (folder / "clean" / "out.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "out.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "hidden.csv").symlink_to(".env")
    (folder / "same.csv").symlink_to("a.csv")
    (folder / "up").symlink_to("..")
    return folder


def test_dot_files_are_left_out_however_deep(folder: Path) -> None:
    found = readable_files(folder)
    assert found.names == ("a.csv", "same.csv", "clean/", "mixed/c.csv", "mixed/deep/")
    assert found.paths[0] == str(folder / "a.csv")


def test_a_folder_that_is_gone_or_a_link_meanwhile_gives_nothing(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert readable_files(tmp_path / "link") == readable_files(tmp_path / "gone") == NO_FILES


PROFILES: tuple[RestrictedProfile, ...] = ("strict", "parallel")


@pytest.mark.parametrize("profile", PROFILES)
async def test_code_reads_them_and_writes_nothing_there(
    kernels: RestrictedKernels, workspace: Workspace, folder: Path, profile: RestrictedProfile
) -> None:
    session = kernels.session(workspace, profile=profile, folder=folder)
    names = ["a.csv", "same.csv", "clean/b.csv", "mixed/c.csv", "mixed/deep/d.csv"]
    names += [".env", "mixed/.secret", "clean/out.csv", "out.csv", "hidden.csv", "../outside.csv"]
    ran = await run(session, f"{TRY}\nprint([tried({str(folder)!r} + '/' + n) for n in {names!r}])")
    read = ["a.csv", "a.csv", "clean/b.csv", "mixed/c.csv", "mixed/deep/d.csv"]
    assert ran.text.strip() == str(read + ["PermissionError"] * 6)
    written = await run(session, f"open({str(folder / 'clean' / 'new.csv')!r}, 'w')")
    assert written.error.name == "PermissionError"
    assert await session.readable() == readable_files(folder)


async def test_what_is_readable_is_settled_when_the_kernel_starts(
    kernels: RestrictedKernels, manager: AsyncMultiKernelManager, workspace: Workspace, folder: Path
) -> None:
    session = kernels.session(workspace, folder=folder)
    await run(session, TRY)
    (folder / "late.csv").write_text("late")
    assert "late.csv" not in (await session.readable()).names
    assert (await run(session, f"tried({str(folder / 'late.csv')!r})")).result == "'PermissionError'"
    await session.retire()
    assert "late.csv" in (await session.readable()).names
    assert (await run(session, f"open({str(folder / 'late.csv')!r}).read()")).result == "'late'"


async def test_the_folder_can_be_another_until_the_kernel_starts(
    kernels: RestrictedKernels, workspace: Workspace, folder: Path
) -> None:
    a_file = str(folder / "a.csv")
    session = kernels.session(workspace, folder=folder)
    assert kernels.session(workspace) is session
    assert await session.readable() == NO_FILES
    kernels.session(workspace, folder=folder)
    assert (await session.readable()).names
    kernels.session(workspace)
    assert (await run(session, f"{TRY}\ntried({a_file!r})")).result == "'PermissionError'"
    kernels.session(workspace, folder=folder)
    assert await session.readable() == NO_FILES, "what the kernel was started with"
    assert (await run(session, f"tried({a_file!r})")).result == "'PermissionError'"
    await session.retire()
    assert (await run(session, f"open({a_file!r}).read()")).result == "'a.csv'"
