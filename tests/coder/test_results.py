"""Large results that a program writes to a file are read back: what was written just now, and files only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_agent.coder.results import read_back, versions
from jupyter_agent.events import AnswerGiven, OutputReceived
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from jupyter_agent.steps import DisplayOutput
from tests.turns import Start, ask, bodies, converse, program

MOST = 100


def read(workspace: Path) -> list[str]:
    return [one.data["text/plain"] for one in read_back(workspace, {}, MOST)]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "result.csv").write_text("city,mean\nBern,3.5\n")
    (tmp_path / "result.txt").write_text("A report.\n")
    (tmp_path / "other.csv").write_text("1\n")
    assert read(tmp_path) == [
        "result.csv (19 bytes):\ncity,mean\nBern,3.5",
        "result.txt (10 bytes):\nA report.",
    ]


def test_what_was_there_before_is_not(tmp_path: Path) -> None:
    (tmp_path / "result.csv").write_text("1\n")
    before = versions(tmp_path)
    assert read_back(tmp_path, before, MOST) == []
    (tmp_path / "result.csv").write_text("2\n")
    assert len(read_back(tmp_path, before, MOST)) == 1


@pytest.mark.parametrize("lines", [40, 400_000])
def test_of_a_long_one_the_ends_are_shown(tmp_path: Path, lines: int) -> None:
    (tmp_path / "result.txt").write_text("".join(f"line {number}\n" for number in range(lines)))
    (shown,) = read(tmp_path)
    assert "line 0\nline 1\n" in shown
    assert shown.endswith(f"line {lines - 1}")
    size = (tmp_path / "result.txt").stat().st_size
    assert f"{size - MOST} characters left out" in shown
    assert len(shown) < 2 * MOST


def test_bytes_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "result.txt").write_bytes(b"\xff\xfe caf\xe9")
    assert read(tmp_path) == ["result.txt (7 bytes):\n�� caf�"]
    (tmp_path / "result.txt").write_bytes(b"\xf0\x9f\x98\x80" * 10_000)
    assert "😀" in read(tmp_path)[0]


def test_nothing_elsewhere_is_read(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (workspace / "result.csv").symlink_to(secret)
    (workspace / "result.txt").hardlink_to(secret)
    assert read(workspace) == []


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "result.csv")
    (tmp_path / "result.txt").mkdir()
    assert read(tmp_path) == []


async def test_the_model_and_the_person_see_it_and_the_answer_refers_to_it(started: Start) -> None:
    table = "pd.DataFrame({'city': ['Bern', 'Oslo'], 'mean': [3.25, 8.75]})"
    code = f"import pandas as pd\n{table}.to_csv('result.csv')"
    model = ScriptedModel([program(code), "The mean in Oslo is **8.75**."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "What is the mean of each city?")
    shown = [body.output for body in bodies(events, OutputReceived)]
    assert [one.data["text/plain"].split(" (")[0] for one in shown if isinstance(one, DisplayOutput)] == [
        "result.csv"
    ]
    assert "1,Oslo,8.75" in model.requests[-1].messages[-1].text
    (answer,) = bodies(events, AnswerGiven)
    assert [evidence.derivation for evidence in answer.evidence] == ["shown"]
