"""`jupyter agent replay` as a person runs it: real kernels, and answers from a fake Ollama."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.commands import commands, finished, run_here
from tests.fake_ollama import FakeModel, FakeOllama
from tests.ui.analyst import Analyst, fenced, slowly

SALES = "region,price\nnorth,10\nsouth,20\nnorth,30\n"
MEANS = 'import pandas as pd\nprint(pd.read_csv("sales.csv").groupby("region").price.mean())'
WRONG = 'import pandas as pd\nprint(pd.read_csv("sales.csv")["Price"].mean())'
QUESTION = "What is the mean price per region?"
Command = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    first = Analyst(programs=[WRONG, MEANS], answer="North 20, south 20, 2 of 3 rows.")
    with FakeOllama(FakeModel(name="qwen3:8b"), FakeModel(name="llama3:8b"), answer=first) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, fake: FakeOllama) -> Iterator[Command]:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "sales.csv").write_text(SALES)
    with commands(tmp_path, tmp_path / "here") as begin:
        yield partial(begin, host=fake.url)


def second() -> Analyst:
    return Analyst(programs=[MEANS], answer="It is 20 in both, of 3 rows; 60 in all.")


def asked(start: Command) -> None:
    status, _, progress = finished(start("ask", QUESTION, "--file", "sales.csv"))
    assert status == 0, progress


def conversations(home: Path) -> list[str]:
    (database,) = (home / "data").rglob("agent.sqlite3")
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("select title from conversations order by created")]


def rows(table: str) -> list[str]:
    return [" ".join(line.split()) for line in table.splitlines()]


def test_another_model_is_compared_step_by_step(start: Command, fake: FakeOllama, tmp_path: Path) -> None:
    asked(start)
    fake.answer = second()
    status, table, progress = finished(start("replay", "last", "--model", "llama3:8b"))
    assert status == 0, progress
    assert "model: llama3:8b (ollama)" in progress
    shown = rows(table)
    for row in (
        "original replay",
        "model qwen3:8b (ollama) llama3:8b (ollama)",
        "way of working react react",
        "status completed completed",
        "attempts 2 1",
        "errors key-error –",
        f"Step 1: {QUESTION}",
        "code +0 −0 lines, outputs the same",
        "The answers differ.",
        "Numbers in both: 20, 3",
        "only in the original: 2",
        "only in the replay: 60",
    ):
        assert row in shown, table
    assert "What the replay found otherwise" not in table
    assert conversations(tmp_path) == [QUESTION, f"Replay with llama3:8b: {QUESTION}"]

    status, text, progress = finished(start("replay", "last", "--times=2", "--json", "--forget"))
    assert status == 0, progress
    first, again = json.loads(text)
    assert (first["before"]["model"], first["after"]["model"]) == ("llama3:8b", "llama3:8b")
    assert first["before"]["run"] == again["before"]["run"]
    assert first["after"]["run"] != again["after"]["run"]
    assert (first["answers"]["same"], first["differences"]) == (True, [])
    assert first["steps"][0]["after"]["usage"]["calls"] > 0
    assert len(conversations(tmp_path)) == 2


def test_an_exported_run_is_replayed_elsewhere(start: Command, fake: FakeOllama, tmp_path: Path) -> None:
    asked(start)
    assert finished(start("export", "last", "--output", "run.json"))[0] == 0
    assert finished(start("export", "last", "--contents", "--output", "whole.json"))[0] == 0
    shutil.rmtree(tmp_path / "data")
    for arguments in (("run.json", "--files", "."), ("whole.json", "--mode", "react")):
        fake.answer = second()
        status, table, progress = finished(start("replay", *arguments))
        assert status == 0, progress
        assert "code +0 −0 lines, outputs the same" in rows(table)
    assert len(conversations(tmp_path)) == 2


def test_an_answer_that_does_not_come_is_compared_nevertheless(start: Command, fake: FakeOllama) -> None:
    asked(start)
    fake.answer = Analyst(programs=[WRONG])
    status, table, progress = finished(start("replay", "last"))
    assert (status, "status completed failed" in rows(table)) == (1, True), progress
    assert "Only the original has an answer." in table
    assert progress.splitlines()[-1].startswith("jupyter agent: No program worked")


def test_ctrl_c_leaves_nothing(start: Command, fake: FakeOllama, tmp_path: Path) -> None:
    asked(start)
    before = len(fake.requests)
    hanging = slowly(fenced(MEANS) + " word" * 1000, 0.1)
    fake.answer = Analyst(programs=[hanging])
    process = start("replay", "last")
    deadline = time.monotonic() + 60
    while not any(not request.get("format") for request in fake.requests[before:]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    status, table, progress = finished(process, 60)
    assert (status, table) == (130, ""), progress
    assert progress.splitlines()[-1] == "jupyter agent: Stopped by you."
    assert fake.disconnected.wait(10)
    assert conversations(tmp_path) == [QUESTION]
    assert len(list((tmp_path / "data").rglob("attachments"))) == 1


@pytest.mark.usefixtures("jp_environ")
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "Name one run."),
        (("last", "again"), 2, "Name one run."),
        (("last",), 2, "There are no runs yet."),
        (("abc",), 2, "There is no run abc."),
        (("missing.json",), 2, "missing.json cannot be read: No such file"),
        (("sales.csv",), 2, "sales.csv cannot be used. It is damaged: this is not JSON."),
        (("abc", "--files", "."), 2, "--files is for exported runs."),
        (("last", "--times=0"), 2, "See: jupyter agent replay --help"),
        (("last", "--mode", "magic"), 2, "magic"),
        (("last", "--nonsense"), 2, "There is no option --nonsense."),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    monkeypatch.chdir(tmp_path)
    ended, table, progress = run_here(monkeypatch, capsys, "replay", *arguments)
    assert (ended, table) == (status, ""), progress
    (line,) = progress.splitlines()
    assert line.startswith("jupyter agent: ")
    assert said in line


@pytest.mark.usefixtures("jp_environ")
def test_what_is_not_what_it_was_is_refused(
    start: Command,
    fake: FakeOllama,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked(start)
    here, data = tmp_path / "here", tmp_path / "data"
    monkeypatch.chdir(here)
    where = f"--JupyterAgent.data_dir={data / 'jupyter_agent'}"
    replay = partial(run_here, monkeypatch, capsys, "replay", where, f"--ollama-host={fake.url}")
    assert run_here(monkeypatch, capsys, "export", where, "last", "--output", "run.json") == (0, "", "")
    (attached,) = data.rglob("attachments/sales.csv")
    attached.chmod(0o600)
    attached.write_text(SALES.replace("30", "31"))
    (here / "sales.csv").write_text(SALES.replace("30", "31"))
    for arguments, said in (
        (("last",), "sales.csv is gone or was changed since the question was asked."),
        (("run.json",), "does not hold the content of sales.csv. Name the folder"),
        (("run.json", "--files", "."), "its SHA-256 is another"),
        (("run.json", "--files", "nowhere"), "nowhere/sales.csv cannot be read"),
    ):
        status, table, progress = replay(*arguments)
        assert (status, table) == (2, ""), progress
        (line,) = progress.splitlines()
        assert said in line
    (here / "sales.csv").write_text(SALES)
    status, _, progress = replay("run.json", "--files", ".", "--model", "no-such")
    assert (status, "no-such" in progress.splitlines()[-1]) == (1, True)
    assert conversations(tmp_path) == [QUESTION]
