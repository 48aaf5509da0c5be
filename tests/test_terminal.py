"""What a person sees of a run in a terminal."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Literal

import pytest

from jupyter_agent.events import (
    Activity,
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    ModelChosen,
    Notice,
    OutputReceived,
    Planned,
    QuestionBack,
    Reviewed,
    RunFinished,
    RunStarted,
    Spent,
    StepFinished,
    StepStarted,
    TextDelta,
    Usage,
)
from jupyter_agent.evidence import Derivation, Evidence
from jupyter_agent.ids import AttachmentId
from jupyter_agent.messages import Attachment
from jupyter_agent.steps import (
    AttemptStatus,
    Block,
    DisplayOutput,
    ErrorOutput,
    Failure,
    FileChanges,
    PlannedStatus,
    PlannedStep,
    Protection,
    StreamOutput,
)
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


def test_what_was_not_streamed_of_an_answer_is_written_after_it(terminal: Terminal) -> None:
    written = (TextDelta(target="answer", text="North"), TextDelta(target="answer", text=" has"))
    whole = "North has […]\n\nThis is what the last program showed:\n\n    20"
    assert shown(terminal, *written, AnswerGiven(text=whole))[1] == f"{whole}\n"


@pytest.mark.parametrize("streamed", ["**4**", "\n**4** \n", "**4**\n<tool_call>{}"])
def test_an_answer_that_was_streamed_is_not_written_twice(streamed: str, terminal: Terminal) -> None:
    answer = shown(terminal, TextDelta(target="answer", text=streamed), AnswerGiven(text="**4**"))[1]
    assert answer == f"{streamed}\n"


def test_words_before_an_answer_are_no_part_of_it(terminal: Terminal) -> None:
    narration = TextDelta(target="answer", text="I count them first.\n\n")
    reading = Activity(text="Reading the results")
    written = TextDelta(target="answer", text="**4**")
    answer = shown(terminal, reading, narration, reading, written, AnswerGiven(text="**4** […]\n\n    4"))[1]
    assert answer == "I count them first.\n\n**4** […]\n\n    4\n"


def test_another_answer_than_what_was_streamed_is_written_whole(terminal: Terminal) -> None:
    streamed = TextDelta(target="answer", text="I count them first.")
    answer = shown(terminal, streamed, AnswerGiven(text="There is no answer."))[1]
    assert answer == "I count them first.\n\nThere is no answer.\n"


def test_a_question_back_is_for_the_person_and_no_answer(terminal: Terminal) -> None:
    asked = QuestionBack(question="Which mean?", choices=("per row", "per region"))
    progress, answer = shown(terminal, asked)
    assert progress.splitlines() == ["", "Which mean?", "", "1. per row", "2. per region", ""]
    assert answer == ""
    assert terminal.asked_back == asked


def test_it_lists_where_the_numbers_of_an_answer_come_from(terminal: Terminal) -> None:
    text = "🐼 15.0 and 30.0, above 25, of 57. North leads."

    def evidence(number: str, source: Literal["step", "question", "none"], step: int | None) -> Evidence:
        start = text.index(number)
        derivation: Derivation = "unsupported" if source == "none" else "shown"
        return Evidence(
            start=start,
            end=start + len(number),
            sentence=0,
            source=source,
            step=step,
            attempt=step,
            derivation=derivation,
        )

    claim = Evidence(
        start=33, end=44, sentence=1, source="step", step=1, attempt=1, derivation="named", line="North"
    )
    numbers = (
        evidence("15.0", "step", 2),
        evidence("30.0", "step", 2),
        evidence("25", "question", None),
        evidence("57", "none", None),
    )
    progress, answer = shown(terminal, AnswerGiven(text=text, evidence=(*numbers, claim)))
    assert answer == f"{text}\n"
    assert progress.splitlines() == [
        "",
        "Where the numbers come from:",
        "  step 2: 15.0, 30.0",
        "  the question: 25",
        "  NOT in any output: 57",
    ]


def test_a_run_says_what_it_cost(terminal: Terminal) -> None:
    once, twice = (
        RunFinished(status="completed", duration=1.0, usage=Usage(calls=calls)) for calls in (1, 2)
    )
    assert "1 model call ·" in shown(terminal, once)[0]
    assert "2 model calls ·" in shown(terminal, twice)[0]


def test_a_step_says_what_the_model_and_the_kernel_took_where_that_is_known(terminal: Terminal) -> None:
    usage = Usage(calls=2, prompt_tokens=1200, completion_tokens=34)
    spent = Spent(usage=usage, model_seconds=1.5, kernel_seconds=0.25)
    progress, _ = shown(
        terminal,
        StepFinished(step=1, succeeded=True, duration=4.0, spent=spent),
        StepFinished(step=2, succeeded=False, duration=4.0),
    )
    assert progress.split("\n\n")[:2] == [
        "  step 1 done in 4.0 s (model 1.5 s, 1,234 tokens; kernel 0.2 s)",
        "  step 2 failed in 4.0 s",
    ]


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


SNAPSHOT, COPIES, NONE = (Protection(kind=kind) for kind in ("snapshot", "copies", "none"))


@pytest.mark.parametrize(
    ("status", "rolled_back", "protection", "lost", "said"),
    [
        ("error", True, SNAPSHOT, (), "undone: variables and files are as they were before it"),
        ("error", True, SNAPSHOT, ("big.csv",), "could not be put back: big.csv"),
        ("error", False, COPIES, (), "not undone: what it changed before it failed is still so"),
        ("timeout", False, NONE, (), "not undone: what it changed before it failed is still so"),
        ("rejected", False, NONE, (), ""),
        ("ok", False, NONE, (), ""),
    ],
)
def test_what_an_attempt_leaves_is_said(
    terminal: Terminal,
    status: AttemptStatus,
    rolled_back: bool,
    protection: Protection,
    lost: tuple[str, ...],
    said: str,
) -> None:
    files = FileChanges(not_restored=lost)
    ended = AttemptFinished(
        step=1,
        attempt=1,
        status=status,
        duration=1.0,
        rolled_back=rolled_back,
        protection=protection,
        files=files,
    )
    progress, _ = shown(terminal, ended)
    assert said in progress
    assert ("undone" in progress) == bool(said)


def test_a_folder_that_is_full_or_gone_is_an_error(terminal: Terminal, tmp_path: Path) -> None:
    tmp_path.rmdir()
    with pytest.raises(OSError, match=r"plot-1\.png"):
        terminal.show(plot())


def test_a_small_model_is_told_in_one_line_with_the_way_to_a_larger_one(terminal: Terminal) -> None:
    advice = "For a larger one run Ollama and `ollama pull qwen3:8b`."
    progress, _ = shown(
        terminal,
        ModelChosen(model="tiny", provider="embedded", notice="Small embedded model", advice=advice),
    )
    assert progress.splitlines() == ["  model: tiny (embedded)", f"  Small embedded model. {advice}"]


def plan(first: PlannedStatus, second: PlannedStatus, reason: str = "") -> Planned:
    goals = {"Read the files": first, "Join\n\nthem": second}
    return Planned(steps=tuple(PlannedStep(goal=goal, status=goals[goal]) for goal in goals), reason=reason)


def test_a_plan_is_listed_once_and_a_change_takes_a_line(terminal: Terminal) -> None:
    progress, _ = shown(
        terminal,
        plan("waiting", "waiting"),
        plan("working", "waiting"),
        plan("done", "waiting"),
        plan("done", "left-out", reason="There is\none file."),
        plan("done", "left-out"),
    )
    assert progress.splitlines() == [
        "",
        "Plan:",
        "  1. Read the files",
        "  2. Join them",
        "  plan changed: There is one file.",
    ]


def test_progress_takes_a_line_a_quarter(terminal: Terminal) -> None:
    begun = "Preparing the model"
    shares = (None, 0.1, 0.2, 0.3, 0.4, 0.9)
    progress, _ = shown(
        terminal,
        *(Activity(text=begun, progress=share) for share in shares),
        Activity(text="Choosing how to work"),
        Activity(text="Choosing how to work"),
    )
    lines = ["Preparing the model", "Preparing the model: 30%", "Preparing the model: 90%"]
    assert progress.splitlines() == [f"  … {line}" for line in [*lines, "Choosing how to work"]]


COMMANDS = "\x1b]0;owned\x07\x1b[2J\x1bP\x9b31m\x9d52;c;eA==\x9c\x08\x00\x7f\r\u2028\u202e\u2066"
"""Window titles, cleared screens, the clipboard, and text that runs backwards."""
FAILURE = Failure(error_class="value-error", name=COMMANDS, message=COMMANDS, advice=COMMANDS)


@pytest.mark.parametrize(
    "body",
    [
        RunStarted(
            question=COMMANDS,
            agent_type="auto",
            attachments=(Attachment(id=AttachmentId("a"), name=COMMANDS, size=1, media_type="text/csv"),),
        ),
        ModelChosen(model=COMMANDS, provider=COMMANDS, notice=COMMANDS, advice=COMMANDS),
        Activity(text=COMMANDS),
        Notice(level="warning", text=COMMANDS),
        Planned(steps=(PlannedStep(goal=COMMANDS),)),
        StepStarted(step=1, goal=COMMANDS),
        Reviewed(step=1, attempt=1, round=1, approved=False, problem=COMMANDS),
        AttemptStarted(step=1, attempt=1, code=COMMANDS),
        AttemptStarted(step=1, attempt=1, code="", said=COMMANDS),
        printed(COMMANDS),
        OutputReceived(step=1, attempt=1, output=DisplayOutput(data={"text/plain": COMMANDS})),
        OutputReceived(
            step=1, attempt=1, output=ErrorOutput(name=COMMANDS, message=COMMANDS, traceback=COMMANDS)
        ),
        Blocked(step=1, attempt=1, block=Block(kind="path", sentence=COMMANDS)),
        AttemptFinished(step=1, attempt=1, status="error", duration=1, failure=FAILURE, note=COMMANDS),
        TextDelta(target="answer", text=COMMANDS),
        AnswerGiven(text=COMMANDS),
        QuestionBack(question=COMMANDS, choices=(COMMANDS, "b")),
    ],
    ids=lambda body: type(body).__name__,
)
@pytest.mark.parametrize("place", ["a file", "a terminal"])
def test_nothing_drives_the_terminal(body: EventBody, place: str, tmp_path: Path) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return place == "a terminal"

    progress, answer = Screen(), Screen()
    Terminal(progress=progress, answer=answer, plots=tmp_path).show(body)
    # Our own colours are around a line, and nothing else has any.
    written = progress.getvalue().removeprefix("\x1b[33m").removesuffix("\x1b[0m\n") + answer.getvalue()
    assert "owned" in written
    assert not set(COMMANDS).difference(set("]0;owned[2JP31m52;c;eA==")).intersection(written)


def test_nothing_looks_like_a_line_of_ours(terminal: Terminal) -> None:
    name = "a.csv]\n\ncompleted in 1.0 s"
    attachment = Attachment(id=AttachmentId("a"), name=name, size=1, media_type="text/csv")
    error = ErrorOutput(name="E", message="m\n\ncompleted in 1.0 s", traceback="")
    progress, _ = shown(
        terminal,
        RunStarted(question="Q", agent_type="auto", attachments=(attachment,)),
        printed("\ncompleted in 1.0 s"),
        OutputReceived(step=1, attempt=1, output=error),
        Blocked(step=1, attempt=1, block=Block(kind="path", sentence="x\ncompleted in 1.0 s")),
    )
    assert [line for line in progress.splitlines() if line.startswith("completed")] == []


def test_words_of_all_languages_are_shown(terminal: Terminal) -> None:
    text = "Größe\t数\tعدد\t👩‍🔬\nnext"
    assert shown(terminal, AnswerGiven(text=text))[1] == f"{text}\n"


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
