"""Prompts grow only at their end, and what has no room in them is shortened with care."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examined
from hypothesis import strategies as st

from jupyter_agent.coder import Assignment, Task, to_adapt, to_conclude, to_plan
from jupyter_agent.coder.beginning import beginning_of
from jupyter_agent.coder.fitted import FittedModel, squeezed
from jupyter_agent.coder.rendering import answered, called
from jupyter_agent.coder.transcript import to_write
from jupyter_agent.context import Context
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.files import Column, FileProfile
from jupyter_agent.messages import Message, Tool
from jupyter_agent.models.complete import complete
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.prompts import clip, clip_tokens, summary
from jupyter_agent.protocols import IN_TEXT, ModelRequest, Rendering
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Attempt, PlannedStep, Step, StreamOutput, Variable
from jupyter_agent.tokens import tokens_in, tokens_of

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SETTINGS = Settings(data_dir=Path("unused"))
QUESTION = "What is the mean of net margin per region?"


def table(name: str, columns: int) -> FileProfile:
    made = tuple(
        Column(name=f"field_{n}", type="number", smallest="0.5", largest=str(n)) for n in range(columns)
    )
    named = (Column(name="Net_Margin", type="number", smallest="0.1", largest="0.9"),)
    load = f'import pandas as pd\n\ndf = pd.read_csv("{name}")'
    return FileProfile(
        name=name, kind="table", description="CSV table", rows=120, load=load, columns=made + named
    )


def task(limit: int = 16_384, **known: object) -> Task:
    plain = Task(question=QUESTION, profiles=(table("sales.csv", 4),), now=NOW, context=Context(limit))
    return replace(plain, **known)  # type: ignore[arg-type]


def step(number: int, lines: int) -> Step:
    text = "".join(f"region {line}    {number}{line}.25\n" for line in range(lines))
    attempt = Attempt(
        number=1,
        code=f"part{number} = df.sum()\nprint(part{number})",
        status="ok",
        outputs=(StreamOutput(name="stdout", text=text),),
    )
    return Step(number=number, goal=f"part {number}", attempts=(attempt,))


def written(known: Task, done: tuple[Step, ...]) -> bytes:
    return sent(to_write(Assignment(task=known, goal=f"part {len(done) + 1}", done=done), (), SETTINGS))


def sent(messages: tuple[Message, ...]) -> bytes:
    """As a provider reads it."""
    return b"".join(f"<{message.role}>{message.text}".encode() for message in messages)


RENDERINGS = pytest.mark.parametrize(
    "rendering",
    [
        pytest.param(IN_TEXT, id="text"),
        pytest.param(Rendering(native=True), id="native-small"),
        pytest.param(Rendering(native=True, examples=False), id="native"),
    ],
)


def read_anew(prompts: list[bytes]) -> list[int]:
    """How many bytes of each are not the same as in the one before it."""
    return [len(after) - common(before, after) for before, after in pairwise(prompts)]


def common(one: bytes, other: bytes) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


@RENDERINGS
def test_prompts_of_a_run_only_grow_at_their_end(rendering: Rendering) -> None:
    known, steps = task(rendering=rendering), tuple(step(number, 40) for number in range(1, 6))
    prompts = [written(known, steps[:count]) for count in range(6)]
    for before, after in pairwise(prompts):
        assert after.startswith(before), "byte for byte"
    assert known.context.news() == ()


@RENDERINGS
def test_an_answer_is_asked_for_at_the_same_prompts_end(rendering: Rendering) -> None:
    known, steps = task(20_000, rendering=rendering), tuple(step(number, 200) for number in range(1, 3))
    for count in (1, 2):
        before = written(known, steps[: count - 1])
        concluding = sent(to_conclude(known, steps[:count], SETTINGS, last=False))
        assert concluding.startswith(before.removesuffix(f"part {count}".encode()))
        after = written(known, steps[:count])
        shared = common(concluding, after)
        assert b"</output>" in concluding[shared - 20 : shared], "the whole output was read already"


@RENDERINGS
def test_a_plans_prompts_grow_in_the_same_way(rendering: Rendering) -> None:
    known = task(rendering=rendering, plan='{"steps": [{"goal": "part 1"}, {"goal": "part 2"}]}')
    steps = tuple(step(number, 40) for number in range(1, 4))
    plan = sent(to_plan(known, SETTINGS))
    prompts = [written(known, steps[:count]) for count in range(4)]
    for before, after in pairwise([plan, *prompts]):
        assert after.startswith(before)
    adapting = sent(to_adapt(known, steps[:1], (PlannedStep(goal="part 2"),), SETTINGS, most=3))
    assert common(adapting, prompts[1]) > len(prompts[0])


def test_the_order_is_rules_files_history_variables_and_the_question_last() -> None:
    known = task(
        history=(Message.user("Which regions?"), Message.assistant("North and South.")),
        variables=(Variable(name="df", type="pandas.DataFrame", shape=(120, 5)),),
    )
    messages = to_write(Assignment(task=known, goal=QUESTION), (), SETTINGS)
    assert messages[0].role == "system"
    text = messages[-1].text
    parts = [
        'File "sales.csv"',
        "Asked before: Which",
        "- df:",
        "Monday, 5 January 2026, 09:00 UTC",
        QUESTION,
    ]
    assert [text.index(part) for part in parts] == sorted(text.index(part) for part in parts)


@RENDERINGS
def test_what_has_no_room_is_summarised_at_once_and_then_prompts_grow_again(rendering: Rendering) -> None:
    known, steps = task(rendering=rendering), tuple(step(number, 60) for number in range(1, 21))
    prompts = [written(known, steps[:count]) for count in range(21)]
    anew = [count for count, (a, b) in enumerate(pairwise(prompts)) if not b.startswith(a)]
    assert anew, "with so many steps something has to go"
    assert all(later - earlier > 1 for earlier, later in pairwise(anew)), "never twice in a row"
    after_one = prompts[anew[0] + 1].decode()
    assert "region 5    15.25" not in after_one, "the oldest"
    assert "characters in 56 lines left out; numbers in them: 4, 14.25, 5, 15.25" in after_one
    assert f"region 59    {anew[0] + 1}59.25" in after_one, "the newest is whole"
    assert prompts[-1].decode().count("= df.sum()") == 20, "no program is left out"
    assert ["outputs of earlier steps in short" in said for said in known.context.news()] == [True]


@pytest.mark.parametrize("count", [0, 1, 3, 6])
def test_however_much_steps_show_a_prompt_has_room(count: int) -> None:
    known, steps = task(8_192), tuple(step(number, 400) for number in range(1, count + 1))
    writing = to_write(Assignment(task=known, goal="x", done=steps), (), SETTINGS)
    assert tokens_of(writing) < known.context.room
    if steps:
        concluding = to_conclude(known, steps, SETTINGS, last=True)
        assert tokens_of(concluding) < known.context.room


def test_of_many_columns_those_that_the_question_names_are_kept_and_the_rest_is_counted() -> None:
    known = task(profiles=(table("wide.csv", 300),))
    text = to_write(Assignment(task=known, goal=QUESTION), (), SETTINGS)[-1].text
    assert "- Net_Margin: number" in text
    assert "- and 251 more" in text
    assert "Not all columns" in known.context.news()[0]


def test_many_wide_files_keep_their_load_code_and_the_columns_that_are_asked_for() -> None:
    known = task(8_192, profiles=tuple(table(f"wide{n}.csv", 40) for n in range(9)))
    messages = to_write(Assignment(task=known, goal=QUESTION), (), SETTINGS)
    text = messages[-1].text
    assert all(f'pd.read_csv("wide{n}.csv")' in text for n in range(9))
    assert text.count("- Net_Margin: number") == 9
    assert tokens_of(messages) < known.context.room
    (said,) = known.context.news()
    assert "files' descriptions" in said
    assert "8,192" in said


def test_the_oldest_messages_are_left_out_first() -> None:
    history = tuple(Message.user(f"Question {n}: " + "why and how " * 45) for n in range(10))
    known = task(4_096, history=history)
    text = to_write(Assignment(task=known, goal=QUESTION), (), SETTINGS)[-1].text
    assert "Question 9" in text
    assert "Question 0" not in text


def test_variables_that_the_question_names_are_kept_and_the_rest_is_counted() -> None:
    variables = tuple(
        Variable(name=name, type="pandas.DataFrame", summary="columns " * 30)
        for name in (*(f"other{n}" for n in range(50)), "net_margin")
    )
    known = task(4_096, variables=variables)
    shown = beginning_of(known).variables
    assert "net_margin" in {variable.name for variable in shown}
    text = to_write(Assignment(task=known, goal=QUESTION), (), SETTINGS)[-1].text
    assert f"- and {51 - len(shown)} more" in text


def test_a_small_context_has_fewer_examples_and_all_of_the_rules() -> None:
    small, large = beginning_of(task(2_048)), beginning_of(task())
    assert small.opening == large.opening[: len(small.opening)]
    assert 1 <= len(small.opening) < len(large.opening)


def test_a_long_question_loses_its_middle_wherever_it_is_asked() -> None:
    known = task(8_192, question="Begin. " + "data, " * 20_000 + "End?")
    asked = to_write(Assignment(task=known, goal=known.question), (), SETTINGS)
    concluding = to_conclude(known, (replace(step(1, 3), goal=known.question),), SETTINGS, last=False)
    for messages in (asked, concluding):
        assert tokens_of(messages) < known.context.room
        assert "Begin. data," in messages[-1].text
        assert "data, End?" in messages[-1].text
        assert "characters left out" in messages[-1].text


def test_a_long_output_keeps_room_for_the_rest() -> None:
    known = task(8_192)
    text = to_conclude(known, (step(1, 3_000),), SETTINGS, last=False)[-1].text
    assert tokens_in(text) < known.context.room / 3
    assert "an output without its middle" in known.context.news()[0]


def test_what_is_long_however_much_room_there_is_is_told() -> None:
    known = task(65_536, history=(Message.user("Hello. " * 100), Message.assistant("Hello.")))
    shown = sent(to_conclude(known, (step(1, 500),), SETTINGS, last=False)).decode()
    assert shown.count("characters left out") == 2
    assert [text.split(".")[0] for text in known.context.news()] == [
        "The model is shown a long earlier message without its middle",
        "The model is shown a long output without its middle",
    ]
    known = task(history=(Message.user("Hello."),))
    to_conclude(known, (step(1, 10),), SETTINGS, last=False)
    assert known.context.news() == ()


def test_a_summary_tells_the_beginning_the_shape_and_the_numbers() -> None:
    rows = "".join(f"{n}  {n}.5  2024-01-0{n}\n" for n in range(9)) * 9
    text = f"    a    b\n{rows}[81 rows x 2 columns]"
    short = summary(text)
    assert short.startswith("a    b\n0  0.5")
    assert "81 rows x 2 columns" in short
    assert "numbers in them: 3, 3.5, 4, 4.5" in short
    assert len(short) < len(text) / 3
    assert summary("42") == "42"


@given(st.text(max_size=400), st.integers(0, 60))
@examined(max_examples=60, deadline=None)
def test_a_text_is_clipped_to_so_many_tokens(text: str, limit: int) -> None:
    clipped = clip_tokens(text, limit)
    assert clipped == text if tokens_in(text) <= limit else tokens_in(clipped) <= max(limit, 20)


def test_without_any_room_nothing_of_a_text_is_left() -> None:
    assert clip("word " * 400, -1_500) == clip("word " * 400, 0)
    assert "word" not in clip("word " * 400, -1_500)


async def test_a_context_without_room_for_an_answer_is_said_to_be_too_small() -> None:
    async def warn(text: str) -> None:
        pass

    model = ScriptedModel(["Never."])
    messages = (Message.system("Rules. " * 400), *(Message.user("word " * 300) for _ in range(9)))
    with pytest.raises(ModelUnavailable, match="too small"):
        await complete(FittedModel(model, Context(512), warn), ModelRequest(messages=messages))
    assert not model.requests


@given(st.lists(st.integers(0, 900), min_size=1, max_size=8), st.integers(700, 2_000))
@examined(max_examples=40, deadline=None)
def test_whatever_programs_a_prompt_holds_it_fits(lines: list[int], room: int) -> None:
    messages = [Message.system("Rules."), Message.user("Question?")]
    for count in lines:
        messages += [called("print(1)\n" * count), answered("1\n" * count)]
    fitting = squeezed(tuple(messages), room)
    assert tokens_of(fitting) <= room + 30 * len(messages)
    assert [message.role for message in fitting] == [message.role for message in messages]
    assert all(message.calls for message in fitting if message.role == "assistant")


async def test_tools_take_room_from_the_rest_of_a_prompt() -> None:
    async def warn(text: str) -> None:
        pass

    model, context = ScriptedModel(["One.", "Two."]), Context(4_000)
    tool = Tool(name="python", description="Runs it. " * 300, parameters={})
    messages = (Message.user("word " * 2_500),)
    fitting = FittedModel(model, context, warn)
    await complete(fitting, ModelRequest(messages=messages))
    await complete(fitting, ModelRequest(messages=messages, tools=(tool,)))
    alone, beside = model.requests
    assert beside.tools == (tool,)
    assert tokens_of(alone.messages) > 1.2 * tokens_of(beside.messages)
    assert tokens_of(beside.messages, beside.tools) + (beside.max_tokens or 0) <= context.limit


@given(st.lists(st.integers(0, 900), min_size=1, max_size=8), st.integers(700, 2_000))
@examined(max_examples=40, deadline=None)
def test_whatever_a_prompt_holds_it_fits(words: list[int], room: int) -> None:
    messages = (Message.system("Rules."), *(Message.user("word " * count) for count in words))
    fitting = squeezed(messages, room)
    assert tokens_of(fitting) <= room + 20 * len(messages)
    assert fitting[0] == messages[0]
    if tokens_of(messages) <= room:
        assert fitting == messages


HEAD = "North,1\n,2\n"


def test_first_rows_are_for_models_without_worked_examples() -> None:
    profiles = (replace(table("sales.csv", 4), head=HEAD),)
    large = Rendering(native=True, examples=False)
    for rendering, told in ((large, HEAD.strip()), (IN_TEXT, "")):
        asked = to_plan(task(profiles=profiles, rendering=rendering), SETTINGS)[-1].text
        assert (f"<file>\n{HEAD.strip()}" in asked) == bool(told)


def test_first_rows_go_before_columns_where_there_is_no_room() -> None:
    rendering = Rendering(native=True, examples=False)
    rows = "\n".join(",".join(map(str, range(row, row + 60))) for row in range(4))
    profiles = tuple(replace(table(f"{name}.csv", 30), head=rows) for name in "abcdefgh")
    asked = to_plan(task(4_096, profiles=profiles, rendering=rendering), SETTINGS)[-1].text
    assert "First rows" not in asked
    assert "Net_Margin" in asked
