"""What a model asks back instead of writing a program."""

from __future__ import annotations

import pytest

from jupyter_agent.coder.asking import asked_back, may_become_question, without_question


@pytest.mark.parametrize(
    "text",
    [
        "ASK: Which price? | list price | net price",
        "ASK: Which price? | list price | net price\n",
        "**ASK:** Which price? | list price | net price",
        "  ask: Which price?|list price|net price",
        "`ASK: Which price? | list price | net price`",
        "```\nASK: Which price? | list price | net price\n```",
        "ASK: Which price?\n1. list price\n2. net price",
        "ASK: Which price?\n- list price\n- net price\n",
        "ASK: Which price? | a) list price | b) net price | list price",
    ],
)
def test_it_is_read_however_it_is_written(text: str) -> None:
    asked = asked_back(text)
    assert asked is not None
    assert (asked.question, asked.choices) == ("Which price?", ("list price", "net price"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ASK:",
        "ASK: Which price?",
        "ASK: Which price? | list price",
        "ASK: Which price? | list price | list price",
        "ASK:  | list price | net price",
        "```python\n# ASK: which price? | list price | net price\nprint(1)\n```",
        "I will not ask: it is clear.\n```python\nprint(1)\n```",
        "```python\nASK = 1\nprint(ASK)\n```",
    ],
)
def test_what_offers_no_choice_is_no_question(text: str) -> None:
    assert asked_back(text) is None


def test_what_is_too_long_or_too_much_is_cut() -> None:
    asked = asked_back("ASK: " + "q" * 1_000 + "".join(f" | {number}{'c' * 500}" for number in range(9)))
    assert asked is not None
    assert len(asked.question) == 300
    assert [len(choice) for choice in asked.choices] == [150] * 5


@pytest.mark.parametrize(
    "text", ["", "A", "as", "ASK", "```\nAS", "**ASK:** Which", "ASK: Which?\n```python\n"]
)
def test_what_may_become_a_question_is_known_from_its_first_words(text: str) -> None:
    assert may_become_question(text)


@pytest.mark.parametrize("text", ["Ass", "```python\n", "```p", "ASK =", "I ask:", "import"])
def test_what_cannot_become_one_is_known_as_early(text: str) -> None:
    assert not may_become_question(text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ASK: Which? | a | b\nprint(1)", "\nprint(1)"),
        ("```\nASK: list | a | b\n```\nx", "```\n\n```\nx"),
        ("ASK:\n```python\nprint(1)\n```", "\n```python\nprint(1)\n```"),
        ("print(1)\nASK: Which? | a | b", "print(1)\nASK: Which? | a | b"),
    ],
)
def test_the_line_that_asks_can_be_left_out(text: str, rest: str) -> None:
    assert without_question(text) == rest
