"""The prompt log: each call with its answer, in three formats, without secrets, and never in the way."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.closing import closing
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.models.complete import complete
from jupyter_agent.models.prompt_log import Caller, PromptLog
from jupyter_agent.models.scripted import Script, ScriptedAnswer, ScriptedModel
from jupyter_agent.protocols import ChosenModels, Model, ModelRequest

ALL = ("text", "jsonl", "compact")
REQUEST = ModelRequest(
    messages=(Message.system("Write code."), Message.user("How many\nrows? My api_key = 'abcd1234abcd1234'")),
    temperature=0.1,
    max_tokens=64,
)
Logged = Callable[..., tuple[Model, PromptLog]]


@pytest.fixture
def logged(tmp_path: Path) -> Logged:
    def make(script: Script, *, user: str = "owner", **options: Any) -> tuple[Model, PromptLog]:
        prompts = PromptLog(tmp_path, options.pop("formats", ALL), **options)
        model = ScriptedModel(script)
        chosen = ChosenModels(general=model, classifier=model, coder=model, provider="scripted")
        caller = Caller(user=user, conversation="c1", run="r1")
        return prompts.logged(chosen, caller).coder, prompts

    return make


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "prompts.jsonl").read_text().splitlines()]


async def test_a_request_and_its_answer_are_paired(logged: Logged, tmp_path: Path) -> None:
    model, prompts = logged(["There are four rows.", "Five."])
    answer = await complete(model, REQUEST)
    await complete(model, REQUEST)
    await prompts.close()
    asked, answered, *second = lines(tmp_path)
    assert (asked["what"], answered["what"]) == ("request", "answer")
    assert asked["call"] == answered["call"] != second[0]["call"] == second[1]["call"]
    assert (asked["user"], asked["conversation"], asked["run"]) == ("owner", "c1", "r1")
    assert (asked["role"], asked["model"], asked["temperature"]) == ("coder", "scripted", 0.1)
    assert asked["messages"][0] == {"role": "system", "text": "Write code."}
    assert asked["estimated_tokens"] > 10
    assert (answered["text"], answered["ended"]) == ("There are four rows.", "finished")
    assert answered["prompt_tokens"] == answer.usage.prompt_tokens
    assert answered["completion_tokens"] == answer.usage.completion_tokens == 4
    assert answered["estimated_tokens"] == 5, "four words and a full stop"
    assert answered["seconds"] >= 0


async def test_people_read_boxes_or_a_line(logged: Logged, tmp_path: Path) -> None:
    model, prompts = logged(["There are\nfour rows."])
    await complete(model, REQUEST)
    await prompts.close()
    text = (tmp_path / "prompts.log").read_text()
    (call,) = set(re.findall(r"^┌ (?:request|answer) (\w+) ", text, re.MULTILINE))
    assert "├ system\n│ Write code.\n├ user\n│ How many\n│ rows?" in text
    assert "├ assistant\n│ There are\n│ four rows.\n└\n" in text
    (line,) = (tmp_path / "prompts-compact.log").read_text().splitlines()
    assert f" {call} r1 owner coder scripted " in line
    assert line.endswith("| How many rows? My api_key = '[redacted]' → There are four rows.")


async def test_tools_and_calls_are_readable_in_all_formats(logged: Logged, tmp_path: Path) -> None:
    first = ToolCallPart(name="python", arguments={"code": "import os\nprint(1)"})
    second = ToolCallPart(name="python", arguments={"code": "print(2)", "goal": "count", "more": [1]})
    model, prompts = logged([ScriptedAnswer(text="So:\n", calls=(second,))])
    messages = (
        Message(role="assistant", parts=(first,)),
        Message(role="tool", parts=Message.user("1").parts),
    )
    tool = Tool(name="python", description="Runs it", parameters={})
    await complete(model, replace(REQUEST, messages=messages, tools=(tool,)))
    await prompts.close()
    text = (tmp_path / "prompts.log").read_text()
    assert "├ assistant\n│ [calls python]\n│ code:\n│ import os\n│ print(1)\n├ tool\n│ 1\n" in text
    assert "├ assistant\n│ So:\n│ [calls python]\n│ code: print(2)\n│ goal: count\n│ more: [1]\n" in text
    assert "may call python" in text
    asked, answered = lines(tmp_path)
    assert asked["tools"] == ["python"]
    assert asked["messages"][0] == {"role": "assistant", "text": "[calls python]\ncode:\nimport os\nprint(1)"}
    assert "print(2)" in answered["text"]
    (line,) = (tmp_path / "prompts-compact.log").read_text().splitlines()
    assert line.endswith("| 1 → So: [calls python] code: print(2) goal: count more: [1]")


async def test_secrets_are_in_none_of_the_files(logged: Logged, tmp_path: Path) -> None:
    model, prompts = logged(["Use ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2."])
    await complete(model, REQUEST)
    await prompts.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 3
    for file in files:
        assert "abcd1234" not in file.read_text()
        assert "a1B2c3D4" not in file.read_text()
        assert "[redacted]" in file.read_text()


@pytest.mark.parametrize(
    ("user", "contents", "there"),
    [
        ("owner", "single-user", True),
        ("anna", "single-user", False),
        ("anna", "always", True),
        ("owner", "never", False),
    ],
)
async def test_where_people_have_names_what_they_ask_is_left_out(
    logged: Logged, tmp_path: Path, user: str, contents: str, there: bool
) -> None:
    model, prompts = logged(["Four."], user=user, contents=contents)
    await complete(model, REQUEST)
    await prompts.close()
    for file in tmp_path.iterdir():
        assert ("How many" in file.read_text()) == there
        assert ("Four." in file.read_text()) == there
    asked, answered = lines(tmp_path)
    assert asked["estimated_tokens"] > 10
    assert answered["completion_tokens"] == 1


async def test_how_a_call_ended_is_said(logged: Logged, tmp_path: Path) -> None:
    lost = ModelUnavailable("The connection broke.", "Ask again.")
    script = [
        ScriptedAnswer(text="Half an", cut=True),
        ScriptedAnswer(text="One two three", error=lost, pieces_before_error=2),
        "One two three",
    ]
    model, prompts = logged(script)
    await complete(model, REQUEST)
    with pytest.raises(ModelUnavailable):
        await complete(model, REQUEST)
    async with closing(model.stream(REQUEST)) as chunks:
        await anext(chunks)
    await prompts.close()
    answers = [line for line in lines(tmp_path) if line["what"] == "answer"]
    ended = [(answer["ended"], answer["text"].strip(), answer["completion_tokens"]) for answer in answers]
    assert ended == [("cut off", "Half an", 2), (str(lost), "One two", None), ("stopped", "One", None)]


async def test_a_request_is_there_before_it_is_answered(logged: Logged, tmp_path: Path) -> None:
    model, prompts = logged(["One two"])
    async with closing(model.stream(REQUEST)) as chunks:
        await anext(chunks)
        async with asyncio.timeout(20):
            while not (tmp_path / "prompts-compact.log").exists():
                await asyncio.sleep(0.01)
        assert [line["what"] for line in lines(tmp_path)] == ["request"]
    await prompts.close()


async def test_without_a_format_nothing_is_written(logged: Logged, tmp_path: Path) -> None:
    model, prompts = logged(["Four."], formats=())
    assert isinstance(model, ScriptedModel)
    await prompts.close()
    assert not list(tmp_path.iterdir())


async def test_a_log_that_cannot_be_written_holds_up_nobody(
    logged: Logged, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "prompts.jsonl").mkdir()
    model, prompts = logged(["Four."])
    assert (await complete(model, REQUEST)).text == "Four."
    await prompts.close()
    assert "cannot be written" in caplog.text
    assert (tmp_path / "prompts.log").stat().st_size > 0
