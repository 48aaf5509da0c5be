"""Errors of a real kernel are classified by their types, with the line at which they happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import pytest

from jupyter_agent.coder.diagnose import classify, diagnose, failing_line, silent
from jupyter_agent.prompts import advice
from jupyter_agent.steps import (
    Block,
    BlockKind,
    DisplayOutput,
    ErrorClass,
    ErrorOutput,
    Execution,
    Failure,
    Output,
    StreamOutput,
    Variable,
)
from tests.coder.plain_kernel import PlainKernel

FAILING = {
    "index-error": "a = []\na[1]",
    "key-error": "import pandas as pd\ndf = pd.DataFrame({'a': [1]})\ndf['b']",
    "type-error": "x = 1\nx + 'a'",
    "none-access": "x = None\nx.upper()",
    "file-not-found": "x = 1\nopen('none.csv')",
    "json-decoding": "import json\njson.loads('{')",
    "value-error": "x = 1\nint('a')",
    "attribute-error": "x = 1\nx.upper()",
    "name-error": "x = 1\nprint(y)",
    "import-error": "x = 1\nimport no_such_package",
    "zero-division": "x = 0\n1 / x",
    "encoding": "x = b'\\xff'\nx.decode()",
    "permission": "x = 1\nraise PermissionError(13, 'Permission denied')",
    "restricted": "x = 1\nraise PermissionError(1, 'Operation not permitted')",
    "memory": "x = 1\nraise MemoryError",
    "runtime-error": "x = 1\nraise RuntimeError('x')",
    "syntax-error": "x = 1\nx = = 2",
    "interrupted": "x = 1\nraise KeyboardInterrupt",
}


async def _executions(folder: Path) -> AsyncIterator[tuple[str, str, Execution]]:
    kernel = PlainKernel(folder)
    try:
        for error_class, code in FAILING.items():
            async for item in kernel.execute(code, timeout=60):
                if isinstance(item, Execution):
                    yield error_class, code, item
    finally:
        await kernel.close()


async def test_errors_of_a_real_kernel(tmp_path: Path) -> None:
    seen = set()
    async for error_class, code, execution in _executions(tmp_path):
        failure = diagnose(execution, code)
        assert failure.error_class == error_class
        assert failure.line == code.count("\n") + 1, (error_class, execution.error)
        assert failure.advice == advice()[failure.error_class]
        seen.add(error_class)
    assert seen == set(FAILING)


def test_the_line_is_that_of_the_program_not_of_a_library() -> None:
    trace = (
        "KeyError    Traceback (most recent call last)\n"
        "Cell In[7], line 3\n      1 import pandas\n----> 3 df['b']\n"
        "File /usr/lib/python3/pandas/core/frame.py:4102, in DataFrame.__getitem__(self, key)\n"
    )
    error = ErrorOutput(name="KeyError", message="'b'", traceback=trace)
    assert failing_line(error, "import pandas\ndf = 1\ndf['b']") == 3
    assert failing_line(error, "df['b']") is None
    assert failing_line(ErrorOutput(name="KeyError", message="'b'"), "df['b']") is None


@pytest.mark.parametrize(
    ("name", "message", "error_class"),
    [
        ("ModuleNotFoundError", "No module named 'polars'", "import-error"),
        ("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xff", "encoding"),
        ("URLError", "<urlopen error [Errno 1] Operation not permitted>", "restricted"),
        ("OSError", "[Errno 1] Operation not permitted", "restricted"),
        ("OutOfBoundsDatetime", "Out of bounds nanosecond timestamp", "value-error"),
        ("TypeError", "'NoneType' object is not subscriptable", "none-access"),
        ("ValueError", "the word KeyError stands here", "value-error"),
        ("RecursionError", "maximum recursion depth exceeded", "runtime-error"),
        ("SomebodysOwnError", "x", "runtime-error"),
        ("print", "not an exception at all", "runtime-error"),
    ],
)
def test_types_decide(name: str, message: str, error_class: str) -> None:
    assert classify(ErrorOutput(name=name, message=message)) == error_class


@pytest.mark.parametrize(
    ("status", "error_class"),
    [("timeout", "timeout"), ("died", "kernel-died"), ("stopped", "interrupted")],
)
def test_endings_without_an_exception(status: str, error_class: str) -> None:
    execution = Execution(status=status, duration=1.0, note="The kernel was started again.")  # type: ignore[arg-type]
    failure = diagnose(execution, "x")
    assert failure.error_class == error_class
    assert failure.message == "The kernel was started again."


def test_a_timeout_says_where_it_was_and_what_there_was() -> None:
    code = "total = 0\nfor n in range(10**12):\n    total += n"
    error = ErrorOutput(
        name="KeyboardInterrupt",
        message="",
        traceback="Cell In[1], line 3\n      1 total = 0\n----> 3 total += n",
    )
    note = "The code was interrupted after 300 s. The variables are as they were before it."
    left = Variable(name="total", type="int", summary="10"), Variable(name="x", type="int", summary="1")
    failure = diagnose(
        Execution(status="timeout", duration=300.0, error=error, note=note, variables=left), code
    )
    assert (failure.error_class, failure.message, failure.line) == ("timeout", note, 3)
    assert [variable.name for variable in failure.variables] == ["total"]


@pytest.mark.parametrize(
    ("kind", "error_class"), [("program", "restricted"), ("process", "restricted"), ("path", "permission")]
)
def test_what_was_refused_decides_about_a_permission(kind: BlockKind, error_class: str) -> None:
    error = ErrorOutput(name="PermissionError", message="[Errno 13] This kernel is restricted")
    ended = Execution(status="error", duration=0.1, error=error, blocks=(Block(kind, "It tried."),))
    failure = diagnose(ended, "x = 1")
    assert (failure.error_class, failure.advice) == (error_class, advice()[failure.error_class])


def test_who_ends_the_program_is_told_how_programs_end() -> None:
    error = ErrorOutput(name="SystemExit", message="0")
    failure = diagnose(Execution(status="error", duration=0.1, error=error), "exit()")
    assert "after its last line" in failure.advice


@pytest.mark.parametrize(
    ("name", "error_class"),
    [("MemoryBudget", "memory"), ("ProcessorBudget", "timeout"), ("Interrupted", "interrupted")],
)
def test_what_was_too_much_is_told_apart(name: str, error_class: str) -> None:
    assert classify(ErrorOutput(name=name, message="The code used too much.")) == error_class


def test_every_class_has_advice() -> None:
    assert set(advice()) == set(get_args(ErrorClass))


PLOT = DisplayOutput(data={"image/png": "aGk=", "text/plain": "<Figure>"})


def text(shown: str) -> StreamOutput:
    return StreamOutput(name="stdout", text=shown)


def judged(*outputs: Output, strict: bool) -> Failure | None:
    left = Variable(name="x", type="int", summary="1"), Variable(name="other", type="int", summary="2")
    return silent(Execution(status="ok", duration=1.0, variables=left), outputs, "x = 1", strict=strict)


def test_a_program_that_shows_nothing_failed() -> None:
    for outputs in [(), (text("\n"),)]:
        failure = judged(*outputs, strict=False)
        assert failure is not None
        assert "print()" in failure.advice
        assert [variable.name for variable in failure.variables] == ["x"], "what it had when it ended"
    assert judged(text("42"), strict=True) is None
    assert judged(PLOT, strict=True) is None
    assert judged(DisplayOutput(data={"text/plain": "42"}, is_result=True), strict=True) is None


@pytest.mark.parametrize("nothing", ["nan\n", "None", "NaT"])
def test_an_empty_result_is_doubted_once(nothing: str) -> None:
    assert judged(text(nothing), strict=True) is not None
    assert judged(text(nothing), strict=False) is None


@pytest.mark.parametrize(
    "none", ["[]", "{}", "Series([], Name: a, dtype: int64)", "Empty DataFrame\nColumns: [a]\nIndex: []\n"]
)
def test_that_there_is_none_may_be_right(none: str) -> None:
    assert judged(text(none), strict=True) is None
