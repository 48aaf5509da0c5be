"""Tool calls that a model has written into its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from jupyter_agent.models.tool_calls import calls_in

CALL = json.dumps({"name": "python", "arguments": {"code": "print(1)\nprint(2)"}})
READ = ("python", {"code": "print(1)\nprint(2)"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (CALL, [READ]),
        (f"<tool_call>\n{CALL}\n</tool_call>", [READ]),
        (f"```json\n{CALL}\n```", [READ]),
        (f"I look at the file first.\n\n{CALL}\nThen I answer.", [READ]),
        (f"{CALL}\n{CALL}", [READ, READ]),
        (f"[{CALL}, {CALL}]", [READ, READ]),
        ('{"name": "python", "parameters": {"code": "1"}}', [("python", {"code": "1"})]),
        ('{"arguments": {"code": "1"}, "name": "python"}', [("python", {"code": "1"})]),
        ('{"name": "python", "arguments": "{\\"code\\": \\"1\\"}"}', [("python", {"code": "1"})]),
        ('{"name": "python", "arguments": {"code": "a\nb"}}', [("python", {"code": "a\nb"})]),
        ('{"name": "python", "arguments": null}', [("python", {})]),
        ('{"name": "python", "arguments": {"code": "print(1', []),
        ('{"name": "python"}', []),
        ('{"name": "Ann", "age": 3}', []),
        ("The mean is {15}.", []),
        ('{"name": ' * 5_000, []),
        ("", []),
    ],
)
def test_a_call_in_a_text_is_read(text: str, read: list[tuple[str, Mapping[str, Any]]]) -> None:
    assert [(call.name, call.arguments) for call in calls_in(text)] == read
