"""`jupyter agent eval` as a person runs it: a process of its own, answers from a fake Ollama."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.cli import main
from jupyter_agent.cli.evaluate import EvalApp
from tests.commands import commands, finished
from tests.fake_ollama import FakeOllama, Reply
from tests.ui.analyst import Analyst

Evaluate = Callable[..., subprocess.Popen[str]]
LINES = (
    {"id": "one", "question": "Six times seven?", "expected": {"number": 42}, "level": "easy"},
    {"id": "two", "question": "Six times eight?", "expected": {"number": 48}, "level": "hard"},
)
KNOWS = Analyst(mode="chat", answer="FINAL ANSWER: 42")


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama(answer=KNOWS) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that holds `suite.jsonl`."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "suite.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES))
    return folder


@pytest.fixture
def evaluate(home: Path, tmp_path: Path, fake: FakeOllama) -> Iterator[Evaluate]:
    """Starts the command in that folder."""
    with commands(tmp_path, home) as start:
        yield partial(start, "eval", host=fake.url)


def results(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_both_arms_are_reported_and_every_result_is_kept(evaluate: Evaluate, tmp_path: Path) -> None:
    status, report, progress = finished(evaluate("suite.jsonl", "--output", "results.jsonl", "--seed", "5"))
    assert status == 0, progress
    rows = [" ".join(line.split()) for line in report.splitlines()]
    assert rows[:2] == ["product baseline", "solved 1 of 2 1 of 2"]
    assert {"easy 1 of 1 1 of 1", "hard 0 of 1 0 of 1", "product − baseline, pairs: 2"} <= set(rows)
    assert "seed 5" in report
    assert progress.splitlines()[0] == "Questions: 2. qwen3:8b (ollama)."
    kept = results(tmp_path / "here" / "results.jsonl")
    assert [(line["id"], line["arm"], line["result"], line["model"]) for line in kept] == [
        ("one", "product", "solved", "qwen3:8b"),
        ("one", "baseline", "solved", "qwen3:8b"),
        ("two", "baseline", "wrong", "qwen3:8b"),
        ("two", "product", "wrong", "qwen3:8b"),
    ]


def test_one_level_and_arm_as_json(evaluate: Evaluate) -> None:
    status, report, progress = finished(evaluate("suite.jsonl", "--level=hard", "--no-baseline", "--json"))
    assert status == 0, progress
    whole = json.loads(report)
    assert (whole["suite"], whole["model"], whole["seed"]) == ("suite.jsonl", "qwen3:8b", 0)
    assert list(whole["arms"]) == ["product"]
    assert whole["arms"]["product"]["share"] == {"value": 0, "low": 0, "high": 0}
    assert [outcome["id"] for outcome in whole["outcomes"]] == ["two"]


def test_ctrl_c_reports_what_there_is(evaluate: Evaluate, fake: FakeOllama, tmp_path: Path) -> None:
    def answer(request: dict[str, Any]) -> str | Reply:
        if "eight" in request["messages"][-1]["content"]:
            return Reply(text="It", hang_after=0)
        return KNOWS(request)

    fake.answer = answer
    process = evaluate("suite.jsonl", "--output", "results.jsonl")
    deadline = time.monotonic() + 60
    while not any("eight" in request["messages"][-1]["content"] for request in fake.requests):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    status, report, progress = finished(process)
    assert status == 130, progress
    assert progress.splitlines()[-1] == "jupyter agent: Stopped by you."
    assert "1 of 1" in report
    assert len(results(tmp_path / "here" / "results.jsonl")) == 2
    assert fake.disconnected.wait(10)


@pytest.mark.usefixtures("jp_environ")
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ((), 2, "Name one suite."),
        (("missing.jsonl",), 2, "The suite missing.jsonl cannot be read"),
        (("suite.jsonl", "--level=odd"), 2, "No question has the level odd. The levels are: easy, hard."),
        (("suite.jsonl", "--output", "suite.jsonl"), 2, "There is a file suite.jsonl already."),
        (("suite.jsonl", "--output", "no/such"), 2, "Results cannot be written to no/such"),
        (("suite.jsonl", "--budget=0"), 2, "See: jupyter agent eval --help"),
        (("suite.jsonl", "--nonsense"), 2, "There is no option --nonsense. See: jupyter agent eval --help"),
        (("suite.jsonl", "--model", "no-such", "--output", "results.jsonl"), 1, "no-such"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_one_line_before_any_work(
    home: Path,
    fake: FakeOllama,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setattr(sys, "argv", ["jupyter-agent", "eval", *arguments, f"--ollama-host={fake.url}"])
    with pytest.raises(SystemExit) as ended:
        main()
    EvalApp.clear_instance()
    report, progress = capsys.readouterr()
    assert (ended.value.code, report) == (status, ""), progress
    (line,) = progress.splitlines()
    assert line.startswith("jupyter agent: ")
    assert said in line
    assert fake.requests == []
    assert [path.name for path in home.iterdir()] == ["suite.jsonl"]
