"""Runs as documents: the same when they come back, and refused when they are something else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.errors import InputRefused
from jupyter_agent.events import AnswerGiven, AttemptStarted, QuestionBack
from jupyter_agent.ids import RunId
from jupyter_agent.messages import Message
from jupyter_agent.replay.markdown import as_markdown
from jupyter_agent.replay.recorded import (
    LARGEST,
    Recorded,
    RecordedFile,
    from_document,
    read_document,
    to_document,
)
from jupyter_agent.trajectory import trajectory
from tests.stored import stored
from tests.test_trajectory import BODIES, FAILED, WORKED

RUN = Recorded(
    title="Rows",
    files=(RecordedFile(name="a.csv", size=2, media_type="text/csv", sha256="ab", content="MQo="),),
    history=(replace(Message.user("Before?"), time=datetime(2026, 1, 5, tzinfo=UTC)),),
    trajectory=trajectory(stored(BODIES)),
)


def changed(**fields: Any) -> bytes:
    return json.dumps({**json.loads(to_document(RUN)), **fields}).encode()


@pytest.mark.parametrize("length", [1, 5, 7, 12, 13, len(BODIES)])
def test_a_run_comes_back_as_it_was(length: int) -> None:
    run = replace(RUN, trajectory=trajectory(stored(BODIES[:length])))
    assert from_document(to_document(run).encode()) == run


def test_it_says_what_it_is() -> None:
    found = json.loads(to_document(RUN))
    assert (found["format"], found["version"]) == ("jupyter-agent-trajectory", 1)
    assert found["written_by"].startswith("jupyterlab-agent ")


def test_what_an_earlier_or_a_slightly_later_version_wrote_is_read() -> None:
    assert from_document(changed(colour="red")) == RUN
    old = json.loads(to_document(RUN))
    old["trajectory"] = {
        name: old["trajectory"][name]
        for name in ("conversation_id", "run_id", "sequence", "started", "asked", "answer")
    }
    del old["trajectory"]["answer"]["spent"]
    del old["history"]
    found = from_document(json.dumps(old).encode())
    assert found.trajectory.answer == AnswerGiven(text="Three.")
    assert (found.trajectory.taken, found.history) == ((), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "not JSON"),
        (to_document(RUN).encode()[:-40], "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no exported run"),
        (b'{"kind": "answer"}', "no exported run"),
        (changed(format="jupyter-agent-variables"), "no exported run"),
        (changed(version=2), "later version"),
        (changed(version="one"), "damaged: version"),
        (changed(trajectory={}), "damaged: trajectory"),
        (changed(files=[{"name": 1}]), "damaged: files.0"),
        (changed(history="none"), "damaged: history"),
    ],
)
def test_what_is_something_else_is_refused_with_its_name(text: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(text)
    with pytest.raises(InputRefused, match=said) as refused:
        read_document(path)
    assert str(refused.value).startswith(f"{path} cannot be used. ")
    assert refused.value.hint


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="No such file"):
        read_document(tmp_path / "missing.json")
    with pytest.raises(InputRefused, match="directory"):
        read_document(tmp_path)
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(InputRefused, match="500 MB"):
        read_document(tmp_path / "huge.json")


def test_as_markdown_it_tells_everything() -> None:
    text = as_markdown(RUN)
    for part in (
        "# Rows",
        "> How many?",
        "> Before?",
        "File: a.csv, 2 bytes, SHA-256 `ab`",
        "1. Count (done)\n\nChanged meanwhile:\n\n- It is enough.",
        "## Step 1: Count",
        "Done in 4.0 s: model 1.5 s (2 model calls, 30 + 4 tokens), kernel 0.0 s.",
        f"### Attempt 1: error, 0.5 s in the kernel\n\n```python\n{FAILED}\n```",
        "KeyError: 'price' (key-error)",
        "Undone: the variables are as they were before it.",
        "Blocked: The code tried to use the network.",
        f"```python\n{WORKED}\n```\n\n```text\n3\n```",
        "To doubt: Rows were lost.",
        "## Answer\n\nThree.",
        "Completed; 5 model calls, 0 + 0 tokens; 6.0 s",
    ):
        assert part in text


def test_as_markdown_words_instead_of_code_are_told() -> None:
    words = AttemptStarted(step=1, attempt=1, code="", said="I would\n# count.")
    bodies = [words if isinstance(body, AttemptStarted) and body.attempt == 1 else body for body in BODIES]
    text = as_markdown(replace(RUN, trajectory=trajectory(stored(bodies))))
    assert "in the kernel\n\nSaid instead of code: I would # count.\n\n" in text


def test_as_markdown_it_tells_what_was_said_meanwhile() -> None:
    said = replace(RUN.trajectory, said=("Only the north.\n# x",))
    assert "## Said meanwhile\n\n- Only the north. # x" in as_markdown(replace(RUN, trajectory=said))


def test_as_markdown_a_run_that_asked_back_ends_with_what_it_asked() -> None:
    asked = QuestionBack(question="Which mean?", choices=("per row", "per region"))
    text = as_markdown(replace(RUN, trajectory=trajectory(stored((*BODIES[:3], asked, *BODIES[18:])))))
    assert text.endswith("## Asked back\n\nWhich mean?\n\n1. per row\n2. per region\n")
    assert "There is none." not in text


@pytest.mark.parametrize(
    ("done", "said"),
    [
        ((), "Goes on with run `earlier`, of which no step was done\n"),
        ((2,), "Goes on with run `earlier`, of which step 2 was done\n"),
        ((1, 2, 4), "Goes on with run `earlier`, of which steps 1, 2, 4 were done\n"),
    ],
)
def test_as_markdown_a_run_that_was_resumed_says_what_was_done(done: tuple[int, ...], said: str) -> None:
    asked = replace(RUN.trajectory.asked, resumes=RunId("earlier"), done=done)
    text = as_markdown(replace(RUN, trajectory=replace(RUN.trajectory, asked=asked)))
    assert f"- {said}" in text


def test_as_markdown_a_run_that_was_cut_off_says_so() -> None:
    text = as_markdown(replace(RUN, trajectory=trajectory(stored(BODIES[:13]))))
    for part in ("Not finished in 7.0 s", "### Attempt 2: stopped", "Its end is not known", "There is none."):
        assert part in text


def test_nothing_ends_the_block_that_it_stands_in() -> None:
    bodies = stored(
        replace(body, code="'''\n````\n# x\x1b[2J") if body.kind == "attempt-started" else body
        for body in BODIES
    )
    text = as_markdown(replace(RUN, title="a\n# b", trajectory=trajectory(bodies)))
    assert "`````python\n'''\n````\n# x[2J\n`````" in text
    assert text.startswith("# a # b\n")
