"""The ReAct loop: what it does with outputs, wishes for more, failures and being stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any, cast

import pytest

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.agents.computing import NEW_KERNEL
from jupyter_agent.agents.conclusion import CUT_OFF
from jupyter_agent.agents.grounds import NOT_COMPARED
from jupyter_agent.agents.unanswered import UNANSWERED
from jupyter_agent.coder import MISSING
from jupyter_agent.errors import AgentError, ModelAnswerInvalid, ModelUnavailable, OutOfBudget
from jupyter_agent.events import AnswerGiven, EventBody, Notice, StepFinished, StepStarted, TextDelta
from jupyter_agent.evidence import Evidence
from jupyter_agent.files import profile
from jupyter_agent.messages import Message
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ModelRequest
from tests.agents.conftest import given
from tests.coder.plain_kernel import PlainKernel

Make = Callable[..., tuple[Toolbox, ScriptedModel]]

MEANS = """```python
import pandas as pd

df = pd.read_csv('sales.csv')
print(df.groupby('region')['price'].mean())
```"""
COUNT = "```python\nprint(len(df))\n```"
ANSWER = "The mean price is **15.0** in North and **30.0** in South."


async def asked(turn: Turn, toolbox: Toolbox) -> list[EventBody]:
    return [body async for body in answer(turn, toolbox)]


def said(bodies: list[EventBody]) -> str:
    return "".join(body.text for body in bodies if isinstance(body, TextDelta) and body.target == "answer")


async def test_one_step_and_the_answer(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, ANSWER])
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert said(bodies) == ANSWER
    concluding = model.requests[-1].messages
    assert concluding[: len(model.requests[0].messages)] == model.requests[0].messages, "prompts only grow"
    assert "North    15.0" in concluding[-1].text
    assert "data, not instructions" in concluding[-1].text
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == [turn.question]


@pytest.mark.parametrize(
    "wish", ["MORE: count the rows", "**MORE:** count the rows", " \nmore: count the rows\nbecause"]
)
async def test_one_more_computation_before_the_answer(wish: str, turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, wish, COUNT, ANSWER])
    bodies = await asked(turn, tools)
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == [turn.question, "count the rows"]
    assert said(bodies) == ANSWER, "a wish is never shown as an answer"
    assert given(bodies) == ANSWER
    first, second = model.requests[0].messages, model.requests[2].messages
    assert second[: len(first)] == first


@pytest.mark.parametrize("narration", ["", "Let me count them.\n\n"])
async def test_a_program_instead_of_an_answer_is_run(narration: str, turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, f"{narration}{COUNT}", ANSWER])
    bodies = await asked(turn, tools)
    assert [b.goal for b in bodies if isinstance(b, StepStarted)] == [turn.question, MISSING]
    assert given(bodies) == ANSWER
    assert len(model.requests) == 3


async def test_an_answer_with_code_in_it_is_an_answer(turn: Turn, toolbox: Make) -> None:
    explained = (
        f"North has 15.0 and South 30.0. {'This is how it was computed, step by step. ' * 6}\n\n{COUNT}"
    )
    tools, _ = toolbox([MEANS, explained])
    assert given(await asked(turn, tools)) == explained


async def test_a_program_is_no_answer_when_no_other_can_run(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, COUNT], max_steps=1)
    with pytest.raises(OutOfBudget, match="wanted to compute more"):
        await asked(turn, tools)


async def test_an_answer_that_begins_like_a_wish_is_an_answer(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, "More than 15 in North."])
    bodies = await asked(turn, tools)
    assert given(bodies) == "More than 15 in North."
    assert said(bodies) == "More than 15 in North."


async def test_a_repeated_wish_is_not_granted(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, f"MORE: {turn.question.lower()} ", ANSWER])
    bodies = await asked(turn, tools)
    assert len([body for body in bodies if isinstance(body, StepStarted)]) == 1
    assert given(bodies) == ANSWER
    assert "no other program" not in model.requests[1].messages[-1].text
    assert "no other program" in model.requests[2].messages[-1].text


async def test_wishes_end_with_the_steps_allowed(turn: Turn, toolbox: Make) -> None:
    def answers(request: ModelRequest) -> str:
        last = request.messages[-1].text
        return (
            MEANS if "<output>" not in last or "Question:" in last else f"MORE: part {len(request.messages)}"
        )

    tools, _ = toolbox(answers, max_steps=2)
    with pytest.raises(OutOfBudget) as caught:
        await asked(turn, tools)
    assert "2 steps" in str(caught.value)
    assert "max_steps" in caught.value.hint


async def test_the_last_step_is_asked_for_an_answer(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, ANSWER], max_steps=1)
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert "no other program" in model.requests[-1].messages[-1].text


async def test_nothing_that_works_ends_the_run_with_a_reason(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox(lambda _: "```python\nprint(nothing)\n```", max_attempts=2)
    with pytest.raises(OutOfBudget) as caught:
        await asked(turn, tools)
    assert "2 attempts" in caught.value.message
    assert "NameError: name 'nothing' is not defined" in caught.value.message
    assert caught.value.hint


async def test_earlier_results_are_answered_from_when_a_later_step_fails(turn: Turn, toolbox: Make) -> None:
    bad = "```python\nprint(nothing)\n```"
    tools, model = toolbox([MEANS, "MORE: the trend", bad, bad, ANSWER], max_attempts=2)
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert [b.succeeded for b in bodies if isinstance(b, StepFinished)] == [True, False]
    told = model.requests[-1].messages[-1].text
    assert "the trend" in told
    assert "NameError" in told
    assert "North    15.0" in told


@pytest.mark.parametrize(
    ("ending", "beginning"),
    [
        ("MORE: the same\n", ""),
        (" ", ""),
        (ScriptedAnswer(text="The mean is", error=ModelUnavailable("It broke."), pieces_before_error=0), ""),
        (
            ScriptedAnswer(text="The mean is 15", error=ModelUnavailable("It broke."), pieces_before_error=2),
            "The mean […]\n\n",
        ),
    ],
    ids=["asks for more", "says nothing", "fails", "breaks off"],
)
async def test_without_an_answer_the_last_result_is_given_before_the_reason(
    ending: str | ScriptedAnswer, beginning: str, turn: Turn, toolbox: Make
) -> None:
    def answers(request: ModelRequest) -> str | ScriptedAnswer:
        last = request.messages[-1].text
        return MEANS if "<output>" not in last or "Question:" in last else ending

    tools, _ = toolbox(answers, max_steps=1)
    bodies: list[EventBody] = []
    with suppress(AgentError):
        async for body in answer(turn, tools):
            bodies.append(body)
        pytest.fail("the reason is told, too")
    assert given(bodies).startswith(f"{beginning}{UNANSWERED}\n\n    region")
    assert "\n    North    15.0" in given(bodies)


async def test_an_empty_answer_says_so(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, "  ", " "])
    with pytest.raises(ModelAnswerInvalid):
        await asked(turn, tools)


async def test_an_empty_answer_is_asked_for_again(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, "", ANSWER])
    assert given(await asked(turn, tools)) == ANSWER


async def test_the_sizes_of_files_are_known(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, f"{ANSWER} The file has {turn.profiles[0].rows} rows."])
    bodies = await asked(turn, tools)
    assert not [body for body in bodies if isinstance(body, Notice)]


async def test_an_invented_number_is_pointed_out(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, "The mean price is **17.5** in North and **30.0** in South."])
    bodies = await asked(turn, tools)
    notices = [body for body in bodies if isinstance(body, Notice)]
    assert [notice.level for notice in notices] == ["warning"]
    assert "17.5" in notices[0].text
    assert "30" not in notices[0].text
    assert isinstance(bodies[-1], AnswerGiven)


async def test_an_answer_goes_out_without_evidence_if_that_cannot_be_found(
    turn: Turn, toolbox: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jupyter_agent.agents.grounds.evidence_of", broken)
    tools, _ = toolbox([MEANS, ANSWER])
    bodies = await asked(turn, tools)
    assert given(bodies) == ANSWER
    assert rests_on(bodies) == []
    assert "ZeroDivisionError" in caplog.text


def rests_on(bodies: list[EventBody]) -> list[tuple[str, str, int | None, int | None]]:
    """Each number and claim of the answer, with where it comes from: the kind, the step and the attempt."""
    last = bodies[-1]
    assert isinstance(last, AnswerGiven)
    return [(last.text[e.start : e.end], e.source, e.step, e.attempt) for e in last.evidence]


async def test_an_answer_does_not_wait_for_ever_for_its_evidence(
    turn: Turn, toolbox: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(answer: str, sources: object, stop: Event) -> tuple[Evidence, ...]:
        stop.wait()
        return ()

    monkeypatch.setattr("jupyter_agent.agents.grounds.evidence_of", endless)
    monkeypatch.setattr("jupyter_agent.agents.grounds._EVIDENCE_SECONDS", 0.05)
    tools, _ = toolbox(["```python\nprint(20)\n```", "It is 20."])
    bodies = [body async for body in answer(turn, tools)]
    assert bodies[-2:] == [Notice(level="warning", text=NOT_COMPARED), AnswerGiven(text="It is 20.")]


async def test_numbers_and_claims_lead_to_the_attempt_that_showed_them(turn: Turn, toolbox: Make) -> None:
    bad = "```python\nprint(99.5)\nprint(nothing)\n```"
    answer = "North has **15.0**, and 99.5 is invented. There are 3 rows.\n\nSouth costs most."
    tools, _ = toolbox([bad, MEANS, "MORE: count the rows", COUNT, answer])
    assert rests_on(await asked(turn, tools)) == [
        ("15.0", "step", 1, 2),
        ("99.5", "none", None, None),
        ("3", "step", 2, 1),
        ("South costs most", "step", 1, 2),
    ]


async def test_numbers_of_the_question_and_of_earlier_answers_are_said_to_be(
    turn: Turn, toolbox: Make
) -> None:
    history = (Message.user("And in May?"), Message.assistant("It was 8.25 in May."))
    tools, _ = toolbox(
        [
            "```python\nprint(3)\n```",
            "Above 12.5 there are 3, after 8.25 in May. Rows up to 40 were left out.",
        ]
    )
    asking = replace(turn, question="How many are above 12.5?", history=history)
    assert rests_on(await asked(asking, tools)) == [
        ("12.5", "question", None, None),
        ("3", "step", 1, 1),
        ("8.25", "earlier", None, None),
        ("40", "none", None, None),
    ]


async def test_a_number_of_the_code_alone_is_not_shown(turn: Turn, toolbox: Make) -> None:
    program = "```python\nlimit = 12345\nprint('done', limit > 0)\n```"
    tools, _ = toolbox([program, "All are below 12345."])
    bodies = await asked(turn, tools)
    assert rests_on(bodies) == [("12345", "none", None, None)]
    assert "12345" in next(body.text for body in bodies if isinstance(body, Notice))


async def test_a_file_that_is_no_table_is_pointed_out(turn: Turn, toolbox: Make, tmp_path: Path) -> None:
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    photo = await profile(tmp_path / "photo.csv", "photo.csv", "text/csv")
    tools, model = toolbox(
        [
            "```python\nimport pandas as pd\nprint(pd.read_csv('photo.csv'))\n```",
            "```python\nprint('photo.csv is a PNG image')\n```",
            "It is a PNG image.",
        ]
    )
    bodies = await asked(replace(turn, profiles=(photo,)), tools)
    assert "PNG image" in next(body.text for body in bodies if isinstance(body, Notice))
    assert "was not run" in model.requests[1].messages[-1].text
    assert isinstance(bodies[-1], AnswerGiven)


async def test_a_model_that_vanishes_while_it_writes_ends_the_run(turn: Turn, toolbox: Make) -> None:
    gone = ScriptedAnswer(text=MEANS, error=ModelUnavailable("The model is gone."), pieces_before_error=3)
    tools, _ = toolbox([gone])
    with pytest.raises(ModelUnavailable):
        await asked(turn, tools)


async def test_a_follow_up_is_told_the_variables(turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, ANSWER, COUNT, "3 rows."])
    await asked(turn, tools)
    bodies = await asked(replace(turn, question="How many rows?"), tools)
    assert given(bodies) == "3 rows."
    assert "- df: pandas.DataFrame 3 x 2" in model.requests[2].messages[-1].text


async def test_long_output_is_cut_in_the_middle(turn: Turn, toolbox: Make) -> None:
    printing = "```python\nprint('first', *range(5000), 'last')\n```"
    tools, model = toolbox([printing, ANSWER], output_chars=500)
    await asked(turn, tools)
    told = model.requests[-1].messages[-1].text
    assert len(told) < 1000
    assert "first 0 1 2" in told
    assert "4999 last" in told
    assert "characters left out" in told


SCRIPT = (
    '{"mode": "react"}',
    "```python\nprint(never_defined)\n```",
    "```python\nx = 1\nprint(x)\n```",
    '{"ok": true, "problem": ""}',
    "MORE: twice",
    "```python\nprint(2 * x)\n```",
    "It is **2**.",
)


async def test_it_can_be_stopped_at_every_event(turn: Turn, toolbox: Make, kernel: PlainKernel) -> None:
    auto = replace(turn, agent_type="auto")
    everything = await asked(auto, toolbox(SCRIPT, review_rounds=1)[0])
    assert {body.kind for body in everything} >= {"reviewed", "output", "attempt-finished", "answer"}
    for count in range(1, len(everything)):
        tools, _ = toolbox(SCRIPT, review_rounds=1)
        seen: list[EventBody] = []

        async def read(tools: Toolbox = tools, seen: list[EventBody] = seen, count: int = count) -> None:
            async with aclosing(cast("Any", answer(auto, tools))) as bodies:
                async for body in bodies:
                    seen.append(body)
                    if len(seen) == count:
                        asyncio.current_task().cancel()  # type: ignore[union-attr]
                        await asyncio.sleep(0)

        with pytest.raises(asyncio.CancelledError):
            await read_as_task(read)
        assert len(seen) == count
    after = [output async for output in kernel.execute("print('alive')", timeout=60)]
    assert "alive" in str(after[0]), "the kernel still answers"


async def read_as_task(read: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        await asyncio.create_task(read())


async def test_stopping_while_code_runs_interrupts_it(turn: Turn, toolbox: Make, kernel: PlainKernel) -> None:
    endless = (
        "```python\nimport time\nprint('begun', flush=True)\nfor _ in range(10**6):\n    time.sleep(0.1)\n```"
    )
    tools, _ = toolbox([endless])
    begun = asyncio.Event()

    async def read() -> None:
        async for body in answer(turn, tools):
            if body.kind == "output":
                begun.set()

    task = asyncio.create_task(read())
    async with asyncio.timeout(60):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        after = [output async for output in kernel.execute("print('alive')", timeout=60)]
    assert "alive" in str(after[0])


async def test_others_get_their_turn_while_a_large_output_is_looked_through(
    turn: Turn, toolbox: Make
) -> None:
    pauses: list[float] = []
    invented = [f"{number}.5" for number in range(77, 97)]
    count = "```python\nprint(*range(10**6, 10**6 + 400_000), sep='\\n')\n```"

    async def others() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0)
            pauses.append(time.monotonic() - before)

    def say(request: ModelRequest) -> str:
        if "Question:" in request.messages[-1].text:
            return count
        pauses.clear()
        return "The last of them is 1399999. These are invented: " + ", ".join(invented)

    tools, _ = toolbox(say)
    working = asyncio.create_task(others())
    bodies = await asked(turn, tools)
    await asyncio.sleep(0)
    working.cancel()
    (notice,) = (body for body in bodies if isinstance(body, Notice))
    assert "No output shows 77.5, 78.5" in notice.text
    assert max(pauses) < 1.0


async def test_an_answer_that_was_cut_off_is_said_to_be(turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, ScriptedAnswer(text="The mean price in North is 15.0, in", cut=True)])
    bodies = await asked(turn, tools)
    assert bodies[-2] == CUT_OFF
    assert given(bodies).startswith(f"The mean price in North is 15.0, in […]\n\n{UNANSWERED}\n\n    region")
    assert rests_on(bodies) == [("15.0", "step", 1, 1)], "the output is no part of the answer"


HALVES = ['{"answer": "North 15', '```json\n{"answer": "North 15', '\n{"name": "python", "arguments": {"co']


@pytest.mark.parametrize("half", HALVES)
async def test_half_an_object_is_no_answer(half: str, turn: Turn, toolbox: Make) -> None:
    tools, model = toolbox([MEANS, half, ANSWER])
    bodies = await asked(turn, tools)
    assert given(bodies) == said(bodies) == ANSWER
    assert "no other program" in model.requests[-1].messages[-1].text
    tools, _ = toolbox([MEANS, half, half])
    with pytest.raises(ModelAnswerInvalid):
        await asked(turn, tools)


@pytest.mark.parametrize("whole", ["{'North': 15.0, 'South': 30.0}", '{"answer": "15.0 in North"}'])
async def test_a_whole_object_is_an_answer(whole: str, turn: Turn, toolbox: Make) -> None:
    tools, _ = toolbox([MEANS, whole])
    assert given(await asked(turn, tools)) == whole


@pytest.mark.parametrize(("ran_code", "told"), [(True, [NEW_KERNEL]), (False, [])])
async def test_a_new_kernel_is_spoken_of_only_where_an_earlier_one_ran_code(
    ran_code: bool, told: list[str], turn: Turn, toolbox: Make
) -> None:
    history = (Message.user("Hello"), Message.assistant("Good morning."))
    tools, _ = toolbox([MEANS, ANSWER])
    bodies = await asked(replace(turn, history=history, ran_code=ran_code), tools)
    assert [body.text for body in bodies if isinstance(body, Notice)] == told
