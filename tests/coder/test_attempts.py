"""The coder's loop with a scripted model and a real kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jupyter_agent.coder import Assignment, Task, Words, Workbench, work_on
from jupyter_agent.coder.opening import opening
from jupyter_agent.coder.transcript import to_write
from jupyter_agent.coder.writing import NOT_REVIEWED
from jupyter_agent.errors import BudgetSpent, ModelUnavailable
from jupyter_agent.events import AttemptFinished, AttemptStarted, EventBody, Notice, Reviewed, TextDelta
from jupyter_agent.files import profile
from jupyter_agent.ids import RunId
from jupyter_agent.models.scripted import Script, ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Step
from tests.coder.plain_kernel import PlainKernel

CSV = "region,price\nNorth,10\nSouth,30\nNorth,20\n"
GOOD = "import pandas as pd\n\ndf = pd.read_csv('sales.csv')\nprint(df.groupby('region')['price'].mean())"
BAD = "import pandas as pd\n\ndf = pd.read_csv('sales.csv')\nprint(df['Price'].mean())"
FINE = '{"ok": true, "problem": ""}'


def fenced(code: str) -> str:
    return f"```python\n{code}\n```"


@pytest.fixture
def kernel(jp_asyncio_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[PlainKernel]:
    session = PlainKernel(tmp_path)
    yield session
    jp_asyncio_loop.run_until_complete(session.close())


@pytest.fixture
def assignment(jp_asyncio_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Assignment:
    path = tmp_path / "sales.csv"
    path.write_text(CSV)
    question = "What is the mean price per region?"
    file = jp_asyncio_loop.run_until_complete(profile(path, "sales.csv", "text/csv"))
    task = Task(question=question, profiles=(file,), now=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    return Assignment(task=task, goal=question)


class Worked:
    """What a run of the loop yielded."""

    def __init__(self, items: list[EventBody | Words | Step], model: ScriptedModel) -> None:
        step = items[-1]
        assert isinstance(step, Step)
        self.step = step
        self.events = [item for item in items[:-1] if not isinstance(item, Words | Step)]
        self.programs = [request for request in model.requests if request.schema is None]
        self.reviews = [request for request in model.requests if request.schema is not None]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


async def worked(
    assignment: Assignment, kernel: PlainKernel, script: Script, tmp_path: Path, **settings: int
) -> Worked:
    model = ScriptedModel(script)
    configured = replace(Settings(data_dir=tmp_path, review_rounds=0, timeout=60), **settings)  # type: ignore[arg-type]
    bench = Workbench(run=RunId("run"), model=model, kernel=kernel, workspace=tmp_path, settings=configured)
    return Worked([item async for item in work_on(assignment, bench)], model)


def prompt(request: ModelRequest) -> str:
    """What is new to the model: everything after the worked examples."""
    return "\n".join(message.text for message in request.messages[_opening() :])


def _opening() -> int:
    return len(opening())


async def test_a_good_program_at_once(assignment: Assignment, kernel: PlainKernel, tmp_path: Path) -> None:
    run = await worked(assignment, kernel, [fenced(GOOD)], tmp_path, review_rounds=1)
    assert isinstance(run.step, Step)
    assert run.step.succeeded
    assert not run.reviews, "nothing speaks against it: it is better run than looked over"
    assert run.step.attempts[0].code == GOOD
    assert "North    15.0" in run.step.attempts[0].outputs[0].text  # type: ignore[union-attr]
    kinds = [kind for kind in run.kinds() if kind not in ("text-delta", "activity")]
    assert kinds == [
        "step-started",
        "attempt-started",
        "output",
        "attempt-finished",
        "step-finished",
    ]
    deltas = [e.text for e in run.events if isinstance(e, TextDelta) and e.target == "code"]
    assert len(deltas) > 1
    assert "".join(deltas).strip() == GOOD


async def test_the_second_attempt_knows_all_about_the_first(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced(BAD), fenced(GOOD)], tmp_path)
    assert isinstance(run.step, Step)
    assert [attempt.status for attempt in run.step.attempts] == ["error", "ok"]
    first, second = run.programs
    assert second.messages[: len(first.messages)] == first.messages, "the prompt only grows"
    told = prompt(second)
    for part in (BAD, "KeyError: 'Price'", "line 4: print(df['Price'].mean())", "df: pandas", "different"):
        assert part in told
    failure = run.step.attempts[0].failure
    assert failure is not None
    assert failure.error_class == "key-error"
    assert failure.advice in told


async def test_after_two_failures_everything_is_thought_anew(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    other = BAD.replace("Price", "PRICE")
    run = await worked(assignment, kernel, [fenced(BAD), fenced(other), fenced(GOOD)], tmp_path)
    assert isinstance(run.step, Step)
    assert run.step.succeeded
    first, _, third = run.programs
    assert len(third.messages) == len(first.messages), "a rethink begins from a clean prompt"
    told = third.messages[-1].text
    assert "think again" in told
    assert "The same kind of error (key-error)" in told
    assert BAD in told
    assert other in told
    temperatures = [request.temperature or 0.0 for request in run.programs]
    assert temperatures == sorted(set(temperatures))


async def test_different_errors_are_not_called_the_same(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced(BAD), fenced("print(x)"), fenced(GOOD)], tmp_path)
    assert "The same kind of error" not in run.programs[2].messages[-1].text


async def test_the_ladder_of_five_attempts(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    other = BAD.replace("Price", "PRICE")
    failing = [BAD, "x = 7\nprint(x.foo)", other, "print(1 / 0)", "print(int('a'))"]
    script: list[str | ScriptedAnswer] = [fenced(code) for code in failing]
    run = await worked(assignment, kernel, [*script, fenced(GOOD)], tmp_path)
    assert not run.step.succeeded
    assert [attempt.code for attempt in run.step.attempts] == failing, "five, unless set otherwise"
    first, second, *rethought = run.programs
    assert "Try a different approach" in second.messages[-1].text
    for number, request in enumerate(rethought, start=2):
        assert len(request.messages) == len(first.messages), "a clean prompt"
        told = request.messages[-1].text
        for attempt in run.step.attempts[:number]:
            assert attempt.failure is not None
            assert attempt.code in told
            assert f"{attempt.failure.name}: {attempt.failure.message}" in told
            assert attempt.failure.advice in told
        assert "- x: int" in told, "what the second program held when it failed"
        assert ("The same kind of error (key-error) came back" in told) == (number == 3)


async def test_a_review_that_objects_leads_to_one_more_program(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    total = GOOD.replace("mean", "sum")
    objection = '{"ok": false, "problem": "It sums instead of averaging."}'
    script = [fenced(BAD), fenced(total), objection, fenced(GOOD)]
    run = await worked(assignment, kernel, script, tmp_path, review_rounds=1)
    assert isinstance(run.step, Step)
    assert [attempt.code for attempt in run.step.attempts] == [BAD, GOOD]
    reviewed = [event for event in run.events if isinstance(event, Reviewed)]
    assert [(event.approved, event.problem) for event in reviewed] == [
        (False, "It sums instead of averaging.")
    ]
    assert "It sums instead of averaging." in prompt(run.programs[2])
    assert total in prompt(run.reviews[0])


@pytest.mark.parametrize(
    "broken",
    [
        "not JSON",
        "[]",
        "{}",
        '{"ok": "no"}',
        '{"ok": false}',
        '{"ok": false, "problem": " "}',
        ScriptedAnswer(text="", error=ModelUnavailable("It broke.")),
        ScriptedAnswer(text="", error=BudgetSpent("The tokens are used up.")),
    ],
)
async def test_a_broken_review_objects_to_nothing_and_is_not_called_an_approval(
    broken: str | ScriptedAnswer, assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced(BAD), fenced(GOOD), broken], tmp_path, review_rounds=1)
    assert isinstance(run.step, Step)
    assert run.step.succeeded
    assert not [event for event in run.events if isinstance(event, Reviewed)]
    assert [event.text for event in run.events if isinstance(event, Notice)] == [NOT_REVIEWED]


async def test_code_that_cannot_work_is_neither_reviewed_nor_run(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    chained = GOOD.replace("print", "df['price'].fillna(0, inplace=True)\nprint")
    script = [fenced(BAD), fenced(chained), fenced(GOOD), FINE]
    run = await worked(assignment, kernel, script, tmp_path, review_rounds=1)
    assert isinstance(run.step, Step)
    assert [attempt.status for attempt in run.step.attempts] == ["error", "rejected", "ok"]
    assert len(run.reviews) == 1
    told = "".join(
        message.text for message in to_write(assignment, run.step.attempts[1:2], Settings(data_dir=tmp_path))
    )
    assert "was not run" in told
    assert "changes a copy only" in told


async def test_a_silent_program_is_asked_to_print(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced("x = 1"), fenced("print(2)")], tmp_path)
    assert isinstance(run.step, Step)
    assert [attempt.status for attempt in run.step.attempts] == ["error", "ok"]
    assert "printed, returned and drew nothing" in prompt(run.programs[1])


async def test_a_program_that_ends_itself_at_its_end_has_succeeded(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced("print(2)\nexit()")], tmp_path)
    assert isinstance(run.step, Step)
    assert [(attempt.status, attempt.code) for attempt in run.step.attempts] == [("ok", "print(2)\nexit()")]


async def test_plots_are_outputs(assignment: Assignment, kernel: PlainKernel, tmp_path: Path) -> None:
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    run = await worked(assignment, kernel, [fenced(draw)], tmp_path)
    assert isinstance(run.step, Step)
    assert run.step.succeeded
    assert any(o.kind == "display" and "image/png" in o.data for o in run.step.attempts[0].outputs)


async def test_endless_code_ends_with_the_timeout(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    slow = "import time\nfor _ in range(10**6):\n    time.sleep(0.1)"
    run = await worked(assignment, kernel, [fenced(slow), fenced("print(1)")], tmp_path, timeout=2)
    assert isinstance(run.step, Step)
    assert [attempt.status for attempt in run.step.attempts] == ["timeout", "ok"]
    finished = [event for event in run.events if isinstance(event, AttemptFinished)]
    assert finished[0].failure is not None
    assert finished[0].failure.error_class == "timeout"


async def test_variables_stay_from_step_to_step(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    first = await worked(assignment, kernel, [fenced(GOOD)], tmp_path)
    assert isinstance(first.step, Step)
    later = replace(assignment, goal="How many rows?", done=(first.step,))
    second = await worked(later, kernel, [fenced("print(len(df))")], tmp_path)
    assert isinstance(second.step, Step)
    assert second.step.number == 2
    assert second.step.succeeded
    earlier = first.programs[0].messages
    assert second.programs[0].messages[: len(earlier)] == earlier
    assert "North    15.0" in prompt(second.programs[0])


async def test_each_event_names_its_step_and_attempt(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    run = await worked(assignment, kernel, [fenced(BAD), fenced(GOOD)], tmp_path)
    started = [event for event in run.events if isinstance(event, AttemptStarted)]
    assert [(event.step, event.attempt, event.code) for event in started] == [(1, 1, BAD), (1, 2, GOOD)]


async def test_a_file_from_an_earlier_turn_may_be_read(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    (tmp_path / "cleaned.csv").write_text("a\n1\n")
    done = await worked(assignment, kernel, ["```python\nprint(open('cleaned.csv').read())\n```"], tmp_path)
    assert done.step.succeeded


@pytest.mark.parametrize("cut", [f"```python\n{GOOD}\nfor region in df.region:\n    print(regi", GOOD, ""])
async def test_a_program_that_was_cut_off_is_not_run_and_the_model_is_told_why(
    cut: str, assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    script: Script = [fenced(BAD), ScriptedAnswer(text=cut, cut=True), fenced(GOOD), FINE]
    run = await worked(assignment, kernel, script, tmp_path, review_rounds=1)
    _, second, third = run.step.attempts
    assert (second.status, third.status) == ("rejected", "ok")
    assert second.failure is not None
    assert "cut off before the program was complete" in second.failure.message
    assert "Write a shorter program" in prompt(run.programs[2])
    assert len(run.reviews) == 1, "half a program is not reviewed"


async def test_a_program_is_run_when_only_what_followed_it_was_cut_off(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    script = [ScriptedAnswer(text=f"{fenced(GOOD)}\n\nThis program", cut=True)]
    run = await worked(assignment, kernel, script, tmp_path)
    assert [attempt.status for attempt in run.step.attempts] == ["ok"]


async def test_folders_that_programs_made_are_known(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    (tmp_path / "out" / "empty").mkdir(parents=True)
    script = [fenced("import os\nprint(os.listdir('out'), os.listdir('out/empty'))")]
    run = await worked(assignment, kernel, script, tmp_path)
    assert [attempt.status for attempt in run.step.attempts] == ["ok"]


async def test_where_there_are_too_many_files_to_know_none_is_called_missing(
    assignment: Assignment, kernel: PlainKernel, tmp_path: Path
) -> None:
    names = [f"{number}.txt" for number in range(8_000)]
    for name in names:
        (tmp_path / name).touch()
    reads = "\n".join(f"open('{name}').read()" for name in names[::100])
    found = f"import glob, pandas as pd\nprint(len(max(glob.glob('{names[7]}*'))))"
    run = await worked(assignment, kernel, [fenced(f"{reads}\n{found}")], tmp_path)
    assert [attempt.status for attempt in run.step.attempts] == ["ok"]
