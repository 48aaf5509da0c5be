"""What a person sees of a run in a terminal."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest

from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    EventBody,
    OutputReceived,
    RunStarted,
    TextDelta,
)
from jupyter_agent.steps import DisplayOutput, Failure, StreamOutput
from jupyter_agent.terminal import Terminal

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n rest").decode()


def plot() -> OutputReceived:
    return OutputReceived(step=1, attempt=1, output=DisplayOutput(data={"image/png": PNG}))


def printed(text: str) -> OutputReceived:
    return OutputReceived(step=1, attempt=1, output=StreamOutput(name="stdout", text=text))


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(progress=io.StringIO(), answer=io.StringIO(), plots=tmp_path)


def shown(terminal: Terminal, *bodies: EventBody) -> tuple[str, str]:
    """Progress and answer after `bodies`."""
    for body in bodies:
        terminal.show(body)
    assert isinstance(terminal._progress, io.StringIO)
    assert isinstance(terminal._answer, io.StringIO)
    return terminal._progress.getvalue(), terminal._answer.getvalue()


def test_the_answer_is_written_once_and_alone(terminal: Terminal) -> None:
    progress, answer = shown(
        terminal,
        RunStarted(question="How many?", agent_type="auto"),
        TextDelta(target="code", text="print(4)", step=1, attempt=1),
        TextDelta(target="answer", text="**4** "),
        TextDelta(target="answer", text="rows."),
        AnswerGiven(text="**4** rows."),
    )
    assert answer == "**4** rows.\n"
    assert "How many?" in progress
    assert "rows" not in progress


def test_an_answer_that_was_not_streamed_is_written_whole(terminal: Terminal) -> None:
    assert shown(terminal, AnswerGiven(text="4"))[1] == "4\n"


def test_plots_are_saved_and_never_overwrite(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "plot-1.png").write_bytes(b"mine")
    progress, _ = shown(terminal, plot(), plot())
    assert (tmp_path / "plot-1.png").read_bytes() == b"mine"
    assert terminal.saved == [tmp_path / "plot-2.png", tmp_path / "plot-3.png"]
    assert terminal.saved[0].read_bytes().startswith(b"\x89PNG")
    assert "plot-2.png" in progress


def test_a_plot_of_another_kind_keeps_its_kind(terminal: Terminal) -> None:
    svg = DisplayOutput(data={"text/plain": "<Figure>", "image/svg+xml": "<svg/>"})
    shown(terminal, OutputReceived(step=1, attempt=1, output=svg))
    assert [path.name for path in terminal.saved] == ["plot-1.svg"]
    assert terminal.saved[0].read_text() == "<svg/>"


def test_a_folder_that_is_full_or_gone_is_an_error(terminal: Terminal, tmp_path: Path) -> None:
    tmp_path.rmdir()
    with pytest.raises(OSError, match=r"plot-1\.png"):
        terminal.show(plot())


def test_output_cannot_drive_the_terminal(terminal: Terminal) -> None:
    progress, _ = shown(terminal, printed("\x1b]0;owned\x07\x1b[2Jhello\r\nworld\n"))
    assert "\x1b" not in progress
    assert "\x07" not in progress
    assert "\r" not in progress
    assert "hello" in progress


def test_a_failed_attempt_says_what_to_do(terminal: Terminal) -> None:
    failure = Failure(error_class="key-error", name="KeyError", message="'x'", advice="Use the exact names.")
    progress, _ = shown(
        terminal,
        AttemptFinished(
            step=1, attempt=2, status="error", duration=0.1, failure=failure, note="Variables kept."
        ),
    )
    assert "attempt 2 error" in progress
    assert "Use the exact names." in progress
    assert "Variables kept." in progress
