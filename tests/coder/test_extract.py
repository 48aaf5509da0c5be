"""Programs are found in answers, however they are wrapped."""

from __future__ import annotations

import time

import pytest

from jupyter_agent.coder.extract import CodeStream, extract_code

PROGRAM = "import math\nprint(math.pi)"

ANSWERS = {
    "a fence": f"```python\n{PROGRAM}\n```",
    "narration around": f"Sure! Here it is:\n\n```python\n{PROGRAM}\n```\nThis prints pi.",
    "no language": f"```\n{PROGRAM}\n```",
    "capitals": f"```Python\n{PROGRAM}\n```",
    "tildes": f"~~~py\n{PROGRAM}\n~~~",
    "unclosed fence": f"```python\n{PROGRAM}\n",
    "no fence": PROGRAM,
    "no fence, narration around": f"Here is the program:\n{PROGRAM}\nIt prints pi.",
    "two blocks": "First:\n```python\nimport math\n```\nThen:\n```python\nprint(math.pi)\n```",
    "a block of output after it": f"```python\n{PROGRAM}\n```\nOutput:\n```text\n3.14\n```",
    "a second block that is not code": f"```python\n{PROGRAM}\n```\nprints\n```\n3.14 or so\n```",
    "a magic that does nothing": f"```python\n%matplotlib inline\n{PROGRAM}\n```",
    "thinking aloud": f"<think>```python\nprint(1)\n```</think>```python\n{PROGRAM}\n```",
    "spaces at line ends": "```python\nimport math  \nprint(math.pi)\t\n```",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_program_is_found(answer: str) -> None:
    assert [line for line in extract_code(answer).splitlines() if line] == PROGRAM.splitlines()


@pytest.mark.parametrize("answer", ["", "   ", "I cannot do that.", "Sorry", "42", "```\n```", "<think>hm"])
def test_there_is_no_program(answer: str) -> None:
    assert extract_code(answer) == ""


def test_a_program_that_does_not_parse_is_kept_for_the_check() -> None:
    assert extract_code("```python\nprint((1\n```") == "print((1"


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_only_code_is_shown_while_it_is_written(size: int) -> None:
    text = f"Here:\n```python\n{PROGRAM}\n```\nThat is ```all```."
    stream = CodeStream()
    shown = [stream.feed(text[start : start + size]) for start in range(0, len(text), size)]
    assert "".join(shown) == PROGRAM + "\n"


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```\na = `b`\n    `c`\n\n  \n~x\nd", "a = `b`\n    `c`\n\n  \n~x\nd"),
        ("~~~py\nx\n   ~~~ end\ny", "x\n"),
        ("no fence\nx = 1", ""),
        ("```python\nx\n```\n```python\ny\n```", "x\n"),
        ("  ```python title\n\n```", "\n"),
        ("``` `\nx", "x"),
    ],
)
def test_code_is_told_from_fences_line_by_line(text: str, code: str, size: int) -> None:
    stream = CodeStream()
    assert "".join(stream.feed(text[start : start + size]) for start in range(0, len(text), size)) == code


def test_watching_a_program_of_four_times_the_length_takes_about_four_times_as_long() -> None:
    def seconds(lines: int) -> float:
        stream, started = CodeStream(), time.perf_counter()
        stream.feed("```python\n")
        for number in range(lines):
            for piece in ("x_", str(number), " = ", "1\n"):
                stream.feed(piece)
        return time.perf_counter() - started

    assert min(seconds(4_000) for _ in range(5)) < 9 * min(seconds(1_000) for _ in range(5))
