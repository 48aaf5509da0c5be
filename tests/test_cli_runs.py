"""`jupyter agent runs` and `jupyter agent export` as a person runs them, after questions were asked."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from jupyter_agent.replay.recorded import read_document
from tests.commands import commands, finished
from tests.fake_ollama import FakeOllama
from tests.ui.analyst import Analyst

SALES = "region,price\nnorth,10\nsouth,20\nnorth,30\n"
MEANS = 'import pandas as pd\nprint(pd.read_csv("sales.csv").groupby("region").price.mean())'
WRONG = 'import pandas as pd\nprint(pd.read_csv("sales.csv")["Price"].mean())'
QUESTION = "What is the mean price per region?"
Command = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama(answer=Analyst(programs=[WRONG, MEANS], answer="North 20, south 20.")) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, fake: FakeOllama) -> Iterator[Command]:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "sales.csv").write_text(SALES)
    with commands(tmp_path, tmp_path / "here") as begin:
        yield partial(begin, host=fake.url)


def ask(start: Command, *arguments: str) -> str:
    """The id of the run that answered."""
    status, _, progress = finished(start("ask", *arguments))
    assert status == 0, progress
    (line,) = [line for line in progress.splitlines() if line.startswith("run ")]
    return line.removeprefix("run ").partition(":")[0]


def test_a_run_is_found_and_written_down(start: Command, tmp_path: Path) -> None:
    run = ask(start, QUESTION, "--file", "sales.csv")

    status, table, said = finished(start("runs"))
    assert (status, said) == (0, "")
    heading, line = table.splitlines()
    assert heading.split() == ["run", "when", "status", "steps", "tokens", "time", "model", "question"]
    assert line.startswith(run[:12])
    assert line.endswith(f"qwen3:8b  {QUESTION}")
    assert "completed" in line

    status, text, said = finished(start("runs", "--json", "--limit=5"))
    (listed,) = json.loads(text)
    assert (listed["id"], listed["status"], listed["steps"], listed["question"]) == (
        run,
        "completed",
        1,
        QUESTION,
    )
    assert listed["tokens"] > 0

    for name in (run, run[:6], "last", listed["conversation_id"]):
        status, document, said = finished(start("export", name))
        assert (status, said) == (0, "")
        assert json.loads(document)["trajectory"]["run_id"] == run
    (file,) = json.loads(document)["files"]
    assert file == {
        "name": "sales.csv",
        "size": len(SALES),
        "media_type": "text/csv",
        "sha256": hashlib.sha256(SALES.encode()).hexdigest(),
        "content": None,
    }

    status, document, said = finished(start("export", "last", "--format", "md"))
    assert (status, said) == (0, "")
    for part in (QUESTION, "### Attempt 2: ok", MEANS, "KeyError", "north    20.0", "North 20, south 20."):
        assert part in document

    arguments = ("export", "last", "--contents", "--output", "run.json")
    assert finished(start(*arguments)) == (0, "", "")
    written = read_document(tmp_path / "here" / "run.json")
    assert [step.succeeded for step in written.trajectory.steps] == [True]
    assert [attempt.status for attempt in written.trajectory.steps[0].attempts] == ["error", "ok"]
    assert written.files[0].content
    status, _, said = finished(start(*arguments))
    assert (status, "There is a file run.json already" in said) == (2, True)


def test_what_cannot_be_named_is_refused_in_one_line(start: Command, tmp_path: Path) -> None:
    status, table, _ = finished(start("runs"))
    assert (status, table) == (0, "There are no runs yet.\n")
    runs = [ask(start, f"{QUESTION} {number}", "--file", "sales.csv") for number in range(2)]
    (database,) = (tmp_path / "data").rglob("agent.sqlite3")
    with closing(sqlite3.connect(database)) as connection, connection:
        # Ids that begin alike.
        for table, column in (("runs", "id"), ("events", "run_id")):
            for number, run in enumerate(runs):
                connection.execute(
                    f"update {table} set {column} = ? where {column} = ?",
                    (f"abc{number}" + "0" * 28, run),
                )
    for arguments, wanted in (
        ((), "Name one run."),
        (("abc", "last"), "Name one run."),
        (("abc",), "Several runs begin with abc: abc"),
        (("fff",), "There is no run fff."),
        (("../etc",), "There is no run “../etc”."),
        (("last", "--format", "pdf"), "pdf"),
        (("last", "--format=md", "--contents"), "Only JSON holds"),
        (("last", "--output", "no/such"), "The run cannot be written to no/such"),
    ):
        status, text, said = finished(start("export", *arguments))
        assert (status, text) == (2, ""), said
        (line,) = said.splitlines()
        assert line.startswith("jupyter agent: ")
        assert wanted in line
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update conversations set owner = 'somebody else'")
    for name in ("abc0", "last"):
        status, text, said = finished(start("export", name))
        assert (status, text, "no run" in said) == (2, "", True)
