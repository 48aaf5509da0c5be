"""`jupyter agent ask` as a person runs it: a process of its own, a real kernel, answers from a fake Ollama.

One test has no Ollama at all: the real embedded model answers.
"""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.commands import commands, finished
from tests.fake_ollama import FakeModel, FakeOllama, Reply, called
from tests.ui.analyst import Analyst, fenced, slowly

SALES = "region,price\n" + "north,10\nsouth,20\nnorth,30\nsouth,60\n" * 5
PLOT = """
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("sales.csv")
print(df.groupby("region").price.mean())
df.groupby("region").price.mean().plot.bar()
plt.show()
"""
WRONG = 'import pandas as pd\nprint(pd.read_csv("sales.csv")["Price"].mean())'
NOWHERE = "http://127.0.0.1:9"
"""Port 9: nothing answers there."""

Ask = Callable[..., subprocess.Popen[str]]


ANSWER = "North 20, south 40."


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as server:
        yield server


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Starts the command in a folder of its own that holds `sales.csv`."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "sales.csv").write_text(SALES)
    with commands(tmp_path, tmp_path / "here") as start:
        yield partial(start, "ask")


def test_it_answers_shows_its_work_and_saves_the_plot(ask: Ask, fake: FakeOllama, tmp_path: Path) -> None:
    fake.answer = Analyst(programs=[PLOT], answer=ANSWER)
    status, answer, progress = finished(
        ask("What is the mean price per region?", "--file", "sales.csv", host=fake.url)
    )
    assert (status, answer) == (0, "North 20, south 40.\n"), progress
    assert "qwen3:8b" in progress
    assert "north    20.0" in progress
    assert (tmp_path / "here" / "plot-1.png").read_bytes().startswith(b"\x89PNG")
    assert "plot-1.png" in progress


@pytest.mark.parametrize(
    ("capabilities", "program"),
    [
        (("completion", "tools"), Reply(calls=[called(PLOT)])),
        (("completion", "tools"), Reply(calls=[{"function": {"name": "python", "arguments": PLOT}}])),
        (("completion",), fenced(PLOT)),
    ],
)
def test_a_model_is_asked_to_call_a_tool_if_ollama_says_that_it_can(
    ask: Ask, fake: FakeOllama, capabilities: tuple[str, ...], program: Reply | str
) -> None:
    fake.models = [FakeModel(name="qwen3:8b", capabilities=capabilities)]
    reply = Reply(text=program) if isinstance(program, str) else program
    fake.answer = Analyst(programs=[reply], answer=ANSWER)
    status, answer, progress = finished(
        ask("What is the mean price per region?", "--file", "sales.csv", host=fake.url)
    )
    assert (status, answer) == (0, "North 20, south 40.\n"), progress
    choosing, *others = fake.requests
    assert not choosing.get("tools")
    assert all(bool(request.get("tools")) == ("tools" in capabilities) for request in others)
    last = fake.requests[-1]["messages"][-1]
    assert last["role"] == ("tool" if "tools" in capabilities else "user")
    assert "north    20.0" in last["content"]


UNCLEAR = "ASK: Which mean do you want? | of all rows | of the regions' means"


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The end that a person types at, and the one that a command has."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def shown_until(terminal: int, text: str) -> str:
    shown = b""
    while text.encode() not in shown:
        shown += os.read(terminal, 4096)
    return shown.decode()


@pytest.mark.parametrize(
    ("typed", "asked_next"),
    [("2\n", "of the regions' means"), ("of the South\n", "of the South"), ("3\n", "3")],
)
def test_a_person_at_a_terminal_can_say_what_they_mean(
    ask: Ask, fake: FakeOllama, terminal: tuple[int, int], typed: str, asked_next: str
) -> None:
    person, command = terminal
    fake.answer = Analyst(programs=[Reply(text=UNCLEAR), "print(30)"], answer="It is 30.")
    process = ask("The mean?", "--file", "sales.csv", "--mode", "react", host=fake.url, terminal=command)
    shown = shown_until(person, "or in your own words: ")
    assert "Which mean do you want?\r\n\r\n1. of all rows\r\n2. of the regions' means\r\n" in shown
    os.write(person, typed.encode())
    shown_until(person, f"● {asked_next}")
    shown_until(person, "completed")
    assert finished(process)[:2] == (0, "It is 30.\n")


