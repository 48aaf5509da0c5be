"""What is told of paths that the rules do not grant: by the rules' names, and by a real kernel."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_agent.kernel.landlock import Access, Rule, Ruleset
from jupyter_agent.kernel.reach import Reach, Watch
from jupyter_agent.kernel.rules_files import READ, WRITE
from jupyter_agent.kernel.sessions import RestrictedSession
from tests.kernel.conftest import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`work` can be written to, `data` and the file `one` can be read, `secret` neither."""
    for name in ("work", "data", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    (tmp_path / "one").touch()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def watch(folder: Path, told: list[str]) -> Watch:
    grants = {"work": WRITE, "data": READ, "one": READ, "sockets": Access.MAKE_SOCK}
    rules = tuple(Rule(path=f"{folder}/{name}", access=access) for name, access in grants.items())
    watch = Watch(Reach.of(Ruleset(handled=Access(0), network=0, scope=0, rules=rules)), told.append)
    watch.begin()
    return watch


@pytest.mark.parametrize(
    ("event", "arguments", "refused"),
    [
        ("open", ("work/x", "r", 0), False),
        ("open", ("work/x", "w", os.O_WRONLY | os.O_CREAT), False),
        ("open", ("data/x", "r", 0), False),
        ("open", ("data/x", "r+", os.O_RDWR), True),
        ("open", ("one", "r", 0), False),
        ("open", ("secret/x", "r", 0), True),
        ("open", ("work/../secret/x", "r", 0), True),
        ("open", ("secret/../data/x", "r", 0), False),
        ("open", ("secret/not there", "r", 0), False),
        ("open", ("secret/not there", "w", os.O_WRONLY | os.O_CREAT), True),
        ("open", ("not there/not there", "w", os.O_WRONLY | os.O_CREAT), False),
        ("os.listdir", ("secret",), True),
        ("os.listdir", ("data",), False),
        ("os.scandir", ("secret",), True),
        ("os.mkdir", ("data/new", 0o777, -1), True),
        ("os.remove", ("data/x", -1), True),
        ("os.rename", ("work/x", "secret/x", -1, -1), True),
        ("os.rename", ("work/x", "work/y", -1, -1), False),
        ("import", ("secret/x",), False),
    ],
)
def test_what_is_out_of_reach(
    event: str, arguments: tuple[object, ...], refused: bool, watch: Watch, told: list[str], folder: Path
) -> None:
    watch.hear(event, tuple(f"{folder}/{part}" if isinstance(part, str) else part for part in arguments))
    assert bool(told) == refused


def test_relative_paths_follow_the_working_folder(watch: Watch, told: list[str], folder: Path) -> None:
    watch.hear("open", ("x", "r", 0))
    watch.hear("open", (b"x", "r", 0))
    watch.hear("open", (3, "r", 0))
    assert told == []
    watch.hear("os.chdir", ("../secret",))
    os.chdir(folder / "secret")
    watch.hear("open", ("x", "r", 0))
    assert told == ["x"]


def test_links_are_followed(watch: Watch, told: list[str], folder: Path) -> None:
    (folder / "elsewhere").symlink_to(folder / "data")
    watch.hear("open", (f"{folder}/elsewhere/x", "r", 0))
    assert told == []
    (folder / "work" / "attached").symlink_to(folder / "data" / "x")
    watch.hear("open", ("attached", "r", 0))
    assert told == []
    watch.hear("open", ("attached", "a", os.O_WRONLY))
    assert told == ["attached"]
    watch.hear("os.symlink", ("../data/x", "made", -1))
    (folder / "work" / "made").symlink_to(folder / "data" / "x")
    watch.hear("open", ("made", "a", os.O_WRONLY))
    assert told == ["attached", "made"]
    (folder / "work" / "moved").symlink_to(folder / "data" / "x")
    watch.hear("os.rename", ("made", "moved", -1, -1))
    watch.hear("open", ("moved", "a", os.O_WRONLY))
    assert told == ["attached", "made", "moved"]


def test_each_path_is_told_once_and_not_too_many_are(watch: Watch, told: list[str], folder: Path) -> None:
    for _ in range(3):
        watch.hear("open", (f"{folder}/secret/x", "r", 0))
    assert told == [f"{folder}/secret/x"]
    for number in range(100):
        watch.hear("open", (f"{folder}/secret/{number}", "w", os.O_CREAT))
    assert len(told) == 20
    watch.begin()
    watch.hear("open", (f"{folder}/secret/x", "r", 0))
    assert len(told) == 21
    watch.end()
    watch.hear("open", (f"{folder}/secret", "r", 0))
    assert len(told) == 21


CAUGHT = """
import os, pathlib
for use in (
    lambda: open("/etc/passwd"),
    lambda: pathlib.Path("/etc/passwd").read_text(),
    lambda: os.open("/etc/group", os.O_RDONLY),
    lambda: os.listdir("/home"),
    lambda: open("sales.csv", "a"),
    lambda: open("/etc/not there"),
):
    try:
        use()
    except OSError:
        pass
open("own.txt", "w").write("x")
os.listdir(".")
"""


async def test_what_is_caught_is_told_once(session: RestrictedSession) -> None:
    ran = await run(session, CAUGHT)
    assert ran.execution.status == "ok"
    paths = ["'/etc/passwd'", "'/etc/group'", "'/home'", "'sales.csv'"]
    sentences = [f"The code tried to use {path}, which is out of this kernel's reach." for path in paths]
    assert [block.sentence for block in ran.blocks] == sentences
    assert list(ran.execution.blocks) == ran.blocks
    assert {block.kind for block in ran.blocks} == {"path"}


async def test_what_is_not_caught_is_told_no_more_often(session: RestrictedSession) -> None:
    ran = await run(session, "open('/etc/passwd')")
    sentence = "The code tried to use '/etc/passwd', which is out of this kernel's reach."
    assert [block.sentence for block in ran.blocks] == [sentence]


async def test_libraries_look_nowhere_else(session: RestrictedSession) -> None:
    code = """
import getpass, importlib.metadata, mimetypes, tempfile
import pandas as pd, matplotlib.pyplot as plt
frame = pd.read_csv("sales.csv")
frame.to_parquet("sales.parquet")
frame.plot()
plt.savefig("plot.png")
getpass.getuser(), importlib.metadata.version("pandas"), mimetypes.guess_type("x.csv")
tempfile.TemporaryFile().close()
pd.Timestamp("2024-01-01", tz="Europe/Berlin")
"""
    ran = await run(session, code)
    assert (ran.execution.status, ran.blocks) == ("ok", [])
