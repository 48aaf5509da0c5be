"""The program in what a model hands to the tool: any shape is read, or is no program."""

from __future__ import annotations

import pytest

from jupyter_agent.coder.calls import code_of, goal_of
from jupyter_agent.messages import ToolCallPart


def call(name: str = "python", **arguments: object) -> ToolCallPart:
    return ToolCallPart(name=name, arguments=arguments)


MARKDOWN = 'text = """\n```python\nprint(1)\n```\n"""\nprint(text)'


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        ([call(code="print(1)")], "print(1)"),
        ([call(code="\nprint(1)  \n\n")], "print(1)"),
        ([call(code="```python\nprint(1)\n```")], "print(1)"),
        ([call(code="Here it is:\n```\nprint(1)\n```\nThat is all.")], "print(1)"),
        ([call(code=MARKDOWN)], MARKDOWN),
        ([call(code="%matplotlib inline\nprint(1)")], "print(1)"),
        ([call(code="print(1")], "print(1"),
        ([call(code="a = 1\nprint(a")], "a = 1\nprint(a"),
        ([call(code=["a = 1", "print(a)"])], "a = 1\nprint(a)"),
        ([call(name="execute", code="print(1)")], "print(1)"),
        ([call(program="print(1)", goal="count(rows)")], "print(1)"),
        ([call(language="python", source="print(1)")], "print(1)"),
        ([call(code="a = 1"), call(code="print(a)")], "a = 1\n\nprint(a)"),
        ([call(code="print(1)"), call(code="print(")], "print(1)"),
        ([call(code=""), call(code="print(1)")], "print(1)"),
        ([call(code="print("), call(code="print(1)")], "print(1)"),
        ([call(code="")], ""),
        ([call(code="  \n")], ""),
        ([call(code=None)], ""),
        ([call(code={"lines": 1})], ""),
        ([call(note="the mean price")], ""),
        ([call()], ""),
        ([], ""),
    ],
)
def test_the_program_of_calls(calls: list[ToolCallPart], code: str) -> None:
    assert code_of(calls) == code


@pytest.mark.parametrize(
    ("calls", "goal"),
    [
        ([call(code="1", goal=" count\nthe rows ")], "count the rows"),
        ([call(code="1"), call(code="2", goal="the trend")], "the trend"),
        ([call(code="1", goal="word " * 200)], ("word " * 200)[:300]),
        ([call(code="1", goal=7)], ""),
        ([call(code="1")], ""),
    ],
)
def test_the_goal_of_calls(calls: list[ToolCallPart], goal: str) -> None:
    assert goal_of(calls) == goal