def test_what_a_person_typed_before_they_were_asked_is_no_answer(
    ask: Ask, fake: FakeOllama, terminal: tuple[int, int]
) -> None:
    person, command = terminal
    os.write(person, b"ls\n")
    fake.answer = Analyst(programs=[Reply(text=UNCLEAR), "print(30)"], answer="It is 30.")
    process = ask("The mean?", "--file", "sales.csv", "--mode", "react", host=fake.url, terminal=command)
    shown_until(person, "or in your own words: ")
    os.write(person, b"1\n")
    asked_next = shown_until(person, "completed")
    assert "● of all rows" in asked_next
    assert finished(process)[0] == 0


def test_a_person_who_does_not_say_it_gets_no_answer(
    ask: Ask, fake: FakeOllama, terminal: tuple[int, int]
) -> None:
    person, command = terminal
    fake.answer = Analyst(programs=[Reply(text=UNCLEAR)])
    process = ask("The mean?", "--file", "sales.csv", "--mode", "react", host=fake.url, terminal=command)
    shown_until(person, "or in your own words: ")
    os.write(person, b"\n")
    shown_until(person, "The question was not answered.")
    assert finished(process)[0] == 1


def test_where_nobody_sits_nothing_is_asked(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=["print(20)"], answer="It is 20.")
    status, answer, _ = finished(ask("The mean?", "--mode", "react", host=fake.url))
    assert (status, answer) == (0, "It is 20.\n")
    assert "ASK:" not in json.dumps(fake.requests)


def test_a_first_attempt_that_fails_is_mended(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=[WRONG, PLOT], answer=ANSWER)
    status, _, progress = finished(ask("Mean price?", "--file", "sales.csv", host=fake.url))
    assert status == 0, progress
    assert "KeyError" in progress
    assert "attempt 2" in progress


def test_the_kernel_is_of_the_profile_that_is_named(ask: Ask, fake: FakeOllama) -> None:
    program = "import subprocess\nprint(subprocess.run(['echo', 'a child'], capture_output=True).stdout)"
    fake.answer = Analyst(programs=[program], answer="It ran.")
    status, _, progress = finished(ask("Run echo.", "--profile", "parallel", host=fake.url))
    assert (status, "b'a child" in progress) == (0, True), progress
    status, _, progress = finished(ask("Run echo.", host=fake.url))
    assert (status, "b'a child" in progress) == (1, False), progress


def test_a_question_that_cannot_be_answered_exits_with_one_line(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=[WRONG])
    status, answer, progress = finished(ask("Mean price?", "--file", "sales.csv", host=fake.url))
    assert (status, answer) == (1, "")
    last = progress.rstrip().splitlines()[-1]
    assert last.startswith("jupyter agent: ")
    assert "KeyError" in last
    assert "Traceback" not in last


MEANS = "import pandas as pd\nprint(pd.read_csv('sales.csv').groupby('region')['price'].mean())"


def test_behind_half_an_answer_the_last_result_is_printed(ask: Ask, fake: FakeOllama) -> None:
    half = Reply(text="There is a mean of 20 in the north.", break_after=5)
    fake.answer = Analyst(programs=[MEANS], answer=half)
    status, answer, _ = finished(ask("Mean price?", "--file", "sales.csv", host=fake.url))
    assert status == 1
    assert answer.startswith("There is a mean of […]\n\nThe model gave no whole answer.")
    assert "\n    north    20.0\n" in answer


def test_without_an_answer_the_last_result_is_printed(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=[MEANS], answer=Reply(text="The server is out of memory.", status=500))
    status, answer, progress = finished(ask("Mean price?", "--file", "sales.csv", host=fake.url))
    assert status == 1
    assert "The model gave no whole answer" in answer
    assert "\n    north    20.0\n" in answer
    assert "out of memory" in progress.rstrip().splitlines()[-1]


