"""What others let a model read for the same questions. Runs in any Python that has them, from `prompts.py`.

Each peer answers every question anew, with the same program and the same answer, which a script gives in the
place of a model. The prompts of all calls go into a file as JSON: for each question a list of calls, each a
list of roles and texts; `null` where the peer is not installed.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Prompt = list[list[str]]
"""Roles and texts."""
Case = dict[str, Any]
"""A `question`, the `codes` of the programs that are written for it, and the `answer`."""


def smolagents(cases: list[Case]) -> list[list[Prompt]]:
    """A CodeAgent without tools, as its documentation begins."""
    module = importlib.import_module("smolagents")
    models = importlib.import_module("smolagents.models")
    calls: list[Prompt] = []
    answers: list[str] = []

    class Scripted(models.Model):  # type: ignore[misc, name-defined]
        def generate(self, messages: list[Any], **options: Any) -> Any:
            calls.append([[_role(message), _text(message)] for message in messages])
            return models.ChatMessage(role="assistant", content=answers.pop(0))

    agent = module.CodeAgent(
        tools=[], model=Scripted(), additional_authorized_imports=["pandas"], verbosity_level=0
    )
    found = []
    for case in cases:
        final = f"final_answer({case['answer']!r})"
        answers[:] = [f"Thought: I compute it.\n<code>\n{code}\n</code>" for code in (*case["codes"], final)]
        calls.clear()
        agent.run(case["question"])
        assert not answers, "a call is missing"
        found.append(list(calls))
    return found


def _role(message: Any) -> str:
    role = message["role"] if isinstance(message, dict) else message.role
    return str(getattr(role, "value", role))


def _text(message: Any) -> str:
    content = message["content"] if isinstance(message, dict) else message.content
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def interpreter(cases: list[Case]) -> list[list[Prompt]]:
    """Open Interpreter, for a model that writes code in Markdown."""
    os.environ["DISABLE_TELEMETRY"] = "true"
    core = importlib.import_module("interpreter").interpreter
    calls: list[Prompt] = []
    answers: list[list[str]] = []

    def completions(**options: Any) -> Iterator[dict[str, Any]]:
        calls.append([[message["role"], message["content"]] for message in options["messages"]])
        for piece in answers.pop(0):
            yield {"choices": [{"delta": {"content": piece}}]}

    core.auto_run, core.offline, core.disable_telemetry, core.plain_text_display = True, True, True, True
    core.llm.completions = completions
    core.llm.model = "openai/scripted"
    core.llm.supports_functions = core.llm.supports_vision = False
    core.llm.context_window, core.llm.max_tokens = 16_384, 2_048
    found = []
    for case in cases:
        programs = [
            ["```", "python", "\n", *code.splitlines(keepends=True), "\n", "```"] for code in case["codes"]
        ]
        answers[:] = [*programs, case["answer"].split(" ")]
        calls.clear()
        core.messages = []
        core.chat(case["question"], display=False, stream=False)
        assert not answers, "a call is missing"
        found.append(list(calls))
    core.computer.terminate()
    return found


PEERS: dict[str, Callable[[list[Case]], list[list[Prompt]]]] = {
    "smolagents": smolagents,
    "interpreter": interpreter,
}


def main() -> None:
    order = json.load(sys.stdin)
    found = None
    if importlib.util.find_spec(order["peer"]) is not None:
        os.chdir(order["folder"])
        found = PEERS[order["peer"]](order["cases"])
    Path(order["to"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
