"""`jupyter agent runs` and `jupyter agent export` as a person runs them, after questions were asked."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from jupyter_agent.events import RunFinished, RunStarted
from jupyter_agent.ids import OWNER, RunId, UserId
from jupyter_agent.replay.recorded import read_document
from jupyter_agent.settings import Settings
from jupyter_agent.storage.store import SqlStore
from tests.commands import commands, finished, run_here
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


@pytest.mark.usefixtures("jp_environ")
def test_a_run_is_found_and_written_down(
    start: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ask(start, QUESTION, "--file", "sales.csv")

    status, table, said = finished(start("runs"))
    assert (status, said) == (0, "")
    heading, line = table.splitlines()
    assert heading.split() == ["run", "when", "status", "steps", "tokens", "time", "model", "question"]
    assert line.startswith(run[:12])
    assert line.endswith(f"qwen3:8b  {QUESTION}")
    assert "completed" in line

    monkeypatch.chdir(tmp_path / "here")

    def command(*words: str) -> tuple[int, str, str]:
        return run_here(
            monkeypatch, capsys, *words, f"--JupyterAgent.data_dir={tmp_path / 'data' / 'jupyter_agent'}"
        )

    status, text, said = command("runs", "--json", "--limit=5")
    (listed,) = json.loads(text)
    assert (listed["id"], listed["status"], listed["steps"], listed["question"]) == (
        run,
        "completed",
        1,
        QUESTION,
    )
    assert listed["tokens"] > 0

    for name in (run[:6], listed["conversation_id"]):
        status, document, said = command("export", name)
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

    status, document, said = command("export", "last", "--format", "md")
    assert (status, said) == (0, "")
    for part in (QUESTION, "### Attempt 2: ok", MEANS, "KeyError", "north    20.0", "North 20, south 20."):
        assert part in document

    arguments = ("export", "last", "--contents", "--output", "run.json")
    assert command(*arguments) == (0, "", "")
    written = read_document(tmp_path / "here" / "run.json")
    assert [step.succeeded for step in written.trajectory.steps] == [True]
    assert [attempt.status for attempt in written.trajectory.steps[0].attempts] == ["error", "ok"]
    assert written.files[0].content
    status, _, said = command(*arguments)
    assert (status, "There is a file run.json already" in said) == (2, True)


@pytest.mark.usefixtures("jp_environ")
def test_where_nothing_ran_the_list_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"--JupyterAgent.data_dir={tmp_path}"
    assert run_here(monkeypatch, capsys, "runs", where) == (0, "There are no runs yet.\n", "")


async def _stored(folder: Path) -> None:
    """Two runs whose ids begin alike, and one of somebody else."""
    store = await SqlStore.open(Settings(data_dir=folder).database)
    for owner, ids in ((OWNER, ("abc0", "abc1")), (UserId("somebody else"), ("ddd0",))):
        conversation = await store.create_conversation(owner, "")
        for name in ids:
            run = RunId(name.ljust(32, "0"))
            bodies = RunStarted(question="Hi", agent_type="chat"), RunFinished(status="completed", duration=1)
            await store.append(conversation.id, run, bodies)
    await store.close()


@pytest.mark.usefixtures("jp_environ")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export",), "Name one run."),
        (("export", "abc", "last"), "Name one run."),
        (("export", "abc"), "Several runs begin with abc: abc1000"),
        (("export", "fff"), "There is no run fff."),
        (("export", "ddd"), "There is no run ddd."),
        (("export", "../etc"), "There is no run “../etc”."),
        (("export", "last", "--format", "pdf"), "pdf"),
        (("export", "last", "--format=md", "--contents"), "Only JSON holds"),
        (("export", "last", "--output", "no/such"), "The run cannot be written to no/such"),
        (("runs", "last"), "This command takes options only."),
        (("runs", "--limit=0"), "See: jupyter agent runs --help"),
        (("replay", "ddd"), "There is no run ddd."),
        (("replay", "abc"), "Several runs begin with abc"),
    ],
)
def test_what_cannot_be_named_is_refused_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    asyncio.run(_stored(tmp_path))
    monkeypatch.chdir(tmp_path)
    where = f"--JupyterAgent.data_dir={tmp_path}"
    status, text, progress = run_here(monkeypatch, capsys, *arguments, where)
    assert (status, text) == (2, ""), progress
    (line,) = progress.splitlines()
    assert line.startswith("jupyter agent: ")
    assert said in line