def test_nothing_drives_the_terminal(ask: Ask, fake: FakeOllama, tmp_path: Path) -> None:
    """Not the name or the content of a file, not what code prints or raises, not the model's words."""
    command = "\x1b]0;owned\x07\x1b[2J\u202e"
    (tmp_path / "here" / "a.csv").write_text(f"a{command}\n1\n")
    raising = f"name = {command!r}\nprint(open('a.csv').read())\nraise ValueError(name)"
    printing = f"print({command!r})\n# {command}"
    shown = []
    for programs, name, expected in (
        ([raising, printing], "a.csv", 0),
        ([raising], "a.csv", 1),
        ([printing], f"{command}.csv", 2),
    ):
        fake.answer = Analyst(programs=programs, answer=f"It is {command}four.")
        status, answer, progress = finished(ask("How many?", "--file", name, host=fake.url))
        assert status == expected, progress
        shown.append(answer + progress)
    assert "It is ]0;owned[2Jfour.\n" in shown[0]
    assert all("owned" in text for text in shown)
    assert not set("\x1b\x07\u202e").intersection("".join(shown))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no question"),
        (["  "], "no question"),
        (["Why?", "--file", "missing.csv"], "no file missing.csv"),
        (["Why?", "--file", "../here"], "is not a file"),
        (["Why?", "--file"], "--file needs a value"),
        (["--file", "--debug", "Why?"], "--file needs a value"),
        (["Why?", "--plots", "sales.csv"], "Plots cannot be saved"),
        (["Why?", "--mode", "magic"], "magic"),
        (["Why?", "--profile", "unrestricted"], "unrestricted"),
        (["Why?", "--timeout=soon"], "soon"),
        (["Why?", "--JupyterAgent.max_steps=0"], "max_steps"),
        (["Why?", "--RestrictedProvisioner.memory_mb=much"], "much"),
        (["Why?", "--nonsense", "1"], "no option --nonsense"),
        (["Why?", "-f", "sales.csv"], "no option -f"),
        (["Why?", "--JupyterAgent.nonsense=1"], "no option --JupyterAgent.nonsense"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line_before_any_work(
    ask: Ask, arguments: list[str], said: str
) -> None:
    status, answer, progress = finished(ask(*arguments, host=NOWHERE))
    assert (status, answer) == (2, ""), progress
    (line,) = progress.splitlines()
    assert line.startswith("jupyter agent: ")
    assert said in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x" * 50_001,), "50,000 are the most"),
        (("Mean?", "--file", "large.csv", "--JupyterAgent.upload_limit_mb=1"), "too large"),
    ],
)
def test_what_is_refused_leaves_no_conversation(
    ask: Ask, fake: FakeOllama, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "here" / "large.csv").write_bytes(b"x" * 1_000_001)
    status, _, progress = finished(ask(*arguments, host=fake.url))
    assert (status, words in progress) == (2, True), progress
    (database,) = (tmp_path / "data").rglob("agent.sqlite3")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("select count(*) from conversations").fetchone() == (0,)


def test_a_command_that_there_is_not_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_agent", "Why is it so?"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("jupyter agent: There is no command “Why is it so?”.")


def test_a_question_may_begin_with_a_dash(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=[PLOT], answer=ANSWER)
    status, _, progress = finished(
        ask("- mean price? -f is no option here", "--file", "sales.csv", host=fake.url)
    )
    assert status == 0, progress


def test_an_unknown_model_is_named_with_those_that_are_there(ask: Ask, fake: FakeOllama) -> None:
    status, _, progress = finished(ask("Why?", "--model", "no-such", host=fake.url))
    assert status == 1
    assert "no-such" in progress
    assert "qwen3:8b" in progress.splitlines()[-1]


def test_ctrl_c_stops_and_says_so(ask: Ask, fake: FakeOllama) -> None:
    fake.answer = Analyst(programs=[slowly(fenced(PLOT) + " word" * 1000, 0.1)])
    process = ask("Plot.", "--file", "sales.csv", host=fake.url)
    deadline = time.monotonic() + 60
    while not any(not request.get("format") for request in fake.requests):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    status, answer, progress = finished(process, 60)
    assert (status, answer) == (130, "")
    assert progress.rstrip().splitlines()[-1] == "jupyter agent: Stopped by you."
    assert fake.disconnected.wait(10)


@pytest.mark.parametrize("option", ["--help", "--help-all"])
def test_a_reader_who_has_seen_enough_of_the_help_sees_no_traceback(ask: Ask, option: str) -> None:
    process = ask(option, host=NOWHERE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 1


@pytest.mark.embedded
def test_without_ollama_the_embedded_model_answers(ask: Ask, embedded_cache: Path, tmp_path: Path) -> None:
    models = tmp_path / "data" / "jupyter_agent" / "models"
    models.parent.mkdir(parents=True)
    models.symlink_to(embedded_cache)
    process = ask("What is the mean price per region?", "--file", "sales.csv", host=NOWHERE)
    status, answer, progress = finished(process, 280)
    assert status == 0, progress
    assert "ollama pull" in progress
    assert re.search(r"north\s+20\.0", progress)
    assert "20" in answer
    assert "40" in answer
