"""What the model says, by what it is asked: programs in their order, then the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fake_ollama import Reply


@dataclass(kw_only=True)
class Analyst:
    """Answers as a model would that follows its instructions; `FakeOllama.answer` is one."""

    programs: Sequence[str | Reply] = ()
    """One for each attempt; the last one again when more are asked for."""
    answer: str | Reply = "Done."
    mode: str = "react"
    """How the router is answered."""
    plan: Sequence[Mapping[str, str]] = ()
    look: Mapping[str, Any] = field(default_factory=lambda: {"keep": True})
    """What it says when it looks at its plan again."""
    written: int = field(default=0, init=False)

    def __call__(self, request: dict[str, Any]) -> str | Reply:
        asked_for = (request.get("format") or {}).get("properties", {})
        if "mode" in asked_for:
            return json.dumps({"mode": self.mode})
        if "ok" in asked_for:
            return json.dumps({"ok": True, "problem": ""})
        if "keep" in asked_for:
            return json.dumps(self.look)
        if "steps" in asked_for:
            return json.dumps({"steps": self.plan})
        # Answers are asked for at temperature 0; programs never are.
        if not self.programs or request["options"]["temperature"] == 0:
            return self.answer
        program = self.programs[min(self.written, len(self.programs) - 1)]
        self.written += 1
        return program if isinstance(program, Reply) else fenced(program)


def fenced(code: str) -> str:
    return f"```python\n{code.strip()}\n```"


def slowly(text: str, delay: float) -> Reply:
    """`text`, word by word."""
    return Reply(text=text, delay=delay)
